//! The command line: what it prints, and how it ends.

use serde_json::{Value, json};

use crate::content;
use crate::database::Backend;
use crate::house::{House, sample};
use crate::up::Up;

fn keys(value: &Value) -> Vec<&str> {
    value.as_object().map(|object| object.keys().map(String::as_str).collect()).unwrap_or_default()
}

fn path(file: &str) -> String {
    sample(file).to_string_lossy().into_owned()
}

#[test]
fn load_tells_one_object_per_file_with_the_documented_keys() {
    for backend in [Backend::Sqlite, Backend::Postgres, Backend::Mysql] {
        let house = House::on(backend);
        house.mission("employees");
        let files = [path("employees/v1.csv"), path("employees/v3.csv")];
        let ran = house.run(&["load", "--json", "--dataset", "employees", &files[0], &files[1]]);
        let told = ran.ends(0).lines();
        assert_eq!(told.len(), 2);
        for (at, one) in told.iter().enumerate() {
            let expected = [
                "arrival", "dataset", "file", "held", "read", "rejected", "sha256", "state",
                "targets", "warnings",
            ];
            assert_eq!(keys(one), expected);
            assert_eq!(one["file"], ["v1.csv", "v3.csv"][at]);
            assert_eq!(one["dataset"], "employees");
            assert_eq!(one["arrival"], at + 1);
            assert_eq!(one["state"], "loaded");
            assert_eq!(one["sha256"].as_str().map(str::len), Some(64));
            assert_eq!(keys(&one["targets"]), [house.target()]);
            let tables = &one["targets"][house.target()];
            let expected = ["company", "department", "employee", "employee_department"];
            assert_eq!(keys(tables), expected);
            let expected = [
                "blank",
                "deleted",
                "duplicate",
                "held",
                "inserted",
                "offered",
                "rejected",
                "unchanged",
                "updated",
            ];
            for (_, counts) in tables.as_object().into_iter().flatten() {
                assert_eq!(keys(counts), expected);
                let sum: u64 =
                    ["inserted", "updated", "unchanged", "duplicate", "held", "rejected"]
                        .iter()
                        .filter_map(|key| counts[*key].as_u64())
                        .sum();
                assert_eq!(counts["offered"], sum, "{counts}");
            }
        }
        assert_eq!((&told[0]["read"], &told[0]["rejected"]), (&json!(106), &json!(0)));
        assert_eq!((&told[1]["read"], &told[1]["rejected"]), (&json!(110), &json!(3)));
        let again = house.load("employees", &sample("employees/v3.csv"));
        assert_eq!(again["state"], "unchanged");
    }
}

#[test]
fn the_exit_code_tells_how_it_went() {
    let house = House::empty();
    house.mission("employees");
    // Not from its own folder, which is named after the dataset.
    let text = std::fs::read(sample("employees/v1.csv")).expect("read");
    let good = house.write("v1.csv", text).to_string_lossy().into_owned();
    let empty = house.write("employees-empty.csv", "");
    let empty = empty.to_string_lossy();
    // Usage.
    house.run(&["load"]).ends(2);
    house.run(&["lod", &good]).ends(2);
    house.run(&["load", "--colour", &good]).ends(2);
    // Failed: no such file; nobody takes it; no such dataset.
    let said = house.run(&["load", "employees-gone.csv"]).ends(1).said();
    assert!(said.contains("employees-gone.csv"), "{said}");
    let said = house.run(&["load", &good]).ends(1).said();
    assert!(said.contains("no contract takes v1.csv; the datasets are employees"), "{said}");
    assert!(said.contains("--dataset"), "{said}");
    let said = house.run(&["load", "--dataset", "people", &good]).ends(1).said();
    assert!(said.contains("there is no dataset people"), "{said}");
    // Quarantined, with the reason as JSON as well.
    let told = house.run(&["load", "--json", &*empty]).ends(3).json();
    assert_eq!(
        (&told["state"], &told["error"]["code"]),
        (&json!("quarantined"), &json!("empty_file"))
    );
    let said = house.run(&["load", &*empty]).ends(3).said();
    assert!(said.contains("is quarantined") && said.contains("the file is empty"), "{said}");
    // Good, in words.
    let said = house.run(&["load", "--dataset", "employees", &good]).ends(0).said();
    assert!(said.contains("v1.csv: arrival 3 of employees is loaded"), "{said}");
}

#[test]
fn a_bad_file_keeps_none_of_the_others_from_being_loaded() {
    let house = House::empty();
    house.mission("employees");
    let empty = house.write("empty.csv", "");
    let empty = empty.to_string_lossy();
    let (first, last) = (path("employees/v1.csv"), path("employees/v2.csv"));
    let files = ["load", "--json", "--dataset", "employees", &*empty, &first, "gone.csv", &last];
    let ran = house.run(&files).ends(1);
    let states: Vec<Value> = ran.lines().iter().map(|told| told["state"].clone()).collect();
    assert_eq!(states, ["quarantined", "loaded", "loaded"]);
    assert!(ran.said().contains("gone.csv"), "{}", ran.said());
    assert_eq!(house.database().one("SELECT COUNT(*) FROM employee"), "101");
    // Without the missing one, the worst is a quarantined one.
    house.run(&["load", "--dataset", "employees", &*empty, &first]).ends(3);
}

