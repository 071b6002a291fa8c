//! One more column, while the service runs.

use crate::database::{Backend, Db, Place};
use crate::house::{House, mission, sample};
use crate::up::Up;

/// The line of the contract, and where it goes.
const LINE: &str = "  { name = \"nickname\", type = \"string\", maxLength = 40 },\n";
const ABOVE: &str = "  { name = \"email\",";
/// The first person of the file, whose line is the second of it.
const FIRST: usize = 1;

#[test]
fn a_column_is_one_line_of_the_contract_in_sqlite() {
    let house = House::empty();
    one_line(&house, None, &[house.path("data/tolva.db")]);
}

#[test]
fn a_column_is_one_line_of_the_contract_in_postgres_and_mysql() {
    let mut house = House::on(Backend::Postgres);
    house.give("TOLVA_TARGETS__MYSQL__URL", Place::make(Backend::Mysql));
    one_line(&house, Some("targets = [\"default\", \"mysql\"]"), &[]);
}

fn one_line(house: &House, targets: Option<&str>, files: &[std::path::PathBuf]) {
    let contract = match targets {
        None => mission("employees"),
        // What has two targets cannot be written through the API.
        Some(targets) => {
            format!("{targets}\n{}", mission("employees").replace("writable = true\n", ""))
        }
    };
    house.contract_as_it_is("employees", &contract);
    let up = house.up();
    house.drop_into_inbox(&sample("employees/v1.csv"), "employees/employees.csv");
    up.until_newest("employees", "employees.csv", "loaded");
    let databases: Vec<Db> = match files {
        [] => house.env.values().map(|url| Db::open(url)).collect(),
        _ => vec![house.database()],
    };
    let loads: Vec<String> =
        databases.iter().map(|db| db.one("SELECT MAX(_load) FROM employee")).collect();

    let at = contract.find(ABOVE).expect("the line of the e-mail address");
    let wider = format!("{}{LINE}{}", &contract[..at], &contract[at..]);
    assert_eq!(wider.lines().count(), contract.lines().count() + 1);
    house.contract_as_it_is("employees", &wider);
    until_served(&up);
    let with_names = house.write("elsewhere/employees.csv", with_nicknames());
    house.drop_into_inbox(&with_names, "employees/employees.csv");
    let list = up.until_settled("employees", 2);
    assert_eq!(list[0]["state"], "loaded", "{}", list[0]);

    let served = up.get("/rest/v1/employee?nickname=not.is.null&select=email,nickname");
    assert_eq!(served.as_array().map(Vec::len), Some(1), "{served}");
    assert_eq!(served[0]["nickname"], "Nene");
    for (db, load) in databases.iter().zip(loads) {
        let named = db.rows("SELECT nickname FROM employee WHERE nickname IS NOT NULL");
        assert_eq!(named, ["Nene"]);
        let touched = format!("SELECT COUNT(*) FROM employee WHERE _load > {load}");
        assert_eq!(db.one(&touched), "1", "a blank value changes no row");
        let others = format!("SELECT COUNT(*) FROM company WHERE _load > {load}");
        assert_eq!(db.one(&others), "0");
        assert_eq!(db.one("SELECT COUNT(*) FROM employee"), "100");
    }
    up.stop();
}

/// Waits until the API knows the column, and until the service has nothing more to do with it.
fn until_served(up: &Up) {
    up.until("the API has the column", "/rest/v1/employee?select=nickname&limit=1", |rows| {
        rows[0].get("nickname").is_some()
    });
}

/// The first version with one more column, in which one person has something.
fn with_nicknames() -> String {
    let text = std::fs::read_to_string(sample("employees/v1.csv")).expect("read");
    let lines = text.lines().enumerate().map(|(at, line)| match at {
        0 => format!("{line},nickname\r\n"),
        FIRST => format!("{line},Nene\r\n"),
        _ => format!("{line},\r\n"),
    });
    lines.collect()
}
