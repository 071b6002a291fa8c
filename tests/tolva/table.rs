//! More tables, while the service runs: a copy of a contract, with other names in it.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use crate::database::{Backend, Db, Place};
use crate::house::{House, mission, sample};

/// What somebody who copies the contract of the employees changes: names, and nothing else.
const NAMES: &[(&str, &str)] = &[
    ("name    = \"employees\"", "name    = \"volunteers\""),
    ("employees*.csv", "volunteers*.csv"),
    ("\"Sample*.csv\"", "\"Volunteers of*.csv\""),
    ("name    = \"company\"", "name    = \"club\""),
    ("name    = \"department\"", "name    = \"team\""),
    ("name       = \"employee\"", "name       = \"volunteer\""),
    ("name       = \"employee_department\"", "name       = \"volunteer_team\""),
    ("company_id = \"company\"", "company_id = \"club\""),
    ("employee_id = \"employee\"", "employee_id = \"volunteer\""),
    ("department_id = \"department\"", "department_id = \"team\""),
];
const TABLES: [&str; 4] = ["club", "team", "volunteer", "volunteer_team"];

#[test]
fn tables_are_one_file_in_sqlite() {
    one_file(&House::empty(), "");
}

#[test]
fn tables_are_one_file_in_postgres_and_mysql() {
    let mut house = House::on(Backend::Postgres);
    house.give("TOLVA_TARGETS__MYSQL__URL", Place::make(Backend::Mysql));
    one_file(&house, "targets = [\"default\", \"mysql\"]");
}

fn one_file(house: &House, targets: &str) {
    // What has two targets cannot be written through the API.
    let known = format!("{targets}\n{}", mission("employees").replace("writable = true\n", ""));
    house.contract_as_it_is("employees", &known);
    let up = house.up();
    house.drop_into_inbox(&sample("employees/v1.csv"), "employees/employees.csv");
    up.until_newest("employees", "employees.csv", "loaded");
    let databases: Vec<Db> = match house.env.is_empty() {
        true => vec![house.database()],
        false => house.env.values().map(|url| Db::open(url)).collect(),
    };

    let before = contracts(house);
    let copy = NAMES.iter().fold(known.clone(), |text, (from, to)| {
        assert!(text.contains(from), "{from}");
        text.replace(from, to)
    });
    house.contract_as_it_is("volunteers", &copy);
    let after = contracts(house);
    let touched: Vec<&PathBuf> = after
        .iter()
        .filter(|(path, text)| before.get(*path) != Some(text))
        .map(|(path, _)| path)
        .collect();
    assert_eq!(touched, [&house.path("datasets/volunteers.toml")], "one file is touched");
    let changed = known.lines().zip(copy.lines()).filter(|(old, new)| old != new).count();
    assert_eq!(known.lines().count(), copy.lines().count());
    assert_eq!(changed, 8, "only lines with names differ from the copied file");

    let names = format!("/v1/datasets/{}", "volunteers");
    up.until("the dataset is known", &names, |dataset| dataset["name"] == "volunteers");
    house.drop_into_inbox(&sample("employees/v1.csv"), "volunteers/volunteers.csv");
    up.until_newest("volunteers", "volunteers.csv", "loaded");
    for table in TABLES {
        let served = up.get(&format!("/rest/v1/{table}"));
        let count = served.as_array().map_or(0, Vec::len).to_string();
        for db in &databases {
            let held = db.one(&format!("SELECT COUNT(*) FROM {table}"));
            assert_eq!(held, count, "{table}");
            assert_ne!(held, "0", "{table}");
        }
    }
    let member = up.get("/rest/v1/volunteer?company_id=not.is.null&limit=1");
    let club = up.get(&format!("/rest/v1/club?id=eq.{}", member[0]["company_id"]));
    assert!(club[0]["name"].is_string(), "{member} {club}");
    for db in &databases {
        assert_eq!(
            db.one("SELECT COUNT(*) FROM employee"),
            db.one("SELECT COUNT(*) FROM volunteer")
        );
    }
    up.stop();
}

/// Every contract of the house.
fn contracts(house: &House) -> BTreeMap<PathBuf, String> {
    let entries = fs::read_dir(house.path("datasets")).expect("the folder is read");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    paths.map(|path| (path.clone(), fs::read_to_string(path).expect("read"))).collect()
}
