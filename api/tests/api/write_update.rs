//! `PATCH` and `DELETE /rest/v1/{table}`, what they show, and what they prefer.

use serde_json::json;

use crate::on_each_backend;
use crate::world::World;
use crate::writing::begin;

on_each_backend![
    rows_that_a_filter_leaves_are_changed,
    rows_that_a_filter_leaves_are_deleted,
    all_rows_are_meant_only_by_who_says_so,
    what_is_embedded_can_be_filtered_by_and_shown,
    a_client_chooses_what_it_is_told,
    rows_are_shown_in_every_form,
    one_row_or_none_is_written,
    more_rows_than_expected_are_left_alone,
    what_is_only_tried_is_not_kept,
    strict_clients_are_told_what_is_not_understood,
];

async fn rows_that_a_filter_leaves_are_changed(world: &World) {
    let writer = begin(world).await;
    let answer = writer.send("PATCH", "/rest/v1/thing?code=eq.saw", &[], r#"{"size": 11}"#).await;
    assert_eq!((answer.status, answer.body.as_str()), (204, ""));
    assert_eq!(answer.header("content-range"), Some("0-0/*"));
    let none =
        writer.prefer("PATCH", "/rest/v1/thing?code=eq.no", "count=exact", r#"{"size": 1}"#).await;
    assert_eq!((none.status, none.header("content-range")), (204, Some("*/0")));
    let both =
        writer.prefer("PATCH", "/rest/v1/thing?id=lte.2", "count=exact", r#"{"size": 12}"#).await;
    assert_eq!((both.status, both.header("content-range")), (204, Some("0-1/2")));
    assert_eq!(writer.count("thing", "size = 12").await, 2);
    let first = "/rest/v1/thing?id=lte.2&order=id.desc&limit=1&select=id";
    assert_eq!(writer.rows("PATCH", first, r#"{"size": 13}"#).await, json!([{ "id": 2 }]));
    assert_eq!(writer.count("thing", "size = 13").await, 1);
    assert_eq!(writer.rows("PATCH", "/rest/v1/thing?id=eq.1", "{}").await, json!([]));
}

async fn rows_that_a_filter_leaves_are_deleted(world: &World) {
    let writer = begin(world).await;
    let answer = writer.send("DELETE", "/rest/v1/thing?code=eq.saw", &[], "").await;
    assert_eq!((answer.status, answer.header("content-range")), (204, Some("*/*")));
    let answer = writer
        .prefer(
            "DELETE",
            "/rest/v1/thing?code=eq.ball&select=code,kind!thing_kind_id_fkey(name)",
            "return=representation, count=exact",
            "",
        )
        .await;
    assert_eq!((answer.status, answer.header("content-range")), (200, Some("*/1")));
    assert_eq!(answer.json(), json!([{ "code": "ball", "kind": { "name": "toy" } }]));
    assert_eq!(writer.count("thing", "1 = 1").await, 0);
    assert_eq!(
        writer.count("tolva_tombstone", "dataset = 'things' AND table_name = 'thing'").await,
        2
    );
}

async fn all_rows_are_meant_only_by_who_says_so(world: &World) {
    let writer = begin(world).await;
    for (method, verb) in [("PATCH", "UPDATE"), ("DELETE", "DELETE")] {
        for target in ["/rest/v1/thing", "/rest/v1/thing?all=false", "/rest/v1/thing?limit=1"] {
            let answer = writer.send(method, target, &[], r#"{"size": 1}"#).await;
            assert_eq!((answer.status, answer.code().as_str()), (400, "21000"), "{method}");
            assert_eq!(answer.json()["message"], format!("{verb} requires a WHERE clause"));
        }
    }
    assert_eq!(writer.count("thing", "1 = 1").await, 2);
    assert_eq!(
        writer.rows("DELETE", "/rest/v1/thing?all=true&select=id", "").await,
        json!([{"id": 1}, {"id": 2}])
    );
}

async fn what_is_embedded_can_be_filtered_by_and_shown(world: &World) {
    let writer = begin(world).await;
    let target =
        "/rest/v1/thing?select=code,size,kind!thing_kind_id_fkey!inner(name)&kind.name=eq.toy";
    let rows = writer.rows("PATCH", target, r#"{"size": 7}"#).await;
    assert_eq!(rows, json!([{ "code": "ball", "size": 7, "kind": { "name": "toy" } }]));
    assert_eq!(writer.count("thing", "size = 7").await, 1);
    let rows = writer
        .rows(
            "POST",
            "/rest/v1/kind?select=name,thing!thing_kind_id_fkey(code)",
            r#"{"name": "new"}"#,
        )
        .await;
    assert_eq!(rows, json!([{ "name": "new", "thing": [] }]));
}

async fn a_client_chooses_what_it_is_told(world: &World) {
    let writer = begin(world).await;
    let post = |prefer: &'static str, body: &'static str| {
        writer.prefer("POST", "/rest/v1/kind", prefer, body)
    };
    let minimal = post("return=minimal, count=exact", r#"{"name": "a"}"#).await;
    assert_eq!((minimal.status, minimal.body.as_str()), (201, ""));
    assert_eq!(minimal.header("content-range"), Some("*/1"));
    assert_eq!(minimal.header("location"), None);
    assert_eq!(minimal.header("preference-applied"), Some("return=minimal, count=exact"));
    let headers = post("return=headers-only", r#"{"name": "b"}"#).await;
    assert_eq!((headers.status, headers.body.as_str()), (201, ""));
    assert_eq!(headers.header("location"), Some("/rest/v1/kind?id=eq.4"));
    let several = post("return=headers-only", r#"[{"name": "c"}, {"name": "d"}]"#).await;
    assert_eq!((several.status, several.header("location")), (201, None));
    let tag =
        writer.prefer("POST", "/rest/v1/tag", "return=headers-only", r#"{"name": "a b&c"}"#).await;
    assert_eq!(tag.header("location"), Some("/rest/v1/tag?name=eq.a%20b%26c"));
    assert_eq!(world.json(tag.header("location").unwrap()).await, json!([{ "name": "a b&c" }]));
}

async fn rows_are_shown_in_every_form(world: &World) {
    let writer = begin(world).await;
    let patch = |accept: &'static str| {
        let headers = [("prefer", "return=representation"), ("accept", accept)];
        let writer = &writer;
        async move {
            let target = "/rest/v1/thing?id=lte.2&select=code,size&order=code";
            writer.send("PATCH", target, &headers, r#"{"size": 1}"#).await
        }
    };
    let csv = patch("text/csv").await;
    assert_eq!((csv.status, csv.body.as_str()), (200, "code,size\nball,1\nsaw,1"));
    assert_eq!(csv.header("content-type"), Some("text/csv; charset=utf-8"));
    let lines = patch("application/x-ndjson").await;
    assert_eq!(lines.body, "{\"code\":\"ball\",\"size\":1}\n{\"code\":\"saw\",\"size\":1}\n");
    assert_eq!(patch("text/html").await.code(), "PGRST107");
}

async fn one_row_or_none_is_written(world: &World) {
    let writer = begin(world).await;
    let headers =
        [("prefer", "return=representation"), ("accept", "application/vnd.pgrst.object+json")];
    let one = writer
        .send("PATCH", "/rest/v1/thing?id=eq.1&select=size", &headers, r#"{"size": 1}"#)
        .await;
    assert_eq!((one.status, one.json()), (200, json!({ "size": 1 })));
    let two = writer
        .send("PATCH", "/rest/v1/thing?all=true&select=size", &headers, r#"{"size": 2}"#)
        .await;
    assert_eq!((two.status, two.code().as_str()), (406, "PGRST116"));
    assert_eq!(two.json()["details"], "The result contains 2 rows");
    let none = writer.send("DELETE", "/rest/v1/thing?id=eq.9", &headers, "").await;
    assert_eq!((none.status, none.code().as_str()), (406, "PGRST116"));
    assert_eq!(writer.count("thing", "size = 2").await, 0);
    let made = writer.send("POST", "/rest/v1/kind?select=name", &headers, r#"{"name": "x"}"#).await;
    assert_eq!((made.status, made.json()), (201, json!({ "name": "x" })));
}

async fn more_rows_than_expected_are_left_alone(world: &World) {
    let writer = begin(world).await;
    let strict = "handling=strict, max-affected=1";
    for method in ["PATCH", "DELETE"] {
        let answer =
            writer.prefer(method, "/rest/v1/thing?all=true", strict, r#"{"size": 1}"#).await;
        assert_eq!((answer.status, answer.code().as_str()), (400, "PGRST124"), "{method}");
        assert_eq!(answer.json()["details"], "The query affects 2 rows");
    }
    let one = writer.prefer("PATCH", "/rest/v1/thing?id=eq.1", strict, r#"{"size": 1}"#).await;
    assert_eq!((one.status, one.header("preference-applied")), (204, Some(strict)));
    let lenient = "handling=lenient, max-affected=1";
    let both = writer.prefer("PATCH", "/rest/v1/thing?all=true", lenient, r#"{"size": 2}"#).await;
    assert_eq!((both.status, both.header("preference-applied")), (204, Some("handling=lenient")));
}

async fn what_is_only_tried_is_not_kept(world: &World) {
    let writer = begin(world).await;
    let prefer = "return=representation, tx=rollback";
    for (method, target, body, rows) in [
        ("POST", "/rest/v1/kind?select=name", r#"{"name": "x"}"#, json!([{ "name": "x" }])),
        ("PATCH", "/rest/v1/thing?id=eq.1&select=size", r#"{"size": 9}"#, json!([{ "size": 9 }])),
        ("PUT", "/rest/v1/kind?name=eq.x&select=name", "{}", json!([{ "name": "x" }])),
        ("DELETE", "/rest/v1/thing?id=eq.1&select=id", "", json!([{ "id": 1 }])),
    ] {
        let answer = writer.prefer(method, target, prefer, body).await;
        assert_eq!(answer.json(), rows, "{method}");
        assert_eq!(answer.header("preference-applied"), Some(prefer), "{method}");
    }
    assert_eq!(writer.version("things").await, 7);
    assert_eq!(writer.count("kind", "name = 'x'").await, 0);
    assert_eq!(writer.count("thing", "size = 10").await, 1);
    assert_eq!(writer.count("tolva_change", "1 = 1").await, 0);
    let kept = writer.prefer("POST", "/rest/v1/kind", "tx=commit", r#"{"name": "x"}"#).await;
    assert_eq!(kept.header("preference-applied"), Some("tx=commit"));
    assert_eq!(writer.count("kind", "name = 'x'").await, 1);
}

async fn strict_clients_are_told_what_is_not_understood(world: &World) {
    let writer = begin(world).await;
    for prefer in ["handling=strict, return=nothing", "handling=strict, max-affected=few"] {
        let answer = writer.prefer("POST", "/rest/v1/tag", prefer, r#"{"name": "a"}"#).await;
        assert_eq!((answer.status, answer.code().as_str()), (400, "PGRST122"), "{prefer}");
    }
    let lenient = "handling=lenient, return=nothing";
    assert_eq!(
        writer.prefer("POST", "/rest/v1/tag", lenient, r#"{"name": "a"}"#).await.status,
        201
    );
    assert_eq!(writer.count("tag", "1 = 1").await, 1);
}
