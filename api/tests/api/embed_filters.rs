//! Filters, orders and pages of what is embedded, and rows left out for want of it.

use serde_json::{Value, json};

use crate::embed::{rows, staff};
use crate::on_each_backend;
use crate::world::World;

on_each_backend![
    a_filter_of_what_is_embedded_leaves_the_rows,
    inner_leaves_out_rows_without_any,
    null_asks_whether_there_is_any,
    what_shows_nothing_can_still_be_asked_of,
    groups_reach_into_what_is_embedded,
    what_is_embedded_has_an_order_and_a_page_of_its_own,
    rows_are_ordered_by_what_they_refer_to,
    an_order_by_many_rows_is_refused,
    what_is_not_embedded_cannot_be_filtered,
    an_alias_hides_the_name_of_the_table,
    other_filters_of_what_is_embedded_are_refused,
];

async fn ids(world: &World, query: &str) -> Vec<i64> {
    let found = rows(world, &format!("employee?{query}")).await;
    found.as_array().unwrap().iter().map(|row| row["id"].as_i64().unwrap()).collect()
}

async fn a_filter_of_what_is_embedded_leaves_the_rows(world: &World) {
    staff(world).await;
    let found = rows(
        world,
        "employee?select=id,company(name),department(name)&company.name=eq.Acme&department.name=like.S*",
    )
    .await;
    let expected = json!([
        { "id": 1, "company": { "name": "Acme" }, "department": [{ "name": "Sales" }] },
        { "id": 2, "company": null, "department": [] },
        { "id": 3, "company": null, "department": [] },
        { "id": 4, "company": { "name": "Acme" }, "department": [] },
    ]);
    assert_eq!(found, expected);
    let deep = "company?select=id,employee(id,department(name))&employee.department.name=eq.IT&employee.id=eq.1";
    let first = rows(world, deep).await;
    assert_eq!(first[0]["employee"], json!([{ "id": 1, "department": [{ "name": "IT" }] }]));
}

async fn inner_leaves_out_rows_without_any(world: &World) {
    staff(world).await;
    assert_eq!(ids(world, "select=id,company!inner(name)").await, [1, 2, 4]);
    assert_eq!(ids(world, "select=id,company!left(name)").await, [1, 2, 3, 4]);
    assert_eq!(ids(world, "select=id,company!inner(name)&company.name=eq.Acme").await, [1, 4]);
    assert_eq!(ids(world, "select=id,department!inner(name)").await, [1, 2]);
    assert_eq!(ids(world, "select=id,...company!company_id!inner(name)").await, [1, 2, 4]);
    let nested = "select=id,company!inner(employee!inner(id))&company.employee.first_name=eq.Bo";
    assert_eq!(ids(world, nested).await, [2]);
    let outer = "select=id,company(department:employee!inner(id))&company.department.id=eq.2";
    assert_eq!(ids(world, outer).await, [1, 2, 3, 4], "inner counts where it stands");
    let answer = world
        .get_with(
            "/rest/v1/employee?select=company!inner(id)&limit=1",
            &[("Prefer", "count=exact")],
        )
        .await;
    assert_eq!(answer.header("content-range"), Some("0-0/3"));
}

async fn null_asks_whether_there_is_any(world: &World) {
    staff(world).await;
    assert_eq!(ids(world, "select=id,company(name)&company=is.null").await, [3]);
    assert_eq!(ids(world, "select=id,company(name)&company=not.is.null").await, [1, 2, 4]);
    assert_eq!(ids(world, "select=id,department(name)&department=is.null").await, [3, 4]);
    assert_eq!(ids(world, "select=id,department(name)&department=is.not_null").await, [1, 2]);
    let either =
        "select=id,company(name),department(name)&or=(company.is.null,department.not.is.null)";
    assert_eq!(ids(world, either).await, [1, 2, 3]);
}

async fn what_shows_nothing_can_still_be_asked_of(world: &World) {
    staff(world).await;
    let query = "employee?select=id,department()&department.name=eq.IT&department=not.is.null";
    assert_eq!(rows(world, query).await, json!([{ "id": 1 }, { "id": 2 }]));
    let query = "employee?select=id,x:department!inner(),department(name)&x.name=eq.Sales";
    let expected = json!([{ "id": 1, "department": [{ "name": "Sales" }, { "name": "IT" }] }]);
    assert_eq!(rows(world, query).await, expected);
}

