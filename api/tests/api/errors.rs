//! What is refused, how it is said, and that nothing a client sends becomes SQL.

use std::num::NonZeroU32;

use sea_orm::{ConnectionTrait, TransactionTrait};
use serde_json::Value;
use tolva_api::Options;

use crate::backend::Backend;
use crate::client::escaped;
use crate::on_each_backend;
use crate::world::{World, run_with};

on_each_backend![
    what_is_not_there_is_404,
    other_methods_are_405_and_name_those_that_work,
    columns_that_do_not_exist_are_named_with_those_that_do,
    filters_that_cannot_be_read_are_pgrst100,
    selections_orders_and_pages_that_cannot_be_read_are_pgrst100,
    values_of_another_type_are_22p02,
    operators_that_do_not_fit_a_type_are_refused,
    requests_out_of_all_bounds_are_refused,
    values_are_never_sql,
    names_are_never_sql,
];

async fn what_is_not_there_is_404(world: &World) {
    for path in ["/", "/nothing", "/rest/v1", "/rest/v1/", "/rest/v1/person/1", "/v1/datasets/"] {
        assert_eq!(world.refusal(path).await, (404, "PGRST125".to_owned()), "{path}");
    }
    for table in ["nothing", "Person", "tolva_contract", "sqlite_master", "pg_user", "%FF", "a%2Fb"]
    {
        let path = format!("/rest/v1/{table}");
        assert_eq!(world.refusal(&path).await, (404, "PGRST205".to_owned()), "{path}");
    }
    let hint = world.get("/rest/v1/nothing").await.json()["hint"].to_string();
    assert!(hint.contains("employee_department"), "{hint}");
}

async fn other_methods_are_405_and_name_those_that_work(world: &World) {
    for (table, methods) in
        [("employee", "GET, HEAD, POST, PATCH, PUT, DELETE"), ("person", "GET, HEAD")]
    {
        let answer = world.send("OPTIONS", &format!("/rest/v1/{table}")).await;
        assert_eq!((answer.status, answer.code().as_str()), (405, "PGRST117"));
        assert_eq!(answer.header("allow"), Some(methods), "{table}");
    }
    for path in ["/v1/datasets", "/v1/loads/1/findings", "/healthz"] {
        for method in ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"] {
            let answer = world.send(method, path).await;
            assert_eq!(
                (answer.status, answer.code().as_str()),
                (405, "PGRST117"),
                "{method} {path}"
            );
            assert_eq!(answer.header("allow"), Some("GET, HEAD"));
        }
    }
    assert_eq!(world.send("POST", "/nothing").await.status, 404);
}

async fn columns_that_do_not_exist_are_named_with_those_that_do(world: &World) {
    for query in
        ["x=eq.1", "select=x", "order=x", "_hash=eq.1", "select=_load", "order=_origin.desc"]
    {
        let answer = world.get(&format!("/rest/v1/person?{query}")).await;
        assert_eq!((answer.status, answer.code().as_str()), (400, "42703"), "{query}");
        assert_eq!(answer.json()["hint"], "its columns are label, number, name");
    }
    let message = world.get("/rest/v1/person?x=eq.1").await.json()["message"].clone();
    assert_eq!(message, "column person.x does not exist");
}

async fn filters_that_cannot_be_read_are_pgrst100(world: &World) {
    for filter in [
        "",
        "1",
        "eq",
        "foo.1",
        "not.1",
        "EQ.1",
        "eq(some).{1}",
        "in(any).(1)",
        "in.1",
        "in.(1",
        "in.(1)2)",
        "is.1",
        "is.",
        "fts.a",
        "not.not.eq.1",
    ] {
        let target = format!("/rest/v1/person?number={}", escaped(filter));
        assert_eq!(world.refusal(&target).await, (400, "PGRST100".to_owned()), "{filter}");
    }
    for query in
        ["or=number.eq.1", "and=()", "not.or=(number)", "columns=a", "name=eq.%FF", "a(b=eq.1"]
    {
        let target = format!("/rest/v1/person?{query}");
        assert_eq!(world.refusal(&target).await, (400, "PGRST100".to_owned()), "{query}");
    }
    let body = world.get("/rest/v1/person?number=foo.1").await.json();
    assert_eq!(body["message"], "failed to parse filter (foo.1)");
    assert_eq!(body["details"], "there is no operator foo");
    assert!(body["hint"].as_str().is_some_and(|hint| hint.contains("ilike")), "{body}");
}

