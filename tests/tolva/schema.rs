//! `tolva schema`: from contracts to tables, and what needs a person's leave.

use serde_json::{Value, json};

use crate::content;
use crate::database::{Backend, Db};
use crate::house::{House, mission, sample};

const LINE: &str = "  { name = \"phone2\",";

/// The contract of the employees without one of its fields.
fn without_phone2() -> String {
    let kept: Vec<String> = mission("employees")
        .lines()
        .filter(|line| !line.starts_with(LINE))
        .map(str::to_owned)
        .collect();
    assert_eq!(kept.len() + 1, mission("employees").lines().count());
    kept.join("\n")
}

fn number(text: &str) -> u64 {
    text.parse().expect("a number")
}

fn has_phone2(db: &Db) -> bool {
    db.try_rows("SELECT phone2 FROM employee").is_ok()
}

#[test]
fn a_plan_shows_what_apply_then_does() {
    for backend in [Backend::Sqlite, Backend::Postgres, Backend::Mysql] {
        let house = House::on(backend);
        house.mission("employees");
        let plan = house.run(&["schema", "plan", "--json"]).ends(0).json();
        let steps = plan["targets"][house.target()].as_array().cloned().unwrap_or_default();
        assert_eq!((&plan["dataset"], steps.len()), (&json!("employees"), 4), "{plan}");
        assert!(steps.iter().all(|step| step["destructive"] == false), "{plan}");
        assert!(house.database().try_rows("SELECT 1 FROM employee").is_err(), "only a plan");
        let said = house.run(&["schema", "plan"]).ends(0).said();
        assert!(said.contains("CREATE TABLE"), "{said}");

        let applied = house.run(&["schema", "apply", "--json"]).ends(0).json();
        assert_eq!(
            (&applied["state"], &applied["targets"]),
            (&json!("in force"), &plan["targets"])
        );
        assert_eq!(house.database().one("SELECT COUNT(*) FROM employee"), "0");
        let again = house.run(&["schema", "apply", "--json"]).ends(0).json();
        assert_eq!(again["state"], "in force already");
        let plan = house.run(&["schema", "plan", "--json"]).ends(0).json();
        assert_eq!(plan["targets"][house.target()], json!([]));
    }
}

#[test]
fn what_may_lose_data_waits_for_a_persons_leave() {
    for backend in [Backend::Sqlite, Backend::Postgres, Backend::Mysql] {
        let house = House::on(backend);
        house.mission("employees");
        house.load("employees", &sample("employees/v1.csv"));
        let db = house.database();
        let before = content::employees(&db);
        house.contract("employees", &without_phone2());
        // Whatever else is done, the contract in force stays so, and files are loaded by it.
        let told = house.load("employees", &sample("employees/v2.csv"));
        assert_eq!(told["state"], "loaded");
        assert!(has_phone2(&db));
        assert_ne!(content::employees(&db), before);
        let status = house.status();
        assert_eq!(status["contracts"][0]["dataset"], "employees");
        let reason = status["contracts"][0]["reason"].as_str().expect("a text");
        assert!(reason.contains("phone2"), "{reason}");
        let plan = house.run(&["schema", "plan", "--json"]).ends(0).json();
        let step = &plan["targets"][house.target()][0];
        assert_eq!(step["destructive"], true, "{plan}");
        let known = db.one("SELECT COUNT(phone2) FROM employee");
        let rows = db.one("SELECT COUNT(*) FROM employee");
        let words = format!("{known} of {rows} rows have a value there");
        let lost = json!([{ "what": words, "count": number(&known), "of": number(&rows) }]);
        assert_eq!(step["loses"], lost, "{plan}");
        assert!(reason.contains(" rows have a value there"), "{reason}");
        let said = house.run(&["schema", "plan"]).ends(0).said();
        assert!(said.contains(&format!("with its values: {words} (destructive)")), "{said}");
        let refused = house.run(&["schema", "apply", "--json"]).ends(1).json();
        assert_eq!(refused["state"], "waits for --allow-destructive");
        assert!(has_phone2(&db));

        house.run(&["schema", "apply", "--allow-destructive"]).ends(0);
        assert!(!has_phone2(&db), "{backend:?}");
        assert_eq!(db.one("SELECT COUNT(*) FROM employee"), "101", "nothing else is lost");
        assert_eq!(house.status()["contracts"], json!([]));
        let told = house.load("employees", &sample("employees/v1.csv"));
        assert_eq!(told["state"], "loaded", "{told}");
        assert_eq!(db.one("SELECT COUNT(*) FROM employee"), "100");
    }
}

#[test]
fn the_printed_statements_make_the_tables() {
    let house = House::empty();
    house.mission("employees");
    let mut seen = Vec::new();
    for dialect in ["postgres", "mysql", "mariadb", "sqlite"] {
        let said = house.run(&["schema", "sql", "--dialect", dialect, "employees"]).ends(0).out;
        assert!(said.contains("CREATE TABLE") && said.contains("employee_department"), "{said}");
        assert!(!seen.contains(&said));
        seen.push(said);
    }
    assert!(!house.path("data").exists(), "no database is needed for that");
    house.run(&["schema", "sql", "--dialect", "oracle"]).ends(2);
    house.run(&["schema", "sql", "--dialect", "sqlite", "nobody"]).ends(1);
}

