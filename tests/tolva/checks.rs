//! `tolva check`: everything that is wrong at once, by rule, with the neighbours of each cell.

use std::fs;

use serde_json::{Value, json};

use crate::house::{House, mission, sample};
use crate::up::Up;
use crate::wait::until;

fn path(file: &str) -> String {
    sample(file).to_string_lossy().into_owned()
}

fn group<'a>(told: &'a Value, rule: &str) -> &'a Value {
    let groups = told["groups"].as_array().expect("groups");
    groups.iter().find(|group| group["rule"] == rule).unwrap_or_else(|| panic!("{told}"))
}

#[test]
fn findings_come_by_rule_with_what_to_do_and_their_neighbours() {
    let house = House::empty();
    house.mission("employees");
    house.mission("relationships");
    let told = house.run(&["check", "--json", &path("employees/v3.csv")]).ends(0).json();
    let pattern = &told["groups"][0];
    assert_eq!((&pattern["rule"], &pattern["count"]), (&json!("pattern"), &json!(2)));
    assert_eq!(pattern["todo"], "correct it, or widen `pattern`");
    let first = &pattern["examples"][0];
    assert_eq!((&first["at"], &first["value"]), (&json!("line 12, column 6"), &json!("XYZ")));
    let around = &first["neighbours"];
    assert_eq!((&around["row"], &around["column"]), (&json!(12), &json!(6)));
    let names: Vec<&Value> =
        around["columns"].as_array().into_iter().flatten().map(|column| &column["name"]).collect();
    assert_eq!(names, ["address", "city", "state", "zip", "phone1"]);
    let text = fs::read_to_string(sample("employees/v3.csv")).expect("read");
    for (at, line) in [11, 12, 13].into_iter().enumerate() {
        assert_eq!(around["rows"][at]["row"], line);
        let zip = around["rows"][at]["cells"][3].as_str().expect("a text");
        assert!(text.lines().nth(line - 1).expect("a line").contains(zip));
    }

    // Sheets have letters and numbers; a handful of each rule is shown unless all are asked for.
    let file = path("relationships/v4.xlsx");
    let few = house.run(&["check", "--json", &file]).ends(0).json();
    let all = house.run(&["check", "--json", "--all", &file]).ends(0).json();
    let examples = |told: &Value| group(told, "reference")["examples"].as_array().map(Vec::len);
    assert_eq!((examples(&few), examples(&all)), (Some(3), Some(19)));
    assert_eq!(group(&few, "reference")["count"], 19);
    let cell = &group(&few, "type")["examples"][0];
    assert_eq!(cell["at"], "Matriz de adyacencia!J6");
    let letters: Vec<&Value> = cell["neighbours"]["columns"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|column| &column["name"])
        .collect();
    assert_eq!(letters, ["H", "I", "J", "K", "L"]);
    assert_eq!(cell["neighbours"]["rows"][1]["cells"][2], "quizás");
}

#[test]
fn people_see_the_cell_in_its_piece_of_the_sheet() {
    let house = House::empty();
    house.mission("employees");
    let file = path("employees/v3.csv");
    for verb in ["check", "load"] {
        let said = house.run(&[verb, &file]).ends(0).said();
        for words in [
            "error[pattern] × 2: the text does not match the pattern of its field",
            "what to do: correct it, or widen `pattern`",
            "--> v3.csv, line 12, column 6 (state): `XYZ`",
            "address city state zip phone1",
            "> 12 7763 Orchard Way #87 Kingsorrel [XYZ] 10070",
            "13 7199 Ember St",
        ] {
            assert!(said.contains(words), "`{words}` is not in\n{said}");
        }
    }
    let many = house.write("employees.csv", {
        let good = fs::read_to_string(sample("employees/v1.csv")).expect("read");
        good.replace(",CO,", ",C0L,").replace(",NC,", ",N0C,")
    });
    let said = house.run(&["check", &*many.to_string_lossy()]).ends(0).said();
    assert!(said.contains("more of these:") && said.contains("--all` shows them"), "{said}");
}

#[test]
fn a_blank_row_beside_a_cell_is_left_out_like_in_the_file() {
    let house = House::empty();
    house.mission("employees");
    let text = fs::read_to_string(sample("employees/v3.csv")).expect("read");
    let line = |number: usize| text.lines().nth(number - 1).expect("a line");
    let spaced = format!("{}\n\n{}\n\n{}\n", line(1), line(12), line(2));
    let file = house.write("employees.csv", spaced);
    let told = house.run(&["check", "--json", &*file.to_string_lossy()]).ends(0).json();
    let rows: Vec<&Value> = group(&told, "pattern")["examples"][0]["neighbours"]["rows"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|row| &row["row"])
        .collect();
    assert_eq!(rows, [&json!(1), &json!(3), &json!(5)]);
}

#[test]
fn a_watching_check_repeats_when_the_file_or_the_contract_changes() {
    let house = House::empty();
    let contract = mission("employees");
    house.write("datasets/employees.toml", contract.replace("maxLength", "maxLenght"));
    let good = fs::read(sample("employees/v1.csv")).expect("read");
    let file = house.write("work/employees.csv", &good);
    let command = house.tolva(&["check", "--watch", &*file.to_string_lossy()]);
    let watching = Up::spawn(&house, command);
    // A bad contract is shown and waited for.
    until("the mistake is shown", || watching.log().contains("maxLenght").then_some(()));
    let read = |count: usize| {
        until("it checks again", || {
            (watching.out().matches("lines read").count() >= count).then_some(())
        });
    };
    assert!(!watching.out().contains("lines read"));
    house.write("datasets/employees.toml", &contract);
    read(1);
    assert!(watching.out().contains("106 lines read, 0 refused"), "{}", watching.out());
    house.write("work/employees.csv", fs::read(sample("employees/v3.csv")).expect("read"));
    until("the finding is shown", || watching.out().contains("error[pattern]").then_some(()));
    // Most programs write another file and put it in the place of this one.
    house.write("work/other", &good);
    fs::rename(house.path("work/other"), &file).expect("renamed");
    until("the good file is back", || {
        watching.out().ends_with("106 lines read, 0 refused, 0 doubts\n").then_some(())
    });
    house.write("datasets/employees.toml", contract.replace("{2}$", "{3}$"));
    until("the contract is taken as it is written", || {
        let out = watching.out();
        let last = out.rsplit("=== employees.csv").next().unwrap_or_default().to_owned();
        last.contains("must match the pattern ^[A-Za-z]{3}$").then_some(())
    });
    assert_eq!(house.ledger().one("SELECT COUNT(*) FROM tolva_contract"), "0");
    watching.signal("INT");
    let (status, _) = watching.ended();
    assert_eq!(status.code(), Some(0));
}
