//! The watcher is killed on the way from a dropped file to an arrival, and the file is taken once.

use std::fs;
use std::os::unix::process::ExitStatusExt;

use crate::content;
use crate::database::Backend;
use crate::house::{House, mission, sample};
use crate::up::Up;
use crate::wait::until;

/// The points, and what the contract wants to become of a file that was taken.
const POINTS: [(&str, &str); 12] = [
    ("chunk-stored", "keep"),
    ("bytes-stored", "keep"),
    ("before-arrival", "keep"),
    ("after-arrival", "keep"),
    ("published", "keep"),
    ("bytes-stored", "archive"),
    ("before-arrival", "archive"),
    ("after-arrival", "archive"),
    ("moved-away", "archive"),
    ("after-arrival", "delete"),
    ("set-aside", "delete"),
    ("moved-away", "delete"),
];

#[test]
fn a_file_whose_watcher_is_killed_is_taken_once_in_sqlite() {
    every_point(Backend::Sqlite);
}

#[test]
fn a_file_whose_watcher_is_killed_is_taken_once_in_postgres() {
    every_point(Backend::Postgres);
}

fn every_point(backend: Backend) {
    let house = House::on(backend);
    for (at, (point, after)) in POINTS.into_iter().enumerate() {
        eprintln!("{backend:?}: {point}, {after}");
        house.contract("employees", &format!("after = \"{after}\"\n{}", mission("employees")));
        let file = sample(["employees/v1.csv", "employees/v2.csv"][at % 2]);
        // What was kept before would be archived or deleted by the new contract as well.
        drop(fs::remove_file(house.inbox("employees").join("employees.csv")));
        let up = Up::start(&house, |command| {
            command.env("TOLVA_KILL_POINT", point);
        });
        house.drop_into_inbox(&file, "employees/employees.csv");
        let (status, log) = up.ended();
        assert_eq!(status.signal(), Some(6), "it was to be killed: {log}");
        house.end_leases();

        let up = house.up();
        let arrivals = up.until_settled("employees", at + 1);
        assert_eq!(arrivals.len(), at + 1, "one for each drop");
        assert_eq!(arrivals[0]["state"], "loaded", "{}", arrivals[0]);
        until("the file is where it shall be", || {
            let inbox = names(&house.inbox("employees"));
            let archived = names(&house.path("archive/employees")).len();
            let moved = POINTS[..=at].iter().filter(|(_, after)| *after == "archive").count();
            let stays = after == "keep" && inbox == ["employees.csv"];
            let went = after != "keep" && inbox.is_empty();
            (archived == moved && (stays || went)).then_some(())
        });
        let log = up.stop();
        assert!(!log.contains("\"level\":\"ERROR\""), "{log}");
        let expected = fs::read(&file).expect("read");
        let size = arrivals[0]["size"].as_u64().expect("a number");
        assert_eq!(size, expected.len() as u64);
        let unsealed = "SELECT COUNT(*) FROM tolva_arrival WHERE blob_id NOT IN \
                        (SELECT id FROM tolva_blob WHERE sha256 IS NOT NULL)";
        assert_eq!(house.ledger().one(unsealed), "0");
        let unpublished = "SELECT COUNT(*) FROM tolva_outbox \
                           WHERE kind = 'file.arrived' AND published_at IS NULL";
        assert_eq!(house.ledger().one(unpublished), "0");
    }
    let people = house.database().one("SELECT COUNT(*) FROM employee");
    assert_eq!(people, "101", "those of the second version");
    assert!(!content::employees(&house.database()).is_empty());
}

/// The files in a folder, hidden ones as well.
fn names(folder: &std::path::Path) -> Vec<String> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let name = |entry: std::io::Result<fs::DirEntry>| {
        entry.expect("an entry").file_name().to_string_lossy().into_owned()
    };
    let mut names: Vec<String> = entries.map(name).collect();
    names.sort();
    names
}