#[test]
fn show_tells_how_a_contract_is_understood() {
    let house = House::empty();
    house.mission("employees");
    let told = house.run(&["schema", "show", "--json"]).ends(0).json();
    assert_eq!((&told["dataset"], &told["file"]), (&json!("employees"), &json!("employees.toml")));
    let reference = &told["tables"][3]["columns"][0]["references"];
    assert_eq!(reference, &json!({ "table": "department", "column": "id" }));
    let said = house.run(&["schema", "show"]).ends(0).said();
    assert!(said.contains("employee_department(department_id, employee_id)"), "{said}");
    assert!(said.contains(&told["digest"].as_str().expect("a text")[..12]), "{said}");
    // The others are shown even if one is broken, which is told with its place.
    house.contract("broken", "version = 1\nname = \"broken\"\nfiles = [\"x.csv\"]\ncolour = 1\n");
    let ran = house.run(&["schema", "show"]).ends(1);
    assert!(ran.out.contains("employee_department"), "{}", ran.out);
    assert!(ran.err.contains("broken.toml"), "{}", ran.err);
}

#[test]
fn diagrams_are_of_one_dataset_or_of_all() {
    let house = House::empty();
    house.mission("employees");
    house.mission("relationships");
    let all = house.run(&["schema", "erd"]).ends(0).out;
    assert!(all.starts_with("erDiagram\n"), "{all}");
    assert!(all.contains("\"person\"") && all.contains("\"employee\""), "{all}");
    let one = house.run(&["schema", "erd", "relationships", "--format", "svg"]).ends(0).out;
    assert!(one.starts_with("<svg") && !one.contains("employee"), "{one}");
    let page = house.run(&["schema", "erd", "employees", "--format", "markdown"]).ends(0).out;
    assert!(page.contains("```mermaid\nerDiagram\n"), "{page}");
    house.run(&["schema", "erd", "nobody"]).ends(1);
    house.run(&["schema", "erd", "--format", "png"]).ends(2);
    assert!(!house.path("data").exists(), "no database is needed for that");
}

#[test]
fn contracts_travel_as_data_packages() {
    let house = House::empty();
    house.mission("employees");
    house.mission("relationships");
    let package = house.run(&["schema", "export"]).ends(0).out;
    let file = house.write("datapackage.json", &package).to_string_lossy().into_owned();
    let printed = house.run(&["schema", "import", &file]).ends(0).out;
    assert!(printed.contains("# employees.toml\n"), "{printed}");

    // What it drafts is good for making the same tables, and replaces nothing.
    let other = House::empty();
    other.write("datasets/kept.txt", "");
    let into = other.path("datasets").to_string_lossy().into_owned();
    other.run(&["schema", "import", &file, "--into", &into]).ends(0);
    let tables = |house: &House| house.run(&["schema", "sql", "--dialect", "sqlite"]).ends(0).out;
    assert_eq!(tables(&other), tables(&house));
    let again = other.run(&["schema", "import", &file, "--into", &into]).ends(1);
    assert!(again.err.contains("employees.toml"), "{}", again.err);

    let one = house.run(&["schema", "export", "employees"]).ends(0).out;
    let one: Value = serde_json::from_str(&one).expect("JSON");
    assert_eq!(
        (&one["name"], one["resources"].as_array().map(Vec::len)),
        (&json!("employees"), Some(4))
    );
    let file = house.write("one.json", one.to_string()).to_string_lossy().into_owned();
    let told = house.run(&["schema", "import", "--json", &file]).ends(0).json();
    assert_eq!(told["file"], "employees.toml");
    let bad = house.write("bad.json", "{}").to_string_lossy().into_owned();
    let refused = house.run(&["schema", "import", &bad]).ends(1);
    assert!(refused.err.contains("no Data Package"), "{}", refused.err);
    house.run(&["schema", "import", "nowhere.json"]).ends(1);
    assert!(!house.path("data").exists(), "no database is needed for that");
}

#[test]
fn the_schema_of_the_format_lies_beside_the_contracts_and_is_none() {
    let house = House::empty();
    house.mission("employees");
    let schema = house.run(&["schema", "jsonschema"]).ends(0).out;
    let parsed: Value = serde_json::from_str(&schema).expect("JSON");
    assert_eq!(parsed["$schema"], "http://json-schema.org/draft-07/schema#");
    assert_eq!(parsed["properties"]["every"]["default"], "24h");
    house.write("datasets/contract.schema.json", schema);
    let ran = house.run(&["schema", "show", "--json"]).ends(0);
    assert_eq!((ran.lines().len(), ran.err.as_str()), (1, ""));
    // No contract is needed to ask for it.
    House::empty().run(&["schema", "jsonschema"]).ends(0);
}
