//! Several processes at one database.

use std::collections::BTreeSet;
use std::process::Stdio;

use crate::crash_anywhere::{CONTRACT, note};
use crate::database::Backend;
use crate::house::{House, sample};
use crate::process::no_secret;

const HEAP: usize = 60;

#[test]
fn two_services_take_and_load_each_file_once() {
    for backend in [Backend::Sqlite, Backend::Postgres, Backend::Mysql] {
        let house = House::on(backend);
        house.mission("employees");
        let services = [house.up(), house.up()];
        for drop in 0..8 {
            let file = sample(["employees/v1.csv", "employees/v2.csv"][drop % 2]);
            house.drop_into_inbox(&file, "employees/employees.csv");
            let list = services[drop % 2].until_settled("employees", drop + 1);
            assert_eq!(list.len(), drop + 1, "{backend:?}");
            assert_eq!(list[0]["state"], "loaded", "{}", list[0]);
        }
        let loads = "SELECT COUNT(*), COUNT(DISTINCT arrival_id) FROM tolva_load \
                     WHERE state IN ('loaded', 'unchanged')";
        assert_eq!(house.ledger().one(loads), "8|8", "{backend:?}");
        let db = house.database();
        assert_eq!(db.one("SELECT version FROM tolva_version"), "8");
        assert_eq!(db.one("SELECT COUNT(*) FROM employee"), "101");
        for service in services {
            service.stop();
        }
    }
}

#[test]
fn two_watchers_take_a_heap_of_files_once() {
    for backend in [Backend::Sqlite, Backend::Postgres] {
        let house = House::on(backend);
        house.contract("notes", CONTRACT);
        let services = [house.up(), house.up()];
        for number in 0..HEAP {
            let file = house.write("elsewhere/note", note(number));
            std::fs::rename(file, house.inbox(&format!("notes/notes-{number}.csv")))
                .expect("moved");
        }
        let list = services[0].until_settled("notes", HEAP);
        assert!(list.iter().all(|arrival| arrival["state"] == "loaded"), "{list:?}");
        let ledger = house.ledger();
        let arrivals = "SELECT COUNT(*), COUNT(DISTINCT path) FROM tolva_arrival";
        assert_eq!(ledger.one(arrivals), format!("{HEAP}|{HEAP}"), "{backend:?}");
        let events = "SELECT COUNT(*) FROM tolva_outbox WHERE kind = 'file.arrived'";
        assert_eq!(ledger.one(events), HEAP.to_string());
        assert_eq!(ledger.one("SELECT COUNT(*) FROM tolva_inbox WHERE problem IS NOT NULL"), "0");
        // Each is told of by the one that took it.
        let told: usize =
            services.iter().map(|service| service.log().matches("file taken").count()).sum();
        assert_eq!(told, HEAP, "{backend:?}");
        for service in services {
            service.stop();
        }
    }
}

#[test]
fn loads_at_the_same_time_wait_for_one_another() {
    for backend in [Backend::Sqlite, Backend::Postgres, Backend::Mysql] {
        let house = House::on(backend);
        house.mission("employees");
        let files = ["employees/v1.csv", "employees/v2.csv", "employees/v1.csv"].map(sample);
        let running: Vec<_> = files
            .iter()
            .map(|file| {
                let file = file.to_string_lossy();
                let mut command =
                    house.tolva(&["load", "--json", "--dataset", "employees", &*file]);
                command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
                command.spawn().expect("the program starts")
            })
            .collect();
        let mut arrivals = BTreeSet::new();
        for process in running {
            let output = process.wait_with_output().expect("it ends");
            let text = String::from_utf8_lossy(&output.stderr);
            no_secret(&text, &house.secrets);
            assert_eq!(output.status.code(), Some(0), "{backend:?}: {text}");
            let told: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
            let state = told["state"].as_str().expect("a text");
            assert!(["loaded", "superseded", "unchanged"].contains(&state), "{told}");
            arrivals.insert(told["arrival"].to_string());
        }
        assert_eq!(arrivals.len(), files.len());
        // Whoever came last has won.
        let newest = house.status()["arrivals"][0].clone();
        let applied = house.database().one("SELECT sequence, sha256 FROM tolva_applied");
        let sha256 = newest["sha256"].as_str().expect("a text");
        assert_eq!(applied, format!("{}|{sha256}", newest["sequence"]), "{backend:?}");
        let loads = "SELECT COUNT(*) FROM tolva_load WHERE state = 'loading'";
        assert_eq!(house.ledger().one(loads), "0");
        assert_eq!(house.ledger().rows("SELECT owner FROM tolva_lease"), ["-"]);
    }
}
