//! A file that ends its worker each time is not tried for ever.

use crate::database::Backend;
use crate::house::{House, sample};

/// As often as the ledger lets a worker stop over one arrival.
const STOPS: u64 = tolva_ledger::STOPS;

#[test]
fn a_file_that_ends_its_worker_ten_times_in_a_row_has_failed_and_says_what_to_do() {
    for backend in [Backend::Sqlite, Backend::Postgres, Backend::Mysql] {
        let house = House::on(backend);
        house.mission("employees");
        house.load("employees", &sample("employees/v1.csv"));
        let file = sample("employees/v2.csv").to_string_lossy().into_owned();
        house.run_until_killed("staged", 0, &["load", "--dataset", "employees", &file]);
        for _ in 1..STOPS {
            house.end_leases();
            assert_eq!(house.status()["arrivals"][0]["state"], "loading", "{backend:?}");
            house.run_until_killed("staged", 0, &["refresh", "employees"]);
        }
        house.end_leases();
        house.run(&["refresh", "employees"]).ends(0);
        let arrival = house.status()["arrivals"][0].clone();
        assert_eq!(arrival["state"], "failed", "{backend:?}: {arrival}");
        let message = arrival["targets"][house.target()]["message"].as_str().expect("a text");
        let advice = format!("tolva replay {}", arrival["id"]);
        assert!(message.contains(&advice) && message.contains("10 times"), "{message}");
        let ledger = house.ledger();
        let loads = "SELECT state, error, COUNT(*) FROM tolva_load WHERE error IS NOT NULL \
                     GROUP BY state, error ORDER BY state";
        assert_eq!(
            ledger.rows(loads),
            ["failed|worker_stopped|1", "interrupted|worker_stopped|9"],
            "{backend:?}"
        );
        // What was there stays, and a person's next try counts anew.
        assert_eq!(house.database().one("SELECT version FROM tolva_version"), "1");
        house.run(&["replay", &arrival["id"].to_string()]).ends(0);
        house.run(&["refresh", "employees"]).ends(0);
        assert_eq!(house.status()["arrivals"][0]["state"], "loaded", "{backend:?}");
    }
}
