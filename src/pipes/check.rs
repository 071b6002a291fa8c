//! What Dagster is told of a check: counts, the first rows, the findings, a verdict on each rule.

use tolva_schema::finding::Severity as Kind;

use super::{Metadata, Pipes, Severity, markdown};
use crate::verb::check::{Placed, Told};

/// Findings that are shown of the whole, and of one rule.
const FINDINGS: usize = 25;
const OF_A_RULE: usize = 5;

/// Tells it. `sha256` is that of the file, `digest` that of the contract.
pub fn tell(pipes: &Pipes, told: &Told<'_>, sha256: &str, digest: &str) {
    pipes.log(&format!(
        "{}: {} lines read, {} refused, {} doubts",
        told.file, told.read, told.rejected, told.warnings
    ));
    for verdict in &told.checks {
        let of_rule = told.findings.iter().filter(|one| one.check == verdict.name);
        let mut metadata = Metadata::default().text("rule", &verdict.says);
        if !verdict.passed && verdict.count > 0 {
            metadata = metadata
                .int("findings", verdict.count as i64)
                .md("examples", &findings(of_rule.take(OF_A_RULE)));
        }
        if let Some(refused) = told.refused.as_ref().filter(|_| verdict.is_acceptance()) {
            metadata = metadata.text("code", refused.code).text("reason", refused.message);
            if let Some(todo) = refused.todo {
                metadata = metadata.text("what to do", todo);
            }
        }
        let severity = match verdict.severity {
            Some(Kind::Warning) => Severity::Warn,
            _ => Severity::Error,
        };
        pipes.checked(&verdict.name, verdict.passed, severity, metadata);
    }
    if let Some(refused) = &told.refused {
        pipes.log(&format!("refused ({}): {}", refused.code, refused.message));
    }
    let mut metadata = Metadata::default()
        .text("file", told.file)
        .text("SHA-256", sha256)
        .text("contract", digest)
        .int("read", told.read.cast_signed())
        .int("rejected", told.rejected.cast_signed())
        .int("held", told.held.cast_signed())
        .int("doubts", told.warnings.cast_signed())
        .md("rows", &preview(told))
        .md("what a load would do", &super::counts(told.tables));
    if !told.findings.is_empty() {
        metadata = metadata.md("findings", &findings(told.findings.iter().take(FINDINGS)));
    }
    if let Some(id) = told.arrival {
        metadata = metadata
            .int("arrival", id)
            .url("arrival in the API", pipes.link(&format!("/v1/arrivals/{id}")))
            .url("console", pipes.link("/"));
    }
    pipes.materialized(metadata, &format!("{}-{}", &sha256[..16], &digest[..16]));
}

fn preview(told: &Told<'_>) -> String {
    let mut text = String::new();
    for table in told.preview.iter().filter(|table| !table.rows.is_empty()) {
        let header: Vec<&str> = table.columns.iter().map(String::as_str).collect();
        let rows = table.rows.iter().map(|row| row.iter().map(Option::as_deref));
        text.push_str(&format!("**{}**\n\n{}\n", table.table, markdown::table(&header, rows)));
    }
    text
}

fn findings<'a>(findings: impl Iterator<Item = &'a Placed<'a>>) -> String {
    let rows = findings.map(|one| {
        let finding = one.finding;
        [
            Some(one.at.as_str()),
            Some(finding.severity.as_str()),
            Some(finding.rule.as_str()),
            finding.field.as_deref(),
            finding.value.as_deref(),
            Some(finding.message.as_str()),
        ]
    });
    markdown::table(&["where", "kind", "rule", "field", "value", "what"], rows)
}
