//! What became of an arrival.

use miette::IntoDiagnostic;
use tolva_ledger::{Arrival, Load};
use tolva_schema::finding::Finding;

use super::{counts, findings};
use crate::app::App;

/// Findings read from the ledger.
const READ: u64 = 10_000;

/// Prints the findings, the counts and the state of an arrival after its loads.
pub async fn loaded(app: &App, arrival: &Arrival, loads: &[&Load]) -> miette::Result<()> {
    if let Some(load) = loads.first() {
        let found = app.ledger.findings(load.id, 0, READ).await.into_diagnostic()?;
        show_findings(app, arrival, &found).await?;
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

/// By rule, with their neighbours as long as the arrival's bytes are kept.
async fn show_findings(app: &App, arrival: &Arrival, found: &[Finding]) -> miette::Result<()> {
    let stored = app.ledger.contract(&arrival.dataset).await.into_diagnostic()?;
    let Some(stored) = stored.filter(|_| !found.is_empty()) else { return Ok(()) };
    let landed = tempfile::NamedTempFile::new().into_diagnostic()?;
    let sink = tokio::fs::File::from_std(landed.reopen().into_diagnostic()?);
    if let Err(error) = app.ledger.fetch_bytes(arrival.id, sink).await {
        tracing::debug!("the neighbours of findings cannot be shown: {error}");
    }
    let (contract, path) = (&stored.contract, landed.path());
    let groups =
        findings::grouped(&app.loader, contract, path, &arrival.file, found, findings::EXAMPLES)
            .await;
    findings::print(&arrival.file, &arrival.id.to_string(), &groups);
    Ok(())
}