async fn selections_orders_and_pages_that_cannot_be_read_are_pgrst100(world: &World) {
    for query in [
        "select=number,",
        "select=a:",
        "select=number::",
        "select=relationship(",
        "select=a:number,a:name",
        "select=number-%3E%3Ea",
        "select=number&select=name",
        "order=number.up",
        "order=number.desc.asc",
        "order=number,,name",
        "order=.desc",
        "order=number.desc.nullslast.x",
        "order=relationship(",
        "order=number&order=name",
        "limit=",
        "limit=1.5",
        "limit=ten",
        "limit=9223372036854775808",
        "offset=-1",
        "offset=x",
        "limit=1&limit=2",
    ] {
        let target = format!("/rest/v1/person?{query}");
        assert_eq!(world.refusal(&target).await, (400, "PGRST100".to_owned()), "{query}");
    }
}

async fn values_of_another_type_are_22p02(world: &World) {
    for (column, value) in [
        ("size", "x"),
        ("size", "1.0"),
        ("size", ""),
        ("size", "9223372036854775808"),
        ("amount", "x"),
        ("amount", "NaN"),
        ("amount", "1,5"),
        ("amount", "1e99"),
        ("good", "2"),
        ("good", "null"),
        ("day", "2024-02-30"),
        ("day", "today"),
        ("at", "25:00"),
        ("moment", "2024-01-01T08:00:00+01:00"),
        ("note", "a\0b"),
    ] {
        for filter in [format!("eq.{value}"), format!("not.gt.{value}")] {
            let target = format!("/rest/v1/measure?{column}={}", escaped(&filter));
            assert_eq!(world.refusal(&target).await, (400, "22P02".to_owned()), "{column} {value}");
        }
    }
    let target = "/rest/v1/measure?size=in.(1,x)";
    assert_eq!(world.refusal(target).await, (400, "22P02".to_owned()));
    let body = world.get(target).await.json();
    assert_eq!(body["message"], "invalid input for type integer: \"x\"");
}

async fn operators_that_do_not_fit_a_type_are_refused(world: &World) {
    for column in ["size", "amount", "good", "day", "at", "moment"] {
        for operator in ["like", "ilike", "match", "imatch"] {
            let target = format!("/rest/v1/measure?{column}={operator}.1*");
            assert_eq!(world.refusal(&target).await, (404, "42883".to_owned()), "{column}");
        }
    }
    for column in ["note", "size", "day"] {
        for word in ["true", "false", "unknown"] {
            let target = format!("/rest/v1/measure?{column}=is.{word}");
            assert_eq!(world.refusal(&target).await, (400, "42804".to_owned()), "{column}");
        }
    }
    let target = "/rest/v1/measure?note=like.a%5C";
    assert_eq!(world.refusal(target).await, (400, "22025".to_owned()));
}

async fn requests_out_of_all_bounds_are_refused(world: &World) {
    let values = vec!["1"; 32_001].join(",");
    let pattern = "a".repeat(10_001);
    for query in [format!("number=in.({values})"), format!("name=like.{pattern}")] {
        let target = format!("/rest/v1/person?{query}");
        let start = &query[..20];
        assert_eq!(world.refusal(&target).await, (400, "PGRST100".to_owned()), "{start}");
    }
    let filters = vec!["number=eq.1"; 3000].join("&");
    assert_eq!(world.column("person", "number", &filters).await, ["1"]);
    let stars = "*a".repeat(15);
    assert_eq!(world.people("name", &format!("like.{stars}")).await, "");
}

