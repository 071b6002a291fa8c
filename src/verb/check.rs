//! `tolva check`: the same reading and rules as a load, and no table is touched.

use std::path::PathBuf;

use miette::IntoDiagnostic;
use serde::Serialize;
use tolva_loader::{Checked, Progress};
use tolva_schema::finding::Finding;

use crate::app::App;
use crate::args::CheckArgs;
use crate::exit::Exit;
use crate::settings::Settings;
use crate::show::{self, bar::Bar};

#[derive(Serialize)]
struct Told<'a> {
    file: &'a str,
    dataset: &'a str,
    refused: Option<Refused<'a>>,
    read: u64,
    rejected: u64,
    held: u64,
    warnings: u64,
    tables: &'a tolva_loader::count::Counts,
    findings: Vec<Placed<'a>>,
}

#[derive(Serialize)]
struct Refused<'a> {
    code: &'a str,
    message: &'a str,
}

#[derive(Serialize)]
struct Placed<'a> {
    at: String,
    #[serde(flatten)]
    finding: &'a Finding,
}

/// Runs the verb.
pub async fn run(settings: Settings, args: CheckArgs, json: bool) -> miette::Result<Exit> {
    let app = App::open(settings).await?;
    app.sync().await?;
    let number =
        args.subject.parse::<i64>().ok().filter(|_| !PathBuf::from(&args.subject).exists());
    // The landed bytes of an arrival live in a file for as long as they are checked.
    let landed = tempfile::NamedTempFile::new().into_diagnostic()?;
    let (path, name, stored, part) = match number {
        Some(id) => {
            let arrival = app.ledger.arrival(id).await.into_diagnostic()?;
            let sink = tokio::fs::File::from_std(landed.reopen().into_diagnostic()?);
            app.ledger.fetch_bytes(id, sink).await.into_diagnostic()?;
            let stored = app.datasets(vec![arrival.dataset.clone()]).await?.remove(0);
            (landed.path().to_owned(), arrival.file, stored, arrival.part)
        }
        None => {
            let path = PathBuf::from(&args.subject);
            let (stored, part) = app.contract_for(&path, args.dataset.as_deref()).await?;
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            (path, name, stored, part)
        }
    };
    let progress = Progress::default();
    let bar = Bar::start(&progress, &name, json);
    let checked = app
        .loader
        .check(&stored.contract, &path, &name, &part, &progress)
        .await
        .into_diagnostic()?;
    bar.end();
    if json {
        let told = told(&checked, &name, &stored.contract.name);
        println!("{}", serde_json::to_string(&told).into_diagnostic()?);
    } else {
        show::findings::print(&name, &checked.findings, usize::MAX);
        let tables = serde_json::to_value(&checked.summary.tables).into_diagnostic()?;
        println!("{}", show::counts::table(&[("would be", &tables)]));
        let totals = checked.summary.totals;
        println!(
            "{} lines read, {} refused, {} doubts",
            totals.read, totals.rejected, totals.warnings
        );
        if let Some(refusal) = &checked.refusal {
            println!("refused ({}): {}", refusal.code, refusal.message);
        }
    }
    Ok(if checked.refusal.is_some() { Exit::Quarantined } else { Exit::Done })
}

fn told<'a>(checked: &'a Checked, file: &'a str, dataset: &'a str) -> Told<'a> {
    let totals = checked.summary.totals;
    Told {
        file,
        dataset,
        refused: checked
            .refusal
            .as_ref()
            .map(|refusal| Refused { code: refusal.code, message: &refusal.message }),
        read: totals.read,
        rejected: totals.rejected,
        held: totals.held,
        warnings: totals.warnings,
        tables: &checked.summary.tables,
        findings: checked
            .findings
            .iter()
            .map(|finding| Placed { at: finding.place.to_string(), finding })
            .collect(),
    }
}
