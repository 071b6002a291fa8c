//! The contract's rules hold for what the API writes: all that are broken are told at once.

use serde_json::json;

use crate::on_each_backend;
use crate::world::World;
use crate::writing::begin;

on_each_backend![
    every_broken_rule_is_told_with_its_row_and_field,
    one_kind_of_rule_has_the_code_of_postgres,
    references_must_lead_somewhere,
    unique_values_stay_unique,
    numbers_are_exact_or_refused,
    what_is_blank_is_unknown_as_in_a_file,
];

async fn every_broken_rule_is_told_with_its_row_and_field(world: &World) {
    let writer = begin(world).await;
    let body = r#"[
        {"code": "A b", "kind_id": 1, "name": "x", "colour": "green", "size": -1},
        {"code": "fine", "kind_id": 2, "name": "fine", "colour": "red", "size": 5},
        {"code": null, "kind_id": null, "name": "01234567890", "colour": "", "size": "ten"},
        {"code": "ok", "kind_id": 9, "name": {"a": 1}, "colour": null, "size": 101}
    ]"#;
    let (status, code, rules) = writer.refused("POST", "/rest/v1/thing", body).await;
    assert_eq!((status, code.as_str()), (400, "23000"));
    assert_eq!(
        rules,
        [
            "0 code pattern",
            "0 colour enum",
            "0 name minLength",
            "0 size minimum",
            "2 code required",
            "2 kind_id required",
            "2 name maxLength",
            "2 size type",
            "3 name type",
            "3 size maximum",
        ]
    );
    assert_eq!(writer.count("thing", "1 = 1").await, 2);
}

async fn one_kind_of_rule_has_the_code_of_postgres(world: &World) {
    let writer = begin(world).await;
    for (body, status, code) in [
        (r#"{"code": "a", "kind_id": 1, "size": "x"}"#, 400, "22P02"),
        (r#"{"code": "a", "kind_id": 1, "day": "2024-02-30"}"#, 400, "22P02"),
        (r#"{"code": "a", "kind_id": null}"#, 400, "23502"),
        (r#"{"kind_id": 1}"#, 400, "23502"),
        (r#"{"code": "a", "kind_id": 1, "colour": "green"}"#, 400, "23514"),
        (r#"{"code": "a", "kind_id": 1, "name": "a\u0000b"}"#, 400, "23514"),
        (r#"{"code": "a", "kind_id": 9}"#, 409, "23503"),
        (r#"{"code": "a", "kind_id": 1, "serial": "s1"}"#, 409, "23505"),
        (r#"{"id": 9, "code": "a", "kind_id": 1}"#, 400, "428C9"),
    ] {
        let refused = writer.refused("POST", "/rest/v1/thing", body).await;
        assert_eq!((refused.0, refused.1.as_str(), refused.2.len()), (status, code, 1), "{body}");
    }
}

async fn references_must_lead_somewhere(world: &World) {
    let writer = begin(world).await;
    let answer = writer.send("PATCH", "/rest/v1/thing?id=eq.1", &[], r#"{"kind_id": 9}"#).await;
    assert_eq!((answer.status, answer.code().as_str()), (409, "23503"));
    let rule = &answer.json()["details"][0];
    assert_eq!(rule["message"], "there is no kind 9; add it, or correct this");
    assert_eq!((&rule["field"], &rule["value"]), (&json!("kind_id"), &json!("9")));
    let answer = writer.send("DELETE", "/rest/v1/kind?id=eq.1", &[], "").await;
    assert_eq!((answer.status, answer.code().as_str()), (409, "23503"));
    let rule = &answer.json()["details"][0];
    assert_eq!(rule["message"], "a thing refers to it; delete that first");
    writer.rows("DELETE", "/rest/v1/thing?id=eq.1", "").await;
    assert_eq!(
        writer.rows("DELETE", "/rest/v1/kind?id=eq.1", "").await,
        json!([{"id": 1, "name": "tool"}])
    );
}

async fn unique_values_stay_unique(world: &World) {
    let writer = begin(world).await;
    let unique = |refused: (u16, String, Vec<String>)| (refused.0, refused.1, refused.2.join(", "));
    let body = r#"[{"code": "a", "kind_id": 1, "serial": "n"}, {"code": "b", "kind_id": 1, "serial": "n"}]"#;
    let refused = writer.refused("POST", "/rest/v1/thing", body).await;
    assert_eq!(unique(refused), (409, "23505".to_owned(), "1 serial unique".to_owned()));
    let all = "/rest/v1/thing?all=true";
    let refused = writer.refused("PATCH", all, r#"{"serial": "same"}"#).await;
    assert_eq!(unique(refused), (409, "23505".to_owned(), "0 serial unique".to_owned()));
    // What is unknown is no value, and who has a value keeps it.
    writer.rows("PATCH", "/rest/v1/thing?id=eq.1", r#"{"serial": "s1"}"#).await;
    // Two rows exchange theirs.
    let body = r#"[{"code": "saw", "serial": "s2"}, {"code": "ball", "serial": "s1"}]"#;
    let prefer = "resolution=merge-duplicates, return=representation";
    let answer = writer.prefer("POST", "/rest/v1/thing?select=serial", prefer, body).await;
    assert_eq!((answer.status, answer.json()), (200, json!([{"serial": "s2"}, {"serial": "s1"}])));
    writer.rows("PATCH", all, r#"{"serial": null}"#).await;
    assert_eq!(writer.count("thing", "serial IS NULL").await, 2);
}

async fn numbers_are_exact_or_refused(world: &World) {
    let writer = begin(world).await;
    let patch = |price: &'static str| {
        let writer = &writer;
        async move {
            let body = format!("{{\"price\": {price}}}");
            let answer = writer
                .prefer(
                    "PATCH",
                    "/rest/v1/thing?id=eq.1&select=price",
                    "return=representation",
                    &body,
                )
                .await;
            match answer.status {
                200 => answer.body,
                _ => answer.json()["details"][0]["rule"].to_string(),
            }
        }
    };
    for (written, told) in [
        ("1.50", r#"[{"price":1.5}]"#),
        ("-0", r#"[{"price":0}]"#),
        ("1e3", r#"[{"price":1000}]"#),
        ("\"12.25\"", r#"[{"price":12.25}]"#),
        ("12345678901234567890123456.78", r#"[{"price":12345678901234567890123456.78}]"#),
        ("1.234", "\"scale\""),
        ("\"1,5\"", "\"type\""),
        ("\"NaN\"", "\"type\""),
        ("true", "\"type\""),
        ("123456789012345678901234567890", "\"type\""),
    ] {
        assert_eq!(patch(written).await, told, "{written}");
    }
}

async fn what_is_blank_is_unknown_as_in_a_file(world: &World) {
    let writer = begin(world).await;
    let body = r#"{"name": "", "size": 0, "price": "", "good": false}"#;
    let rows = writer.rows("PATCH", "/rest/v1/thing?id=eq.1&select=name,size,price,good", body);
    assert_eq!(rows.await, json!([{ "name": null, "size": 0, "price": null, "good": false }]));
}
