//! Which columns a client sees.

use crate::client::escaped;
use crate::on_each_backend;
use crate::world::World;

on_each_backend![
    every_column_of_the_contract_and_the_surrogate_key_is_given,
    columns_come_as_they_are_asked_for,
    head_tells_what_get_would_without_a_body,
    a_table_without_rows_is_an_empty_array,
    columns_take_other_names,
    columns_are_shown_as_types_that_every_value_has,
    casts_that_could_fail_are_refused,
    nothing_of_each_row_is_an_empty_object,
    aggregates_are_refused,
];

async fn every_column_of_the_contract_and_the_surrogate_key_is_given(world: &World) {
    let body = world.get("/rest/v1/employee?id=eq.1").await.body;
    assert_eq!(
        body,
        r#"[{"id":1,"first_name":"Ann","last_name":"Lee","address":null,"city":null,"state":"NJ","zip":"08014","phone1":null,"phone2":null,"email":"ann@example.com","company_id":1}]"#
    );
    let all = world.get("/rest/v1/employee?id=eq.1&select=*").await.body;
    assert_eq!(all, body);
}

async fn columns_come_as_they_are_asked_for(world: &World) {
    let body =
        async |query: &str| world.get(&format!("/rest/v1/person?number=eq.1&{query}")).await.body;
    assert_eq!(body("select=label,number").await, r#"[{"label":"A","number":1}]"#);
    assert_eq!(body("select=number").await, r#"[{"number":1}]"#);
    assert_eq!(body("select=%20label%20,label").await, r#"[{"label":"A"}]"#);
    assert_eq!(body("select=label,*").await, r#"[{"label":"A","number":1,"name":"Ana, Abad"}]"#);
}

async fn head_tells_what_get_would_without_a_body(world: &World) {
    for target in ["/rest/v1/person", "/rest/v1/person?number=eq.1", "/v1/datasets", "/healthz"] {
        let get = world.send("GET", target).await;
        let head = world.send("HEAD", target).await;
        assert_eq!((head.status, head.body.as_str()), (200, ""), "{target}");
        assert_eq!(head.header("content-type"), get.header("content-type"), "{target}");
    }
    for (target, status) in [("/rest/v1/nothing", 404), ("/rest/v1/person?x=eq.1", 400)] {
        let head = world.send("HEAD", target).await;
        assert_eq!((head.status, head.body.as_str()), (status, ""), "{target}");
    }
    let get = world.get("/rest/v1/person").await;
    assert_eq!(get.header("content-type"), Some("application/json; charset=utf-8"));
}

async fn a_table_without_rows_is_an_empty_array(world: &World) {
    assert_eq!(world.get("/rest/v1/department").await.body, "[]");
    assert_eq!(world.get("/rest/v1/person?number=eq.99").await.body, "[]");
}

async fn columns_take_other_names(world: &World) {
    let body =
        async |query: &str| world.get(&format!("/rest/v1/person?number=eq.1&{query}")).await.body;
    assert_eq!(body("select=a:label,%22b%22:number").await, r#"[{"a":"A","b":1}]"#);
    assert!(body("select=label,label:number::text").await.contains("PGRST100"));
    let odd = escaped(r#""It's \"ñ\" , (x) %s $1 ? --":label"#);
    assert_eq!(body(&format!("select={odd}")).await, r#"[{"It's \"ñ\" , (x) %s $1 ? --":"A"}]"#);
}

async fn columns_are_shown_as_types_that_every_value_has(world: &World) {
    let select = "code::text,size::text,amount::text,good::text,day::text,at::text,moment::text,\
        n:good::int,d:moment::date,t:moment::time,m:day::timestamp,j:good::json,s:size::numeric";
    let body = async |code: &str| {
        world.get(&format!("/rest/v1/measure?code=eq.{code}&select={select}")).await.body
    };
    assert_eq!(
        body("b").await,
        "[{\"code\":\"b\",\"size\":\"9\",\"amount\":\"-0.2\",\"good\":\"false\",\
         \"day\":\"2024-02-29\",\"at\":\"08:00:00.5\",\"moment\":\"2024-02-29T23:59:59.123456\",\
         \"n\":0,\"d\":\"2024-02-29\",\"t\":\"23:59:59.123456\",\"m\":\"2024-02-29T00:00:00\",\
         \"j\":false,\"s\":9}]"
    );
    let unknown: Vec<&str> = body("d").await.matches("null").map(|_| "null").collect();
    assert_eq!(unknown.len(), 12, "what is unknown stays so");
}

async fn casts_that_could_fail_are_refused(world: &World) {
    for cast in ["code::int", "note::json_array", "size::bool", "amount::int", "day::time"] {
        let (status, code) = world.refusal(&format!("/rest/v1/measure?select={cast}")).await;
        assert!(status == 400 && ["42846", "42704"].contains(&code.as_str()), "{cast}: {code}");
    }
    let body = world.get("/rest/v1/measure?select=code::int").await.json();
    assert_eq!(body["message"], "cannot cast column code of type string to int");
}

async fn nothing_of_each_row_is_an_empty_object(world: &World) {
    assert_eq!(world.get("/rest/v1/person?select=&number=lt.3").await.body, "[{},\n{}]");
}

async fn aggregates_are_refused(world: &World) {
    for select in ["count()", "number.sum()", "n:number.max()"] {
        let target = format!("/rest/v1/person?select={select}");
        assert_eq!(world.refusal(&target).await, (400, "PGRST123".to_owned()), "{select}");
    }
}
