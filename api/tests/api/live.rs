//! A server over time: contracts that change, rows that change under a reader, clients that leave,
//! databases that go away, and its own end.

use std::io::Write;
use std::time::Duration;

use sea_orm::{ConnectionTrait, DbBackend, Statement};
use tolva_api::{ApiError, Options};
use tolva_schema::contract::Contract;
use tolva_schema::dialect::Dialect;
use ureq::Agent;
use ureq::http::Response;

use crate::backend::Backend;
use crate::fixture;
use crate::on_each_backend;
use crate::world::{World, serve};

on_each_backend![
    a_contract_that_changes_is_followed_without_restart,
    a_table_that_no_worker_has_made_yet_is_said_to_be_so,
    a_table_of_another_target_is_not_served,
    a_reader_sees_one_version_however_slow_it_is,
    clients_that_leave_give_their_connection_back,
    an_error_behind_the_first_rows_breaks_the_body,
    an_error_before_the_first_rows_is_an_error_like_any_other,
    a_server_that_is_stopped_ends_its_answers_first,
    an_address_that_is_taken_is_refused_at_the_start,
    readiness_is_that_of_the_ledger,
];

/// Longer than contracts are known from memory.
const CONTRACTS_KNOWN: Duration = Duration::from_millis(1100);
/// Rows that no socket buffer holds.
const ROWS: usize = 30_000;

pub fn measures_with(field: &str) -> String {
    let (file, text) = fixture::CONTRACTS[2];
    assert_eq!(file, "measures.toml");
    text.replace("fields = [", &format!("fields = [\n{field},"))
}

/// Puts a contract in force, and changes no table.
pub async fn promise(world: &World, text: &str) {
    let contract = Contract::parse("new.toml", text).unwrap();
    world.ledger.store_contract("new.toml", text, &contract, None).await.unwrap();
    tokio::time::sleep(CONTRACTS_KNOWN).await;
}

async fn execute(world: &World, sql: &str) {
    world.ledger.db().execute_unprepared(sql).await.expect(sql);
}

/// Many long rows.
pub async fn make_big(world: &World) {
    let hash =
        if world.ledger.dialect() == Dialect::Sqlite { "zeroblob(16)" } else { "'0'::bytea" };
    let sql = format!(
        "INSERT INTO measure (code, note, size, _hash, _origin, _load) \
         WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {ROWS}) \
         SELECT 'n' || i, '{}', 0, {hash}, 0, 1 FROM n",
        "x".repeat(500)
    );
    execute(world, &sql).await;
}

const BIG: &str = "/rest/v1/measure?code=like.n*&select=size,note";

/// Sends a request and reads the head of the answer only.
async fn begin(world: &World, target: &str) -> Response<ureq::Body> {
    begin_at(world.address, target).await
}

async fn begin_at(address: std::net::SocketAddr, target: &str) -> Response<ureq::Body> {
    let url = format!("http://{address}{target}");
    let get = move || Agent::new_with_defaults().get(&url).call().expect("an answer");
    tokio::task::spawn_blocking(get).await.unwrap()
}

async fn finish(response: Response<ureq::Body>) -> Result<String, ureq::Error> {
    let body = response.into_body();
    let read = move || body.into_with_config().limit(u64::MAX).read_to_string();
    tokio::task::spawn_blocking(read).await.unwrap()
}

fn sizes(body: &str) -> Vec<i64> {
    let rows: serde_json::Value = serde_json::from_str(body).unwrap();
    rows.as_array().unwrap().iter().map(|row| row["size"].as_i64().unwrap()).collect()
}

