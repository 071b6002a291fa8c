//! `POST /rest/v1/{table}`: one row, several, as JSON or CSV.

use serde_json::json;

use crate::client;
use crate::on_each_backend;
use crate::world::World;
use crate::writing::begin;

on_each_backend![
    a_row_is_made,
    several_rows_are_made_in_their_order,
    rows_come_as_csv_and_as_a_form,
    columns_chooses_what_counts,
    bodies_that_are_none_are_pgrst102,
    columns_that_do_not_exist_are_pgrst204,
    writing_needs_a_key_with_the_scope,
    a_table_whose_contract_does_not_say_so_cannot_be_written_to,
    rows_of_a_table_of_pairs_are_made,
    bodies_out_of_all_bounds_are_refused,
];

async fn a_row_is_made(world: &World) {
    let writer = begin(world).await;
    let body = r#"{"code": " DRILL ", "name": "Drill", "kind_id": 1, "zip": 814, "size": 3,
        "price": 12.50, "good": true, "day": "2024-02-29", "at": "08:30",
        "moment": "2024-02-29T08:30:00Z", "colour": "red"}"#;
    let answer = writer.send("POST", "/rest/v1/thing", &[], body).await;
    assert_eq!((answer.status, answer.body.as_str()), (201, ""));
    assert_eq!(answer.header("content-range"), Some("*/*"));
    let row =
        world.json("/rest/v1/thing?code=eq.drill&select=*,kind!thing_kind_id_fkey(name)").await;
    assert_eq!(
        row,
        json!([{
            "id": 3, "code": "drill", "name": "Drill", "serial": null, "zip": "00814",
            "colour": "red", "size": 3, "price": 12.5, "good": true, "day": "2024-02-29",
            "at": "08:30:00", "moment": "2024-02-29T08:30:00", "kind_id": 1,
            "kind": { "name": "tool" }
        }])
    );
    assert_eq!(writer.count("thing", "_origin = 2 AND _load = 0 AND code = 'drill'").await, 1);
}

async fn several_rows_are_made_in_their_order(world: &World) {
    let writer = begin(world).await;
    let body = r#"[{"code": "z", "kind_id": 1}, {"code": "a", "kind_id": 2}]"#;
    let rows = writer.rows("POST", "/rest/v1/thing?select=id,code", body).await;
    assert_eq!(rows, json!([{ "id": 3, "code": "z" }, { "id": 4, "code": "a" }]));
    assert_eq!(writer.rows("POST", "/rest/v1/thing", "[]").await, json!([]));
    // Without a surrogate key, too, and unless the client wants another order.
    let body = r#"[{"name": "z"}, {"name": "a"}]"#;
    assert_eq!(
        writer.rows("POST", "/rest/v1/tag", body).await,
        json!([{"name": "z"}, {"name": "a"}])
    );
    let body = r#"[{"name": "y"}, {"name": "b"}]"#;
    let rows = writer.rows("POST", "/rest/v1/tag?order=name", body).await;
    assert_eq!(rows, json!([{"name": "b"}, {"name": "y"}]));
}

async fn rows_come_as_csv_and_as_a_form(world: &World) {
    let writer = begin(world).await;
    let csv = [("content-type", "text/csv"), ("prefer", "return=representation")];
    let body = "code,kind_id,name,price,good,day\na1,1,\"A, one\",1.5,sí,31/01/2024\na2,2,,,,\n";
    let answer = writer.send("POST", "/rest/v1/thing?select=code,name,price,good,day", &csv, body);
    assert_eq!(
        answer.await.json(),
        json!([
            { "code": "a1", "name": "A, one", "price": 1.5, "good": true, "day": "2024-01-31" },
            { "code": "a2", "name": null, "price": null, "good": null, "day": null }
        ])
    );
    let form = [("content-type", "application/x-www-form-urlencoded")];
    let answer = writer.send("POST", "/rest/v1/tag", &form, "name=a+b").await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    assert_eq!(world.json("/rest/v1/tag").await, json!([{ "name": "a b" }]));
}

async fn columns_chooses_what_counts(world: &World) {
    let writer = begin(world).await;
    let target = "/rest/v1/thing?columns=code,kind_id,name&select=code,name,size";
    let body = r#"[{"code": "a", "kind_id": 1, "name": "Aa", "size": 5, "other": [1]},
                   {"code": "b", "kind_id": 1, "size": 6}]"#;
    let prefer = "return=representation, missing=default";
    let answer = writer.prefer("POST", target, prefer, body).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    let expected = json!([{ "code": "a", "name": "Aa", "size": null },
                          { "code": "b", "name": null, "size": null }]);
    assert_eq!(answer.json(), expected);
    let applied = answer.header("preference-applied");
    assert_eq!(applied, Some("missing=default, return=representation"));
}

