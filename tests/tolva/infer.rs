//! `tolva schema infer`: a contract in five minutes.

use crate::house::{House, sample};

#[test]
fn a_draft_is_a_contract_that_loads() {
    let house = House::empty();
    let file = sample("employees/v1.csv");
    let path = file.to_str().expect("a path");
    let ran = house.run(&["schema", "infer", path, "--name", "employees"]).ends(0);
    assert_eq!(ran.out.lines().next(), Some("#:schema ./contract.schema.json"));
    assert!(!house.path("data").exists(), "no database is needed for that");
    house.contract("employees", &ran.out);
    let told = house.load("employees", &file);
    assert_eq!((&told["state"], &told["rejected"]), (&"loaded".into(), &0.into()), "{told}");
    assert_eq!(house.database().one("SELECT COUNT(*) FROM employee"), "100");

    let told = house.run(&["schema", "infer", path, "--name", "employees", "--json"]).ends(0);
    assert_eq!(told.json()["contract"], ran.out.as_str());
}

#[test]
fn what_cannot_be_drafted_is_told() {
    let house = House::empty();
    let empty = house.path("empty.csv");
    std::fs::write(&empty, "").expect("the file is written");
    let ran = house.run(&["schema", "infer", empty.to_str().expect("a path")]).ends(1);
    assert!(ran.err.contains("the file is empty"), "{}", ran.err);
    house.run(&["schema", "infer", "nowhere.csv"]).ends(1);
    let file = sample("employees/v1.csv");
    let path = file.to_str().expect("a path");
    let ran = house.run(&["schema", "infer", path, "--name", "My Data"]).ends(1);
    assert!(ran.err.contains("--name"), "{}", ran.err);
    // Contracts that are broken are none of its business.
    house.contract("broken", "version = 1\n");
    let ran = house.run(&["schema", "infer", path]).ends(0);
    assert!(!ran.err.contains("broken.toml"), "{}", ran.err);
}
