//! Which columns a client sees.

use crate::on_each_backend;
use crate::world::World;

on_each_backend![
    every_column_of_the_contract_and_the_surrogate_key_is_given,
    columns_come_as_they_are_asked_for,
    head_tells_what_get_would_without_a_body,
    a_table_without_rows_is_an_empty_array,
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
