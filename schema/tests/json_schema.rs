//! The JSON Schema of the contract format takes what the parser takes, and is up to date.

mod checker;

use std::path::{Path, PathBuf};

use serde_json::Value;
use tolva_schema::contract::Contract;

/// Uses every key that there is.
const EVERYTHING: &str = include_str!("json_schema/everything.toml");

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn schema() -> Value {
    serde_json::from_str(&Contract::json_schema()).expect("JSON")
}

/// What the schema has against a contract.
fn complaints(text: &str) -> Vec<String> {
    checker::check(&schema(), &checker::json(text.parse().expect("TOML")))
}

fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("the folder is there") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(files(&path, extension));
        } else if path.extension().is_some_and(|other| other == extension) {
            found.push(path);
        }
    }
    found.sort();
    found
}

#[test]
fn the_kept_schema_is_up_to_date() {
    let path = root().join("datasets/contract.schema.json");
    assert!(
        std::fs::read_to_string(path).unwrap_or_default() == Contract::json_schema(),
        "it is not: tolva schema jsonschema > datasets/contract.schema.json"
    );
}

#[test]
fn every_contract_names_the_schema_and_satisfies_it() {
    let contracts = files(&root().join("datasets"), "toml");
    assert!(contracts.len() >= 2);
    for path in contracts {
        let text = read(&path);
        assert_eq!(text.lines().next(), Some("#:schema ./contract.schema.json"), "{path:?}");
        assert_eq!(complaints(&text), [""; 0], "{path:?}");
        // It is a comment: whoever adds it changes no contract.
        let without = text.split_once('\n').expect("several lines").1;
        let digest = |text: &str| Contract::parse("c.toml", text).expect("valid").digest();
        assert_eq!(digest(&text), digest(without));
    }
}

#[test]
fn a_contract_with_every_key_satisfies_both() {
    let parsed = Contract::parse("everything.toml", EVERYTHING);
    assert!(parsed.is_ok(), "{parsed:?}");
    assert_eq!(complaints(EVERYTHING), [""; 0]);
    // And it is one with every key.
    let used = checker::json(EVERYTHING.parse().expect("TOML"));
    let missing = checker::unused(&schema(), &[&used], "");
    assert_eq!(missing, [""; 0], "these keys are in no example");
}

#[test]
fn every_key_says_what_it_is_for() {
    assert_eq!(checker::undescribed(&schema(), ""), [""; 0]);
}

#[test]
fn the_reference_tells_of_every_key() {
    let page = read(&root().join("docs/contract.md"));
    let untold: Vec<String> = checker::unused(&schema(), &[], "")
        .into_iter()
        .filter(|place| {
            let key = place.rsplit('.').next().unwrap_or_default();
            let spellings = [format!("`{key}`"), format!("{key} = "), format!("[[{key}]]")];
            !spellings.iter().any(|spelling| page.contains(spelling))
        })
        .collect();
    assert_eq!(untold, [""; 0], "docs/contract.md does not name them");
}

#[test]
fn what_is_wrong_is_refused_by_both() {
    for (from, to) in [
        ("every  ", "evry  "),
        ("version = 1", "version = 2"),
        ("version = 1", "version = \"1\""),
        ("version = 1\n", ""),
        ("name    = \"everything\"", "name = \"Everything\""),
        ("name    = \"everything\"", "name = \"tolva_everything\""),
        ("refresh = \"upsert\"", "refresh = \"now\""),
        ("files   = [", "files = 1 # ["),
        ("max_delete   = 0.25", "max_delete = 2.5"),
        ("type = \"integer\"", "type = \"int\""),
        ("required = true", "required = \"yes\""),
        ("maxLength = 10", "maxLength = -1"),
        ("decimalChar = \",\"", "decimalChar = \",,\""),
        ("scale = 2", "scale = 99"),
        ("transforms = [\"trim\"", "transforms = [\"strip\""),
        ("position = 9", "position = 0"),
        ("header    = [2, 3]", "header = \"first\""),
        ("pad = { to = 5", "pad = { upto = 5"),
        ("on_duplicate = \"refuse\"", "on_duplicate = \"both\""),
        ("by = [\"country\", \"code\"]", "with = [\"country\", \"code\"]"),
        ("diagonal       = \"doubt\"", "diagonal = \"blank\""),
        ("agree = [", "agrees = ["),
    ] {
        let text = EVERYTHING.replacen(from, to, 1);
        assert_ne!(text, EVERYTHING, "`{from}` must stand in the contract");
        assert!(Contract::parse("c.toml", &text).is_err(), "the parser takes {to}");
        assert_ne!(complaints(&text), [""; 0], "the schema takes {to}");
    }
}

/// The examples of a page: blocks of TOML. Lines that are a field stand for the list around them.
fn examples(page: &str) -> Vec<toml::Table> {
    let blocks = page.split("```toml\n").skip(1).filter_map(|rest| rest.split("```").next());
    blocks
        .map(|block| {
            let (fields, rest): (Vec<&str>, Vec<&str>) =
                block.lines().partition(|line| line.starts_with('{'));
            let fields = match fields.is_empty() {
                true => String::new(),
                false => format!("fields = [\n{}\n]\n", fields.join("\n")),
            };
            format!("{fields}{}", rest.join("\n")).parse().expect("TOML")
        })
        .collect()
}

#[test]
fn examples_in_the_docs_satisfy_the_schema() {
    let schema = schema();
    let parts = [
        &schema,
        &schema["properties"]["source"]["items"],
        &schema["properties"]["table"]["items"],
    ];
    let known = |key: &str| parts.iter().find_map(|part| part["properties"].get(key));
    let mut pages = files(&root().join("docs"), "md");
    pages.extend(["README.md", "CONTRIBUTING.md"].map(|page| root().join(page)));
    let mut seen = 0;
    for page in pages {
        for example in examples(&read(&page)).into_iter().map(checker::json) {
            let keys = example.as_object().expect("a table");
            // What has other keys is something else (tolva.toml); what has no version is a part, and
            // may leave out what is not its point.
            if keys.is_empty() || !keys.keys().all(|key| known(key).is_some()) {
                continue;
            }
            let found: Vec<String> = match keys.contains_key("version") {
                true => checker::check(&schema, &example),
                false => keys
                    .iter()
                    .flat_map(|(key, part)| checker::check(known(key).expect("known"), part))
                    .filter(|complaint| !complaint.contains(": required "))
                    .collect(),
            };
            assert_eq!(found, [""; 0], "{}: {example}", page.display());
            seen += 1;
        }
    }
    assert!(seen >= 2, "only {seen} examples were found");
}
