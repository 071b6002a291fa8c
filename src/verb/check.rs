//! `tolva check`: the same reading and rules as a load, and no table is touched.

mod watch;

use std::path::{Path, PathBuf};

use miette::IntoDiagnostic;
use serde::Serialize;
use tolva_loader::{Checked, Progress};
use tolva_schema::contract::Contract;
use tolva_schema::finding::Finding;

use crate::app::App;
use crate::args::CheckArgs;
use crate::exit::Exit;
use crate::settings::Settings;
use crate::show::findings::{self, EXAMPLES, Shown};
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
    groups: &'a [Shown<'a>],
    findings: Vec<Placed<'a>>,
}

#[derive(Serialize)]
struct Refused<'a> {
    code: &'a str,
    message: &'a str,
    todo: Option<&'static str>,
}

#[derive(Serialize)]
struct Placed<'a> {
    at: String,
    #[serde(flatten)]
    finding: &'a Finding,
}

/// What is checked, and by which contract.
struct Subject<'a> {
    /// What the command line calls it.
    called: &'a str,
    /// Where its bytes are.
    path: &'a Path,
    /// The file's name.
    name: &'a str,
    /// The contract.
    contract: &'a Contract,
    /// The partition.
    part: &'a str,
}

/// Runs the verb.
pub async fn run(settings: Settings, args: CheckArgs, json: bool) -> miette::Result<Exit> {
    let app = App::open(settings).await?;
    if args.watch {
        return watch::run(&app, &args, json).await;
    }
    app.sync().await.into_diagnostic()?;
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
    let subject = Subject {
        called: &args.subject,
        path: &path,
        name: &name,
        contract: &stored.contract,
        part: &part,
    };
    one(&app, &subject, args.all, json).await
}

/// Checks a file and tells what was found.
async fn one(app: &App, subject: &Subject<'_>, all: bool, json: bool) -> miette::Result<Exit> {
    let Subject { called, path, name, contract, part } = *subject;
    let progress = Progress::default();
    let bar = Bar::start(&progress, name, json);
    let checked = app.loader.check(contract, path, name, part, &progress).await;
    bar.end();
    let checked = checked.into_diagnostic()?;
    let most = if all { usize::MAX } else { EXAMPLES };
    let groups =
        findings::grouped(&app.loader, contract, path, name, &checked.findings, most).await;
    if json {
        let told = told(&checked, subject, &groups);
        println!("{}", serde_json::to_string(&told).into_diagnostic()?);
    } else {
        findings::print(name, called, &groups);
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

fn told<'a>(checked: &'a Checked, subject: &Subject<'a>, groups: &'a [Shown<'a>]) -> Told<'a> {
    let totals = checked.summary.totals;
    let refused = |refusal: &'a tolva_loader::Refusal| Refused {
        code: refusal.code,
        message: &refusal.message,
        todo: tolva_schema::advice::of_code(refusal.code).map(|advice| advice.todo),
    };
    Told {
        file: subject.name,
        dataset: &subject.contract.name,
        refused: checked.refusal.as_ref().map(refused),
        read: totals.read,
        rejected: totals.rejected,
        held: totals.held,
        warnings: totals.warnings,
        tables: &checked.summary.tables,
        groups,
        findings: checked
            .findings
            .iter()
            .map(|finding| Placed { at: finding.place.to_string(), finding })
            .collect(),
    }
}
