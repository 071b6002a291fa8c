//! Collects findings while a file is read.

use tolva_schema::cell::Cell;
use tolva_schema::field::Violation;
use tolva_schema::finding::{Finding, Place, Severity};

use crate::count::Totals;

/// Characters kept of a value.
const VALUE_LENGTH: usize = 500;

/// What was found so far.
#[derive(Debug, Default)]
pub struct Report {
    /// What was found, up to the limit.
    pub findings: Vec<Finding>,
    /// Counts of lines and doubts.
    pub totals: Totals,
    most: usize,
}

impl Report {
    /// Keeps so many findings; all are counted.
    pub fn keeping(most: usize) -> Self {
        Self { most, ..Self::default() }
    }

    /// A line that is refused: one finding for each rule that it breaks.
    pub fn refuse(&mut self, findings: impl IntoIterator<Item = Finding>) {
        self.totals.rejected += 1;
        for finding in findings {
            self.keep(finding);
        }
    }

    /// A doubt about something that is kept.
    pub fn warn(&mut self, finding: Finding) {
        self.totals.warnings += 1;
        self.keep(finding);
    }

    /// Something wrong that is no line of its own, such as the heading of a column.
    pub fn keep(&mut self, finding: Finding) {
        if self.findings.len() < self.most {
            self.findings.push(finding);
        }
    }
}

/// A finding about a cell.
pub fn of_cell(
    severity: Severity,
    place: Place,
    field: &str,
    cell: &Cell,
    violation: Violation,
) -> Finding {
    Finding {
        severity,
        rule: violation.rule.to_owned(),
        place,
        field: Some(field.to_owned()),
        value: Some(shortened(&cell.to_text())),
        message: violation.message,
    }
}

/// A finding about a line or a file.
pub fn of_line(
    severity: Severity,
    place: Place,
    rule: &str,
    message: impl Into<String>,
) -> Finding {
    Finding {
        severity,
        rule: rule.to_owned(),
        place,
        field: None,
        value: None,
        message: message.into(),
    }
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(VALUE_LENGTH) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
