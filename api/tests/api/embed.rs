//! Rows seen together with those that they refer to.

use serde_json::{Value, json};

use crate::fixture;
use crate::on_each_backend;
use crate::world::World;

on_each_backend![
    a_reference_is_followed_to_its_row,
    references_are_followed_back_to_many_rows,
    a_table_of_pairs_makes_many_for_many,
    tables_are_embedded_in_one_another,
    references_are_told_apart_by_their_column,
    several_references_without_a_hint_are_ambiguous,
    what_has_no_reference_cannot_be_embedded,
    columns_of_what_is_embedded_are_spread,
    what_is_embedded_takes_another_name,
    text_in_what_is_embedded_is_escaped,
];

/// People of two companies and one of none, in departments.
pub async fn staff(world: &World) {
    let insert = async |table: &str, columns: &str, rows: &[&str]| {
        fixture::insert(&world.ledger, table, columns, rows).await;
    };
    insert("company", "id, name", &["3, 'Empty'"]).await;
    insert("department", "id, name", &["1, 'Sales'", "2, 'IT'", "3, 'Nobody''s'"]).await;
    insert("employee", "id, email, first_name, state", &["3, 'cy@example.com', 'Cy', 'NJ'"]).await;
    let employee = ["4, 'di@example.com', 'Di \"D\"', 'NJ', 1"];
    insert("employee", "id, email, first_name, state, company_id", &employee).await;
    insert("employee_department", "employee_id, department_id", &["1, 1", "1, 2", "2, 2"]).await;
}

pub async fn rows(world: &World, target: &str) -> Value {
    world.json(&format!("/rest/v1/{target}")).await
}

