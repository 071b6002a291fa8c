//! What became of an arrival.

use miette::IntoDiagnostic;
use tolva_ledger::{Arrival, Load};

use super::{counts, findings};
use crate::app::App;

/// Findings shown after a load.
const SHOWN: usize = 20;
/// Findings read from the ledger.
const READ: u64 = 10_000;

/// Prints the findings, the counts and the state of an arrival after its loads.
pub async fn loaded(app: &App, arrival: &Arrival, loads: &[&Load]) -> miette::Result<()> {
    if let Some(load) = loads.first() {
        let found = app.ledger.findings(load.id, 0, READ).await.into_diagnostic()?;
        findings::print(&arrival.file, &found, SHOWN);
    }
    let tables: Vec<(&str, &serde_json::Value)> = loads
        .iter()
        .filter(|load| load.counts.as_object().is_some_and(|counts| !counts.is_empty()))
        .map(|load| (load.target.as_str(), &load.counts))
        .collect();
    if !tables.is_empty() {
        println!("{}", counts::table(&tables));
    }
    println!(
        "{}: arrival {} of {} is {}",
        arrival.file, arrival.id, arrival.dataset, arrival.state
    );
    for load in loads {
        if let Some(message) = &load.message {
            let code = load.error.as_deref().unwrap_or("retry");
            println!("  {} ({code}): {message}", load.target);
        }
    }
    Ok(())
}