/// What could end a text, a statement or an identifier.
const INJECTIONS: &[&str] = &[
    "'",
    "''",
    "\"",
    "' OR '1'='1",
    "'; DROP TABLE person; --",
    "\\",
    "\\'; DROP TABLE person; --",
    "$1",
    "?",
    "?1",
    ":a",
    "@a",
    "$$",
    "1) OR (1=1",
    "/*",
    "--",
    "';",
    "\u{2019} OR 1=1",
    "%27",
    "NULL",
    "x' UNION SELECT text FROM tolva_contract --",
    "{}",
    "\n;\n",
];

async fn values_are_never_sql(world: &World) {
    for text in INJECTIONS {
        assert_eq!(world.people("name", &format!("eq.{text}")).await, "", "{text}");
        assert_eq!(world.people("name", &format!("neq.{text}")).await, "12345", "{text}");
        assert_eq!(world.people("name", &format!("lt.\u{1}{text}")).await, "", "{text}");
        let quoted = text.replace('\\', "\\\\").replace('"', "\\\"");
        assert_eq!(world.people("name", &format!("in.(\"{quoted}\")")).await, "", "{text}");
        let pattern = text.replace('\\', "\\\\");
        assert_eq!(world.people("name", &format!("like.{pattern}")).await, "", "{text}");
        assert_eq!(world.people("name", &format!("ilike.{pattern}")).await, "", "{text}");
        let target = format!("/rest/v1/person?number=eq.{}", escaped(text));
        assert_eq!(world.refusal(&target).await, (400, "22P02".to_owned()), "{text}");
    }
    assert_eq!(world.measures("note", "eq.It's '; DROP TABLE measure; --").await, "e");
    assert_eq!(world.json("/rest/v1/person").await.as_array().map(Vec::len), Some(5));
}

async fn names_are_never_sql(world: &World) {
    for text in INJECTIONS {
        let name = escaped(text);
        for target in [
            format!("/rest/v1/{name}"),
            format!("/rest/v1/person{name}"),
            format!("/rest/v1/person?{name}=eq.1"),
            format!("/rest/v1/person?number{name}=eq.1"),
            format!("/rest/v1/person?select={name}"),
            format!("/rest/v1/person?select=number{name}"),
            format!("/rest/v1/person?order={name}"),
            format!("/rest/v1/person?order=number.{name}"),
            format!("/rest/v1/person?limit=1{name}"),
            format!("/rest/v1/person?offset={name}"),
            format!("/rest/v1/person?after={name}"),
            format!("/rest/v1/person?select={name}(number)"),
            format!("/rest/v1/person?select=relationship!{name}(related)"),
            format!("/rest/v1/person?select=number::{name}"),
            format!("/rest/v1/person?select=label{name}:number,label{name}:name"),
            format!("/rest/v1/person?or=(number.eq.1,{name}.eq.1)"),
            format!("/rest/v1/person?order={name}(number)"),
        ] {
            let answer = world.get(&target).await;
            assert!([400, 404].contains(&answer.status), "{target}: {}", answer.body);
            let code = answer.code();
            let known: &[&str] =
                &["PGRST100", "PGRST108", "PGRST125", "PGRST200", "PGRST205", "42703", "42704"];
            assert!(known.contains(&code.as_str()), "{target}: {code}");
        }
    }
    let rows: Value = world.json("/rest/v1/person").await;
    assert_eq!(rows.as_array().map(Vec::len), Some(5));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_statement_that_takes_too_long_is_ended() {
    let options = Options { timeout: NonZeroU32::MIN, ..Options::default() };
    run_with(Backend::Postgres, options, async |world: &World| {
        let other = world.ledger.db().begin().await.expect("a transaction");
        other.execute_unprepared("LOCK TABLE measure").await.expect("the lock");
        assert_eq!(world.refusal("/rest/v1/measure").await, (500, "57014".to_owned()));
        other.rollback().await.expect("the end");
        assert_eq!(world.get("/rest/v1/measure").await.status, 200);
    })
    .await;
}
