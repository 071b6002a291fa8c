//! What is counted of loads; `docs/observability.md` says what the figures mean.

use std::time::Instant;

use tolva_ledger::LoadReport;

/// What may become of a row.
const OUTCOMES: [&str; 7] =
    ["inserted", "updated", "unchanged", "duplicate", "held", "rejected", "deleted"];

/// A load that is being measured.
pub(crate) struct Measure<'a> {
    dataset: &'a str,
    target: &'a str,
    began: Instant,
}

impl<'a> Measure<'a> {
    /// It begins.
    pub fn start(dataset: &'a str, target: &'a str) -> Self {
        Self { dataset, target, began: Instant::now() }
    }

    /// It came to an end of this kind.
    pub fn ended(&self, outcome: &'static str) {
        metrics::histogram!(
            "tolva_load_seconds",
            "dataset" => self.dataset.to_owned(),
            "target" => self.target.to_owned(),
            "outcome" => outcome
        )
        .record(self.began.elapsed());
    }

    /// It ended with a report. Rows are counted when they were committed.
    pub fn reported(&self, report: &LoadReport) {
        self.ended(report.state.as_str());
        metrics::counter!(
            "tolva_load_lines_total",
            "dataset" => self.dataset.to_owned(),
            "target" => self.target.to_owned()
        )
        .increment(report.read);
        if !report.state.is_applied() {
            return;
        }
        for (table, counts) in report.counts.as_object().into_iter().flatten() {
            for outcome in OUTCOMES {
                metrics::counter!(
                    "tolva_load_rows_total",
                    "dataset" => self.dataset.to_owned(),
                    "target" => self.target.to_owned(),
                    "table" => table.clone(),
                    "outcome" => outcome
                )
                .increment(counts[outcome].as_u64().unwrap_or_default());
            }
        }
    }
}
