//! A load is killed at every step on its way, and the next process finds everything in order.

use std::path::PathBuf;

use serde_json::Value;

use crate::content;
use crate::database::{Backend, Db};
use crate::house::{House, sample};

/// The points, how often each is passed first, and what the crash finds: whether the load was begun,
/// and whether the target has committed.
const POINTS: [(&str, u32, bool, bool); 13] = [
    ("leased", 0, false, false),
    ("begun", 0, true, false),
    ("compared", 0, true, false),
    ("staged", 0, true, false),
    ("before-merge", 0, true, false),
    ("merge-table", 0, true, false),
    ("merge-table", 2, true, false),
    ("merge-delete", 0, true, false),
    ("merge-delete", 3, true, false),
    ("before-commit", 0, true, false),
    ("after-commit", 0, true, true),
    ("before-ledger", 0, true, true),
    ("after-ledger", 0, true, true),
];

#[test]
fn a_killed_load_is_whole_or_not_there_in_sqlite() {
    every_point(Backend::Sqlite);
}

#[test]
fn a_killed_load_is_whole_or_not_there_in_postgres() {
    every_point(Backend::Postgres);
}

#[test]
fn a_killed_load_is_whole_or_not_there_in_mysql() {
    every_point(Backend::Mysql);
}

#[test]
fn a_first_load_that_is_killed_leaves_nothing_and_is_made_again() {
    for backend in [Backend::Sqlite, Backend::Postgres, Backend::Mysql] {
        for (point, committed) in [("merge-table", false), ("after-commit", true)] {
            let house = House::on(backend);
            house.mission("employees");
            house.run(&["schema", "apply"]).ends(0);
            let file = sample("employees/v1.csv");
            let told = ["load", "--dataset", "employees", &file.to_string_lossy()];
            house.run_until_killed(point, 0, &told);
            let db = house.database();
            assert_eq!(!content::employees(&db).is_empty(), committed, "{backend:?} {point}");
            house.end_leases();
            house.run(&["refresh", "employees"]).ends(0);
            assert_eq!(db.one("SELECT COUNT(*) FROM employee"), "100");
            assert_eq!(db.one("SELECT version FROM tolva_version"), "1");
            assert_eq!(house.status()["arrivals"][0]["state"], "loaded");
        }
    }
}

#[test]
fn what_only_the_merge_could_find_is_told_after_a_crash() {
    for backend in [Backend::Sqlite, Backend::Postgres, Backend::Mysql] {
        let mut told = Vec::new();
        for point in ["", "after-commit", "before-ledger"] {
            let house = House::on(backend);
            house.mission("employees");
            house.load("employees", &sample("employees/v1.csv"));
            // Somebody put a person who leaves into one more department: the person stays, and so does
            // their company.
            let db = house.database();
            db.execute(
                "INSERT INTO employee_department (employee_id, department_id, _hash, _origin, _load) \
                 SELECT w.employee_id, d.id, w._hash, 2, w._load \
                 FROM employee_department w JOIN employee e ON e.id = w.employee_id \
                 JOIN department d ON d.id <> w.department_id AND d.name = 'Research' \
                 WHERE e.email = 'cyril.aldersby@example.org'",
            );
            let file = sample("employees/v2.csv");
            let file = file.to_string_lossy();
            let load = ["load", "--dataset", "employees", &*file];
            if point.is_empty() {
                house.run(&load).ends(0);
            } else {
                house.run_until_killed(point, 0, &load);
                house.end_leases();
                house.run(&["refresh", "employees"]).ends(0);
            }
            let ledger = house.ledger();
            let load = ledger.one("SELECT MAX(id) FROM tolva_load");
            let findings = ledger.rows(&findings_of(&load));
            let kept = findings.iter().filter(|finding| finding.contains("still_referenced"));
            assert_eq!(kept.count(), 2, "{backend:?} {point}: {findings:?}");
            told.push((ledger.one(&report_of(&load)), findings));
        }
        assert!(told.iter().all(|one| *one == told[0]), "{told:?}");
    }
}

/// What a load that nobody disturbs does and leaves.
struct Undisturbed {
    file: PathBuf,
    content: Vec<String>,
    report: String,
    findings: Vec<String>,
    changes: String,
}

