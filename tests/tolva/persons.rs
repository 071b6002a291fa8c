//! What a person decides about arrivals, and what the status tells them.

use serde_json::{Value, json};

use crate::content;
use crate::house::{House, mission, sample};

/// A house in which a file that loses most people waits for a person: arrivals 1 and 2.
fn with_a_doubtful_arrival() -> House {
    let house = House::empty();
    house.mission("employees");
    house.load("employees", &sample("employees/v1.csv"));
    let text = std::fs::read_to_string(sample("employees/v1.csv")).expect("read");
    let few: Vec<&str> = text.lines().take(11).collect();
    let few = house.write("few.csv", few.join("\r\n"));
    let file = few.to_string_lossy();
    let told = house.run(&["load", "--json", "--dataset", "employees", &*file]).ends(3).json();
    assert_eq!(told["error"]["code"], "max_delete", "{told}");
    assert_eq!(told["targets"], json!({}), "nothing was done");
    house
}

fn people(house: &House) -> String {
    house.database().one("SELECT COUNT(*) FROM employee")
}

#[test]
fn a_quarantined_arrival_waits_until_a_person_releases_it() {
    let house = with_a_doubtful_arrival();
    let status = house.status();
    assert_eq!((&status["waiting"][0]["id"], people(&house).as_str()), (&json!(2), "100"));
    let said = house.run(&["status"]).ends(0).said();
    assert!(said.contains("arrival 2 of employees (few.csv) waits for a person"), "{said}");
    house.run(&["refresh"]).ends(0);
    assert_eq!(people(&house), "100", "waiting means waiting");

    let new = house.run(&["release", "--json", "2"]).ends(0).json();
    assert_eq!(
        (&new["id"], &new["replaces"], &new["released"]),
        (&json!(3), &json!(2), &json!(true))
    );
    assert_eq!(new["origin"], "replay");
    house.run(&["refresh"]).ends(0);
    assert_eq!(people(&house), "10");
    assert_eq!(house.status()["waiting"], json!([]));
}

#[test]
fn a_discarded_arrival_is_never_loaded() {
    let house = with_a_doubtful_arrival();
    let discarded = house.run(&["discard", "--json", "2"]).ends(0).json();
    assert_eq!(discarded["state"], "discarded");
    house.run(&["refresh"]).ends(0);
    assert_eq!((people(&house).as_str(), &house.status()["waiting"]), ("100", &json!([])));
    // What is loaded cannot be discarded, and what is not there neither.
    let said = house.run(&["discard", "1"]).ends(1).said();
    assert!(said.contains("arrival 1 is loaded"), "{said}");
    let said = house.run(&["discard", "7"]).ends(1).said();
    assert!(said.contains("there is no arrival 7"), "{said}");
}

#[test]
fn a_replay_brings_an_old_version_back_as_the_newest() {
    let house = House::empty();
    house.mission("employees");
    house.load("employees", &sample("employees/v1.csv"));
    let old = content::employees(&house.database());
    house.load("employees", &sample("employees/v2.csv"));
    assert_ne!(content::employees(&house.database()), old);
    let said = house.run(&["replay", "1"]).ends(0).said();
    assert!(said.contains("arrival 3 takes the place of 1"), "{said}");
    assert!(said.contains("tolva refresh employees"), "{said}");
    house.run(&["refresh", "employees"]).ends(0);
    assert_eq!(content::employees(&house.database()), old);
    let newest = house.status()["arrivals"][0].clone();
    assert_eq!((&newest["id"], &newest["state"]), (&json!(3), &json!("loaded")));
    house.run(&["replay", "9"]).ends(1);
}

#[test]
fn pruned_bytes_are_gone_and_a_replay_says_so() {
    let house = House::empty();
    house.mission("employees");
    for version in ["employees/v1.csv", "employees/v2.csv", "employees/v3.csv"] {
        house.load("employees", &sample(version));
    }
    let ledger = house.ledger();
    let now = tolva_ledger::now_ms();
    // Contents younger than an hour may belong to a file that is just landing: these are made old.
    ledger.execute("UPDATE tolva_blob SET created_at = created_at - 7200000");
    let size = std::fs::metadata(sample("employees/v1.csv")).expect("there").len();
    let pruned = house.run(&["prune", "--json", "--keep", "2"]).ends(0).json();
    assert_eq!(pruned, json!({ "arrivals": 1, "blobs": 1, "bytes": size }));
    assert_eq!(ledger.one("SELECT COUNT(*) FROM tolva_blob"), "2");
    let orphans = "SELECT COUNT(*) FROM tolva_chunk \
                   WHERE blob_id NOT IN (SELECT id FROM tolva_blob)";
    assert_eq!(ledger.one(orphans), "0");
    for verb in ["replay", "release", "check"] {
        let said = house.run(&[verb, "1"]).ends(1).said();
        assert!(said.contains("the bytes of arrival 1 are no longer kept"), "{verb}: {said}");
    }
    // The others can still be replayed, and the ledger still knows the first.
    house.run(&["replay", "2"]).ends(0);
    assert_eq!(ledger.one("SELECT COUNT(*) FROM tolva_arrival"), "4");
    // The same content, landed again, is not let go before its arrival can be loaded.
    ledger.execute("UPDATE tolva_blob SET created_at = created_at - 7200000");
    let file = sample("employees/v2.csv");
    let land = ["land", "--dataset", "employees", &file.to_string_lossy()];
    house.run(&land).ends(0);
    let young = format!("SELECT COUNT(*) FROM tolva_blob WHERE created_at > {}", now - 3_600_000);
    assert_eq!(ledger.one(&young), "1");
    // `keep` of the configuration holds where the command says nothing; the newest always stays.
    house.write("tolva.toml", "keep = 0\n");
    house.run(&["refresh"]).ends(0);
    house.run(&["prune"]).ends(0);
    let kept = ledger.rows("SELECT id FROM tolva_arrival WHERE blob_id IS NOT NULL");
    assert_eq!(kept, ["5"]);
}

#[test]
fn what_is_late_is_told_and_is_an_exit_code() {
    let house = House::empty();
    let hasty = mission("employees").replacen("every   = \"24h\"", "every   = \"1s\"", 1);
    assert!(hasty.contains("\"1s\""));
    house.contract("employees", &hasty);
    house.load("employees", &sample("employees/v1.csv"));
    let status = crate::wait::until("the dataset is late", || {
        let ran = house.run(&["status", "--json"]);
        (ran.code == Some(4)).then(|| ran.json())
    });
    let late: Vec<&Value> = vec![&status["datasets"][0]["name"], &status["datasets"][0]["late"]];
    assert_eq!(late, [&json!("employees"), &json!(true)]);
    let said = house.run(&["status"]).ends(4).said();
    assert!(said.contains("LATE"), "{said}");
    // A day is long enough.
    house.mission("employees");
    house.run(&["refresh"]).ends(0);
    house.run(&["status"]).ends(0);
}

#[test]
fn a_target_without_a_url_is_skipped_and_shown() {
    let house = House::empty();
    house.contract_as_it_is("relationships", &mission("relationships"));
    let told = house.load("relationships", &sample("relationships/v1.xlsx"));
    assert_eq!(told["state"], "loaded");
    let status = house.status();
    assert_eq!(status["skipped"], json!(["mysql"]));
    assert_eq!(status["datasets"][0]["targets"].as_object().map(|all| all.len()), Some(1));
    let said = house.run(&["status"]).ends(0).said();
    assert!(said.contains("target mysql is skipped"), "{said}");
}