async fn a_reference_is_followed_to_its_row(world: &World) {
    staff(world).await;
    let expected = json!([
        { "first_name": "Ann", "company": { "name": "Acme" } },
        { "first_name": "Bo", "company": { "name": "Brook & Sons" } },
        { "first_name": "Cy", "company": null },
        { "first_name": "Di \"D\"", "company": { "name": "Acme" } },
    ]);
    assert_eq!(rows(world, "employee?select=first_name,company(name)").await, expected);
    let whole = rows(world, "employee?select=*,company(*)&id=eq.1").await;
    assert_eq!(whole[0]["company"], json!({ "id": 1, "name": "Acme" }));
    assert_eq!(whole[0]["email"], "ann@example.com");
    let body = world.get("/rest/v1/employee?select=company(name),id&id=eq.3").await.body;
    assert_eq!(body, r#"[{"company":null,"id":3}]"#);
}

async fn references_are_followed_back_to_many_rows(world: &World) {
    staff(world).await;
    let body = world.get("/rest/v1/company?select=name,employee(id,first_name)").await.body;
    let expected = [
        r#"[{"name":"Acme","employee":[{"id":1,"first_name":"Ann"},{"id":4,"first_name":"Di \"D\""}]}"#,
        r#"{"name":"Brook & Sons","employee":[{"id":2,"first_name":"Bo"}]}"#,
        r#"{"name":"Empty","employee":[]}]"#,
    ];
    assert_eq!(body, expected.join(",\n"));
}

async fn a_table_of_pairs_makes_many_for_many(world: &World) {
    staff(world).await;
    let expected = json!([
        { "id": 1, "department": [{ "name": "Sales" }, { "name": "IT" }] },
        { "id": 2, "department": [{ "name": "IT" }] },
        { "id": 3, "department": [] },
        { "id": 4, "department": [] },
    ]);
    assert_eq!(rows(world, "employee?select=id,department(name)").await, expected);
    let hinted = rows(world, "employee?select=id,department!employee_department(name)").await;
    assert_eq!(hinted, expected);
    let back = rows(world, "department?select=name,employee(first_name)").await;
    let expected = json!([
        { "name": "Sales", "employee": [{ "first_name": "Ann" }] },
        { "name": "IT", "employee": [{ "first_name": "Ann" }, { "first_name": "Bo" }] },
        { "name": "Nobody's", "employee": [] },
    ]);
    assert_eq!(back, expected);
}

async fn tables_are_embedded_in_one_another(world: &World) {
    staff(world).await;
    let found = rows(
        world,
        "company?id=eq.1&select=name,employee(id,department(name,employee(id,company(name))))",
    )
    .await;
    let sales =
        json!({ "name": "Sales", "employee": [{ "id": 1, "company": { "name": "Acme" } }] });
    let it = json!({
        "name": "IT",
        "employee": [
            { "id": 1, "company": { "name": "Acme" } },
            { "id": 2, "company": { "name": "Brook & Sons" } },
        ],
    });
    let expected = json!([{
        "name": "Acme",
        "employee": [{ "id": 1, "department": [sales, it] }, { "id": 4, "department": [] }],
    }]);
    assert_eq!(found, expected);
    let deep = "company(employee(company(employee(company(name)))))";
    let target = format!("/rest/v1/employee?select={deep}");
    assert_eq!(world.refusal(&target).await, (400, "PGRST100".to_owned()));
}

async fn references_are_told_apart_by_their_column(world: &World) {
    let expected = json!([{ "related": true, "from": { "label": "A" }, "to": { "label": "N" } }]);
    for select in [
        "related,from:person!from_number(label),to:person!to_number(label)",
        "related,from:from_number(label),to:to_number(label)",
        "related,from:person!relationship_from_number_fkey(label),\
         to:relationship_to_number_fkey(label)",
    ] {
        let target = format!("relationship?select={select}&limit=1");
        assert_eq!(rows(world, &target).await, expected, "{select}");
    }
    let found = rows(
        world,
        "person?number=eq.1&select=label,out:relationship!from_number(to_number),\
         in:relationship!to_number(from_number)",
    )
    .await;
    let expected = json!([{
        "label": "A",
        "out": [{ "to_number": 2 }, { "to_number": 3 }],
        "in": [{ "from_number": 2 }],
    }]);
    assert_eq!(found, expected);
}

async fn several_references_without_a_hint_are_ambiguous(world: &World) {
    let answer = world.get("/rest/v1/relationship?select=person(label)").await;
    assert_eq!((answer.status, answer.code().as_str()), (300, "PGRST201"));
    let body = answer.json();
    assert_eq!(
        body["message"],
        "Could not embed because more than one relationship was found for 'relationship' and \
         'person'"
    );
    assert_eq!(
        body["hint"],
        "Try changing 'person' to one of the following: \
         'person!relationship_from_number_fkey', 'person!relationship_to_number_fkey'. Find the \
         desired relationship in the 'details' key."
    );
    assert_eq!(
        body["details"][0],
        json!({
            "cardinality": "many-to-one",
            "embedding": "relationship with person",
            "relationship": "relationship_from_number_fkey using relationship(from_number) and \
                             person(number)",
        })
    );
    let back = world.get("/rest/v1/person?select=relationship(related)").await;
    assert_eq!((back.status, back.code().as_str()), (300, "PGRST201"));
    assert_eq!(back.json()["details"][1]["cardinality"], "one-to-many");
}

async fn what_has_no_reference_cannot_be_embedded(world: &World) {
    for select in ["person(name)", "nothing(name)", "company!nothing(name)", "email(name)"] {
        let target = format!("/rest/v1/employee?select={select}");
        assert_eq!(world.refusal(&target).await, (400, "PGRST200".to_owned()), "{select}");
    }
    let body = world.get("/rest/v1/employee?select=company!nothing(name)").await.json();
    assert_eq!(
        body["message"],
        "Could not find a relationship between 'employee' and 'company' in the schema cache"
    );
    assert_eq!(
        body["details"],
        "Searched for a foreign key relationship between 'employee' and 'company' using the hint \
         'nothing' in the schema 'public', but no matches were found."
    );
    let hint = "employee can be seen together with company, department, employee_department";
    assert_eq!(body["hint"], hint);
    let target = "/rest/v1/employee?select=company(nothing)";
    assert_eq!(world.refusal(target).await, (400, "42703".to_owned()));
}

async fn columns_of_what_is_embedded_are_spread(world: &World) {
    staff(world).await;
    let body =
        world.get("/rest/v1/employee?select=id,...company(firm:name,no:id)&id=in.(1,3)").await.body;
    let expected = "[{\"id\":1,\"firm\":\"Acme\",\"no\":1},\n{\"id\":3,\"firm\":null,\"no\":null}]";
    assert_eq!(body, expected);
    let body =
        world.get("/rest/v1/company?select=name,...employee(ids:id,names:first_name)").await.body;
    let expected = [
        r#"[{"name":"Acme","ids":[1,4],"names":["Ann","Di \"D\""]}"#,
        r#"{"name":"Brook & Sons","ids":[2],"names":["Bo"]}"#,
        r#"{"name":"Empty","ids":[],"names":[]}]"#,
    ];
    assert_eq!(body, expected.join(",\n"));
    let target =
        "company?id=eq.1&select=...employee(id,...department(in:name))&employee.order=id.desc";
    assert_eq!(rows(world, target).await, json!([{ "id": [4, 1], "in": [[], ["Sales", "IT"]] }]));
    let target = "employee_department?select=...employee(who:first_name,...company(firm:name)),...department(what:name)&limit=1";
    let expected = json!([{ "who": "Ann", "firm": "Acme", "what": "Sales" }]);
    assert_eq!(rows(world, target).await, expected);
    let target = "/rest/v1/employee?select=id,...company(id)";
    assert_eq!(world.refusal(target).await, (400, "PGRST100".to_owned()));
}

async fn what_is_embedded_takes_another_name(world: &World) {
    staff(world).await;
    let target =
        "employee?id=eq.1&select=a:company(name),b:company(id),%22c%20d%22:department(n:name)";
    let expected = json!([{
        "a": { "name": "Acme" }, "b": { "id": 1 }, "c d": [{ "n": "Sales" }, { "n": "IT" }],
    }]);
    assert_eq!(rows(world, target).await, expected);
}

async fn text_in_what_is_embedded_is_escaped(world: &World) {
    fixture::insert(&world.ledger, "company", "id, name", &["9, 'a\"b\\c\n''Ñ'"]).await;
    let row = "9, 'x', 'x\ty', 'NJ', 9";
    fixture::insert(&world.ledger, "employee", "id, email, first_name, state, company_id", &[row])
        .await;
    let found = rows(world, "employee?id=eq.9&select=company(name,employee(first_name))").await;
    let expected = json!([{
        "company": { "name": "a\"b\\c\n'Ñ", "employee": [{ "first_name": "x\ty" }] },
    }]);
    assert_eq!(found, expected);
}
