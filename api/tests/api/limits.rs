//! How much may be asked, how often, and how long an answer may take.

use std::collections::BTreeMap;
use std::io::{Read as _, Write};
use std::net::{SocketAddr, TcpStream};
use std::num::NonZeroU32;
use std::time::Duration;

use sea_orm::{ConnectionTrait, TransactionTrait};
use tolva_api::{Limits, Options, Rate};

use crate::backend::Backend;
use crate::changes::Ear;
use crate::live::make_big;
use crate::world::{World, run_with};

fn some(number: u32) -> Option<NonZeroU32> {
    NonZeroU32::new(number)
}

/// Sends a request that no client library would send; the status line and what follows.
async fn raw(address: SocketAddr, request: String) -> (u16, String) {
    let send = move || {
        let mut stream = TcpStream::connect(address).expect("a connection");
        stream.set_read_timeout(Some(Duration::from_secs(30))).expect("set");
        stream.write_all(request.as_bytes()).expect("sent");
        let mut bytes = Vec::new();
        // A server that refuses may cut the rest of the request off.
        let _ = stream.read_to_end(&mut bytes);
        let answer = String::from_utf8_lossy(&bytes).into_owned();
        let status = answer.split(' ').nth(1).and_then(|status| status.parse().ok());
        (status.unwrap_or(0), answer)
    };
    tokio::task::spawn_blocking(send).await.expect("an answer")
}

