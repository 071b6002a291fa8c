//! The ledger where it can only be seen with a server: hearing of what is new, waiting for it.

use std::time::Duration;

use futures_util::FutureExt;
use sea_orm::{ConnectionTrait, Statement};
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tolva_ledger::{Consequence, Hints, Ledger};

use crate::world::{Backend, World};

/// How long anything may take on a busy machine.
const DEADLINE: Duration = Duration::from_secs(60);

async fn hint(hints: &Hints) {
    tokio::time::timeout(DEADLINE, hints.next()).await.expect("a hint comes");
}

/// The process of the server that listens for this database.
async fn listening(world: &World) -> Option<i32> {
    let sql = "SELECT pid FROM pg_stat_activity \
               WHERE datname = current_database() AND query ILIKE 'LISTEN%'";
    let statement = Statement::from_string(world.db.get_database_backend(), sql);
    let row = world.db.query_one_raw(statement).await.expect("read");
    row.map(|row| row.try_get_by_index(0).expect("a number"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_put_into_the_outbox_is_heard_also_after_the_connection_was_lost() {
    let world = World::new(Backend::Postgres).await;
    let hints = world.ledger.listen();
    hint(&hints).await;
    let first = listening(&world).await.expect("it listens");
    for _ in 0..3 {
        world.execute("NOTIFY tolva_outbox").await;
        hint(&hints).await;
    }
    world.execute("NOTIFY another_channel").await;
    world.execute(&format!("SELECT pg_terminate_backend({first})")).await;
    // Something may have been missed: that is a hint in itself.
    hint(&hints).await;
    let second = listening(&world).await.expect("it listens again");
    assert_ne!(first, second);
    world.execute("NOTIFY tolva_outbox").await;
    hint(&hints).await;
    assert!(hints.next().now_or_never().is_none(), "one for each");
}

#[tokio::test]
async fn a_ledger_in_sqlite_gives_no_hints() {
    let world = World::new(Backend::Sqlite).await;
    assert!(world.ledger.listen().next().now_or_never().is_none());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_ledger_that_cannot_be_reached_is_waited_for() {
    let world = World::new(Backend::Postgres).await;
    let (before, rest) = world.urls.0.split_once('@').expect("a user");
    let (host, name) = rest.split_once('/').expect("a database");
    let server = host.to_owned();
    let place = TcpListener::bind("127.0.0.1:0").await.expect("bound").local_addr();
    let place = place.expect("an address");
    let (tries, mut tried) = tokio::sync::mpsc::unbounded_channel();
    let url = format!("{before}@{place}/{name}");
    let opening = tokio::spawn(async move {
        Ledger::open_when_ready(&url, |error, wait| {
            assert_eq!(error.consequence(), Consequence::Retry);
            assert!(wait <= Duration::from_secs(10));
            tries.send(()).expect("it is heard");
        })
        .await
    });
    for _ in 0..2 {
        tokio::time::timeout(DEADLINE, tried.recv()).await.expect("soon").expect("it is tried");
    }
    let listener = TcpListener::bind(place).await.expect("bound");
    let serving = tokio::spawn(async move {
        loop {
            let (mut client, _) = listener.accept().await.expect("accepted");
            let server = server.clone();
            tokio::spawn(async move {
                let mut server = TcpStream::connect(server).await.expect("it is there");
                // Whoever goes first ends it.
                let _ = copy_bidirectional(&mut client, &mut server).await;
            });
        }
    });
    let opened = tokio::time::timeout(DEADLINE, opening).await.expect("soon").expect("no panic");
    assert!(opened.expect("opened").contracts().await.expect("read").is_empty());
    serving.abort();
    // What does not pass by is not waited for.
    let wrong = format!("{before}@{host}/there_is_none");
    let error =
        Ledger::open_when_ready(&wrong, |_, _| panic!("there is nothing to wait for")).await;
    assert!(matches!(error.expect_err("refused").consequence(), Consequence::Configuration(_)));
}
