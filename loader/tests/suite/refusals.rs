//! What follows from real refusals of real servers.

use std::collections::BTreeMap;

use sea_orm::{ConnectionTrait, DatabaseConnection, DbErr, TransactionTrait};
use tolva_ledger::{Consequence, LedgerError, consequence, database};
use tolva_loader::{Loader, Progress, Rest, Targets};
use tolva_schema::state::ArrivalState;

use crate::contracts::{ITEM, file, items};
use crate::world::{Backend, World};

/// The URL with another user, password, port or database.
fn url_with(world: &World, change: impl Fn(&mut String, &mut String, &mut String)) -> String {
    let url = world.urls.1.get("mysql").unwrap_or(&world.urls.0);
    let (scheme, rest) = url.split_once("://").expect("a URL");
    let (user, rest) = rest.split_once('@').expect("with a user");
    let (host, name) = rest.split_once('/').expect("with a database");
    let (mut user, mut host, mut name) = (user.to_owned(), host.to_owned(), name.to_owned());
    change(&mut user, &mut host, &mut name);
    format!("{scheme}://{user}@{host}/{name}")
}

async fn refused(url: &str) -> Consequence {
    let error = database::connect(url, 1).await.expect_err("it is refused");
    assert!(!error.to_string().contains("wrong-secret"), "{error}");
    error.consequence()
}

fn told(outcome: Result<impl Sized, DbErr>) -> Consequence {
    match outcome {
        Ok(_) => panic!("it is refused"),
        Err(error) => consequence(&error),
    }
}

async fn connections(world: &World) {
    let login = url_with(world, |user, _, _| *user = "nobody:wrong-secret".to_owned());
    assert!(matches!(refused(&login).await, Consequence::Configuration(_)));
    let password = url_with(world, |user, _, _| {
        let name = user.split(':').next().unwrap_or_default().to_owned();
        *user = format!("{name}:wrong-secret");
    });
    assert!(matches!(refused(&password).await, Consequence::Configuration(_)));
    let name = url_with(world, |_, _, name| *name = "there_is_none".to_owned());
    assert!(matches!(refused(&name).await, Consequence::Configuration(_)));
    // Port 1 is nobody's.
    let host = url_with(world, |_, host, _| *host = "127.0.0.1:1".to_owned());
    assert_eq!(refused(&host).await, Consequence::Retry);
}

async fn table(world: &World) {
    world.execute("CREATE TABLE locked (id INT PRIMARY KEY, value INT)").await;
    world.execute("INSERT INTO locked VALUES (1, 0), (2, 0)").await;
}

