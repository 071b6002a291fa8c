//! A day with `tolva up`.

use std::time::Instant;

use serde_json::Value;
use tolva_samples::relationships::{Cell, Version, Workbook, standard};

use crate::content;
use crate::house::{House, mission, sample};
use crate::up::Up;
use crate::wait::until;

/// The rows that a workbook gives the table of relationships.
pub fn relations(workbook: &Workbook) -> Vec<String> {
    let said = |(from, to, cell): (u32, u32, &Cell)| match cell {
        Cell::Number(number) if *number == 1.0 => Some(format!("related|{from}|{to}|yes")),
        Cell::Number(_) if from != to => Some(format!("related|{from}|{to}|no")),
        _ => None,
    };
    let mut rows: Vec<String> = workbook.cells().filter_map(said).collect();
    rows.sort();
    rows
}

/// The same of the database.
fn stored(house: &House) -> Vec<String> {
    let rows = content::relationships(&house.database());
    rows.into_iter().filter(|row| row.starts_with("related")).collect()
}

/// The log's entries with this message.
fn logged(log: &str, message: &str) -> Vec<Value> {
    let parse = |line: &str| serde_json::from_str::<Value>(line).expect("JSON");
    log.lines().map(parse).filter(|entry| entry["message"] == message).collect()
}

#[test]
fn an_empty_folder_needs_nothing_but_contracts_and_a_file() {
    let house = House::empty();
    for dataset in ["employees", "relationships"] {
        house.contract_as_it_is(dataset, &mission(dataset));
    }
    let up = house.up();
    let inbox = house.path("inbox").canonicalize().expect("made");
    let file = "relationships/personas.xlsx";
    until("the watcher makes the folders of datasets", || {
        house.inbox("relationships").is_dir().then_some(())
    });

    house.drop_into_inbox(&sample("relationships/v1.xlsx"), file);
    let start = Instant::now();
    let visible = "/rest/v1/relationship?related=is.true&limit=3";
    let rows = up.until("rows are visible", visible, |rows| rows[2]["related"] == true);
    let took = start.elapsed();
    eprintln!("from the copied file to the answer of the API: {} ms", took.as_millis());
    assert!(took.as_secs() < 5, "{took:?}");
    assert_eq!(rows.as_array().map(Vec::len), Some(3));
    up.until_newest("relationships", "personas.xlsx", "loaded");
    assert_eq!(stored(&house), relations(&standard(Version::V1)));

    house.drop_into_inbox(&sample("relationships/v2.xlsx"), file);
    let list = up.until_settled("relationships", 2);
    assert_eq!(list[0]["state"], "loaded", "{}", list[0]);
    assert_eq!(stored(&house), relations(&standard(Version::V2)));

    let out = up.out();
    let log = up.stop();
    let lines: Vec<&str> = out.lines().collect();
    assert_eq!(lines.len(), 3, "{out}");
    assert_eq!(lines[0], format!("inbox  {}", inbox.display()));
    assert!(lines[1].starts_with("api    http://127.0.0.1:"), "{out}");
    assert_eq!(lines[2], "data   sqlite://data/tolva.db");
    let skipped = log.lines().filter(|line| line.contains("skipped")).collect::<Vec<_>>();
    assert_eq!(skipped.len(), 1, "{log}");
    assert!(skipped[0].contains("\"target\":\"mysql\""), "{}", skipped[0]);

    let loads = logged(&log, "done");
    assert_eq!(loads.len(), 2, "{log}");
    let counts: Value =
        serde_json::from_str(loads[1]["counts"].as_str().expect("a text")).expect("JSON");
    let [old, new] = [Version::V1, Version::V2].map(|version| relations(&standard(version)).len());
    assert_eq!(counts["relationship"]["inserted"], new - old, "{counts}");
    assert_eq!(counts["relationship"]["unchanged"], old, "{counts}");
    assert_eq!(counts["person"]["unchanged"], 50, "{counts}");
}

