//! Reaching the ledger, however long that takes.

use std::path::Path;
use std::time::Duration;

use backon::{BackoffBuilder, ExponentialBuilder};
use miette::{Context, IntoDiagnostic};
use tokio::time::sleep;
use tolva_ledger::{Ledger, LedgerError, database};
use tolva_telemetry::Vitals;

use crate::settings::Settings;

/// Between two tries, at first and at last.
const SOON: Duration = Duration::from_millis(200);
const SELDOM: Duration = Duration::from_secs(10);

/// Opens the ledger; makes the folder of an embedded database.
pub async fn ledger(settings: &Settings) -> miette::Result<Ledger> {
    make_folder(settings)?;
    refused(settings, Ledger::open(&settings.database.url).await)
}

/// The same, but waits for a server that is not there, or does not let us in yet.
pub async fn reach(settings: &Settings, vitals: &Vitals) -> miette::Result<Ledger> {
    make_folder(settings)?;
    let url = &settings.database.url;
    let mut delays = ExponentialBuilder::default()
        .with_jitter()
        .with_min_delay(SOON)
        .with_max_delay(SELDOM)
        .without_max_times()
        .build();
    let mut last = String::new();
    loop {
        let why = match Ledger::open(url).await {
            // A file that cannot be opened does not come back by itself.
            Err(LedgerError::Database(error)) if !url.starts_with("sqlite:") => error.to_string(),
            opened => {
                let ledger = refused(settings, opened)?;
                vitals.know(ledger.clone());
                return Ok(ledger);
            }
        };
        if why != last {
            let url = database::without_password(url);
            tracing::warn!("waiting for the ledger {url}: {why}");
        }
        vitals.health().waits("ledger", format!("waiting for the ledger: {why}"));
        last = why;
        sleep(delays.next().unwrap_or(SELDOM)).await;
    }
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