/// Two that wait for each other: one of them is refused.
async fn deadlock(db: &DatabaseConnection) {
    let (one, two) = (db.begin().await.expect("begun"), db.begin().await.expect("begun"));
    let update = |id: u8| format!("UPDATE locked SET value = 1 WHERE id = {id}");
    one.execute_unprepared(&update(1)).await.expect("written");
    two.execute_unprepared(&update(2)).await.expect("written");
    let (first, second) = (update(2), update(1));
    let both = tokio::join!(one.execute_unprepared(&first), async {
        let ended = two.execute_unprepared(&second).await;
        two.rollback().await.expect("ended");
        ended
    });
    let failed = [both.0, both.1].into_iter().find_map(Result::err).expect("one is refused");
    assert_eq!(consequence(&failed), Consequence::Retry, "{failed}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn refusals_of_postgres() {
    let world = World::new(Backend::Postgres).await;
    connections(&world).await;
    table(&world).await;
    deadlock(&world.db).await;
    // A server that is a standby while another one takes over.
    let reader = world.db.begin().await.expect("begun");
    reader.execute_unprepared("SET TRANSACTION READ ONLY").await.expect("set");
    let written = reader.execute_unprepared("UPDATE locked SET value = 2").await;
    assert_eq!(told(written), Consequence::Retry);
    drop(reader);
    let (one, two) =
        (world.db.begin().await.expect("begun"), world.db.begin().await.expect("begun"));
    one.execute_unprepared("LOCK TABLE locked").await.expect("locked");
    let locked = two.execute_unprepared("LOCK TABLE locked NOWAIT").await;
    assert_eq!(told(locked), Consequence::Retry);
    one.rollback().await.expect("ended");
    drop(two);
    let nobody = world.db.begin().await.expect("begun");
    nobody.execute_unprepared("SET LOCAL ROLE pg_monitor").await.expect("set");
    let written = nobody.execute_unprepared("UPDATE locked SET value = 2").await;
    assert!(matches!(told(written), Consequence::Configuration(_)));
    drop(nobody);
    let twice = world.db.execute_unprepared("INSERT INTO locked VALUES (1, 1)").await;
    assert_eq!(told(twice), Consequence::Fault);
    let ended = world.db.execute_unprepared("SELECT pg_terminate_backend(pg_backend_pid())").await;
    assert_eq!(told(ended), Consequence::Retry);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn refusals_of_mariadb() {
    let world = World::new(Backend::Mysql).await;
    connections(&world).await;
    table(&world).await;
    deadlock(&world.db).await;
    let twice = world.db.execute_unprepared("INSERT INTO locked VALUES (1, 1)").await;
    assert_eq!(told(twice), Consequence::Fault);
    let one = world.db.begin().await.expect("begun");
    one.execute_unprepared("UPDATE locked SET value = 3").await.expect("written");
    let two = world.db.begin().await.expect("begun");
    two.execute_unprepared("SET SESSION innodb_lock_wait_timeout = 0").await.expect("set");
    let locked = two.execute_unprepared("UPDATE locked SET value = 4").await;
    assert_eq!(told(locked), Consequence::Retry);
    drop((one, two));
    let killed = world.db.execute_unprepared("KILL CONNECTION CONNECTION_ID()").await;
    assert_eq!(told(killed), Consequence::Retry);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn refusals_of_sqlite() {
    let nowhere = database::connect("sqlite:///nowhere/at/all.db", 1).await;
    let error = nowhere.expect_err("it is refused");
    assert!(matches!(error.consequence(), Consequence::Configuration(_)), "{error}");
    for url in ["mongodb://x", "postgres://a b:c@[/d"] {
        let error = database::connect(url, 1).await.expect_err("it is refused");
        assert!(matches!(error, LedgerError::Url | LedgerError::UnreadableUrl), "{error}");
        assert!(matches!(error.consequence(), Consequence::Configuration(_)), "{error}");
    }
    let world = World::new(Backend::Sqlite).await;
    world.execute("CREATE TABLE filled (bytes BLOB)").await;
    let full = world.db.begin().await.expect("begun");
    full.execute_unprepared("PRAGMA max_page_count = 1").await.expect("set");
    let written = full.execute_unprepared("INSERT INTO filled VALUES (zeroblob(1000000))").await;
    assert_eq!(told(written), Consequence::Retry, "there is no room");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_target_that_is_misconfigured_is_waited_for_and_says_what_to_do() {
    for backend in [Backend::Postgres, Backend::Mysql] {
        let world = World::new(backend).await;
        world.contract("items.toml", &items("")).await;
        let arrival = world.land("items", "items.csv", &file(&["a,one,1"])).await;
        let wrong = url_with(&world, |_, _, name| *name = "there_is_none".to_owned());
        let targets = match backend {
            Backend::Mysql => {
                Targets::new(&world.urls.0, &BTreeMap::from([("mysql".to_owned(), wrong)]))
            }
            _ => Targets::new(&wrong, &BTreeMap::new()),
        };
        let loader = Loader::new(world.ledger.clone(), targets, "misled");
        let refreshed = loader.refresh("items", world.target, &Progress::default()).await;
        let refreshed = refreshed.expect("nobody else is kept from anything");
        let Rest::Later { at, reason } = refreshed.rest else { panic!("{refreshed:?}") };
        assert!(reason.contains("check the name of the database"), "{reason}");
        assert!(at > tolva_ledger::now_ms() + 30_000, "it is not asked again and again");
        assert_eq!(world.state(arrival).await, ArrivalState::Landed);
        let told = world.ledger.arrival(arrival).await.expect("read");
        assert_eq!(told.targets[world.target].message.as_deref(), Some(reason.as_str()));
        // Once it is mended, nothing was lost.
        let now = "UPDATE tolva_arrival_target SET not_before = 0";
        world.ledger.db().execute_unprepared(now).await.expect("written");
        assert_eq!(world.refresh("items").await.rest, Rest::Done);
        assert_eq!(world.lines("item", ITEM).await, ["a|one|1"]);
    }
}
