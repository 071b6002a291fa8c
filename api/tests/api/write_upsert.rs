//! Upserts, `PUT`, and what cannot be written: keys.

use serde_json::json;

use crate::on_each_backend;
use crate::world::World;
use crate::writing::begin;

on_each_backend![
    a_key_that_is_there_is_refused,
    duplicates_are_merged,
    duplicates_are_ignored,
    the_surrogate_key_may_tell_rows_too,
    a_row_is_put_at_its_key,
    a_put_tells_one_row_by_its_whole_key,
    keys_are_read_only,
];

const MERGE: &str = "resolution=merge-duplicates, return=representation";
const IGNORE: &str = "resolution=ignore-duplicates, return=representation";

async fn a_key_that_is_there_is_refused(world: &World) {
    let writer = begin(world).await;
    let body = r#"[{"code": "saw", "kind_id": 1}, {"code": "new", "kind_id": 1}, {"code": " BALL", "kind_id": 1}]"#;
    let answer = writer.send("POST", "/rest/v1/thing", &[], body).await;
    assert_eq!((answer.status, answer.code().as_str()), (409, "23505"));
    let details = answer.json()["details"].clone();
    assert_eq!((&details[0]["row"], &details[0]["value"]), (&json!(0), &json!("saw")));
    assert_eq!((&details[1]["row"], &details[1]["value"]), (&json!(2), &json!("ball")));
    let twice = r#"[{"code": "a", "kind_id": 1}, {"code": "A", "kind_id": 1}]"#;
    let refused = writer.refused("POST", "/rest/v1/thing", twice).await;
    assert_eq!(
        (refused.1.as_str(), &refused.2[..]),
        ("23505", &["1 code duplicate".to_owned()][..])
    );
}

async fn duplicates_are_merged(world: &World) {
    let writer = begin(world).await;
    let target = "/rest/v1/thing?on_conflict=code&select=id,code,name,size";
    let body = r#"[{"code": "new", "kind_id": 1, "name": "New"}, {"code": "saw", "kind_id": 1, "name": "Big saw"}]"#;
    let answer = writer.prefer("POST", target, MERGE, body).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    assert_eq!(answer.header("preference-applied"), Some(MERGE));
    let expected = json!([{ "id": 3, "code": "new", "name": "New", "size": null },
                          { "id": 1, "code": "saw", "name": "Big saw", "size": 10 }]);
    assert_eq!(answer.json(), expected, "what is not given stays");
    let again = writer.prefer("POST", target, MERGE, body).await;
    assert_eq!((again.status, again.json()), (200, expected), "nothing new");
    assert_eq!(writer.version("things").await, 8, "and no new version");
    let other = writer.prefer("POST", "/rest/v1/thing?on_conflict=name", MERGE, body).await;
    assert_eq!((other.status, other.code().as_str()), (400, "42P10"));
    assert_eq!(other.json()["hint"], "on_conflict=code");
}

async fn duplicates_are_ignored(world: &World) {
    let writer = begin(world).await;
    let body = r#"[{"code": "saw", "kind_id": 2, "name": "Other"}, {"code": "new", "kind_id": 1, "name": "New"}]"#;
    let answer = writer.prefer("POST", "/rest/v1/thing?select=code", IGNORE, body).await;
    assert_eq!((answer.status, answer.json()), (201, json!([{ "code": "new" }])));
    let saw = world.json("/rest/v1/thing?code=eq.saw&select=name,kind_id").await;
    assert_eq!(saw, json!([{ "name": "Saw", "kind_id": 1 }]));
}