const NOTES: &str = r#"
version = 1
name    = "notes"
files   = ["notes*.csv"]

[[source]]
name = "lines"
fields = [{ name = "number", type = "integer", required = true }]

[[table]]
name = "note"
from = "lines"
key  = ["number"]
"#;

#[test]
fn a_file_without_a_contract_is_shown_and_taken_once_there_is_one() {
    let house = House::empty();
    house.mission("employees");
    let up = house.up();
    house.drop_into_inbox(&house.write("elsewhere", "number\n1\n2\n"), "notes-1.csv");
    let shown = until("the status shows the file", || {
        let inbox = house.status()["inbox"].clone();
        (inbox[0]["path"] == "notes-1.csv").then_some(inbox)
    });
    let problem = shown[0]["problem"].as_str().expect("a text");
    assert!(problem.contains("no contract takes a file of this name"), "{problem}");
    let said = house.run(&["status"]).ends(0).said();
    assert!(said.contains("notes-1.csv: no contract takes"), "{said}");

    house.contract("notes", NOTES);
    up.until_newest("notes", "notes-1.csv", "loaded");
    assert_eq!(house.database().one("SELECT COUNT(*) FROM note"), "2");
    assert_eq!(house.status()["inbox"].as_array().map(Vec::len), Some(0));
}

#[test]
fn a_broken_contract_leaves_the_one_in_force() {
    let house = House::empty();
    house.mission("employees");
    let up = house.up();
    house.drop_into_inbox(&sample("employees/v1.csv"), "employees/v1.csv");
    up.until_newest("employees", "v1.csv", "loaded");
    let digest = up.get("/v1/datasets/employees")["digest"].clone();
    let broken = mission("employees").replacen("type = \"string\"", "type = \"strin\"", 1);
    house.contract("employees", &broken);
    up.until_logged("employees.toml");
    up.until_logged("the contracts were read again");
    assert_eq!(up.get("/v1/datasets/employees")["digest"], digest);
    house.drop_into_inbox(&sample("employees/v2.csv"), "employees/v2.csv");
    up.until_newest("employees", "v2.csv", "loaded");
    up.stop();
    // It starts with it as well.
    let up = house.up();
    assert_eq!(up.get("/v1/datasets/employees")["digest"], digest);
}

#[test]
fn ctrl_c_and_sigterm_let_a_load_come_to_its_end() {
    for signal in ["INT", "TERM"] {
        let house = House::empty();
        house.mission("employees");
        let big = house.path("big.csv");
        let lines = tolva_samples::employees::generate(20_000, 7);
        tolva_samples::employees::csv::write(&big, lines).expect("written");
        let up = house.up();
        house.drop_into_inbox(&big, "employees/big.csv");
        up.until_newest("employees", "big.csv", "loading");
        let start = Instant::now();
        up.signal(signal);
        let (status, log) = up.ended();
        assert_eq!(status.code(), Some(0), "{log}");
        eprintln!("{signal}: drained in {} ms", start.elapsed().as_millis());
        let people = |house: &House| house.database().one("SELECT COUNT(*) FROM employee");
        let state = house.status()["arrivals"][0]["state"].clone();
        if state != "loaded" {
            assert_eq!((people(&house).as_str(), state.as_str()), ("0", Some("landed")));
        }
        let held: Vec<String> = house.ledger().rows("SELECT owner FROM tolva_lease");
        assert_eq!(held, ["-"], "no lease is left behind");
        let untold = "SELECT COUNT(*) FROM tolva_outbox WHERE published_at IS NULL";
        assert_eq!(house.ledger().one(untold), "0", "what came of the last load is told, too");
        let up = Up::start(&house, |_| {});
        up.until_newest("employees", "big.csv", "loaded");
        up.stop();
        let works = house.database().one("SELECT COUNT(*) FROM employee_department");
        assert_eq!(works, "20000");
    }
}
