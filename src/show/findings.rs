//! Findings, shown like a compiler shows errors.

use tolva_schema::finding::{Finding, Severity};

/// Prints the first `most` findings of a file, and how many more there are.
pub fn print(file: &str, findings: &[Finding], most: usize) {
    for finding in findings.iter().take(most) {
        let word = match finding.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        println!("{word}[{}]: {}", finding.rule, finding.message);
        let place = finding.place.to_string();
        let place = if place.is_empty() { file.to_owned() } else { format!("{file}, {place}") };
        let field = finding.field.as_ref().map(|field| format!(" ({field})")).unwrap_or_default();
        let value = finding.value.as_ref().map(|value| format!(": `{value}`")).unwrap_or_default();
        println!("  --> {place}{field}{value}");
    }
    if findings.len() > most {
        println!("… and {} more; `tolva check {file}` shows all of them", findings.len() - most);
    }
}