fn small() -> Options {
    let limits = Limits {
        url: bytesize::ByteSize::b(200),
        headers: bytesize::ByteSize::b(1000),
        body: bytesize::ByteSize::b(100),
        ..Limits::default()
    };
    Options { limits, ..Options::default() }
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_that_are_too_large_are_refused() {
    run_with(Backend::Sqlite, small(), async |world| {
        let path = "/rest/v1/person?name=eq.";
        let longest = format!("{path}{}", "x".repeat(200 - path.len()));
        assert_eq!(world.get(&longest).await.status, 200);
        let answer = world.get(&format!("{longest}x")).await;
        assert_eq!((answer.status, answer.code().as_str()), (414, "TOLVA022"));
        let many = "x".repeat(1000);
        let answer = world.get_with("/rest/v1/person", &[("x-filler", &many)]).await;
        assert_eq!((answer.status, answer.code().as_str()), (431, "TOLVA023"));
        let several: Vec<(String, String)> =
            (0..40).map(|at| (format!("x-{at}"), "y".repeat(20))).collect();
        let several: Vec<(&str, &str)> =
            several.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!(world.get_with("/healthz", &several).await.status, 431);
        for length in ["101", "99999999999999999999"] {
            let request = format!(
                "POST /rest/v1/person HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\
                 Content-Length: {length}\r\n\r\n"
            );
            let (status, answer) = raw(world.address, request).await;
            assert!(status == 413 || status == 400, "{answer}");
        }
        assert_eq!(world.get("/rest/v1/person").await.status, 200);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_beyond_all_bounds_end_the_connection() {
    run_with(Backend::Sqlite, Options::default(), async |world| {
        let heads = [
            format!("GET /{} HTTP/1.1\r\nHost: x\r\n\r\n", "x".repeat(300_000)),
            format!("GET / HTTP/1.1\r\nHost: x\r\nX: {}\r\n\r\n", "x".repeat(300_000)),
            format!("GET / HTTP/1.1\r\nHost: x\r\n{}\r\n", "X: y\r\n".repeat(5000)),
            "GET / HTTP/1.1\r\nHost: x\r\nX y\r\n\r\n".to_owned(),
            "\0\0\0\0\r\n\r\n".to_owned(),
            "GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
                .to_owned(),
            "GET / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n".to_owned(),
        ];
        for head in heads {
            let start: String = head.chars().take(60).collect();
            let (status, answer) = raw(world.address, head).await;
            assert!(status == 0 || (400..500).contains(&status), "{start}: {answer}");
        }
        assert_eq!(world.get("/rest/v1/person").await.status, 200);
    })
    .await;
}

fn rated(rate: Rate) -> Options {
    let proxies = vec!["127.0.0.0/8".parse().expect("a network")];
    Options { rate, proxies, ..Options::default() }
}

/// How often requests with these headers got each status.
async fn statuses(
    world: &World,
    requests: usize,
    headers: &[(&str, &str)],
) -> BTreeMap<u16, usize> {
    let mut statuses = BTreeMap::new();
    for _ in 0..requests {
        let answer = world.get_with("/rest/v1/person?limit=1", headers).await;
        if answer.status == 429 {
            assert_eq!(answer.code(), "TOLVA020");
            let seconds: u64 =
                answer.header("retry-after").expect("when").parse().expect("seconds");
            assert!((1..=3600).contains(&seconds), "{seconds}");
        }
        *statuses.entry(answer.status).or_default() += 1;
    }
    statuses
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_asks_too_often_is_told_to_wait() {
    // So slow that nothing comes back while the test runs, but for one request a second.
    let rate = Rate { address: some(1), key: None, burst: some(20).expect("some") };
    run_with(Backend::Sqlite, rated(rate), async |world| {
        let first = statuses(world, 60, &[("x-forwarded-for", "192.0.2.1")]).await;
        assert!((20..50).contains(&first[&200]) && first[&429] >= 10, "{first:?}");
        // Who asks for others is nobody himself, and a customer has all addresses of his network.
        let other = statuses(world, 10, &[("x-forwarded-for", "192.0.2.2")]).await;
        assert_eq!(other, BTreeMap::from([(200, 10)]));
        let forged = [("x-forwarded-for", "203.0.113.9, 192.0.2.1")];
        assert!(statuses(world, 10, &forged).await.contains_key(&429), "a forged address counts");
        let mut one = BTreeMap::new();
        for at in 0..60 {
            let address = format!("2001:db8::{at:x}");
            let answer =
                world.get_with("/rest/v1/person?limit=1", &[("x-forwarded-for", &address)]).await;
            *one.entry(answer.status).or_insert(0) += 1;
        }
        assert!(one[&429] >= 10, "{one:?}");
        for target in ["/healthz", "/readyz"] {
            let headers = [("x-forwarded-for", "192.0.2.1")];
            assert_eq!(world.get_with(target, &headers).await.status, 200, "{target}");
        }
        // What is no credential costs as much as any other request.
        let guesses =
            statuses(world, 60, &[("x-forwarded-for", "192.0.2.3"), ("apikey", "tolva_x_y")]).await;
        assert!(guesses[&401] < 50 && guesses[&429] >= 10, "{guesses:?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_believed_who_is_no_proxy_of_ours() {
    let rate = Rate { address: some(1), key: None, burst: some(20).expect("some") };
    let options = Options { rate, ..Options::default() };
    run_with(Backend::Sqlite, options, async |world| {
        let mut refused = 0;
        for at in 0..60 {
            let address = format!("198.51.100.{at}");
            let headers = [("x-forwarded-for", address.as_str())];
            refused += usize::from(world.get_with("/rest/v1/person", &headers).await.status == 429);
        }
        assert!(refused >= 10, "{refused}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_is_used_too_often_is_told_to_wait() {
    let rate = Rate { address: None, key: some(1), burst: some(20).expect("some") };
    run_with(Backend::Sqlite, rated(rate), async |world| {
        let mut keys = Vec::new();
        for name in ["one", "two"] {
            let scopes = "read".parse().expect("scopes");
            let (_, secret) = world.ledger.create_key(name, scopes, None).await.expect("a key");
            keys.push(secret.reveal().to_owned());
        }
        let first = statuses(world, 60, &[("apikey", &keys[0])]).await;
        assert!((20..50).contains(&first[&200]) && first[&429] >= 10, "{first:?}");
        assert_eq!(statuses(world, 10, &[("apikey", &keys[1])]).await, BTreeMap::from([(200, 10)]));
        assert_eq!(statuses(world, 40, &[]).await, BTreeMap::from([(200, 40)]));
    })
    .await;
}

async fn rows_at_most(world: &World) {
    let page = async |target: &str, headers: &[(&str, &str)]| {
        let answer = world.get_with(target, headers).await;
        assert!(answer.status == 200 || answer.status == 206, "{target}: {}", answer.body);
        let range = answer.header("content-range").expect("a range").to_owned();
        let rows = answer.json().as_array().expect("rows").len();
        (answer.status, range, rows, answer.header("link").map(str::to_owned))
    };
    let counted = [("prefer", "count=exact")];
    let (status, range, rows, link) = page("/rest/v1/person", &counted).await;
    assert_eq!((status, range.as_str(), rows), (206, "0-1/5", 2));
    assert!(link.expect("a next page").contains("after="));
    let (status, range, rows, _) = page("/rest/v1/person?limit=4", &[]).await;
    assert_eq!((status, range.as_str(), rows), (200, "0-1/*", 2));
    let (_, range, rows, _) = page("/rest/v1/person?limit=1&offset=3", &[]).await;
    assert_eq!((range.as_str(), rows), ("3-3/*", 1));
    let (_, range, rows, _) = page("/rest/v1/person", &[("range", "1-4")]).await;
    assert_eq!((range.as_str(), rows), ("1-2/*", 2));
    let embedded = world
        .json("/rest/v1/person?select=number,relationship!from_number(to_number)&number=eq.1")
        .await;
    assert_eq!(embedded[0]["relationship"].as_array().expect("rows").len(), 2);
    let csv = world.get_with("/rest/v1/measure", &[("accept", "text/csv")]).await;
    assert_eq!(csv.header("content-range"), Some("0-1/*"));
    let head = world.send("HEAD", "/rest/v1/person").await;
    assert_eq!(head.header("content-range"), Some("0-1/*"));
    // The pages lead through all of it.
    let (mut target, mut numbers) = (Some("/rest/v1/person?select=number".to_owned()), Vec::new());
    while let Some(here) = target {
        let answer = world.get(&here).await;
        for row in answer.json().as_array().expect("rows") {
            numbers.push(row["number"].as_i64().expect("a number"));
        }
        let link = answer.header("link");
        target = link.map(|link| link[1..].split('>').next().expect("a URL").to_owned());
    }
    assert_eq!(numbers, [1, 2, 3, 4, 5]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_has_so_many_rows_at_most_on_sqlite() {
    let options = Options { rows: some(2), ..Options::default() };
    run_with(Backend::Sqlite, options, rows_at_most).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_has_so_many_rows_at_most_on_postgres() {
    let options = Options { rows: some(2), ..Options::default() };
    run_with(Backend::Postgres, options, rows_at_most).await;
}

/// Transactions of Postgres at the API's own database that give rows in parts.
async fn open_transactions(world: &World) -> i64 {
    let db = world.ledger.db();
    let sql = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() \
               AND backend_type = 'client backend' AND xact_start IS NOT NULL \
               AND query ~ '^(DECLARE|FETCH) '";
    let statement = sea_orm::Statement::from_string(db.get_database_backend(), sql);
    let row = db.query_one_raw(statement).await.expect("asked").expect("a row");
    row.try_get_by_index(0).expect("a count")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_client_gives_its_connection_back() {
    let options = Options { patience: 1, ..Options::default() };
    run_with(Backend::Postgres, options, async |world| {
        make_big(world).await;
        let mut stream = TcpStream::connect(world.address).expect("a connection");
        stream.set_read_timeout(Some(Duration::from_secs(60))).expect("set");
        let request = "GET /rest/v1/measure HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
        stream.write_all(request.as_bytes()).expect("sent");
        let mut head = [0; 100];
        stream.read_exact(&mut head).expect("the beginning");
        // The client takes nothing more, and the snapshot ends by itself.
        let mut seen = false;
        loop {
            let open = open_transactions(world).await;
            seen |= open > 0;
            if seen && open == 0 {
                break;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        // Whoever comes back finds an answer that breaks off: no part is taken for the whole.
        let read = move || {
            let mut rest = Vec::new();
            let _ = stream.read_to_end(&mut rest);
            rest
        };
        let rest = tokio::task::spawn_blocking(read).await.expect("read");
        assert!(!rest.ends_with(b"0\r\n\r\n"), "the body has no end");
        assert_eq!(world.get("/rest/v1/measure?limit=1").await.status, 200);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_that_find_no_connection_are_told_to_come_again() {
    run_with(Backend::Postgres, Options::default(), async |world| {
        // The contracts are known from memory for a second: what is missing then is a connection.
        let mut held = Vec::new();
        while let Ok(Ok(transaction)) =
            tokio::time::timeout(Duration::from_secs(1), world.ledger.db().begin()).await
        {
            held.push(transaction);
        }
        assert!(!held.is_empty());
        let answer = world.get("/rest/v1/person").await;
        assert_eq!((answer.status, answer.code().as_str()), (503, "PGRST003"));
        assert_eq!(answer.header("retry-after"), Some("1"));
        assert_eq!(world.get("/healthz").await.status, 200);
        drop(held);
        assert_eq!(world.get("/rest/v1/person").await.status, 200);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_listen_and_the_next_is_told_to_come_again() {
    run_with(Backend::Sqlite, Options::default(), async |world| {
        let mut ears = Vec::new();
        for _ in 0..100 {
            ears.push(Ear::open_with(world, "/v1/events", String::new()).await);
        }
        let answer = world.get("/v1/events").await;
        assert_eq!((answer.status, answer.code().as_str()), (503, "TOLVA007"));
        assert!(answer.header("retry-after").is_some());
        assert_eq!(world.get("/rest/v1/person").await.status, 200);
        ears.clear();
        loop {
            let (status, _) = raw(
                world.address,
                "HEAD /v1/events HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".to_owned(),
            )
            .await;
            assert_eq!(status, 200);
            // A place becomes free as soon as the server learns that a client has gone.
            let mut stream = TcpStream::connect(world.address).expect("a connection");
            stream.write_all(b"GET /v1/events HTTP/1.1\r\nHost: x\r\n\r\n").expect("sent");
            let mut head = [0; 12];
            stream.read_exact(&mut head).expect("a status");
            if &head == b"HTTP/1.1 200" {
                break;
            }
        }
    })
    .await;
}
