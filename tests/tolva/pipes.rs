//! What a scheduler needs: the steps one by one, and Dagster Pipes.

use std::io::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::write::ZlibEncoder;
use serde_json::{Value, json};

use crate::database::Backend;
use crate::house::{House, sample};
use crate::process::Ran;

/// As Dagster writes its variables.
fn packed(value: &Value) -> String {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(value.to_string().as_bytes()).expect("packed");
    STANDARD.encode(encoder.finish().expect("packed"))
}

/// Runs a verb as a run of Dagster does, and gives its messages.
fn within_a_run(house: &House, asset: &str, arguments: &[&str]) -> (Ran, Vec<Value>) {
    let messages = house.write("messages", "");
    let context = json!({ "asset_keys": [asset], "extras": { "api": "https://tolva.example/" } });
    let mut command = house.tolva(arguments);
    command.env("DAGSTER_PIPES_CONTEXT", packed(&json!({ "data": context })));
    command.env("DAGSTER_PIPES_MESSAGES", packed(&json!({ "path": &messages })));
    let ran = Ran::of(command, &house.secrets);
    let text = std::fs::read_to_string(messages).expect("text");
    (ran, text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect())
}

fn of_method<'a>(messages: &'a [Value], method: &str) -> Vec<&'a Value> {
    let chosen = messages.iter().filter(|message| message["method"] == method);
    chosen.map(|message| &message["params"]).collect()
}

#[test]
fn land_without_a_file_takes_what_lies_in_the_inbox_and_tells_what_is_in_it() {
    let house = House::empty();
    house.mission("relationships");
    let told = house.run(&["land", "--json", "--dataset", "relationships"]).ends(0).json();
    assert_eq!(told, json!({ "dataset": "relationships", "id": null, "late": false }));
    house.drop_into_inbox(&sample("relationships/v1.xlsx"), "relationships/z.xlsx");
    house.drop_into_inbox(&sample("relationships/v2.xlsx"), "relationships/a.xlsx");
    let unseen = house.status()["unseen"].clone();
    assert_eq!(unseen.as_array().map(Vec::len), Some(2), "{unseen}");
    assert_eq!(unseen[0]["dataset"], "relationships");
    let told = house.run(&["land", "--json", "--dataset", "relationships"]).ends(0).json();
    assert_eq!(
        (&told["file"], &told["id"]),
        (&json!("a.xlsx"), &json!(2)),
        "what was dropped last"
    );
    let sheet = &told["sheets"][0];
    assert_eq!(sheet["name"], "Matriz de adyacencia");
    assert_eq!((&sheet["rows"], &sheet["columns"]), (&json!(52), &json!(52)));
    assert_eq!(sheet["begins"][0][2], "1");
    let status = house.status();
    assert_eq!(status["unseen"], json!([]));
    let ids: Vec<&Value> = status["pending"].as_array().expect("a list").iter().collect();
    assert_eq!(ids.iter().map(|one| one["id"].clone()).collect::<Vec<_>>(), [2, 1]);
    // Where the inbox cannot be seen, the landing is what there is.
    std::fs::remove_dir_all(house.inbox("")).expect("removed");
    let told = house.run(&["land", "--json", "--dataset", "relationships"]).ends(0).json();
    assert_eq!(told["id"], 2);
    assert_eq!(house.status()["unseen"], Value::Null);
    house.run(&["land"]).ends(2);
}

#[test]
fn a_check_of_an_arrival_has_a_verdict_for_each_rule() {
    let house = House::empty();
    house.mission("employees");
    house.drop_into_inbox(&sample("employees/v3.csv"), "employees/v3.csv");
    house.run(&["land", "--dataset", "employees"]).ends(0);
    let told = house.run(&["check", "--json", "1"]).ends(0).json();
    let rules = house.run(&["schema", "show", "--json"]).ends(0).json()["checks"].clone();
    let names = |list: &Value| -> Vec<Value> {
        list.as_array().expect("a list").iter().map(|one| one["name"].clone()).collect()
    };
    assert_eq!(names(&told["checks"]), names(&rules));
    let failed = told["checks"].as_array().expect("a list").iter().filter(|one| {
        assert_eq!(one["passed"] == json!(false), one["count"] != json!(0), "{one}");
        one["passed"] == json!(false) && one["severity"] == "error"
    });
    let findings = failed.map(|one| one["count"].as_u64().unwrap_or(0)).sum::<u64>();
    assert!(findings >= 3, "three lines have bad states: {told}");
    assert_eq!(told["arrival"], 1);
    let preview = told["preview"].as_array().expect("a list");
    let employee = preview.iter().find(|one| one["table"] == "employee").expect("there");
    let at =
        employee["columns"].as_array().expect("a list").iter().position(|one| one == "company_id");
    let company = &employee["rows"][0][at.expect("a column")];
    assert!(company.as_str().is_some_and(|name| name.parse::<i64>().is_err()), "{company}");
}

