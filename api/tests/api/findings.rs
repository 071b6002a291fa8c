//! What a load found and what it changed.

use sea_orm::ConnectionTrait;
use serde_json::{Value, json};
use tolva_schema::finding::{Finding, Place, Severity};
use tolva_schema::state::ArrivalState;

use crate::control::{land, load, report};
use crate::fixture;
use crate::on_each_backend;
use crate::world::World;

on_each_backend![
    findings_tell_their_place_in_words_and_in_parts,
    findings_come_in_pages,
    changes_are_passed_on_as_they_were_stored,
    before_the_first_load_there_are_no_changes,
    changes_of_another_target_are_not_taken_for_none,
];

fn finding(sheet: Option<&str>, row: Option<u64>, column: Option<u32>) -> Finding {
    Finding {
        severity: Severity::Warning,
        rule: "labels_agree".to_owned(),
        place: Place { sheet: sheet.map(str::to_owned), row, column },
        field: Some("label".to_owned()),
        value: Some("Ñ".to_owned()),
        message: "the labels differ".to_owned(),
    }
}

async fn loaded_with(world: &World, target: &str, findings: Vec<Finding>) -> i64 {
    let arrival = land(world, "relationships", target.as_bytes()).await;
    let load = load(world, arrival, target, report(ArrivalState::Loaded)).await;
    world.ledger.keep_findings(load, &findings).await.unwrap();
    load
}

async fn findings_tell_their_place_in_words_and_in_parts(world: &World) {
    let refused = Finding { severity: Severity::Error, ..finding(None, Some(7), Some(2)) };
    let findings = vec![
        finding(Some("Matriz de adyacencia"), Some(12), Some(6)),
        refused,
        finding(None, None, None),
    ];
    let load = loaded_with(world, "default", findings).await;
    let found = world.json(&format!("/v1/loads/{load}/findings")).await;
    assert_eq!(
        found[0],
        json!({
            "severity": "warning", "rule": "labels_agree", "place": "Matriz de adyacencia!F12",
            "sheet": "Matriz de adyacencia", "row": 12, "column": 6, "field": "label",
            "value": "Ñ", "message": "the labels differ",
        })
    );
    assert_eq!(
        (&found[1]["severity"], &found[1]["place"]),
        (&json!("error"), &json!("line 7, column 2"))
    );
    assert_eq!((&found[2]["place"], &found[2]["row"]), (&json!(""), &Value::Null));
    assert_eq!(found.as_array().unwrap().len(), 3);
}

async fn findings_come_in_pages(world: &World) {
    let findings = (1..=250).map(|row| finding(None, Some(row), None)).collect();
    let load = loaded_with(world, "default", findings).await;
    let rows = async |query: &str| -> Vec<u64> {
        let found = world.json(&format!("/v1/loads/{load}/findings?{query}")).await;
        found.as_array().unwrap().iter().map(|one| one["row"].as_u64().unwrap()).collect()
    };
    assert_eq!(rows("").await, (1..=100).collect::<Vec<u64>>());
    assert_eq!(rows("limit=1000").await.len(), 250);
    assert_eq!(rows("limit=2&offset=249").await, [250]);
    assert_eq!(rows("offset=9223372036854775807").await, [0; 0]);
}

async fn changes_are_passed_on_as_they_were_stored(world: &World) {
    fixture::make_control_tables(&world.ledger).await;
    let load = loaded_with(world, "default", Vec::new()).await;
    let sql = format!(
        "INSERT INTO tolva_change \
         (dataset, version, load_id, table_name, op, row_key, old_row, new_row) VALUES \
         ('measures', 1, {load}, 'measure', 'insert', '{{\"code\":\"a\"}}', NULL, \
          '{{\"code\":\"a\",\"amount\":1234567890123456.123456789012}}'), \
         ('measures', 1, {load}, 'measure', 'delete', '[1]', '{{\"code\":\"Ñ\"}}', NULL), \
         ('measures', 1, {other}, 'measure', 'delete', NULL, NULL, NULL)",
        other = load + 1
    );
    world.ledger.db().execute_unprepared(&sql).await.expect(&sql);
    let answer = world.get(&format!("/v1/loads/{load}/changes")).await;
    assert!(answer.body.contains("1234567890123456.123456789012"), "{}", answer.body);
    let found = answer.json();
    assert_eq!(found.as_array().unwrap().len(), 2);
    assert_eq!(found[0]["key"], json!({ "code": "a" }));
    assert_eq!((&found[0]["op"], &found[0]["old"]), (&json!("insert"), &Value::Null));
    assert_eq!(found[1]["old"], json!({ "code": "Ñ" }));
    assert_eq!(found[1]["new"], Value::Null);
    let page = world.json(&format!("/v1/loads/{load}/changes?limit=1&offset=1")).await;
    assert_eq!(page, json!([found[1]]));
}

async fn before_the_first_load_there_are_no_changes(world: &World) {
    let load = loaded_with(world, "default", Vec::new()).await;
    assert_eq!(world.json(&format!("/v1/loads/{load}/changes")).await, json!([]));
    fixture::make_control_tables(&world.ledger).await;
    assert_eq!(world.json(&format!("/v1/loads/{load}/changes")).await, json!([]));
}

async fn changes_of_another_target_are_not_taken_for_none(world: &World) {
    let load = loaded_with(world, "mysql", Vec::new()).await;
    let target = format!("/v1/loads/{load}/changes");
    assert_eq!(world.refusal(&target).await, (404, "TOLVA003".to_owned()));
    let message = world.get(&target).await.json()["message"].clone();
    assert_eq!(message, format!("the changes of load {load} are kept in target mysql"));
}
