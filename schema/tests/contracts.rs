//! Contracts are read, or refused with the place and a hint.

use tolva_schema::contract::{Contract, Header, Layout};

const RELATIONSHIPS: &str = include_str!("../../datasets/relationships.toml");
const EMPLOYEES: &str = include_str!("../../datasets/employees.toml");

#[test]
fn the_missions_contracts_are_valid() {
    let relationships = Contract::parse("relationships.toml", RELATIONSHIPS).expect("valid");
    assert_eq!(relationships.targets, ["default", "mysql"]);
    assert!(matches!(relationships.sources[1].layout, Layout::Matrix(_)));
    assert!(matches!(relationships.sources[0].layout, Layout::Table { header: Header::None, .. }));
    let employees = Contract::parse("employees.toml", EMPLOYEES).expect("valid");
    let employee = employees.table("employee").expect("declared");
    let columns: Vec<&str> = employee.columns.iter().map(|column| &*column.name).collect();
    assert_eq!(
        columns,
        [
            "first_name",
            "last_name",
            "address",
            "city",
            "state",
            "zip",
            "phone1",
            "phone2",
            "email",
            "company_id"
        ]
    );
}

#[test]
fn the_digest_is_of_the_meaning() {
    let digest = |text: &str| Contract::parse("c.toml", text).expect("valid").digest();
    let commented = format!("# a remark\n{}", EMPLOYEES.replace("Employees, one", "Staff, one"));
    assert_eq!(digest(EMPLOYEES), digest(&commented));
    assert_ne!(digest(EMPLOYEES), digest(&EMPLOYEES.replace("maxLength = 254", "maxLength = 255")));
}

/// Replaces `from` by `to` in the employees contract and gives the error with its line.
fn refused(from: &str, to: &str) -> String {
    let text = EMPLOYEES.replacen(from, to, 1);
    assert_ne!(text, EMPLOYEES, "`{from}` must stand in the contract");
    let error = Contract::parse("employees.toml", &text).expect_err("refused");
    assert!(error.line > 0 && error.column > 0);
    format!("{error} ({})", error.hint.clone().unwrap_or_default())
}

#[test]
fn a_bad_contract_is_refused_with_file_line_column_and_hint() {
    for (from, to, expected) in [
        ("every ", "evry ", "employees.toml:5:1: unknown field `evry`"),
        ("\"24h\"", "\"soon\"", "write for example 24h"),
        ("from    = \"lines\"", "from = \"rows\"", "no source `rows`"),
        ("field = \"company_name\"", "field = \"company\"", "its fields are first_name"),
        ("key        = [\"email\"]", "key = [\"mail\"]", "`mail` is not a column of the table"),
        (
            "employee_id = \"employee\"",
            "employee_id = \"staff\"",
            "declare parents before children",
        ),
        ("^[A-Za-z]{2}$", "^[A-Za-z{2}$", "not a regular expression"),
        ("name = \"city\"", "name = \"City\"", "a name starts with a letter a-z"),
        ("name = \"city\"", "name = \"zip\"", "a second field `zip`"),
        ("version = 1", "version = 7", "write version = 1"),
        ("name    = \"department\"", "name = \"tolva_load\"", "belong to the control tables"),
        (
            "type = \"string\", required = true, maxLength = 2,",
            "type = \"integer\",",
            "go with strings",
        ),
    ] {
        let error = refused(from, to);
        assert!(error.contains(expected), "`{expected}` is not in `{error}`");
    }
}
