//! The whole service is killed again and again while files arrive.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::content;
use crate::database::Backend;
use crate::house::{House, sample};
use crate::up::Up;

const KILLS: usize = 10;
const NOTES: usize = 3;
const LINES: usize = 40;

/// Every file counts: an arrival that is lost, or loaded twice, shows in the table.
pub const CONTRACT: &str = r#"
version = 1
name    = "notes"
files   = ["notes*.csv"]
refresh = "append"

[[source]]
name = "lines"
fields = [
  { name = "number", type = "integer", required = true },
  { name = "text",   type = "string", maxLength = 40 },
]

[[table]]
name = "note"
from = "lines"
key  = ["number"]
"#;

#[test]
fn a_service_that_is_killed_ten_times_loses_nothing_in_sqlite() {
    ten_kills(Backend::Sqlite);
}

#[test]
fn a_service_that_is_killed_ten_times_loses_nothing_in_postgres() {
    ten_kills(Backend::Postgres);
}

#[test]
fn a_service_that_is_killed_ten_times_loses_nothing_in_mysql() {
    ten_kills(Backend::Mysql);
}

fn ten_kills(backend: Backend) {
    let seed = fastrand::u64(..);
    eprintln!("{backend:?}: seed {seed}");
    let mut random = fastrand::Rng::with_seed(seed);
    let house = House::on(backend);
    house.contract("notes", CONTRACT);
    house.mission("employees");
    let mut dropped = 0;
    for kill in 0..KILLS {
        let up = Up::launch(&house, |_| {});
        for _ in 0..NOTES {
            pause(&mut random, 100);
            house.write(&format!("elsewhere/{dropped}"), note(dropped));
            let from = house.path(&format!("elsewhere/{dropped}"));
            house.drop_into_inbox(&from, &format!("notes/notes-{dropped:03}.csv"));
            dropped += 1;
        }
        let version = ["employees/v1.csv", "employees/v2.csv"][kill % 2];
        house.drop_into_inbox(&sample(version), "employees/employees.csv");
        pause(&mut random, 400);
        up.kill();
        if house.path("data/tolva.db").exists() || backend == Backend::Postgres {
            free(&house);
        }
    }
    // What the last version comes to where nobody is killed.
    let calm = House::empty();
    calm.mission("employees");
    let last = calm.load("employees", &sample("employees/v2.csv"))["sha256"].clone();

    let up = house.up();
    let notes = up.until_settled("notes", dropped);
    assert_eq!(notes.len(), dropped, "each file once");
    assert!(notes.iter().all(|arrival| arrival["state"] == "loaded"), "{notes:?}");
    up.until("the last version is taken", "/v1/arrivals?dataset=employees&limit=1", |list| {
        list[0]["sha256"] == last
    });
    let people = up.until_settled("employees", 1);
    let states: Vec<&str> = people.iter().filter_map(|one| one["state"].as_str()).collect();
    assert!(
        states.iter().all(|state| ["loaded", "unchanged", "superseded"].contains(state)),
        "{states:?}"
    );
    up.stop();

    let db = house.database();
    let numbers = db.rows("SELECT number FROM note ORDER BY number");
    let expected: Vec<String> = (0..dropped * LINES).map(|number| number.to_string()).collect();
    assert_eq!(numbers, expected);
    let version = db.one("SELECT version FROM tolva_version WHERE dataset = 'notes'");
    assert_eq!(version, dropped.to_string(), "each file was merged once");
    let mut loads: BTreeMap<String, usize> = BTreeMap::new();
    let ended = "SELECT arrival_id FROM tolva_load WHERE dataset = 'notes' AND state = 'loaded'";
    for arrival in house.ledger().rows(ended) {
        *loads.entry(arrival).or_default() += 1;
    }
    assert!(loads.len() == dropped && loads.values().all(|count| *count == 1), "{loads:?}");
    let open = "SELECT COUNT(*) FROM tolva_load WHERE state = 'loading'";
    assert_eq!(house.ledger().one(open), "0");

    assert_eq!(content::employees(&db), content::employees(&calm.database()));
}

/// A moment, which is what the test is about.
fn pause(random: &mut fastrand::Rng, most: u64) {
    std::thread::sleep(Duration::from_millis(random.u64(..most)));
}

pub fn note(file: usize) -> String {
    let lines: String = (file * LINES..(file + 1) * LINES)
        .map(|number| format!("{number},note {number}\r\n"))
        .collect();
    format!("number,text\r\n{lines}")
}

/// Ends the leases, if the service lived long enough to make their table.
fn free(house: &House) {
    let ledger = house.ledger();
    if ledger.try_rows("SELECT owner FROM tolva_lease").is_ok() {
        house.end_leases();
    }
}
