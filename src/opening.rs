//! Reaching the ledger, however long that takes.

use std::path::Path;

use miette::{Context, IntoDiagnostic};
use tolva_ledger::{Ledger, LedgerError, database};
use tolva_telemetry::Vitals;

use crate::settings::Settings;

/// Opens the ledger; makes the folder of an embedded database.
pub async fn ledger(settings: &Settings) -> miette::Result<Ledger> {
    make_folder(settings)?;
    refused(settings, Ledger::open(&settings.database.url).await)
}

/// The same, but waits for a server that is not there, or does not let us in yet.
pub async fn reach(settings: &Settings, vitals: &Vitals) -> miette::Result<Ledger> {
    make_folder(settings)?;
    let url = &settings.database.url;
    let mut last = String::new();
    let opened = Ledger::open_when_ready(url, |error, _| {
        let why = error.to_string();
        if why != last {
            let url = database::without_password(url);
            tracing::warn!("waiting for the ledger {url}: {why}");
        }
        vitals.health().waits("ledger", format!("waiting for the ledger: {why}"));
        last = why;
    });
    let ledger = refused(settings, opened.await)?;
    vitals.know(ledger.clone());
    Ok(ledger)
}

fn refused(settings: &Settings, opened: Result<Ledger, LedgerError>) -> miette::Result<Ledger> {
    opened.into_diagnostic().wrap_err_with(|| {
        let url = database::without_password(&settings.database.url);
        format!("the ledger {url} cannot be opened")
    })
}

fn make_folder(settings: &Settings) -> miette::Result<()> {
    let file = settings.database.url.strip_prefix("sqlite://");
    let file = file.map(|file| file.split('?').next().unwrap_or(file));
    let Some(folder) = file.and_then(|file| Path::new(file).parent()) else { return Ok(()) };
    std::fs::create_dir_all(folder)
        .into_diagnostic()
        .wrap_err_with(|| format!("the folder {} cannot be made", folder.display()))
}
