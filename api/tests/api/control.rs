//! What the API says of datasets, arrivals and loads.

use sea_orm::ConnectionTrait;
use serde_json::{Value, json};
use tolva_ledger::{ArrivalOrigin, LoadReport, NewArrival};
use tolva_schema::dialect::Dialect;
use tolva_schema::state::ArrivalState;

use crate::on_each_backend;
use crate::world::World;

on_each_backend![
    datasets_show_their_tables_with_columns_and_references,
    a_dataset_is_late_until_each_target_that_counts_is_refreshed,
    arrivals_show_how_far_they_are,
    loads_show_what_was_done,
    what_does_not_exist_is_said_to_be_missing,
    parameters_that_cannot_be_read_are_refused,
];

/// Lands a file for a dataset.
pub async fn land(world: &World, dataset: &str, bytes: &[u8]) -> i64 {
    let landed = world.ledger.store_bytes(bytes).await.unwrap();
    let arrival = NewArrival {
        dataset: dataset.to_owned(),
        part: String::new(),
        path: format!("/inbox/{dataset}.csv"),
        file: format!("{dataset}.csv"),
        origin: ArrivalOrigin::Inbox,
        stamp: None,
    };
    world.ledger.arrive(arrival, &landed).await.unwrap().id()
}

/// How a load ended that found nothing.
pub fn report(state: ArrivalState) -> LoadReport {
    LoadReport {
        state,
        read: 5,
        rejected: 1,
        held: 0,
        warnings: 2,
        counts: json!({ "person": { "inserted": 4 } }),
        error: None,
    }
}

/// Loads an arrival into a target, as far as the ledger is concerned.
pub async fn load(world: &World, arrival: i64, target: &str, report: LoadReport) -> i64 {
    let load = world.ledger.begin_load(arrival, target, "digest", 1).await.unwrap();
    world.ledger.finish_load(load, report, true).await.unwrap();
    load
}

async fn datasets_show_their_tables_with_columns_and_references(world: &World) {
    let all = world.json("/v1/datasets").await;
    let names: Vec<&Value> = all.as_array().unwrap().iter().map(|one| &one["name"]).collect();
    assert_eq!(names, ["employees", "measures", "relationships"]);

    let measures = world.json("/v1/datasets/measures").await;
    assert_eq!(measures, all[1]);
    assert_eq!(measures["title"], Value::Null);
    assert_eq!(measures["every_seconds"], 3600);
    let digest = world.ledger.contract("measures").await.unwrap().unwrap().digest;
    assert_eq!(measures["digest"], digest);
    let types: Vec<&Value> = measures["tables"][0]["columns"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["type"])
        .collect();
    let expected = ["string", "string", "integer", "number", "boolean", "date", "time", "datetime"];
    assert_eq!(types, expected);

    let employees = &all[0];
    assert_eq!(employees["title"], "Employees, one line per person and department");
    let employee = &employees["tables"][2];
    assert_eq!(employee["name"], "employee");
    assert_eq!(employee["primary_key"], json!(["id"]));
    assert_eq!(employee["key"], json!(["email"]));
    let columns = employee["columns"].as_array().unwrap();
    let id = json!({ "name": "id", "type": "integer", "nullable": false, "references": null });
    assert_eq!(columns[0], id);
    let company = json!({
        "name": "company_id", "type": "integer", "nullable": true,
        "references": { "table": "company", "column": "id" },
    });
    assert!(columns.contains(&company), "{employee}");
    assert!(columns.iter().all(|one| !one["name"].as_str().unwrap().starts_with('_')));
}

async fn a_dataset_is_late_until_each_target_that_counts_is_refreshed(world: &World) {
    let old = "UPDATE tolva_contract SET stored_at = 0 WHERE dataset = 'relationships'";
    world.ledger.db().execute_unprepared(old).await.unwrap();
    let young = world.json("/v1/datasets/employees").await;
    assert_eq!(young["late"], false, "nobody promised it to be there within a moment");
    let relationships = async || world.json("/v1/datasets/relationships").await;
    let here = world.ledger.dialect().to_string();
    let never = json!({
        "name": "default", "dialect": here, "skipped": false, "refreshed_at": null, "late": true,
    });
    let found = relationships().await;
    assert_eq!((&found["late"], &found["targets"][0]), (&json!(true), &never));
    assert_eq!(found["targets"][1]["name"], "mysql");

    let arrival = land(world, "relationships", b"one").await;
    load(world, arrival, "default", report(ArrivalState::Loaded)).await;
    let found = relationships().await;
    assert_eq!(found["targets"][0]["late"], false);
    let at = found["targets"][0]["refreshed_at"].as_str().unwrap();
    assert!(at.starts_with("20") && at.ends_with('Z'), "{at}");
    assert_eq!((&found["late"], &found["targets"][1]["late"]), (&json!(true), &json!(true)));

    world.ledger.record_target("mysql", None).await.unwrap();
    let found = relationships().await;
    assert_eq!((&found["late"], &found["targets"][1]["skipped"]), (&json!(false), &json!(true)));

    world.ledger.record_target("mysql", Some(Dialect::Mariadb)).await.unwrap();
    let found = relationships().await;
    assert_eq!(
        (&found["late"], &found["targets"][1]["dialect"]),
        (&json!(true), &json!("mariadb"))
    );

    load(world, arrival, "mysql", report(ArrivalState::Unchanged)).await;
    assert_eq!(relationships().await["late"], false);

    load(world, arrival, "default", report(ArrivalState::Failed)).await;
    assert_eq!(relationships().await["late"], false, "a failure makes nothing older or newer");
}

