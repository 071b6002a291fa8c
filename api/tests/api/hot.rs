//! What is answered from memory, and that it is never out of date.

use std::time::Duration;

use sea_orm::ConnectionTrait;
use tolva_api::Options;
use tolva_schema::control::VERSION_CHANNEL;
use tolva_schema::dialect::Dialect;

use crate::backend::Backend;
use crate::fixture;
use crate::world::{World, run_with};

const TARGET: &str = "/rest/v1/person?select=number,label&order=number";

/// Changes a row, and says what a load says; all at once, as a load does.
async fn relabel(world: &World, version: i64, label: &str) {
    let mut sql = format!(
        "BEGIN; UPDATE person SET label = '{label}' WHERE number = 1; \
         DELETE FROM tolva_version WHERE dataset = 'relationships'; \
         INSERT INTO tolva_version (dataset, version, token) VALUES ('relationships', {version}, 1); "
    );
    if world.ledger.dialect() == Dialect::Postgres {
        sql.push_str(&format!("SELECT pg_notify('{VERSION_CHANNEL}', 'relationships'); "));
    }
    sql.push_str("COMMIT");
    // One connection for all: a pool would give each statement another one.
    world.ledger.db().execute_unprepared(&sql).await.expect("the change");
}

/// The label of person 1, and the tag of the answer.
async fn label(world: &World) -> (String, String) {
    let answer = world.get(TARGET).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let label = answer.json()[0]["label"].as_str().expect("a label").to_owned();
    (label, answer.header("etag").expect("a tag").to_owned())
}

async fn a_new_version_is_seen_and_none_comes_back(world: &World) {
    fixture::make_control_tables(&world.ledger).await;
    relabel(world, 1, "first").await;
    let (_, mut tag) = label(world).await;
    for version in 2..30 {
        let wanted = format!("label-{version}");
        // From memory by now, whoever knows.
        label(world).await;
        relabel(world, version, &wanted).await;
        let follows = async {
            loop {
                let (seen, new) = label(world).await;
                // A tag stands for one content: the old one, or the new one.
                assert_eq!(new == tag, seen != wanted, "{seen} at version {version}");
                if seen == wanted {
                    return new;
                }
            }
        };
        tag = tokio::time::timeout(Duration::from_secs(30), follows).await.expect("it follows");
        assert_eq!(label(world).await.0, wanted, "it stays");
    }
}

/// With the table out of reach, only memory can answer.
async fn what_is_known_needs_no_table(world: &World) {
    fixture::make_control_tables(&world.ledger).await;
    relabel(world, 1, "first").await;
    let (_, tag) = label(world).await;
    world.ledger.db().execute_unprepared("ALTER TABLE person RENAME TO away").await.expect("away");
    assert_eq!(label(world).await, ("first".to_owned(), tag.clone()));
    let answer = world.get_with(TARGET, &[("if-none-match", &tag)]).await;
    assert_eq!((answer.status, answer.body.as_str()), (304, ""));
    // Another question is another answer.
    assert_eq!(world.get("/rest/v1/person?select=label").await.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_version_is_seen_and_none_comes_back_on_sqlite() {
    run_with(Backend::Sqlite, Options::default(), a_new_version_is_seen_and_none_comes_back).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_version_is_seen_and_none_comes_back_on_postgres() {
    run_with(Backend::Postgres, Options::default(), a_new_version_is_seen_and_none_comes_back)
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_known_needs_no_table_on_sqlite() {
    run_with(Backend::Sqlite, Options::default(), what_is_known_needs_no_table).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_known_needs_no_table_on_postgres() {
    run_with(Backend::Postgres, Options::default(), what_is_known_needs_no_table).await;
}