async fn a_contract_that_changes_is_followed_without_restart(world: &World) {
    assert_eq!(world.refusal("/rest/v1/measure?select=extra").await.1, "42703");
    execute(world, "ALTER TABLE measure ADD COLUMN extra TEXT").await;
    promise(world, &measures_with(r#"{ name = "extra", type = "string" }"#)).await;
    let rows = world.json("/rest/v1/measure?code=eq.a&select=code,extra").await;
    assert_eq!(rows, serde_json::json!([{ "code": "a", "extra": null }]));
}

async fn a_table_that_no_worker_has_made_yet_is_said_to_be_so(world: &World) {
    promise(world, &measures_with(r#"{ name = "extra", type = "string" }"#)).await;
    for query in ["", "?extra=eq.1", "?order=extra", "?select=extra"] {
        let target = format!("/rest/v1/measure{query}");
        assert_eq!(world.refusal(&target).await, (503, "TOLVA004".to_owned()), "{query}");
    }
    assert_eq!(world.get("/rest/v1/measure?select=code").await.status, 200);
    execute(world, "DROP TABLE measure").await;
    let answer = world.get("/rest/v1/measure").await;
    assert_eq!((answer.status, answer.code().as_str()), (404, "PGRST205"));
    assert_eq!(answer.json()["hint"], "its contract is in force, and no worker has made it yet");
}

async fn a_table_of_another_target_is_not_served(world: &World) {
    let (_, text) = fixture::CONTRACTS[2];
    promise(
        world,
        &text.replace(
            "every ",
            "targets = [\"mysql\"]
every ",
        ),
    )
    .await;
    let answer = world.get("/rest/v1/measure").await;
    assert_eq!((answer.status, answer.code().as_str()), (404, "PGRST205"));
    let hint = answer.json()["hint"].to_string();
    assert!(hint.contains("mysql"), "{hint}");
}

async fn a_reader_sees_one_version_however_slow_it_is(world: &World) {
    make_big(world).await;
    let slow = begin(world, BIG).await;
    execute(world, "UPDATE measure SET size = 1 WHERE code LIKE 'n%'").await;
    execute(world, "DELETE FROM measure WHERE code LIKE 'n%9'").await;
    let before = sizes(&finish(slow).await.expect("a whole body"));
    assert_eq!(before, vec![0; ROWS]);
    let after = sizes(&finish(begin(world, BIG).await).await.expect("a whole body"));
    assert_eq!(after, vec![1; ROWS / 10 * 9]);
}

async fn clients_that_leave_give_their_connection_back(world: &World) {
    make_big(world).await;
    // More of them than the pool has connections.
    for _ in 0..15 {
        drop(begin(world, BIG).await);
    }
    assert_eq!(world.people("label", "eq.A").await, "1");
}

async fn an_error_behind_the_first_rows_breaks_the_body(world: &World) {
    make_big(world).await;
    let response = if world.ledger.dialect() == Dialect::Sqlite {
        // Bytes are no JSON, and this row comes last.
        let spoil = "UPDATE measure SET note = x'ffff' WHERE code = 'n9999'";
        execute(world, spoil).await;
        begin(world, BIG).await
    } else {
        let response = begin(world, BIG).await;
        let end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
             WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle'";
        execute(world, end).await;
        response
    };
    assert_eq!(response.status(), 200);
    assert!(finish(response).await.is_err(), "a part must not look like the whole");
    assert_eq!(world.people("label", "eq.A").await, "1", "the next request is answered");
}

async fn an_error_before_the_first_rows_is_an_error_like_any_other(world: &World) {
    execute(world, "ALTER TABLE measure RENAME TO hidden").await;
    let broken = match world.ledger.dialect() {
        Dialect::Sqlite => "CREATE VIEW measure AS SELECT x'ffff' AS code, x'ffff' AS note",
        _ => "CREATE VIEW measure AS SELECT (1 / (random() * 0)::int)::text AS code, '' AS note",
    };
    execute(world, broken).await;
    let answer = world.get("/rest/v1/measure?select=code,note").await;
    assert_eq!((answer.status, answer.code().as_str()), (500, "XX000"));
    assert!(!answer.body.contains("zero") && !answer.body.contains("BLOB"), "{}", answer.body);
}

/// Statements under way in Postgres that read for a client, until there are so many.
async fn await_statements(world: &World, wanted: i64) {
    let sql = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() \
               AND state = 'active' AND query LIKE 'FETCH%'";
    let limit = tokio::time::Instant::now() + Duration::from_secs(20);
    loop {
        let question = Statement::from_string(DbBackend::Postgres, sql);
        let row = world.ledger.db().query_one_raw(question).await.unwrap().unwrap();
        let found: i64 = row.try_get_by_index(0).unwrap();
        if found == wanted {
            return;
        }
        assert!(tokio::time::Instant::now() < limit, "{found} statements, not {wanted}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_leaves_ends_its_statement_in_postgres() {
    crate::world::run(Backend::Postgres, async |world| {
        execute(world, "ALTER TABLE measure RENAME TO hidden").await;
        execute(
            world,
            "CREATE VIEW measure AS SELECT hidden.* FROM hidden, (SELECT pg_sleep(600)) AS slow",
        )
        .await;
        let address = world.address;
        let ask = move || {
            let mut client = std::net::TcpStream::connect(address).unwrap();
            client.write_all(b"GET /rest/v1/measure HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
            client
        };
        let client = tokio::task::spawn_blocking(ask).await.unwrap();
        await_statements(world, 1).await;
        drop(client);
        await_statements(world, 0).await;
        assert_eq!(world.people("label", "eq.A").await, "1");
    })
    .await;
}

fn at(listen: &str) -> Options {
    Options { listen: listen.to_owned(), ..Options::default() }
}

async fn a_server_that_is_stopped_ends_its_answers_first(world: &World) {
    make_big(world).await;
    let server = serve(&world.ledger, at("127.0.0.1:0")).await.unwrap();
    let (address, handle) = (server.address(), server.handle());
    let running = tokio::spawn(server.run());
    let slow = begin_at(address, BIG).await;
    let stopping = tokio::spawn(async move { handle.stop().await });
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert!(!running.is_finished(), "an answer is under way");
    assert_eq!(sizes(&finish(slow).await.expect("a whole body")).len(), ROWS);
    stopping.await.unwrap();
    running.await.unwrap().unwrap();
    assert!(std::net::TcpStream::connect(address).is_err());
    assert_eq!(world.people("label", "eq.A").await, "1", "the ledger serves others as before");
}

async fn an_address_that_is_taken_is_refused_at_the_start(world: &World) {
    for listen in [world.address.to_string(), "nowhere".to_owned()] {
        let error = serve(&world.ledger, at(&listen)).await.err().unwrap();
        assert!(matches!(error, ApiError::Listen { .. }), "{error}");
        assert!(error.to_string().contains(&listen), "{error}");
    }
}

async fn readiness_is_that_of_the_ledger(world: &World) {
    let ready = serde_json::json!({ "status": "ready", "parts": { "ledger": { "ready": true } } });
    assert_eq!(world.json("/readyz").await, ready);
    world.ledger.db().clone().close().await.unwrap();
    assert_eq!(world.refusal("/readyz").await, (503, "TOLVA005".to_owned()));
    let refused = world.get("/readyz").await.json();
    assert_eq!(refused["parts"]["ledger"]["ready"], false, "{refused}");
    assert!(
        refused["details"].as_str().is_some_and(|why| why.starts_with("ledger: ")),
        "{refused}"
    );
    assert_eq!(world.refusal("/v1/arrivals").await, (503, "PGRST000".to_owned()));
    assert_eq!(world.refusal("/rest/v1/person").await.0, 503);
    assert_eq!(world.json("/healthz").await, serde_json::json!({ "status": "ok" }));
}