async fn arrivals_show_how_far_they_are(world: &World) {
    assert_eq!(world.json("/v1/arrivals").await, json!([]));
    let first = land(world, "employees", b"one").await;
    let second = land(world, "measures", b"two").await;
    load(world, second, "default", report(ArrivalState::Quarantined)).await;

    let all = world.json("/v1/arrivals").await;
    assert_eq!(all.as_array().unwrap().len(), 2);
    assert_eq!((&all[0]["id"], &all[1]["id"]), (&json!(second), &json!(first)), "newest first");
    assert_eq!((&all[0]["state"], &all[1]["state"]), (&json!("quarantined"), &json!("landed")));
    assert_eq!(world.json("/v1/arrivals?limit=1").await, json!([all[0]]));
    assert_eq!(world.json("/v1/arrivals?dataset=employees").await, json!([all[1]]));
    assert_eq!(world.json("/v1/arrivals?dataset=relationships").await, json!([]));

    let one = world.json(&format!("/v1/arrivals/{second}")).await;
    assert_eq!(one, all[0]);
    assert_eq!(one["file"], "measures.csv");
    assert_eq!(one["origin"], "inbox");
    assert_eq!(one["size"], 3);
    assert_eq!(one["targets"]["default"]["state"], "quarantined");
}

async fn loads_show_what_was_done(world: &World) {
    assert_eq!(world.json("/v1/loads").await, json!([]));
    let one = land(world, "employees", b"one").await;
    let two = land(world, "employees", b"two").await;
    let first = load(world, one, "default", report(ArrivalState::Loaded)).await;
    let mut failed = report(ArrivalState::Failed);
    failed.error = Some(("unreadable".to_owned(), "it is no CSV".to_owned()));
    let second = load(world, two, "default", failed).await;

    let all = world.json("/v1/loads").await;
    assert_eq!((&all[0]["id"], &all[1]["id"]), (&json!(second), &json!(first)), "newest first");
    assert_eq!(world.json("/v1/loads?limit=1").await, json!([all[0]]));
    assert_eq!(world.json(&format!("/v1/loads?arrival={one}")).await, json!([all[1]]));
    assert_eq!(world.json("/v1/loads?arrival=999").await, json!([]));

    let found = world.json(&format!("/v1/loads/{first}")).await;
    assert_eq!(found, all[1]);
    assert_eq!(found["arrival"], one);
    assert_eq!(found["counts"]["person"]["inserted"], 4);
    assert_eq!(
        (&found["read"], &found["rejected"], &found["warnings"]),
        (&json!(5), &json!(1), &json!(2))
    );
    let found = world.json(&format!("/v1/loads/{second}")).await;
    assert_eq!((&found["state"], &found["error"]), (&json!("failed"), &json!("unreadable")));
}

async fn what_does_not_exist_is_said_to_be_missing(world: &World) {
    for target in [
        "/v1/datasets/nothing",
        "/v1/arrivals?dataset=nothing",
        "/v1/arrivals/99",
        "/v1/arrivals/x",
        "/v1/loads/99",
        "/v1/loads/-",
        "/v1/loads/99/findings",
        "/v1/loads/x/changes",
        "/v1/loads/99999999999999999999",
    ] {
        assert_eq!(world.refusal(target).await, (404, "TOLVA001".to_owned()), "{target}");
    }
    let message = world.get("/v1/arrivals/99").await.json()["message"].clone();
    assert_eq!(message, "there is no arrival 99");
}

async fn parameters_that_cannot_be_read_are_refused(world: &World) {
    let load = {
        let arrival = land(world, "employees", b"one").await;
        load(world, arrival, "default", report(ArrivalState::Loaded)).await
    };
    for target in [
        "/v1/datasets?limit=1".to_owned(),
        "/v1/arrivals?limit=x".to_owned(),
        "/v1/arrivals?limit=-1".to_owned(),
        "/v1/arrivals?limit=1001".to_owned(),
        "/v1/arrivals?limit=1&limit=2".to_owned(),
        "/v1/arrivals?since=1".to_owned(),
        "/v1/loads?arrival=x".to_owned(),
        format!("/v1/loads/{load}?x=1"),
        format!("/v1/loads/{load}/findings?offset=x"),
        format!("/v1/loads/{load}/changes?order=id"),
    ] {
        assert_eq!(world.refusal(&target).await, (400, "TOLVA002".to_owned()), "{target}");
    }
    assert_eq!(world.json("/v1/arrivals?limit=&dataset=").await.as_array().unwrap().len(), 1);
}