#[test]
fn a_refresh_for_an_arrival_tells_how_the_target_stands() {
    for backend in [Backend::Sqlite, Backend::Postgres, Backend::Mysql] {
        let house = House::on(backend);
        house.mission("employees");
        let target = house.target();
        house.drop_into_inbox(&sample("employees/v1.csv"), "employees/v1.csv");
        house.run(&["land", "--dataset", "employees"]).ends(0);
        let refresh = ["refresh", "--json", "employees", "--arrival", "1", "--target", target];
        let told = house.run(&refresh).ends(0).json();
        assert_eq!(told["loads"][0]["state"], "loaded");
        assert_eq!(told["states"][target]["state"], "loaded");
        for table in told["holdings"][target].as_array().expect("a list") {
            assert_eq!(table["rows"], table["expected"], "{table}");
            assert!(table["begins"].as_array().is_some_and(|rows| rows.len() == 8), "{table}");
        }
        let again = house.run(&refresh).ends(0).json();
        assert_eq!((&again["loads"], &again["rest"][target]), (&json!([]), &json!("up to date")));
        // Older than promised, and nothing newer is there: that is told.
        house.ledger().execute("UPDATE tolva_load SET finished_at = finished_at - 90000000");
        let late = house.run(&refresh).ends(4).json();
        assert_eq!(late["late"], json!([target]));
        // Rows that somebody took away are missed.
        house.database().execute("DELETE FROM employee_department");
        let told = house.run(&refresh).ends(4).json();
        let tables = told["holdings"][target].as_array().expect("a list").clone();
        let broken = tables.iter().filter(|one| one["rows"] != one["expected"]);
        assert_eq!(broken.map(|one| &one["table"]).collect::<Vec<_>>(), ["employee_department"]);
    }
}

#[test]
fn a_run_of_dagster_is_told_of_each_step() {
    let house = House::on(Backend::Mysql);
    house.mission("relationships");
    house.drop_into_inbox(&sample("relationships/v4.xlsx"), "relationships/v4.xlsx");
    let land = ["land", "--dataset", "relationships"];
    let (ran, messages) = within_a_run(&house, "relationships/read", &land);
    ran.ends(0);
    let methods: Vec<&Value> = messages.iter().map(|message| &message["method"]).collect();
    assert_eq!((methods[0], methods[methods.len() - 1]), (&json!("opened"), &json!("closed")));
    assert!(messages.iter().all(|one| one["__dagster_pipes_version"] == "0.1"));
    let made = of_method(&messages, "report_asset_materialization");
    assert_eq!((made.len(), &made[0]["asset_key"]), (1, &json!("relationships/read")));
    let metadata = &made[0]["metadata"];
    assert_eq!(metadata["arrival"], json!({ "type": "int", "raw_value": 1 }));
    assert_eq!(made[0]["data_version"], metadata["SHA-256"]["raw_value"]);
    let link = &metadata["arrival in the API"]["raw_value"];
    assert_eq!(link, "https://tolva.example/v1/arrivals/1");

    let (ran, messages) = within_a_run(&house, "relationships/organise", &["check", "1"]);
    ran.ends(0);
    let checks = of_method(&messages, "report_asset_check");
    let find = |name: &str| {
        let check = checks.iter().find(|check| check["check_name"] == name).expect("a check");
        (check["passed"].clone(), check["severity"].clone())
    };
    assert_eq!(find("accepted"), (json!(true), json!("ERROR")));
    assert_eq!(find("labels_agree"), (json!(false), json!("WARN")));
    assert_eq!(find("related_type"), (json!(false), json!("ERROR")));

    let refresh = ["refresh", "relationships", "--arrival", "1", "--target", "mysql"];
    let (ran, messages) = within_a_run(&house, "relationships/load/mysql", &refresh);
    ran.ends(0);
    let made = of_method(&messages, "report_asset_materialization");
    let text = |name: &str| made[0]["metadata"][name]["raw_value"].as_str().expect("text");
    assert!(text("DDL of the tables").contains("CREATE TABLE"));
    assert!(
        text("queries that ran").contains("INSERT INTO `person`"),
        "{}",
        text("queries that ran")
    );
    assert_eq!(of_method(&messages, "report_asset_check")[0]["passed"], json!(true));
    let outcomes = of_method(&messages, "report_custom_message");
    assert_eq!(outcomes[0]["payload"]["states"]["mysql"]["state"], "loaded");
    assert_eq!(outcomes[1]["payload"], json!({ "exit": 0, "reason": null }));
    // Nothing was done: no asset was made.
    let (_, messages) = within_a_run(&house, "relationships/load/mysql", &refresh);
    assert!(of_method(&messages, "report_asset_materialization").is_empty());

    // An error is told as well, and how it ended.
    let (ran, messages) = within_a_run(&house, "relationships/organise", &["check", "77"]);
    ran.ends(1);
    let end = of_method(&messages, "report_custom_message")[0]["payload"].clone();
    assert_eq!(end["exit"], 1);
    assert!(end["reason"].as_str().is_some_and(|reason| reason.contains("77")), "{end}");
}
