//! What a write makes of the dataset: its version, its counts, its record of changes, its rows' hashes.

use serde_json::{Value, json};
use tolva_schema::hash::Hasher;
use tolva_schema::value::Value as Stored;

use crate::fixture;
use crate::on_each_backend;
use crate::world::World;
use crate::writing::begin;

on_each_backend![
    a_write_makes_a_new_version_and_what_was_known_is_stale,
    counts_follow_what_is_written,
    what_was_done_is_recorded_with_the_name_of_the_key,
    rows_remember_what_their_file_said,
    rows_of_the_api_have_the_hash_that_a_file_would_give_them,
    a_row_that_is_made_again_is_not_deleted_any_more,
    ids_are_not_given_twice,
    a_dataset_that_was_never_loaded_can_be_written_to,
];

async fn a_write_makes_a_new_version_and_what_was_known_is_stale(world: &World) {
    let writer = begin(world).await;
    let target = "/rest/v1/thing?select=code,size&order=code";
    let before = world.get(target).await;
    let tag = before.header("etag").expect("a tag").to_owned();
    let again = world.get_with(target, &[("if-none-match", &tag)]).await;
    assert_eq!(again.status, 304);
    writer.rows("PATCH", "/rest/v1/thing?id=eq.1", r#"{"size": 99}"#).await;
    let after = world.get_with(target, &[("if-none-match", &tag)]).await;
    assert_eq!(after.status, 200);
    assert_eq!(after.json()[1], json!({ "code": "saw", "size": 99 }));
    assert_eq!(writer.version("things").await, 8);
    // What says nothing new changes nothing.
    writer.rows("PATCH", "/rest/v1/thing?id=eq.1", r#"{"size": 99}"#).await;
    assert_eq!(writer.version("things").await, 8);
    assert_eq!(writer.version("employees").await, 7, "another dataset's version is its own");
}

async fn counts_follow_what_is_written(world: &World) {
    let writer = begin(world).await;
    let count = async || {
        let answer = world.get_with("/rest/v1/thing?limit=1", &[("prefer", "count=exact")]).await;
        answer.header("content-range").expect("a range").to_owned()
    };
    assert_eq!(count().await, "0-0/2");
    writer.rows("POST", "/rest/v1/thing", r#"{"code": "a", "kind_id": 1}"#).await;
    assert_eq!(count().await, "0-0/3");
    writer.rows("DELETE", "/rest/v1/thing?id=gte.2", "").await;
    assert_eq!(count().await, "0-0/1");
}

async fn what_was_done_is_recorded_with_the_name_of_the_key(world: &World) {
    let writer = begin(world).await;
    let upsert = r#"[{"code": "saw", "price": 2.50, "day": "2024-12-31"}, {"code": "new", "kind_id": 1, "price": 1, "day": null}]"#;
    let columns = "/rest/v1/thing?columns=code,price,day,kind_id";
    let merge = "resolution=merge-duplicates, return=minimal";
    let upsert =
        upsert.replace("\"day\": \"2024-12-31\"", "\"day\": \"2024-12-31\", \"kind_id\": 1");
    assert_eq!(writer.prefer("POST", columns, merge, &upsert).await.status, 201);
    writer.rows("DELETE", "/rest/v1/thing?code=eq.ball", "").await;
    let changes = world.json("/v1/datasets/things/changes?since=0").await;
    let changes = changes.as_array().expect("changes");
    let told: Vec<Value> = changes
        .iter()
        .map(|one| {
            json!([one["op"], one["table"], one["version"], one["author"], one["load"], one["key"]])
        })
        .collect();
    assert_eq!(
        told,
        [
            json!(["update", "thing", 8, "writer", null, { "code": "saw" }]),
            json!(["insert", "thing", 8, "writer", null, { "code": "new" }]),
            json!(["delete", "thing", 9, "writer", null, { "code": "ball" }]),
        ]
    );
    let (old, new) = (&changes[0]["old"], &changes[0]["new"]);
    assert_eq!((&old["price"], &new["price"]), (&json!(1.5), &json!(2.5)));
    assert_eq!((&old["day"], &new["day"]), (&json!("2024-01-31"), &json!("2024-12-31")));
    assert_eq!((&new["id"], &new["good"], &new["at"]), (&json!(1), &json!(true), &Value::Null));
    assert_eq!(old.as_object().map(|row| row.len()), Some(13));
    assert_eq!((&changes[1]["old"], &changes[1]["new"]["id"]), (&Value::Null, &json!(3)));
    assert_eq!((&changes[2]["old"]["name"], &changes[2]["new"]), (&json!("Ball"), &Value::Null));
}

/// A hash as hexadecimal digits, as both databases can show it.
fn hex(world: &World, column: &str) -> String {
    match world.ledger.dialect() {
        tolva_schema::dialect::Dialect::Sqlite => format!("lower(hex({column}))"),
        _ => format!("encode({column}, 'hex')"),
    }
}

/// The hash that the fixture gives its rows.
const OF_FILE: &str = "000102030405060708090a0b0c0d0e0f";

async fn rows_remember_what_their_file_said(world: &World) {
    let writer = begin(world).await;
    writer.rows("PATCH", "/rest/v1/thing?id=eq.1", r#"{"size": 99}"#).await;
    let hash = hex(world, "_hash");
    let edited = format!("SELECT {hash} FROM thing WHERE _origin = 1 AND _load = 1");
    assert_eq!(writer.column(&edited).await, [Some(OF_FILE.to_owned())]);
    writer.rows("DELETE", "/rest/v1/thing?id=lte.2", "").await;
    let (hash, key) = (hex(world, "hash"), hex(world, "row_key"));
    let kept = format!("SELECT {key} || ' ' || {hash} FROM tolva_tombstone ORDER BY 1");
    let mut expected: Vec<Option<String>> = ["saw", "ball"]
        .map(|code| {
            let key = Hasher::default().key([&Stored::Text(code.to_owned())]);
            Some(format!("{} {OF_FILE}", key.to_hex()))
        })
        .to_vec();
    expected.sort();
    assert_eq!(writer.column(&kept).await, expected);
}

async fn rows_of_the_api_have_the_hash_that_a_file_would_give_them(world: &World) {
    let writer = begin(world).await;
    let of = |columns: &[(&str, Stored)]| {
        let columns = columns.iter().map(|(name, value)| (*name, std::slice::from_ref(value)));
        Some(Hasher::default().row(columns).to_hex())
    };
    let text = |text: &str| Stored::Text(text.to_owned());
    let hash = hex(world, "_hash");
    let kept = format!("SELECT {hash} FROM thing WHERE code = 'a'");
    writer.rows("POST", "/rest/v1/thing", r#"{"code": "a", "kind_id": 2, "size": 5}"#).await;
    // A file names what a row refers to; the row has its id.
    let (code, kind) = (("code", text("a")), ("kind_id", text("toy")));
    let made = of(&[code.clone(), kind.clone(), ("size", Stored::Integer(5))]);
    assert_eq!(writer.column(&kept).await, [made]);
    writer.rows("PATCH", "/rest/v1/thing?code=eq.a", r#"{"size": 6}"#).await;
    let changed = of(&[code, kind, ("size", Stored::Integer(6))]);
    assert_eq!(writer.column(&kept).await, [changed]);
    assert_eq!(writer.count("thing", "_origin = 2").await, 1);
    writer.rows("POST", "/rest/v1/thing_kind", r#"{"thing_id": 3, "kind_id": 1}"#).await;
    let pair = of(&[("kind_id", text("tool")), ("thing_id", text("a"))]);
    assert_eq!(writer.column(&format!("SELECT {hash} FROM thing_kind")).await, [pair]);
    // A row of the API leaves nothing behind.
    writer.rows("DELETE", "/rest/v1/thing_kind?thing_id=eq.3", "").await;
    assert_eq!(writer.count("tolva_tombstone", "1 = 1").await, 0);
}

async fn a_row_that_is_made_again_is_not_deleted_any_more(world: &World) {
    let writer = begin(world).await;
    writer.rows("DELETE", "/rest/v1/thing?code=eq.saw", "").await;
    assert_eq!(writer.count("tolva_tombstone", "1 = 1").await, 1);
    writer.rows("POST", "/rest/v1/thing", r#"{"code": "SAW", "kind_id": 1}"#).await;
    assert_eq!(writer.count("tolva_tombstone", "1 = 1").await, 0);
    assert_eq!(writer.count("thing", "_origin = 2 AND code = 'saw'").await, 1);
}

async fn ids_are_not_given_twice(world: &World) {
    let writer = begin(world).await;
    let make = async |code: &str| {
        let body = format!("{{\"code\": \"{code}\", \"kind_id\": 1}}");
        writer.rows("POST", "/rest/v1/thing?select=id", &body).await[0]["id"].clone()
    };
    assert_eq!(make("a").await, 3);
    writer.rows("DELETE", "/rest/v1/thing?id=eq.3", "").await;
    assert_eq!(make("b").await, 4);
}

async fn a_dataset_that_was_never_loaded_can_be_written_to(world: &World) {
    let writer = begin(world).await;
    let forget = "DELETE FROM tolva_version WHERE dataset = 'things'";
    use sea_orm::ConnectionTrait;
    world.ledger.db().execute_unprepared(forget).await.expect(forget);
    writer.rows("POST", "/rest/v1/tag", r#"{"name": "a"}"#).await;
    assert_eq!(writer.version("things").await, 1);
    fixture::set_version(&world.ledger, "things", 1).await;
    assert!(world.get("/rest/v1/tag").await.header("etag").is_some());
}
