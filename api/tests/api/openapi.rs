//! The description of the API, and the page to try it out.

use serde_json::{Value, json};
use tolva_api::{Options, Read};

use crate::backend::Backend;
use crate::live;
use crate::on_each_backend;
use crate::world::{World, run_with};

on_each_backend![
    every_table_and_column_is_described,
    what_is_described_is_there_and_answers_as_described,
    every_code_of_an_error_is_described,
    every_reference_leads_somewhere,
    a_contract_that_changes_is_described_without_restart,
    the_page_needs_nothing_from_elsewhere,
];

async fn description(world: &World) -> Value {
    let description = world.json("/openapi.json").await;
    assert_eq!(description["openapi"], "3.1.0");
    description
}

/// What a table's row is said to be.
fn row(description: &Value, table: &str) -> Value {
    let rows = &description["paths"][format!("/rest/v1/{table}")]["get"]["responses"]["200"];
    let items = &rows["content"]["application/json"]["schema"]["items"];
    let name = items["$ref"].as_str().expect("a reference").rsplit('/').next().expect("a name");
    description["components"]["schemas"][name].clone()
}

async fn every_table_and_column_is_described(world: &World) {
    let description = description(world).await;
    let datasets = world.json("/v1/datasets").await;
    let tables = datasets.as_array().expect("datasets").iter();
    let mut seen = 0;
    for table in tables.flat_map(|dataset| dataset["tables"].as_array().expect("tables")) {
        let name = table["name"].as_str().expect("a name");
        let properties = row(&description, name)["properties"].clone();
        let get = description["paths"][format!("/rest/v1/{name}")]["get"].clone();
        let parameters: Vec<&str> = get["parameters"]
            .as_array()
            .expect("parameters")
            .iter()
            .filter_map(|parameter| parameter["name"].as_str())
            .collect();
        let columns = table["columns"].as_array().expect("columns");
        assert_eq!(properties.as_object().expect("properties").len(), columns.len(), "{name}");
        for column in columns {
            let column = column["name"].as_str().expect("a name");
            assert!(properties.get(column).is_some(), "{name}.{column}");
            assert!(parameters.contains(&column), "{name}.{column}");
        }
        seen += 1;
    }
    assert_eq!(seen, 7);
    let measure = row(&description, "measure");
    let kinds = |column: &str| measure["properties"][column]["type"].clone();
    assert_eq!(kinds("code"), "string");
    assert_eq!(kinds("size"), json!(["integer", "null"]));
    assert_eq!(kinds("amount"), json!(["number", "null"]));
    assert_eq!(kinds("good"), json!(["boolean", "null"]));
    assert_eq!(measure["properties"]["day"]["format"], "date");
    let employee = row(&description, "employee");
    assert_eq!(employee["properties"]["company_id"]["description"], "Refers to `id` of `company`.");
}

async fn what_is_described_is_there_and_answers_as_described(world: &World) {
    let description = description(world).await;
    for (path, operations) in description["paths"].as_object().expect("paths") {
        if path == "/v1/events" {
            continue; // It answers for as long as somebody listens.
        }
        let target = path.replace("{name}", "employees").replace("{id}", "1");
        for method in ["get", "head"] {
            let answer = world.send(&method.to_uppercase(), &target).await;
            let described = &operations[method]["responses"][answer.status.to_string()];
            assert!(described.is_object(), "{method} {target}: {}", answer.status);
            let methods = ["404", "405"].map(|status| status.parse::<u16>().expect("a number"));
            let missing = target.ends_with("/1") || target.contains("/1/");
            assert!(!methods.contains(&answer.status) || missing, "{method} {target}");
        }
    }
}

async fn every_reference_leads_somewhere(world: &World) {
    let description = description(world).await;
    let text = description.to_string();
    let references = text.split(r##""$ref":"#"##).skip(1).filter_map(|rest| rest.split('"').next());
    let mut seen = 0;
    for reference in references {
        assert!(description.pointer(reference).is_some(), "{reference}");
        seen += 1;
    }
    assert!(seen > 100, "{seen}");
}

async fn every_code_of_an_error_is_described(world: &World) {
    let description = description(world).await;
    let codes = &description["components"]["schemas"]["Problem"]["properties"]["code"]["enum"];
    let codes = codes.as_array().expect("codes");
    for target in ["/nothing", "/rest/v1/person?x=eq.1", "/rest/v1/person?limit=-1", "/v1/loads/1"]
    {
        let answer = world.get(target).await;
        assert!(codes.contains(&Value::from(answer.code())), "{target}");
        let response = &description["components"]["responses"][answer.status.to_string()];
        let text = response["description"].as_str().expect("a description");
        assert!(text.contains(&answer.code()), "{target}: {text}");
    }
}

async fn a_contract_that_changes_is_described_without_restart(world: &World) {
    let before = row(&description(world).await, "measure");
    assert!(before["properties"].get("colour").is_none());
    live::promise(world, &live::measures_with(r#"{ name = "colour", type = "string" }"#)).await;
    // The contracts in force are looked at every second.
    let follows = async {
        while row(&description(world).await, "measure")["properties"].get("colour").is_none() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(30), follows).await.expect("it follows");
}

async fn the_page_needs_nothing_from_elsewhere(world: &World) {
    let answer = world.get("/docs").await;
    assert_eq!((answer.status, answer.header("location")), (307, Some("/docs/")));
    let page = world.get("/docs/").await.body;
    let mut parts: Vec<&str> = page
        .split(['"', '\''])
        .filter(|text| text.starts_with("./") || text.ends_with(".css"))
        .collect();
    parts.dedup();
    assert!(parts.len() >= 4, "{page}");
    assert!(!page.contains("http:") && !page.contains("https:"), "{page}");
    for part in parts {
        let answer = world.get(&format!("/docs/{}", part.trim_start_matches("./"))).await;
        assert_eq!(answer.status, 200, "{part}");
        assert!(!answer.bytes.is_empty());
    }
    let start = world.get("/docs/swagger-initializer.js").await.body;
    assert!(start.contains("/openapi.json"), "{start}");
    assert!(!start.contains("petstore"), "{start}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_key_is_not_good_for_is_not_described() {
    let options = Options { read: Read::Key, ..Options::default() };
    run_with(Backend::Sqlite, options, async |world: &World| {
        assert_eq!(world.refusal("/openapi.json").await, (401, "PGRST302".to_owned()));
        let scopes = "read:relationships".parse().expect("scopes");
        let (_, key) = world.ledger.create_key("one", scopes, None).await.expect("a key");
        let seen = world.get_with("/openapi.json", &[("apikey", key.reveal())]).await.json();
        assert!(seen["paths"].get("/rest/v1/person").is_some());
        assert!(seen["paths"].get("/rest/v1/employee").is_none());
        assert!(!seen.to_string().contains("employee"));
    })
    .await;
}