async fn the_surrogate_key_may_tell_rows_too(world: &World) {
    let writer = begin(world).await;
    // As clients do that send back a row which they have read.
    for (target, body) in [
        ("/rest/v1/thing?select=id,name", r#"{"id": 1, "code": "saw", "name": "One"}"#),
        ("/rest/v1/thing?select=id,name", r#"{"id": 1, "name": "Two"}"#),
        (
            "/rest/v1/thing?select=id,name&on_conflict=id",
            r#"{"id": 1, "code": "saw", "name": "Three"}"#,
        ),
    ] {
        let answer = writer.prefer("POST", target, MERGE, body).await;
        assert_eq!(answer.status, 200, "{body}: {}", answer.body);
        assert_eq!(answer.json()[0]["id"], 1);
    }
    for (target, body, rules) in [
        ("/rest/v1/thing", r#"{"id": 2, "code": "saw"}"#, "0 id read_only"),
        ("/rest/v1/thing", r#"{"id": 9, "name": "Nine"}"#, "0 id read_only"),
        ("/rest/v1/thing?on_conflict=id", r#"{"id": 1, "code": "other"}"#, "0 code read_only"),
        ("/rest/v1/thing?on_conflict=id", r#"{"code": "saw"}"#, "0 id required"),
    ] {
        assert_eq!(writer.refused("POST", target, body).await.2, [rules], "{body}");
    }
}

async fn a_row_is_put_at_its_key(world: &World) {
    let writer = begin(world).await;
    let target = "/rest/v1/thing?code=eq.saw&select=id,name,size,serial";
    let put = |body: &'static str| writer.prefer("PUT", target, "return=representation", body);
    let answer = put(r#"{"code": "saw", "kind_id": 2, "name": "Put"}"#).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let expected = json!([{ "id": 1, "name": "Put", "size": null, "serial": null }]);
    assert_eq!(answer.json(), expected, "what is not given is unknown");
    let target = "/rest/v1/thing?code=eq.new";
    let answer = writer.send("PUT", target, &[], r#"{"kind_id": 2}"#).await;
    assert_eq!((answer.status, answer.body.as_str()), (204, ""));
    assert_eq!(answer.header("content-range"), None);
    let target = "/rest/v1/thing?code=eq.newer&select=id";
    let answer = writer.prefer("PUT", target, "return=representation", r#"{"kind_id": 2}"#).await;
    assert_eq!((answer.status, answer.json()), (201, json!([{ "id": 4 }])));
    let answer = writer
        .send("PUT", "/rest/v1/thing?id=eq.4", &[], r#"{"kind_id": 1, "name": "By id"}"#)
        .await;
    assert_eq!(answer.status, 204, "{}", answer.body);
    assert_eq!(writer.count("thing", "code = 'newer' AND name = 'By id'").await, 1);
    let pairs = "/rest/v1/thing_kind?thing_id=eq.1&kind_id=eq.1";
    assert_eq!(writer.send("PUT", pairs, &[], "{}").await.status, 204);
    assert_eq!(writer.count("thing_kind", "1 = 1").await, 1);
}

async fn a_put_tells_one_row_by_its_whole_key(world: &World) {
    let writer = begin(world).await;
    for (target, body, status, code) in [
        ("/rest/v1/thing", r#"{"code": "a"}"#, 405, "PGRST105"),
        ("/rest/v1/thing?name=eq.Saw", r#"{"code": "a"}"#, 405, "PGRST105"),
        ("/rest/v1/thing?code=neq.a", r#"{"code": "a"}"#, 405, "PGRST105"),
        ("/rest/v1/thing?code=eq.a&size=eq.1", r#"{"code": "a"}"#, 405, "PGRST105"),
        ("/rest/v1/thing?or=(code.eq.a)", r#"{"code": "a"}"#, 405, "PGRST105"),
        ("/rest/v1/thing_kind?thing_id=eq.1", r#"{"thing_id": 1, "kind_id": 1}"#, 405, "PGRST105"),
        ("/rest/v1/thing?code=eq.a&limit=1", r#"{"code": "a"}"#, 400, "PGRST114"),
        ("/rest/v1/thing?code=eq.a", r#"{"code": "b"}"#, 400, "PGRST115"),
        ("/rest/v1/thing?code=eq.a", r#"[{"code": "a"}, {"code": "b"}]"#, 400, "PGRST102"),
        ("/rest/v1/thing?id=eq.99", r#"{"kind_id": 1}"#, 400, "428C9"),
    ] {
        let refused = writer.refused("PUT", target, body).await;
        assert_eq!((refused.0, refused.1.as_str()), (status, code), "{target} {body}");
    }
}

async fn keys_are_read_only(world: &World) {
    let writer = begin(world).await;
    for (target, body, rules) in [
        ("/rest/v1/thing?id=eq.1", r#"{"code": "other"}"#, vec!["0 code read_only"]),
        (
            "/rest/v1/thing?id=eq.1",
            r#"{"id": 5, "code": "x"}"#,
            vec!["0 code read_only", "0 id read_only"],
        ),
        ("/rest/v1/thing?all=true", r#"{"code": "other"}"#, vec!["0 code read_only"]),
        ("/rest/v1/kind?id=eq.1", r#"{"name": "other"}"#, vec!["0 name read_only"]),
    ] {
        let refused = writer.refused("PATCH", target, body).await;
        assert_eq!((refused.0, refused.1.as_str()), (400, "428C9"), "{body}");
        assert_eq!(refused.2, rules, "{body}");
    }
    // A row that is sent back whole says nothing new about its key.
    let body = r#"{"id": 1, "code": "saw", "name": "Saw 2"}"#;
    let rows = writer.rows("PATCH", "/rest/v1/thing?id=eq.1&select=name", body).await;
    assert_eq!(rows, json!([{ "name": "Saw 2" }]));
}
