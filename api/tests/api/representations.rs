//! The forms in which rows are sent.

use crate::client::Answer;
use crate::embed::staff;
use crate::fixture;
use crate::on_each_backend;
use crate::world::World;

on_each_backend![
    one_row_is_an_object_when_that_is_asked_for,
    none_or_several_rows_are_no_object,
    csv_has_a_heading_and_a_line_per_row,
    csv_tells_the_empty_from_the_unknown,
    csv_has_what_is_embedded_as_json,
    formulas_are_guarded_when_that_is_asked_for,
    lines_have_an_object_each,
    what_cannot_be_given_is_406,
    large_tables_leave_whole_in_every_form,
    forms_follow_each_other_on_one_connection,
];

async fn accept(world: &World, target: &str, form: &str) -> Answer {
    world.get_with(&format!("/rest/v1/{target}"), &[("Accept", form)]).await
}

const OBJECT: &str = "application/vnd.pgrst.object+json";

async fn one_row_is_an_object_when_that_is_asked_for(world: &World) {
    let answer = accept(world, "person?number=eq.1&select=label,number", OBJECT).await;
    assert_eq!((answer.status, answer.body.as_str()), (200, r#"{"label":"A","number":1}"#));
    let kind = "application/vnd.pgrst.object+json; charset=utf-8";
    assert_eq!(answer.header("content-type"), Some(kind));
    assert_eq!(answer.header("content-range"), Some("0-0/*"));
    let answer = accept(world, "person?limit=1&offset=1&select=label", OBJECT).await;
    assert_eq!(answer.body, r#"{"label":"N"}"#);
}

async fn none_or_several_rows_are_no_object(world: &World) {
    for (query, rows) in [("number=eq.99", 0), ("", 5), ("limit=3", 3), ("limit=0", 0)] {
        let answer = accept(world, &format!("person?{query}"), OBJECT).await;
        assert_eq!((answer.status, answer.code().as_str()), (406, "PGRST116"), "{query}");
        let body = answer.json();
        assert_eq!(body["message"], "Cannot coerce the result to a single JSON object");
        assert_eq!(body["details"], format!("The result contains {rows} rows"));
    }
}

async fn csv_has_a_heading_and_a_line_per_row(world: &World) {
    let answer = accept(world, "measure?code=in.(a,b,d)", "text/csv").await;
    assert_eq!(answer.header("content-type"), Some("text/csv; charset=utf-8"));
    assert_eq!(answer.header("content-range"), Some("0-2/*"));
    let expected = [
        "code,note,size,amount,good,day,at,moment",
        "a,first,10,1.5,true,2024-01-01,08:00:00,2024-01-01T08:00:00",
        "b,second,9,-0.2,false,2024-02-29,08:00:00.5,2024-02-29T23:59:59.123456",
        "d,,,,,,,",
    ];
    assert_eq!(answer.body, expected.join("\n"));
    let none = accept(world, "person?number=eq.99&select=label,n:number", "text/csv").await;
    assert_eq!(none.body, "label,n");
    let people = accept(world, "person?select=name&number=lte.3", "text/csv").await;
    assert_eq!(people.body, "name\n\"Ana, Abad\"\nNora (N)\n\"Ñusta \"\"La\"\" Peña\"");
}

async fn csv_tells_the_empty_from_the_unknown(world: &World) {
    let answer = accept(world, "measure?code=in.(c,d)&select=note,size::text", "text/csv").await;
    assert_eq!(answer.body, "note,size\n\"\",-9223372036854775808\n,");
}

async fn csv_has_what_is_embedded_as_json(world: &World) {
    staff(world).await;
    let target = "employee?select=id,...company(firm:name),company(id),department(id)&id=in.(1,3)";
    let answer = accept(world, target, "text/csv").await;
    let expected = "id,firm,company,department\n\
        1,Acme,\"{\"\"id\"\":1}\",\"[{\"\"id\"\":1},{\"\"id\"\":2}]\"\n\
        3,,,[]";
    assert_eq!(answer.body, expected);
}

async fn formulas_are_guarded_when_that_is_asked_for(world: &World) {
    let texts = ["=1+1", "+1", "-1", "@x", "\tx", "a=1"];
    let rows: Vec<String> =
        texts.iter().enumerate().map(|(at, text)| format!("'z{at}', '{text}', '-5'")).collect();
    let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    fixture::insert(&world.ledger, "measure", "code, note, amount", &rows).await;
    let target = "measure?code=like.z*&select=note,amount";
    let guarded = accept(world, target, "text/csv; formulas=guarded").await;
    let lines = ["note,amount", "'=1+1,-5", "'+1,-5", "'-1,-5", "'@x,-5", "'\tx,-5", "a=1,-5"];
    assert_eq!(guarded.body, lines.join("\n"), "numbers stay numbers");
    let plain = accept(world, target, "text/csv").await;
    assert_eq!(plain.body.lines().nth(1), Some("=1+1,-5"));
}

async fn lines_have_an_object_each(world: &World) {
    staff(world).await;
    for form in ["application/x-ndjson", "application/ndjson"] {
        let answer = accept(world, "company?select=id,employee(id)", form).await;
        let kind = "application/x-ndjson; charset=utf-8";
        assert_eq!(answer.header("content-type"), Some(kind));
        let lines = [
            r#"{"id":1,"employee":[{"id":1},{"id":4}]}"#,
            r#"{"id":2,"employee":[{"id":2}]}"#,
            r#"{"id":3,"employee":[]}"#,
        ];
        assert_eq!(answer.body, lines.join("\n") + "\n");
    }
    let none = accept(world, "company?id=eq.99", "application/x-ndjson").await;
    assert_eq!((none.status, none.body.as_str()), (200, ""));
}

async fn what_cannot_be_given_is_406(world: &World) {
    for form in ["text/html", "image/png, application/xml", "application/json;q=0"] {
        let answer = accept(world, "person", form).await;
        assert_eq!((answer.status, answer.code().as_str()), (406, "PGRST107"), "{form}");
        let message = format!("None of these media types are available: {form}");
        assert_eq!(answer.json()["message"], message);
    }
    let browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
    let answer = accept(world, "person", browser).await;
    assert_eq!(answer.header("content-type"), Some("application/json; charset=utf-8"));
}

async fn large_tables_leave_whole_in_every_form(world: &World) {
    crate::live::make_big(world).await;
    let target = "measure?code=like.n*&select=code,note";
    let csv = accept(world, target, "text/csv").await.body;
    assert_eq!(csv.lines().count(), 30_001);
    let lines = accept(world, target, "application/x-ndjson").await.body;
    assert_eq!(lines.lines().count(), 30_000);
    assert!(lines.lines().all(|line| line.starts_with("{\"code\":\"n") && line.ends_with("xx\"}")));
    let page = format!("{target}&limit=400");
    let rows = accept(world, &page, "application/json").await.json();
    assert_eq!(rows.as_array().unwrap().len(), 400);
}

async fn forms_follow_each_other_on_one_connection(world: &World) {
    for _ in 0..3 {
        for (target, form) in [
            ("person", "application/json"),
            ("person", "text/csv"),
            ("measure", "text/csv"),
            ("relationship", "text/csv"),
            ("person?select=label", "text/csv"),
            ("person?select=", "text/csv"),
            ("measure", "application/x-ndjson"),
        ] {
            let answer = accept(world, target, form).await;
            assert_eq!(answer.status, 200, "{target} as {form}: {}", answer.body);
        }
    }
}
