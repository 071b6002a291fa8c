//! The database user of the API: what it needs, and nothing else.

use sea_orm::ConnectionTrait;
use tolva_api::Options;
use tolva_ledger::{Ledger, database};
use tolva_schema::contract::Contract;
use tolva_schema::dialect::Dialect;
use tolva_schema::grants;

use crate::backend::Backend;
use crate::world::{self, World};
use crate::writing::{Writer, begin};

/// What whoever takes over the API cannot do with its user.
const REFUSED: [&str; 12] = [
    "INSERT INTO person (number, label, _hash, _origin, _load) VALUES (99, 'x', '', 0, 0)",
    "UPDATE person SET label = 'x'",
    "DELETE FROM relationship",
    "TRUNCATE thing",
    "DROP TABLE thing",
    "ALTER TABLE thing ADD COLUMN x text",
    "CREATE TABLE x (y text)",
    "UPDATE tolva_version SET token = 9",
    "DELETE FROM tolva_change",
    "UPDATE tolva_change SET author = 'somebody else'",
    "INSERT INTO tolva_contract SELECT * FROM tolva_contract",
    "INSERT INTO tolva_key SELECT * FROM tolva_key",
];

async fn execute(world: &World, sql: &str) {
    world.ledger.db().execute_unprepared(sql).await.expect(sql);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_apis_user_may_write_where_a_contract_says_so_and_nowhere_else() {
    world::run(Backend::Postgres, async |world| {
        let writer = begin(world).await;
        let (api, watch) = ("tolva_api_of_tests", "tolva_watch_of_tests");
        // Users belong to the server, which other tests use at the same time: their names are own ones.
        for role in [api, watch] {
            execute(world, &format!("DROP ROLE IF EXISTS {role}")).await;
            execute(world, &format!("CREATE ROLE {role} LOGIN PASSWORD 'api'")).await;
        }
        execute(world, &format!("GRANT USAGE ON SCHEMA public TO {api}")).await;
        let mut script = grants::ledger(Dialect::Postgres);
        for stored in world.ledger.contracts().await.expect("contracts") {
            let contract: &Contract = &stored.contract;
            script.push_str(&grants::dataset(Dialect::Postgres, contract));
        }
        let script = script.replace("tolva_api", api).replace("tolva_watch", watch);
        execute(world, &script).await;
        let url = url_of(world, api).await;
        let ledger = Ledger::open(&url).await.expect("the ledger, as the API's user");
        let options = Options { listen: "127.0.0.1:0".to_owned(), ..Options::default() };
        let server = world::serve(&ledger, options).await.expect("a server");
        let (address, handle) = (server.address(), server.handle());
        let running = tokio::spawn(server.run());
        let restricted = World { ledger: ledger.clone(), address, handle: handle.clone() };
        let with_less = Writer { world: &restricted, key: writer.key.clone() };
        with_less.rows("POST", "/rest/v1/thing", r#"{"code": "a", "kind_id": 1}"#).await;
        with_less.rows("PATCH", "/rest/v1/thing?id=lte.2", r#"{"size": 5}"#).await;
        let merge = "resolution=merge-duplicates";
        let body = r#"[{"code": "a", "kind_id": 2}, {"code": "b", "kind_id": 2}]"#;
        assert_eq!(with_less.prefer("POST", "/rest/v1/thing", merge, body).await.status, 201);
        with_less.rows("DELETE", "/rest/v1/thing?id=lte.2", "").await;
        with_less.rows("POST", "/rest/v1/thing", r#"{"code": "saw", "kind_id": 1}"#).await;
        for sql in REFUSED {
            let refused = ledger.db().execute_unprepared(sql).await.expect_err(sql).to_string();
            let why = ["permission denied", "must be owner"];
            assert!(why.iter().any(|why| refused.contains(why)), "{sql}: {refused}");
        }
        handle.stop().await;
        running.await.expect("the server").expect("the server's end");
        ledger.db().clone().close().await.expect("the pool's end");
        for role in [api, watch] {
            execute(world, &format!("DROP OWNED BY {role}")).await;
            execute(world, &format!("DROP ROLE {role}")).await;
        }
    })
    .await;
}

/// The URL of the test's database for another user.
async fn url_of(world: &World, user: &str) -> String {
    let sql = "SELECT current_database()";
    let db = world.ledger.db();
    let statement = sea_orm::Statement::from_string(db.get_database_backend(), sql);
    let row = db.query_one_raw(statement).await.expect(sql).expect("a row");
    let name: String = row.try_get_by_index(0).expect("a name");
    let server = std::env::var("TOLVA_TEST_POSTGRES").expect("a server");
    let (_, rest) = server.split_once("://").expect("a URL");
    let host = rest.rsplit_once('@').map_or(rest, |(_, host)| host);
    let (host, parameters) = host.split_once('/').expect("a URL with a database");
    let parameters = parameters.split_once('?').map_or("", |(_, parameters)| parameters);
    let url = format!("postgres://{user}:api@{host}/{name}?{parameters}");
    drop(database::connect(&url, 1).await.expect("a connection"));
    url
}
