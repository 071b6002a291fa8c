//! Writers among themselves and beside a load: nothing is lost, nothing is half.

use std::collections::BTreeSet;
use std::time::Duration;

use sea_orm::{ConnectionTrait, SqliteTransactionMode, TransactionOptions, TransactionTrait};
use tolva_schema::control::lock_number;
use tolva_schema::dialect::Dialect;

use crate::backend::Backend;
use crate::on_each_backend;
use crate::world::World;
use crate::writing::begin;

on_each_backend![
    writers_at_once_lose_nothing,
    of_two_that_make_one_row_one_does,
    a_writer_waits_for_a_merge_and_sees_what_it_made,
    a_contract_that_has_just_changed_is_not_written_by,
    a_thousand_rows_are_made_changed_and_deleted_at_once,
];

/// Takes what a merge takes until the transaction ends.
async fn merge(world: &World) -> sea_orm::DatabaseTransaction {
    let options = TransactionOptions {
        sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
        ..Default::default()
    };
    let merge = world.ledger.db().begin_with_options(options).await.expect("a transaction");
    if world.ledger.dialect() == Dialect::Postgres {
        let lock = format!("SELECT pg_advisory_xact_lock({})", lock_number("things"));
        merge.execute_unprepared(&lock).await.expect("the lock");
    }
    merge
}

async fn writers_at_once_lose_nothing(world: &World) {
    let writer = begin(world).await;
    let post = |number: usize| {
        let writer = &writer;
        async move {
            let body = format!("{{\"code\": \"c{number}\", \"kind_id\": 1}}");
            writer.send("POST", "/rest/v1/thing", &[], &body).await.status
        }
    };
    let statuses = futures_util::future::join_all((0..20).map(post)).await;
    assert_eq!(statuses, [201; 20]);
    let ids = world.column("thing", "id", "code=like.c*").await;
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), 20, "{ids:?}");
    assert_eq!(writer.version("things").await, 27);
    assert_eq!(writer.count("tolva_change", "op = 'insert'").await, 20);
}

async fn of_two_that_make_one_row_one_does(world: &World) {
    let writer = begin(world).await;
    let post = || writer.send("POST", "/rest/v1/tag", &[], r#"{"name": "one"}"#);
    let answers = futures_util::future::join_all((0..6).map(|_| post())).await;
    let mut statuses: Vec<u16> = answers.iter().map(|answer| answer.status).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 409, 409, 409, 409, 409]);
}

async fn a_writer_waits_for_a_merge_and_sees_what_it_made(world: &World) {
    let writer = begin(world).await;
    let merge = merge(world).await;
    for sql in [
        "UPDATE thing SET size = 50 WHERE id = 1",
        "UPDATE tolva_version SET version = 8 WHERE dataset = 'things'",
    ] {
        merge.execute_unprepared(sql).await.expect(sql);
    }
    let write = writer.rows("PATCH", "/rest/v1/thing?size=eq.50&select=size", r#"{"size": 51}"#);
    tokio::pin!(write);
    let early = tokio::time::timeout(Duration::from_millis(300), &mut write).await;
    assert!(early.is_err(), "the merge is not over");
    merge.commit().await.expect("committed");
    assert_eq!(write.await, serde_json::json!([{ "size": 51 }]));
    assert_eq!(writer.version("things").await, 9);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_writer_that_waits_for_too_long_is_told_to_try_again() {
    crate::world::run(Backend::Postgres, async |world| {
        let writer = begin(world).await;
        let merge = merge(world).await;
        let answer = writer.send("POST", "/rest/v1/tag", &[], r#"{"name": "a"}"#).await;
        assert_eq!((answer.status, answer.code().as_str()), (503, "TOLVA031"));
        assert_eq!(answer.json()["hint"], "try again in a moment");
        // Readers never wait, and other datasets neither.
        assert_eq!(world.get("/rest/v1/thing").await.status, 200);
        let other = writer.send("POST", "/rest/v1/company", &[], r#"{"name": "New"}"#).await;
        assert_eq!(other.status, 201, "{}", other.body);
        merge.rollback().await.expect("rolled back");
        assert_eq!(writer.count("tag", "1 = 1").await, 0);
        let answer = writer.send("POST", "/rest/v1/tag", &[], r#"{"name": "a"}"#).await;
        assert_eq!(answer.status, 201);
    })
    .await;
}

async fn a_contract_that_has_just_changed_is_not_written_by(world: &World) {
    let writer = begin(world).await;
    assert_eq!(world.get("/rest/v1/tag").await.status, 200, "the contract is known");
    let sql = "UPDATE tolva_contract SET text = replace(text, 'things*.csv', 'other*.csv') \
               WHERE dataset = 'things'";
    world.ledger.db().execute_unprepared(sql).await.expect(sql);
    // Until the API has read it, which takes a second at most, it says to try again.
    let mut seen = BTreeSet::new();
    for number in 0..200 {
        let body = format!("{{\"name\": \"n{number}\"}}");
        let answer = writer.send("POST", "/rest/v1/tag", &[], &body).await;
        if answer.status == 201 {
            break;
        }
        seen.insert((answer.status, answer.code()));
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert!(seen.iter().all(|told| *told == (503, "TOLVA004".to_owned())), "{seen:?}");
    assert_eq!(writer.count("tag", "1 = 1").await, 1);
}

async fn a_thousand_rows_are_made_changed_and_deleted_at_once(world: &World) {
    let writer = begin(world).await;
    let rows: Vec<_> = (0..1500)
        .map(|number| serde_json::json!({ "code": format!("n{number}"), "kind_id": 1, "size": 1 }))
        .collect();
    let body = serde_json::Value::from(rows).to_string();
    let made = writer.rows("POST", "/rest/v1/thing?select=id,code", &body).await;
    let made = made.as_array().expect("rows");
    assert_eq!((made.len(), &made[1499]["code"]), (1500, &serde_json::json!("n1499")));
    let some = "/rest/v1/thing?code=like.n*";
    let answer = writer.prefer("PATCH", some, "count=exact", r#"{"size": 2, "price": 0.5}"#).await;
    assert_eq!((answer.status, answer.header("content-range")), (204, Some("0-1499/1500")));
    assert_eq!(writer.count("thing", "size = 2").await, 1500);
    let answer = writer.prefer("DELETE", some, "count=exact", "").await;
    assert_eq!((answer.status, answer.header("content-range")), (204, Some("*/1500")));
    assert_eq!(writer.count("tolva_change", "1 = 1").await, 4500);
    assert_eq!(writer.version("things").await, 10);
}