#[test]
fn a_folder_named_after_a_dataset_tells_which_one_is_meant() {
    let house = House::empty();
    house.mission("employees");
    let text = std::fs::read(sample("employees/v1.csv")).expect("read");
    let file = house.write("sent/employees/march.csv", text);
    let told = house.run(&["load", "--json", &*file.to_string_lossy()]).ends(0).json();
    assert_eq!((&told["dataset"], &told["file"]), (&json!("employees"), &json!("march.csv")));
}

#[test]
fn a_check_tells_what_a_load_would_do_and_touches_nothing() {
    let house = House::empty();
    house.mission("employees");
    house.load("employees", &sample("employees/v1.csv"));
    let before = content::employees(&house.database());
    let check = |file: &str| house.run(&["check", "--json", "--dataset", "employees", file]);
    let told = check(&path("employees/v3.csv")).ends(0).json();
    assert_eq!((&told["refused"], &told["rejected"]), (&Value::Null, &json!(3)));
    let places: Vec<&str> = told["findings"]
        .as_array()
        .into_iter()
        .flatten()
        .filter(|finding| finding["severity"] == "error")
        .filter_map(|finding| finding["at"].as_str())
        .collect();
    assert_eq!(places, ["line 12, column 6", "line 58, column 6", "line 111, column 6"]);
    let would = told["tables"].clone();
    let empty = house.write("empty.csv", "");
    let told = check(&empty.to_string_lossy()).ends(3).json();
    assert_eq!(told["refused"]["code"], "empty_file");
    // An arrival, by its number.
    let landed =
        house.run(&["land", "--json", "--dataset", "employees", &path("employees/v3.csv")]);
    let arrival = landed.ends(0).json()["id"].to_string();
    let told = house.run(&["check", "--json", &arrival]).ends(0).json();
    assert_eq!((&told["file"], &told["tables"]), (&json!("v3.csv"), &would));
    let said = house.run(&["check", &arrival]).ends(0).said();
    assert!(said.contains("error[pattern]"), "{said}");
    assert!(said.contains("v3.csv, line 12, column 6 (state): `XYZ`"), "{said}");
    house.run(&["check", "99"]).ends(1);

    assert_eq!(content::employees(&house.database()), before);
    let ledger = house.ledger();
    assert_eq!(ledger.one("SELECT COUNT(*) FROM tolva_load"), "1", "a check is no load");
    assert_eq!(ledger.one("SELECT COUNT(*) FROM tolva_arrival"), "2", "nor an arrival");
    // What it said comes true.
    house.run(&["refresh", "employees"]).ends(0);
    let counts = ledger.one("SELECT counts FROM tolva_load ORDER BY id DESC LIMIT 1");
    assert_eq!(serde_json::from_str::<Value>(&counts).expect("JSON"), would);
}

#[test]
fn what_was_landed_is_loaded_by_a_refresh() {
    let house = House::empty();
    house.mission("employees");
    house.run(&["schema", "apply"]).ends(0);
    let file = path("employees/v1.csv");
    let landed = house.run(&["land", "--json", "--dataset", "employees", &file]).ends(0).json();
    assert_eq!((&landed["state"], &landed["origin"]), (&json!("landed"), &json!("command")));
    assert_eq!(house.database().one("SELECT COUNT(*) FROM employee"), "0");
    // The inbox counts as well, and comes first.
    house.drop_into_inbox(&sample("employees/v2.csv"), "employees/v2.csv");
    let told = house.run(&["refresh", "--json", "employees"]).ends(0).json();
    assert_eq!(told["loads"].as_array().map(Vec::len), Some(1), "{told}");
    assert_eq!((&told["loads"][0]["arrival"], &told["rest"]), (&json!(2), &json!("up to date")));
    let states = |house: &House| {
        let arrivals = house.status()["arrivals"].clone();
        [0, 1].map(|at| arrivals[at]["state"].as_str().map(str::to_owned).unwrap_or_default())
    };
    assert_eq!(states(&house), ["loaded", "superseded"]);
    let told = house.run(&["refresh", "--json"]).ends(0).json();
    assert_eq!((&told["loads"], &told["target"]), (&json!([]), &json!("default")));
    house.run(&["refresh", "nobody"]).ends(1);
    house.run(&["refresh", "employees", "--target", "nowhere"]).ends(1);
    let told = house.run(&["refresh", "--json", "employees", "--arrival", "2"]).ends(0).json();
    assert_eq!((&told["arrival"], &told["state"]), (&json!(2), &json!("loaded")));
}

#[test]
fn a_scan_takes_what_lies_in_the_inbox_and_loads_nothing() {
    let house = House::empty();
    house.mission("employees");
    house.run(&["schema", "apply"]).ends(0);
    house.drop_into_inbox(&sample("employees/v1.csv"), "employees/v1.csv");
    house.write("inbox/stray.csv", "a\n1\n");
    let told = house.run(&["scan", "--json"]).ends(0).json();
    assert_eq!(told["taken"][0]["path"], "employees/v1.csv");
    assert_eq!(told["refused"][0]["path"], "stray.csv");
    assert_eq!(house.database().one("SELECT COUNT(*) FROM employee"), "0");
    let again = house.run(&["scan", "--json"]).ends(0).json();
    assert_eq!(again["taken"], json!([]));
    assert_eq!(house.ledger().one("SELECT COUNT(*) FROM tolva_arrival"), "1");
    // A service that starts later loads it.
    let up: Up = house.up();
    up.until_newest("employees", "v1.csv", "loaded");
}