async fn groups_reach_into_what_is_embedded(world: &World) {
    staff(world).await;
    let all = |found: Value| -> Vec<String> {
        let rows = found.as_array().unwrap().clone();
        rows.iter().map(|row| row["department"].to_string()).collect()
    };
    let query = "employee?select=department(id)&department.or=(name.eq.IT,id.eq.3)";
    assert_eq!(all(rows(world, query).await)[0], r#"[{"id":2}]"#);
    let query = "employee?select=department(id)&department.not.or=(name.eq.IT,id.eq.3)";
    assert_eq!(all(rows(world, query).await)[0], r#"[{"id":1}]"#);
    let query = "employee?select=department(id)&department.and=(name.eq.IT,id.eq.3)";
    assert_eq!(all(rows(world, query).await)[0], "[]");
}

async fn what_is_embedded_has_an_order_and_a_page_of_its_own(world: &World) {
    staff(world).await;
    let names = async |query: &str| -> Value {
        let found = rows(world, &format!("company?id=eq.1&select=employee(id)&{query}")).await;
        found[0]["employee"].clone()
    };
    assert_eq!(names("").await, json!([{ "id": 1 }, { "id": 4 }]));
    assert_eq!(names("employee.order=first_name.desc").await, json!([{ "id": 4 }, { "id": 1 }]));
    assert_eq!(names("employee.limit=1").await, json!([{ "id": 1 }]));
    assert_eq!(names("employee.offset=1").await, json!([{ "id": 4 }]));
    let last = "employee.order=id.desc&employee.limit=1&employee.offset=1";
    assert_eq!(names(last).await, json!([{ "id": 1 }]));
    assert_eq!(names("employee.limit=0").await, json!([]));
    let query = "employee?id=eq.1&select=department(name)&department.order=name.asc";
    let found = rows(world, query).await;
    assert_eq!(found[0]["department"], json!([{ "name": "IT" }, { "name": "Sales" }]));
}

async fn rows_are_ordered_by_what_they_refer_to(world: &World) {
    staff(world).await;
    let by =
        async |order: &str| ids(world, &format!("select=id,company(name)&order={order}")).await;
    assert_eq!(by("company(name).desc.nullslast,id").await, [2, 1, 4, 3]);
    assert_eq!(by("company(name).nullsfirst,id.desc").await, [3, 4, 1, 2]);
    let query = "select=id,c:company(name)&order=c(name).desc";
    assert_eq!(ids(world, query).await, [3, 2, 1, 4]);
}

async fn an_order_by_many_rows_is_refused(world: &World) {
    let answer =
        world.get("/rest/v1/employee?select=department(name)&order=department(name)").await;
    assert_eq!((answer.status, answer.code().as_str()), (400, "PGRST118"));
    let body = answer.json();
    assert_eq!(body["message"], "A related order on 'department' is not possible");
    assert_eq!(
        body["details"],
        "'employee' and 'department' do not form a many-to-one or one-to-one relationship"
    );
}

async fn what_is_not_embedded_cannot_be_filtered(world: &World) {
    for query in [
        "company.name=eq.x",
        "company.or=(name.eq.x)",
        "company.limit=1",
        "company.offset=1",
        "company.order=name",
        "order=company(name)",
        "select=company(name)&department.name=eq.x",
    ] {
        let target = format!("/rest/v1/employee?{query}");
        assert_eq!(world.refusal(&target).await, (400, "PGRST108".to_owned()), "{query}");
    }
    let body = world.get("/rest/v1/employee?company.name=eq.x").await.json();
    assert_eq!(body["message"], "'company' is not an embedded resource in this request");
    let hint = "Verify that 'company' is included in the 'select' query parameter.";
    assert_eq!(body["hint"], hint);
}

async fn an_alias_hides_the_name_of_the_table(world: &World) {
    staff(world).await;
    assert_eq!(ids(world, "select=id,c:company!inner(name)&c.name=eq.Acme").await, [1, 4]);
    let answer = world.get("/rest/v1/employee?select=c:company(name)&company.name=eq.x").await;
    assert_eq!((answer.status, answer.code().as_str()), (400, "PGRST108"));
    let body = answer.json();
    let details = "Target names are not allowed in filters if they have an alias";
    assert_eq!(body["details"], details);
    assert_eq!(body["hint"], "Change 'company' to 'c' in filters, orders or limits.");
}

async fn other_filters_of_what_is_embedded_are_refused(world: &World) {
    let answer = world.get("/rest/v1/employee?select=company(name)&company=eq.x").await;
    assert_eq!((answer.status, answer.code().as_str()), (400, "PGRST120"));
    assert_eq!(answer.json()["message"], "Bad operator on the 'company' embedded resource");
}
