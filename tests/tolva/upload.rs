//! A file that is uploaded is loaded as one that was dropped.

use std::fs;

use crate::database::Backend;
use crate::house::{House, sample};

#[test]
fn an_uploaded_file_is_loaded_in_sqlite() {
    uploaded(&House::empty());
}

#[test]
fn an_uploaded_file_is_loaded_in_postgres() {
    uploaded(&House::on(Backend::Postgres));
}

fn uploaded(house: &House) {
    house.mission("employees");
    let key = ["keys", "create", "robot", "--scopes", "upload:employees", "--json"];
    let key = house.run(&key).ends(0).json()["key"].as_str().expect("a key").to_owned();
    let up = house.up();
    let file = fs::read_to_string(sample("employees/v1.csv")).expect("a sample");
    let (status, told) = up.send("POST", "/v1/arrivals?name=employees.csv", &key, &file);
    assert_eq!(status, 201, "{told}");
    let arrival = up.until_newest("employees", "employees.csv", "loaded");
    assert_eq!(arrival["origin"], "api");
    let served = up.get("/rest/v1/employee?select=id&limit=1000");
    assert_eq!(served.as_array().map(Vec::len), Some(100));
    // The same file in the inbox says nothing new.
    house.drop_into_inbox(&sample("employees/v1.csv"), "employees/employees.csv");
    let list = up.until_settled("employees", 2);
    assert_eq!((&list[0]["state"], &list[0]["origin"]), (&"unchanged".into(), &"inbox".into()));
    up.stop();
}
