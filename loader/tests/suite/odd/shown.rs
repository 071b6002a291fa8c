//! Outcomes as texts that a person can read: `?` is unknown, `""` is an empty text.

use tolva_schema::finding::Finding;

use crate::look::Row;

/// Rows and findings shown at most.
const MOST: usize = 40;
/// Characters of a value shown at most.
const LENGTH: usize = 80;

/// The rows of a table and what was found.
pub fn loaded(columns: &[&str], rows: &[Row], findings: &[Finding]) -> String {
    let mut text = format!("{}\n", columns.join(" | "));
    for row in rows.iter().take(MOST) {
        let values: Vec<String> = row.iter().map(|value| shown(value.as_deref())).collect();
        text.push_str(&format!("{}\n", values.join(" | ")));
    }
    if rows.len() > MOST {
        text.push_str(&format!("… {} rows\n", rows.len()));
    }
    if !findings.is_empty() {
        text.push('\n');
    }
    for finding in findings.iter().take(MOST) {
        let place = finding.place.to_string();
        let place = if place.is_empty() { "the file".to_owned() } else { place };
        text.push_str(&format!("{} {} at {place}", finding.severity.as_str(), finding.rule));
        if let Some(value) = &finding.value {
            text.push_str(&format!(": {}", shown(Some(value))));
        }
        text.push('\n');
    }
    if findings.len() > MOST {
        text.push_str(&format!("… {} findings\n", findings.len()));
    }
    text
}

fn shown(value: Option<&str>) -> String {
    let Some(value) = value else { return "?".to_owned() };
    let count = value.chars().count();
    if count > LENGTH {
        let start: String = value.chars().take(10).collect();
        return format!("{start:?}… of {count} characters");
    }
    let plain = !value.is_empty()
        && value.trim() == value
        && value != "?"
        && !value.contains('|')
        && format!("{value:?}").trim_matches('"') == value;
    if plain { value.to_owned() } else { format!("{value:?}") }
}

/// Whether an outcome is the expected one. Of a message, each fragment that is expected is there.
pub fn agree(expected: &str, got: &str) -> bool {
    if !expected.starts_with("refused: ") {
        return expected == got;
    }
    let Some((code, fragments)) = expected.split_once('\n') else { return false };
    got.split_once('\n').is_some_and(|(told, message)| {
        let says =
            |line: &str| line.strip_prefix("says: ").is_some_and(|part| message.contains(part));
        told == code && fragments.lines().all(says)
    })
}

/// What is written down of an outcome: of a message only its beginning, which tells what is wrong,
/// without what a library says of it.
pub fn brief(got: &str) -> String {
    let cut =
        if got.starts_with("refused: ") { got.find(" (").or_else(|| got.find("; ")) } else { None };
    cut.map_or_else(|| got.to_owned(), |at| format!("{}\n", &got[..at]))
}

/// Lines that are only in one of both.
pub fn difference(expected: &str, got: &str) -> String {
    let only = |sign: &str, lines: &str, others: &str| -> String {
        let others: Vec<&str> = others.lines().collect();
        let lines = lines.lines().filter(|line| !others.contains(line));
        lines.map(|line| format!("  {sign} {line}\n")).collect()
    };
    if expected.is_empty() {
        return only("+", got, "");
    }
    format!("{}{}", only("-", expected, got), only("+", got, expected))
}
