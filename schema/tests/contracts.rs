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
        ("every ", "evry ", "employees.toml:6:1: unknown field `evry`"),
        ("\"24h\"", "\"soon\"", "write for example 24h"),
        (
            "writable = true",
            "targets = [\"default\", \"mysql\"]\nwritable = true",
            "employees.toml:8:12: a dataset that is kept in default, mysql cannot be writable",
        ),
        ("writable = true", "targets = [\"mysql\"]\nwritable = true", "leave `targets` out"),
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

/// A contract with these fields and tables.
fn small(fields: &str, tables: &str) -> Result<Contract, String> {
    let text = format!(
        "version = 1\nname = \"small\"\nfiles = [\"small*.csv\"]\n[[source]]\nname = \"lines\"\n\
         fields = [{fields}]\n{tables}"
    );
    Contract::parse("small.toml", &text)
        .map_err(|error| format!("{error} ({})", error.hint.clone().unwrap_or_default()))
}

fn table(rest: &str) -> String {
    format!("[[table]]\nfrom = \"lines\"\n{rest}\n")
}

#[test]
fn control_tables_cannot_be_named() {
    let names = tolva_schema::control::relations();
    let own = names.iter().map(|relation| relation.name.as_str());
    for name in own.chain(["tolva_arrival", "tolva_x", "seaql_migrations", "sqlite_master"]) {
        let tables = table(&format!("name = \"{name}\"\nkey = [\"a\"]"));
        let error = small("{ name = \"a\" }", &tables).expect_err("refused");
        assert!(error.contains(&format!("`{name}` cannot be a name")), "{error}");
        let tables = table(&format!("name = \"item\"\nwas = \"{name}\"\nkey = [\"a\"]"));
        assert!(small("{ name = \"a\" }", &tables).is_err(), "{name} is no former name either");
    }
}

#[test]
fn names_that_databases_hide_are_refused_for_them() {
    let tables = table("name = \"item\"\nkey = [\"xmin\"]");
    let contract = small("{ name = \"xmin\", maxLength = 9 }", &tables).expect("a contract");
    let reason = contract.unfit_for(tolva_schema::dialect::Dialect::Postgres).expect("a reason");
    assert!(reason.contains("hidden column `xmin`"), "{reason}");
    assert_eq!(contract.unfit_for(tolva_schema::dialect::Dialect::Sqlite), None);
}

#[test]
fn what_would_have_one_name_in_a_database_is_refused() {
    let indexed = |name: &str, column: &str, key: &str| {
        table(&format!("name = \"{name}\"\nkey = [\"{key}\"]\ncolumns = [\"{key}\", \"{column}\"]"))
    };
    let fields = "{ name = \"k\" }, { name = \"c\", unique = true }, { name = \"b_c\", unique = true }, \
                  { name = \"a_c_index\" }";
    let both = [indexed("a_b", "c", "k"), indexed("a", "b_c", "k")].concat();
    for (tables, expected) in [
        (both, "the index of a_b.c and the index of a.b_c would both be called a_b_c_index"),
        (
            [
                indexed("a", "c", "k"),
                table("name = \"a_c_index\"\nkey = [\"k\"]\ncolumns = [\"k\"]"),
            ]
            .concat(),
            "the index of a.c and table a_c_index would both be called a_c_index",
        ),
        (
            [indexed("a", "c", "k"), table("name = \"a_pkey\"\nkey = [\"k\"]\ncolumns = [\"k\"]")]
                .concat(),
            "the primary key of a and table a_pkey would both be called a_pkey",
        ),
        (
            format!("{}id = \"id\"\n", indexed("a", "c", "a_c_index")),
            "the index of a.c would have the name of the key's column a_c_index",
        ),
    ] {
        let error = small(fields, &tables).expect_err("refused");
        assert!(error.contains(expected), "`{expected}` is not in `{error}`");
    }
    let error = small(
        "{ name = \"a\", header = \"First  Name\" }, { name = \"b\", header = [\"x\", \"first name \"] }",
        &table("name = \"item\"\nkey = [\"a\"]"),
    );
    let error = error.expect_err("refused");
    assert!(error.contains("`a` and `b` both have the header first name"), "{error}");
}

#[test]
fn former_names_must_make_sense() {
    let item = table("name = \"item\"\nkey = [\"a\"]");
    for (fields, expected) in [
        ("{ name = \"a\", was = \"a\" }", "column `a` cannot have been itself"),
        ("{ name = \"a\", was = \"x\" }, { name = \"b\", was = \"x\" }", "both have the header x"),
        (
            "{ name = \"a\", was = \"x\", header = \"a\" }, { name = \"b\", was = \"x\", header = \"b\" }",
            "two columns cannot both have been `x`",
        ),
        (
            "{ name = \"a\", was = \"b\" }, { name = \"b\", was = \"a\" }",
            "rename one of them to a third name first",
        ),
    ] {
        let error = small(fields, &item).expect_err("refused");
        assert!(error.contains(expected), "`{expected}` is not in `{error}`");
    }
    let tables = [
        table("name = \"one\"\nwas = \"x\"\nkey = [\"a\"]\ncolumns = [\"a\"]"),
        table("name = \"two\"\nwas = \"x\"\nkey = [\"a\"]\ncolumns = [\"a\"]"),
    ];
    let error = small("{ name = \"a\" }", &tables.concat()).expect_err("refused");
    assert!(error.contains("two tables cannot both have been `x`"), "{error}");
    // A name that another one had is free to take.
    let chain = "{ name = \"a\", was = \"b\" }, { name = \"b\" }";
    small(chain, &item).expect("a contract");
}