async fn bodies_that_are_none_are_pgrst102(world: &World) {
    let writer = begin(world).await;
    for body in ["", "x", "1", "[1]", "{\"code\":", "[{\"code\": \"a\"}, {\"name\": \"b\"}]"] {
        let refused = writer.refused("POST", "/rest/v1/thing", body).await;
        assert_eq!((refused.0, refused.1.as_str()), (400, "PGRST102"), "{body}");
    }
    for (kind, body) in [("text/xml", "<a/>"), ("text/csv", "a,b\n1\n"), ("text/csv", "a,a\n1,2\n")]
    {
        let answer = writer.send("POST", "/rest/v1/thing", &[("content-type", kind)], body).await;
        assert_eq!((answer.status, answer.code().as_str()), (400, "PGRST102"), "{kind} {body}");
    }
    let filtered = writer.refused("POST", "/rest/v1/thing?code=eq.a", "{}").await;
    assert_eq!(filtered.1, "PGRST100");
}

async fn columns_that_do_not_exist_are_pgrst204(world: &World) {
    let writer = begin(world).await;
    for (target, body) in [
        ("/rest/v1/thing", r#"{"code": "a", "wheels": 4}"#),
        ("/rest/v1/thing", r#"{"code": "a", "_origin": 0}"#),
        ("/rest/v1/thing?columns=wheels", r#"{"code": "a"}"#),
        ("/rest/v1/thing?on_conflict=wheels", r#"{"code": "a"}"#),
    ] {
        let refused = writer.refused("POST", target, body).await;
        assert_eq!((refused.0, refused.1.as_str()), (400, "PGRST204"), "{target} {body}");
    }
}

async fn writing_needs_a_key_with_the_scope(world: &World) {
    let writer = begin(world).await;
    let body = br#"{"name": "a"}"#;
    let anonymous = client::send_body(world.address, "POST", "/rest/v1/tag", &[], body).await;
    assert_eq!((anonymous.status, anonymous.code().as_str()), (401, "PGRST302"));
    for scopes in ["read", "upload", "write:employees"] {
        let scopes = scopes.parse().expect("scopes");
        let name = format!("key of {scopes}");
        let (_, secret) = world.ledger.create_key(&name, scopes, None).await.expect("a key");
        let key = [("apikey", secret.reveal())];
        for (method, target) in [
            ("POST", "/rest/v1/tag"),
            ("PATCH", "/rest/v1/tag?name=eq.a"),
            ("PUT", "/rest/v1/tag?name=eq.a"),
            ("DELETE", "/rest/v1/tag?name=eq.a"),
        ] {
            let answer = client::send_body(world.address, method, target, &key, body).await;
            assert_eq!((answer.status, answer.code().as_str()), (403, "42501"), "{name} {method}");
        }
    }
    assert_eq!(writer.count("tag", "1 = 1").await, 0);
}

async fn a_table_whose_contract_does_not_say_so_cannot_be_written_to(world: &World) {
    let writer = begin(world).await;
    for method in ["POST", "PATCH", "PUT", "DELETE"] {
        let answer = writer.send(method, "/rest/v1/person?number=eq.1", &[], "{}").await;
        assert_eq!((answer.status, answer.code().as_str()), (405, "TOLVA030"), "{method}");
        assert_eq!(answer.header("allow"), Some("GET, HEAD"));
        assert!(answer.json()["hint"].as_str().unwrap().contains("writable = true"));
    }
}

async fn rows_of_a_table_of_pairs_are_made(world: &World) {
    let writer = begin(world).await;
    let target = "/rest/v1/thing_kind?select=thing(code),kind(name)";
    let rows = writer.rows("POST", target, r#"{"thing_id": 1, "kind_id": 2}"#).await;
    assert_eq!(rows, json!([{ "thing": { "code": "saw" }, "kind": { "name": "toy" } }]));
    let embedded = world.json("/rest/v1/thing?id=eq.1&select=thing_kind(kind_id)").await;
    assert_eq!(embedded, json!([{ "thing_kind": [{ "kind_id": 2 }] }]));
    let refused = writer
        .prefer("POST", "/rest/v1/thing_kind", "return=minimal", r#"{"thing_id": 1, "kind_id": 2}"#)
        .await;
    assert_eq!((refused.status, refused.code().as_str()), (409, "23505"));
}

async fn bodies_out_of_all_bounds_are_refused(world: &World) {
    let writer = begin(world).await;
    let many = format!("[{}]", vec!["{}"; 100_001].join(","));
    let wide: Vec<String> = (0..200_000).map(|at| format!("\"k{at}\":1")).collect();
    let wide = format!("{{{}}}", wide.join(","));
    let twice = "/rest/v1/thing?columns=code,code";
    let wrong = vec![r#"{"code":"","size":"x","colour":"x"}"#; 20_000].join(",");
    for (target, body, code) in [
        ("/rest/v1/thing", many.as_str(), "PGRST102"),
        ("/rest/v1/thing", wide.as_str(), "PGRST204"),
        (twice, r#"{"code": "a"}"#, "PGRST102"),
    ] {
        let refused = writer.refused("POST", target, body).await;
        assert_eq!((refused.0, refused.1.as_str()), (400, code), "{target}");
    }
    let refused = writer.refused("POST", "/rest/v1/thing", &format!("[{wrong}]")).await;
    assert_eq!((refused.0, refused.2.len()), (400, 1000), "the first ones are told");
    let csv = [("content-type", "text/csv")];
    let wide = ",".repeat(500_000);
    let answer = writer.send("POST", "/rest/v1/thing", &csv, &wide).await;
    assert_eq!((answer.status, answer.code().as_str()), (400, "PGRST102"));
}
