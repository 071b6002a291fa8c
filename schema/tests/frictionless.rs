//! Contracts as Data Packages, and Data Packages as contracts.

use serde_json::{Value, json};
use tolva_schema::contract::{Contract, Header, Layout, SheetRef, Skip};
use tolva_schema::field::FieldType;
use tolva_schema::frictionless::{Draft, export, import};
use tolva_schema::relation::{Relation, SqlType};

const RELATIONSHIPS: &str = include_str!("../../datasets/relationships.toml");
const EMPLOYEES: &str = include_str!("../../datasets/employees.toml");
/// Everything that a field can say.
const TYPES: &str = r##"
version = 1
name    = "types"
title   = "Types of \"all\" kinds\nand more"
files   = ["types-{region}.tsv"]

[[source]]
name      = "lines"
delimiter = "\t"
quote     = "'"
escape    = "\\"
comment   = "#"
encoding  = "windows-1252"
header    = [2, 3]
skip_rows = [1]
fields = [
  { name = "code",   header = "The code", required = true, pattern = "[A-Z]{3}|X", unique = true },
  { name = "city",   header = ["Ciudad", "City"], enum = ["Ávila", "Lugo"], missingValues = ["-", "n/a"] },
  { name = "many",   type = "integer", minimum = 1, maximum = 9, groupChar = "." },
  { name = "price",  type = "number", minimum = "0.05", decimalChar = ",", groupChar = "." },
  { name = "paid",   type = "boolean", trueValues = ["ja"], falseValues = ["nein"] },
  { name = "day",    type = "date", format = ["%d.%m.%Y", "%d.%m.%y"], minimum = "01.02.2020" },
  { name = "hour",   type = "time", format = "%H.%M" },
  { name = "moment", type = "datetime" },
  { name = "note",   minLength = 2, maxLength = 300 },
  { name = "month",  from = "sheet" },
]

[[table]]
name = "thing"
from = "lines"
key  = ["code"]
"##;

fn contract(text: &str) -> Contract {
    Contract::parse("a.toml", text).unwrap_or_else(|error| panic!("{error:?}\n{text}"))
}

fn drafts(package: &str) -> Vec<Draft> {
    import(package).expect("a Data Package")
}

/// The one contract of a package, which must be one.
fn drafted(package: &str) -> (Contract, String) {
    let [draft] = &drafts(package)[..] else { panic!("one contract is expected") };
    (contract(&draft.text), draft.text.clone())
}

/// The relations, without what has no word in a Data Package.
fn relations(contract: &Contract) -> Vec<Relation> {
    let mut relations = contract.relations();
    for column in relations.iter_mut().flat_map(|relation| &mut relation.columns) {
        if let SqlType::Number { scale } = &mut column.kind {
            *scale = 0;
        }
    }
    relations
}