fn every_point(backend: Backend) {
    let house = House::on(backend);
    house.mission("employees");
    let files = ["employees/v1.csv", "employees/v2.csv"].map(sample);
    house.load("employees", &files[0]);
    let ledger = house.ledger();
    let db = house.database();
    // Twice each, since the second version after the first is not the first after the second.
    let newer = undisturbed(&house, &ledger, &db, &files[1]);
    let older = undisturbed(&house, &ledger, &db, &files[0]);
    assert_ne!(newer.content, older.content);
    let versions = [older, newer];
    let mut holds = 0;
    for (at, (point, skip, begun, committed)) in POINTS.into_iter().enumerate() {
        eprintln!("{backend:?}: {point}, passed {skip} times");
        let next = 1 - holds;
        let file = versions[next].file.to_string_lossy();
        house.run_until_killed(point, skip, &["load", "--dataset", "employees", &file]);

        let there = if committed { &versions[next] } else { &versions[holds] };
        assert_eq!(content::employees(&db), there.content, "neither the one nor the other");
        a_lease_is_short(&house, at == 0);
        house.end_leases();
        house.run(&["refresh", "employees"]).ends(0);

        assert_eq!(content::employees(&db), versions[next].content);
        let arrival = house.status()["arrivals"][0].clone();
        assert_eq!(arrival["state"], "loaded", "{arrival}");
        let interrupted = begun && !committed;
        check(&house, &ledger, &db, &arrival, &versions[next], interrupted);
        holds = next;
    }
    assert_eq!(ledger.one("SELECT COUNT(*) FROM tolva_arrival"), (POINTS.len() + 3).to_string());
    let states = "SELECT DISTINCT state FROM tolva_arrival_target";
    assert_eq!(ledger.rows(states), ["loaded"], "each arrival was the newest once");
}

fn undisturbed(house: &House, ledger: &Db, db: &Db, file: &std::path::Path) -> Undisturbed {
    let arrival = house.load("employees", file)["arrival"].to_string();
    let load = ledger.one(&format!("SELECT id FROM tolva_load WHERE arrival_id = {arrival}"));
    Undisturbed {
        file: file.to_owned(),
        content: content::employees(db),
        report: ledger.one(&report_of(&load)),
        findings: ledger.rows(&findings_of(&load)),
        changes: db.one(&changes_of(&load)),
    }
}

fn report_of(load: &str) -> String {
    format!(
        "SELECT state, read, rejected, held, warnings, counts FROM tolva_load WHERE id = {load}"
    )
}

fn findings_of(load: &str) -> String {
    format!(
        "SELECT ordinal, severity, rule, row, col, field, value FROM tolva_finding \
         WHERE load_id = {load} ORDER BY ordinal"
    )
}

fn changes_of(load: &str) -> String {
    format!("SELECT COUNT(*) FROM tolva_change WHERE load_id = {load}")
}

/// Whoever died keeps nobody out for long, but nobody comes in before that.
fn a_lease_is_short(house: &House, look_closely: bool) {
    let owners = house.ledger().rows("SELECT owner, expires_at FROM tolva_lease");
    let [lease] = owners.as_slice() else { panic!("one lease: {owners:?}") };
    let (_, until) = lease.rsplit_once('|').expect("two columns");
    let until: i64 = until.parse().expect("a number");
    let now = tolva_ledger::now_ms();
    assert!(until <= now + 30_000, "{lease} at {now}");
    if look_closely {
        let refreshed = house.run(&["refresh", "--json", "employees"]).ends(0).json();
        assert_eq!(refreshed["rest"], "another worker is at it");
    }
}

fn check(
    house: &House,
    ledger: &Db,
    db: &Db,
    arrival: &Value,
    undisturbed: &Undisturbed,
    interrupted: bool,
) {
    let id = &arrival["id"];
    let loads = format!("SELECT id, state FROM tolva_load WHERE arrival_id = {id} ORDER BY id");
    let loads = ledger.rows(&loads);
    let states: Vec<&str> = loads.iter().filter_map(|row| row.split('|').nth(1)).collect();
    assert_eq!(states, if interrupted { vec!["interrupted", "loaded"] } else { vec!["loaded"] });
    let load = loads.last().and_then(|row| row.split('|').next()).expect("a load");
    assert_eq!(ledger.one(&report_of(load)), undisturbed.report);
    assert_eq!(ledger.rows(&findings_of(load)), undisturbed.findings);
    assert_eq!(db.one(&changes_of(load)), undisturbed.changes, "a change is told once");
    let applied = db.one("SELECT sequence, sha256, load_id, part FROM tolva_applied");
    let sha256 = arrival["sha256"].as_str().expect("a text");
    assert_eq!(applied, format!("{}|{sha256}|{load}|", arrival["sequence"]));
    // Every arrival changed something, so that there is one version for each.
    assert_eq!(db.one("SELECT version FROM tolva_version"), arrival["sequence"].to_string());
    assert_eq!(ledger.rows("SELECT owner FROM tolva_lease"), ["-"], "the lease was given back");
    let again = house.run(&["refresh", "--json", "employees"]).ends(0).json();
    assert_eq!(again["loads"].as_array().map(Vec::len), Some(0), "nothing is left to do");
}
