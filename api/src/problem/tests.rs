//! One of each problem, compared with the table of codes in the README.

use bytesize::ByteSize;
use tolva_schema::scope::Scope;

use super::Problem;
use crate::write::Class;

fn rules(class: Class) -> Problem {
    Problem::Rules { class, count: 0, broken: Vec::new() }
}

/// One of each. [`place`] does not compile until a new one is named there.
fn one_of_each() -> Vec<Problem> {
    let text = String::new;
    vec![
        Problem::Query { message: text(), details: text(), hint: None },
        Problem::Range { details: text(), total: None },
        Problem::Aggregate,
        Problem::MediaType { accept: text() },
        Problem::NotSingular { rows: 0 },
        Problem::NotEmbedded { name: text(), alias: None },
        Problem::RelatedOrder { origin: text(), target: text() },
        Problem::EmbeddedFilter { name: text() },
        Problem::Preferences { preferences: text() },
        Problem::NoReference { origin: text(), target: text(), reference: None, known: text() },
        Problem::Ambiguous {
            origin: text(),
            target: text(),
            candidates: Vec::new(),
            hints: text(),
        },
        Problem::Cast { column: text(), from: "", to: text() },
        Problem::NoType { name: text() },
        Problem::Pattern { details: text() },
        Problem::UnknownPath { path: text() },
        Problem::Method { method: text(), path: text(), allow: "" },
        Problem::UnknownTable { table: text(), hint: text() },
        Problem::UnknownColumn { table: text(), column: text(), known: text() },
        Problem::Value { kind: "", value: text(), hint: "" },
        Problem::PatternEnd,
        Problem::Operator { operator: "", column: text(), kind: "" },
        Problem::NotBoolean { word: "", column: text(), kind: "" },
        Problem::Unreachable { cause: text() },
        Problem::Busy,
        Problem::Missing { kind: "", name: text() },
        Problem::Parameter { name: text(), details: text(), hint: text() },
        Problem::Changing { table: text() },
        Problem::Elsewhere { load: 0, target: text() },
        Problem::NotReady { why: text() },
        Problem::Internal { cause: text() },
        Problem::Gone { dataset: text(), tables: text() },
        Problem::TooManyListeners,
        Problem::Anonymous,
        Problem::Credential { why: "" },
        Problem::Forbidden { name: text(), scope: Scope::Read, dataset: None },
        Problem::Claims { why: "" },
        Problem::TooFast { what: "", seconds: 0 },
        Problem::LongUrl { limit: ByteSize::b(0) },
        Problem::LongHeaders { limit: ByteSize::b(0) },
        Problem::LongBody { limit: ByteSize::b(0) },
        Problem::Timeout,
        rules(Class::Required),
        rules(Class::Unique),
        rules(Class::Reference),
        rules(Class::ReadOnly),
        rules(Class::Check),
        rules(Class::Several),
        Problem::Body { message: text(), details: text() },
        Problem::TooMany { most: 0 },
        Problem::NotWritable { table: text(), dataset: text() },
        Problem::NoColumn { table: text(), column: text(), known: text() },
        Problem::Unfiltered { verb: "" },
        Problem::MaxAffected { rows: 0 },
        Problem::PutFilters { key: text() },
        Problem::PutPage,
        Problem::PutKey,
        Problem::NoConflict { columns: text(), key: text() },
        Problem::Locked,
        Problem::Upload { why: text(), hint: text() },
    ]
}

fn place(problem: &Problem) -> usize {
    match problem {
        Problem::Query { .. } => 0,
        Problem::Range { .. } => 1,
        Problem::Aggregate => 2,
        Problem::MediaType { .. } => 3,
        Problem::NotSingular { .. } => 4,
        Problem::NotEmbedded { .. } => 5,
        Problem::RelatedOrder { .. } => 6,
        Problem::EmbeddedFilter { .. } => 7,
        Problem::Preferences { .. } => 8,
        Problem::NoReference { .. } => 9,
        Problem::Ambiguous { .. } => 10,
        Problem::Cast { .. } => 11,
        Problem::NoType { .. } => 12,
        Problem::Pattern { .. } => 13,
        Problem::UnknownPath { .. } => 14,
        Problem::Method { .. } => 15,
        Problem::UnknownTable { .. } => 16,
        Problem::UnknownColumn { .. } => 17,
        Problem::Value { .. } => 18,
        Problem::PatternEnd => 19,
        Problem::Operator { .. } => 20,
        Problem::NotBoolean { .. } => 21,
        Problem::Unreachable { .. } => 22,
        Problem::Busy => 23,
        Problem::Missing { .. } => 24,
        Problem::Parameter { .. } => 25,
        Problem::Changing { .. } => 26,
        Problem::Elsewhere { .. } => 27,
        Problem::NotReady { .. } => 28,
        Problem::Internal { .. } => 29,
        Problem::Gone { .. } => 30,
        Problem::TooManyListeners => 31,
        Problem::Anonymous => 32,
        Problem::Credential { .. } => 33,
        Problem::Forbidden { .. } => 34,
        Problem::Claims { .. } => 35,
        Problem::TooFast { .. } => 36,
        Problem::LongUrl { .. } => 37,
        Problem::LongHeaders { .. } => 38,
        Problem::LongBody { .. } => 39,
        Problem::Timeout => 40,
        // It has the code of a filter's value, and means the same.
        Problem::Rules { class: Class::Type, .. } => 18,
        Problem::Rules { class: Class::Required, .. } => 41,
        Problem::Rules { class: Class::Unique, .. } => 42,
        Problem::Rules { class: Class::Reference, .. } => 43,
        Problem::Rules { class: Class::ReadOnly, .. } => 44,
        Problem::Rules { class: Class::Check, .. } => 45,
        Problem::Rules { class: Class::Several, .. } => 46,
        Problem::Body { .. } => 47,
        Problem::TooMany { .. } => 48,
        Problem::NotWritable { .. } => 49,
        Problem::NoColumn { .. } => 50,
        Problem::Unfiltered { .. } => 51,
        Problem::MaxAffected { .. } => 52,
        Problem::PutFilters { .. } => 53,
        Problem::PutPage => 54,
        Problem::PutKey => 55,
        Problem::NoConflict { .. } => 56,
        Problem::Locked => 57,
        Problem::Upload { .. } => 58,
    }
}

#[test]
fn the_readme_lists_every_code_with_its_status_and_no_other() {
    let all = one_of_each();
    assert!(all.iter().map(place).eq(0..all.len()), "one_of_each lacks some");
    let mut coded: Vec<(String, String)> = all
        .iter()
        .map(|problem| (problem.code().to_owned(), problem.status().as_u16().to_string()))
        .collect();
    let mut listed: Vec<(String, String)> = include_str!("../../README.md")
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split_once("` | "))
        .filter_map(|(code, rest)| Some((code, rest.split_once(" |")?.0)))
        .filter(|(_, status)| status.parse::<u16>().is_ok())
        .map(|(code, status)| (code.to_owned(), status.to_owned()))
        .collect();
    coded.sort();
    listed.sort();
    assert_eq!(listed, coded);
    coded.dedup_by(|a, b| a.0 == b.0);
    assert_eq!(coded.len(), all.len(), "two problems share a code");
}

#[test]
fn what_the_driver_says_is_not_told_to_the_client() {
    let problem = Problem::Internal { cause: "secret".to_owned() };
    let details = problem.details().map(|details| details.to_string());
    let told = [Some(problem.to_string()), details, problem.hint()];
    assert!(told.into_iter().flatten().all(|text| !text.contains("secret")));
}