#[test]
fn what_was_exported_is_imported_with_the_same_tables() {
    for text in [EMPLOYEES, RELATIONSHIPS, TYPES] {
        let before = contract(text);
        let (after, draft) = drafted(&export(&[&before]));
        assert_eq!(relations(&before), relations(&after), "{draft}");
        assert_eq!((&before.name, &before.title), (&after.name, &after.title), "{draft}");
        for (one, other) in before.tables.iter().zip(&after.tables) {
            let fields = |contract: &Contract, table: &tolva_schema::contract::Table| {
                let fields = table.columns.iter().map(|column| {
                    let field = contract.field_of(table, &column.content)?;
                    Some((field.kind.clone(), json!(field.constraints), field.missing.clone()))
                });
                fields.collect::<Vec<_>>()
            };
            let (one, other) = (fields(&before, one), fields(&after, other));
            // A pattern is made to speak of the whole text, which means the same.
            let plain = |fields| format!("{fields:?}").replace("[\\\\s\\\\S]*", "");
            if text == TYPES {
                assert!(
                    draft.contains(r#"pattern = "^(?:[\\s\\S]*(?:[A-Z]{3}|X)[\\s\\S]*)$""#),
                    "{draft}"
                );
                assert_eq!(plain(&one[1..].to_vec()), plain(&other[1..].to_vec()));
            } else {
                assert_eq!(plain(&one), plain(&other), "{draft}");
            }
        }
        // The second time, nothing is left to change.
        assert_eq!(export(&[&after]), export(&[&drafted(&export(&[&after])).0]));
    }
}

#[test]
fn what_was_exported_says_how_the_file_is_written() {
    let package: Value = serde_json::from_str(&export(&[&contract(TYPES)])).expect("JSON");
    let resource = &package["resources"][0];
    assert_eq!(package["$schema"], "https://datapackage.org/profiles/2.0/datapackage.json");
    assert_eq!(
        (&resource["path"], &resource["format"]),
        (&json!("types-region.tsv"), &json!("tsv"))
    );
    assert_eq!(resource["encoding"], "windows-1252");
    assert_eq!(
        resource["dialect"],
        json!({
            "delimiter": "\t", "quoteChar": "'", "escapeChar": "\\", "commentChar": "#",
            "headerRows": [2, 3], "commentRows": [1],
        })
    );
    let fields = resource["schema"]["fields"].as_array().expect("fields");
    assert_eq!(fields[0]["name"], "The code", "as in the file");
    assert_eq!(fields[2]["constraints"], json!({ "minimum": 1, "maximum": 9 }));
    assert_eq!(fields[3]["decimalChar"], ",");
    assert_eq!(fields[5]["constraints"]["minimum"], "01.02.2020", "as in the file");
    assert_eq!(fields[7]["format"], "%Y-%m-%dT%H:%M:%S");
    let (after, _) = drafted(&package.to_string());
    let before = contract(TYPES);
    assert_eq!(before.sources[0].text, after.sources[0].text);
    assert_eq!(before.sources[0].layout, after.sources[0].layout);
    assert_eq!(after.sources[0].skip_rows, Skip::Leading(1));
    assert_eq!(before.files[0].as_str(), after.files[0].as_str());
}

#[test]
fn several_contracts_are_one_package_and_become_several_again() {
    let (one, other) = (contract(EMPLOYEES), contract(RELATIONSHIPS));
    let package = export(&[&one, &other]);
    let drafts = drafts(&package);
    let names: Vec<&str> = drafts.iter().map(|draft| draft.dataset.as_str()).collect();
    assert_eq!(names, ["employees", "relationships"]);
    assert_eq!(contract(&drafts[1].text).relations(), other.relations());
}

/// Takes away whatever the standard does not know.
fn without_hints(value: &mut Value) {
    match value {
        Value::Object(object) => {
            object.retain(|key, _| !key.starts_with("tolva:"));
            object.values_mut().for_each(without_hints);
        }
        Value::Array(array) => array.iter_mut().for_each(without_hints),
        _ => {}
    }
}

#[test]
fn the_standards_own_words_are_enough_for_a_contract() {
    let mut package: Value = serde_json::from_str(&export(&[&contract(EMPLOYEES)])).expect("JSON");
    without_hints(&mut package);
    let (employees, draft) = drafted(&package.to_string());
    let tables: Vec<&str> = employees.tables.iter().map(|table| &*table.name).collect();
    assert_eq!(tables, ["company", "department", "employee", "employee_department"], "{draft}");
    let employee = employees.relation(employees.table("employee").expect("there"));
    assert_eq!(employee.foreign_keys[0].column, "company_name", "{draft}");
    assert_eq!(employee.primary_key, ["email"]);
    let pair = employees.relation(employees.table("employee_department").expect("there"));
    assert_eq!((pair.primary_key.len(), pair.foreign_keys.len()), (2, 2), "{draft}");
}

const CENSUS: &str = include_str!("frictionless/census.json");

#[test]
fn a_package_by_other_hands_becomes_a_contract() {
    let drafts = drafts(CENSUS);
    let names: Vec<&str> = drafts.iter().map(|draft| draft.dataset.as_str()).collect();
    assert_eq!(names, ["state_codes", "population"]);
    let (workbook, csv) = (contract(&drafts[1].text), contract(&drafts[0].text));

    assert_eq!(csv.files[0].as_str(), "states.csv");
    assert_eq!(csv.sources[0].text.delimiter, Some(b';'));
    assert_eq!(csv.sources[0].text.encoding.as_deref(), Some("windows-1252"));
    let table = csv.table("state_codes").expect("there");
    assert_eq!(csv.relation(table).primary_key, ["code"], "named by a text, as in version 1");
    let [code, name, region, founded] = &csv.sources[0].fields[..] else { panic!("four fields") };
    assert!(code.constraints.required, "since it is the key");
    assert_eq!(code.constraints.pattern.as_ref().map(|p| p.0.as_str()), Some("^(?:[A-Z]{2})$"));
    assert_eq!(name.constraints.max_length, Some(60));
    assert_eq!(name.missing, ["", "-"]);
    assert_eq!(region.constraints.one_of.as_deref(), Some(&["North".into(), "South".into()][..]));
    assert!(matches!(&founded.kind, FieldType::Date { formats } if formats == &["%d/%m/%Y"]));

    // Sheets of one workbook are one dataset, parents first although the package has them last.
    let tables: Vec<&str> = workbook.tables.iter().map(|table| &*table.name).collect();
    assert_eq!(tables, ["district", "census", "population"]);
    assert!(matches!(&workbook.sources[1].sheets[..], [SheetRef::Index(3)]));
    assert!(
        matches!(&workbook.sources[2].sheets[..], [SheetRef::Name(name)] if name.as_str() == "Data 2020")
    );
    assert_eq!(workbook.sources[2].skip_rows, Skip::Leading(2));
    assert!(
        matches!(&workbook.sources[2].layout, Layout::Table { header: Header::Rows(rows), .. } if *rows == [3, 4])
    );
    let population = workbook.relation(workbook.table("population").expect("there"));
    let references: Vec<(&str, &str)> =
        population.foreign_keys.iter().map(|key| (&*key.column, &*key.parent)).collect();
    assert_eq!(references, [("census_year", "census"), ("district_id", "district")]);
    assert_eq!(population.primary_key, ["census_year", "state_code", "district"]);
    let kinds: Vec<SqlType> = workbook.sources[2]
        .fields
        .iter()
        .map(|field| population.column(&field.name).expect("a column").kind)
        .collect();
    assert!(matches!(kinds[0], SqlType::Integer), "a year is an integer");
    assert!(matches!(kinds[5], SqlType::Text { .. }), "a geopoint stays text");
    let said = &drafts[1].text;
    for expected in [
        "# The package says that this is of type geopoint: it stays text.",
        "# state code refers to state-codes(code), says the package: it is fed by another file",
        "# The package also says exclusiveMinimum -1, which is not checked here.",
        "# Persons counted",
        "header = \"% of ÑANDÚ\"",
        "name = \"of_nandu\"",
    ] {
        assert!(said.contains(expected), "`{expected}` is not in\n{said}");
    }
}

#[test]
fn a_file_without_headers_goes_by_position() {
    let package = json!({ "resources": [{
        "name": "Log", "path": "https://example.org/data/log.csv?x=1",
        "dialect": { "header": false, "skipInitialSpace": true, "nullSequence": "NULL" },
        "schema": { "fields": [{ "name": "At", "type": "datetime" }, { "name": "What" }] },
    }] });
    let (log, draft) = drafted(&package.to_string());
    assert_eq!((&*log.name, log.files[0].as_str()), ("log", "log.csv"));
    assert!(matches!(log.sources[0].layout, Layout::Table { header: Header::None, .. }));
    assert_eq!(log.sources[0].fields[1].missing, ["", "NULL"]);
    assert!(draft.contains("# The package names no key"), "{draft}");
    assert_eq!(log.tables[0].key.len(), 2);
}

#[test]
fn texts_of_a_package_cannot_break_out_of_the_draft() {
    let evil = "a\"]\n[[table]]\nname = 'x'\u{7f}\u{1}\\";
    let package = json!({ "name": evil, "title": evil, "resources": [{
        "name": evil, "path": evil,
        "schema": {
            "fields": [
                { "name": evil, "description": evil, "type": evil, "constraints": { "enum": [evil] } },
                { "name": "a" }, { "name": "A" },
            ],
            "missingValues": [evil, { "value": "-99", "label": "refused" }],
            "foreignKeys": [{ "fields": evil, "reference": { "resource": evil, "fields": evil } }],
        },
    }] });
    let (odd, draft) = drafted(&package.to_string());
    assert_eq!(odd.tables.len(), 1, "{draft}");
    assert_eq!(odd.title.as_deref(), Some(evil));
    assert_eq!(odd.sources[0].fields[0].missing, [evil, "-99"]);
    let names: Vec<&str> = odd.sources[0].fields.iter().map(|field| &*field.name).collect();
    assert_eq!(names[1..], ["a", "a_2"]);
}

/// Puts something odd in the place of one value, somewhere.
fn spoil(value: &mut Value, random: &mut fastrand::Rng) {
    let inner: Vec<&mut Value> = match value {
        Value::Object(object) => object.values_mut().collect(),
        Value::Array(array) => array.iter_mut().collect(),
        _ => Vec::new(),
    };
    let count = inner.len();
    if count > 0 && random.u8(..) > 30 {
        let chosen = random.usize(..count);
        return spoil(inner.into_iter().nth(chosen).expect("there"), random);
    }
    let odd = [
        json!(null),
        json!(true),
        json!(-1),
        json!(1e300),
        json!(""),
        json!("a\"]\n[x]\n# \u{7f}\u{0}"),
        json!("id"),
        json!("Code"),
        json!("x".repeat(300)),
        json!([]),
        json!({}),
        json!(["State", "Name"]),
    ];
    *value = odd[random.usize(..odd.len())].clone();
}

#[test]
fn whatever_is_imported_is_refused_or_gives_toml_that_says_whether_it_is_a_contract() {
    let packages = [CENSUS.to_owned(), export(&[&contract(EMPLOYEES), &contract(RELATIONSHIPS)])];
    let (mut random, mut good, mut bad) = (fastrand::Rng::with_seed(7), 0, 0);
    for turn in 0..500 {
        let mut package: Value = serde_json::from_str(&packages[turn % 2]).expect("JSON");
        for _ in 0..random.usize(1..4) {
            spoil(&mut package, &mut random);
        }
        for draft in import(&package.to_string()).unwrap_or_default() {
            let table = draft.text.parse::<toml::Table>();
            assert!(table.is_ok(), "{table:?}\n{}\n{package:#}", draft.text);
            match Contract::parse("a.toml", &draft.text) {
                Ok(_) => good += 1,
                Err(error) => {
                    assert!(draft.text.contains("# This is not a contract yet"), "{error:?}");
                    bad += 1;
                }
            }
        }
    }
    assert!(good > 300 && bad > 0, "{good} contracts, {bad} that are none");
}

#[test]
fn what_is_no_package_is_refused_with_the_reason() {
    for (text, expected) in [
        ("[]", "this is no Data Package"),
        ("{", "this is no Data Package"),
        ("{\"resources\": []}", "the package has no resources"),
        (r#"{"resources": [{"name": "a", "path": "a.csv"}]}"#, "\"a\": it has no schema"),
        (
            r#"{"resources": [{"path": "a.csv", "schema": "s.json"}]}"#,
            "\"resource 1\": its schema stands in s.json: put it into the package",
        ),
        (
            r#"{"resources": [{"data": [], "schema": {"fields": [{"name": "x"}]}}]}"#,
            "it has no path",
        ),
        (r#"{"resources": [{"path": "a.csv", "schema": {"fields": []}}]}"#, "has no fields"),
        (
            r#"{"resources": [{"path": "a.csv", "schema": {"fields": [{}]}}]}"#,
            "its schema is not one",
        ),
    ] {
        let error = import(text).expect_err(text).to_string();
        assert!(error.contains(expected), "`{expected}` is not in `{error}`");
    }
}
