//! Every rule and every code is explained: in the table, and in `docs/findings.md`.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use regex::Regex;
use tolva_schema::advice::{self, AGREE, Advice, FAILURES, FINDINGS, REFUSALS};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn row(advice: &Advice) -> String {
    format!("| `{}` | {} | {} |", advice.code, advice.meaning, advice.todo)
}

#[test]
fn the_page_lists_every_rule_and_every_code_in_the_words_of_the_program() {
    let page = fs::read_to_string(root().join("docs/findings.md")).expect("the page is there");
    let told: Vec<&str> = page.lines().filter(|line| line.starts_with("| `")).collect();
    let lists = [&[AGREE][..], FINDINGS, REFUSALS, FAILURES];
    let expected: Vec<String> = lists.into_iter().flatten().map(row).collect();
    assert_eq!(told, expected, "the rows are to be:\n{}", expected.join("\n"));
}

#[test]
fn the_lists_are_in_order_and_name_nothing_twice() {
    for list in [FINDINGS, REFUSALS, FAILURES] {
        let codes: Vec<&str> = list.iter().map(|advice| advice.code).collect();
        assert!(codes.is_sorted_by(|a, b| a < b), "{codes:?}");
    }
}

/// Rust files of a folder, without their tests.
fn sources(folder: &Path, all: &mut Vec<(PathBuf, String)>) {
    for entry in fs::read_dir(folder).expect("the folder is read").flatten() {
        let path = entry.path();
        if path.is_dir() {
            sources(&path, all);
        } else if path.extension().is_some_and(|end| end == "rs") {
            let text = fs::read_to_string(&path).expect("the file is read");
            let code = text.split("#[cfg(test)]").next().unwrap_or_default().to_owned();
            all.push((path, code));
        }
    }
}

/// What the patterns capture in the sources of the schema and the loader.
fn named(patterns: &[&str], only: &str) -> BTreeSet<String> {
    let mut files = Vec::new();
    for folder in ["schema/src", "loader/src"] {
        sources(&root().join(folder), &mut files);
    }
    let patterns: Vec<Regex> =
        patterns.iter().map(|pattern| Regex::new(pattern).expect("a pattern")).collect();
    files
        .iter()
        .filter(|(path, _)| path.to_string_lossy().contains(only))
        .filter(|(path, _)| !path.to_string_lossy().contains("advice"))
        .flat_map(|(_, code)| patterns.iter().map(move |pattern| (pattern, code)))
        .flat_map(|(pattern, code)| pattern.captures_iter(code))
        .map(|captures| captures[1].to_owned())
        .collect()
}

#[test]
fn no_rule_by_which_the_program_finds_something_is_without_advice() {
    let rules = named(
        &[
            r#"Violation::new\(\s*"([A-Za-z_]+)""#,
            r#"of_line\(\s*Severity::\w+,[^"]*?"([A-Za-z_]+)""#,
            r#"rule: "([A-Za-z_]+)""#,
            r#"Some\(\(\s*"([A-Za-z_]+)""#,
        ],
        "",
    );
    assert!(rules.len() > 25, "{rules:?}");
    let known: BTreeSet<String> = FINDINGS.iter().map(|advice| advice.code.to_owned()).collect();
    assert_eq!(rules, known);
    assert_eq!(advice::of_finding("maxLength").code, "maxLength");
    assert_eq!(advice::of_finding("labels_agree"), &AGREE);
}

#[test]
fn no_code_with_which_a_load_ends_is_without_advice() {
    let mut codes = named(&[r#"=> "([a-z_]+)","#], "loader/src/read/error.rs");
    codes.extend(named(&[r#"=> "(limits\.[a-z_]+)","#], "loader/src/limits.rs"));
    codes.extend(named(&[r#"quarantine\(\s*"([a-z_]+)""#], "loader/src/guard.rs"));
    codes.extend(named(&[r#"code: "([a-z_]+)""#], "loader/src"));
    codes.insert("retry".to_owned());
    assert!(codes.len() > 15, "{codes:?}");
    let known: BTreeSet<String> =
        REFUSALS.iter().chain(FAILURES).map(|advice| advice.code.to_owned()).collect();
    assert_eq!(codes, known);
    assert!(advice::of_code("missing_sheet").is_some() && advice::of_code("none").is_none());
}
