//! `tolva check`: the same reading and rules as a load, and no table is touched.

mod watch;

use std::path::{Path, PathBuf};

use miette::IntoDiagnostic;
use serde::Serialize;
use tolva_ledger::Arrival;
use tolva_loader::count::Counts;
use tolva_loader::{Checked, Progress, TablePreview};
use tolva_schema::checks::{self, Check};
use tolva_schema::contract::Contract;
use tolva_schema::finding::{Finding, Severity};

use crate::app::App;
use crate::args::CheckArgs;
use crate::exit::Exit;
use crate::pipes::{self, Pipes};
use crate::settings::Settings;
use crate::show::findings::{self, EXAMPLES, Shown};
use crate::show::{self, bar::Bar};

/// Rows of each table that are shown.
const PREVIEW: usize = 8;

/// What is told of a check.
#[derive(Serialize)]
pub struct Told<'a> {
    /// The file's name.
    pub file: &'a str,
    /// Its dataset.
    pub dataset: &'a str,
    /// The arrival, if it is one.
    pub arrival: Option<i64>,
    /// Why the file would be quarantined.
    pub refused: Option<Refused<'a>>,
    /// Lines read.
    pub read: u64,
    /// Lines refused.
    pub rejected: u64,
    /// Rows that would stay as they are because their line was refused.
    pub held: u64,
    /// Doubts.
    pub warnings: u64,
    /// What a load would do, by table.
    pub tables: &'a Counts,
    /// What came of each rule of the contract.
    pub checks: Vec<Verdict>,
    /// The first rows of each table.
    pub preview: Vec<TablePreview>,
    /// The findings, by rule.
    pub groups: &'a [Shown<'a>],
    /// All of them.
    pub findings: Vec<Placed<'a>>,
}

/// Why a file would be quarantined.
#[derive(Serialize)]
pub struct Refused<'a> {
    /// The stable code.
    pub code: &'a str,
    /// What is wrong.
    pub message: &'a str,
    /// What to do.
    pub todo: Option<&'static str>,
}

/// What came of one rule of the contract.
#[derive(Serialize)]
pub struct Verdict {
    /// The check's name.
    pub name: String,
    /// What is asked for.
    pub says: String,
    /// Whether nothing was found.
    pub passed: bool,
    /// The worst that was found.
    pub severity: Option<Severity>,
    /// How often.
    pub count: usize,
}

impl Verdict {
    /// Whether it is about the file as a whole.
    pub fn is_acceptance(&self) -> bool {
        self.name == checks::ACCEPTED
    }
}

/// A finding with its place in words.
#[derive(Serialize)]
pub struct Placed<'a> {
    /// Where.
    pub at: String,
    /// The check that it belongs to.
    pub check: String,
    /// What.
    #[serde(flatten)]
    pub finding: &'a Finding,
}

/// What is checked, and by which contract.
struct Subject<'a> {
    /// The arrival, if it is one.
    arrival: Option<&'a Arrival>,
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
pub async fn run(
    settings: Settings,
    args: CheckArgs,
    json: bool,
    pipes: Option<&Pipes>,
) -> miette::Result<Exit> {
    let app = App::open(settings).await?;
    if args.watch {
        return watch::run(&app, &args, json).await;
    }
    app.sync().await.into_diagnostic()?;
    let number =
        args.subject.parse::<i64>().ok().filter(|_| !PathBuf::from(&args.subject).exists());
    // The landed bytes of an arrival live in a file for as long as they are checked.
    let landed = tempfile::NamedTempFile::new().into_diagnostic()?;
    let mut arrived = None;
    let (path, name, stored, part) = match number {
        Some(id) => {
            let arrival = app.ledger.arrival(id).await.into_diagnostic()?;
            let sink = tokio::fs::File::from_std(landed.reopen().into_diagnostic()?);
            app.ledger.fetch_bytes(id, sink).await.into_diagnostic()?;
            let stored = app.datasets(vec![arrival.dataset.clone()]).await?.remove(0);
            let arrival = arrived.insert(arrival);
            (landed.path().to_owned(), arrival.file.clone(), stored, arrival.part.clone())
        }
        None => {
            let path = PathBuf::from(&args.subject);
            let (stored, part) = app.contract_for(&path, args.dataset.as_deref()).await?;
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            (path, name, stored, part)
        }
    };
    let subject = Subject {
        arrival: arrived.as_ref(),
        called: &args.subject,
        path: &path,
        name: &name,
        contract: &stored.contract,
        part: &part,
    };
    one(&app, &subject, args.all, json, pipes).await
}

/// Checks a file and tells what was found.
async fn one(
    app: &App,
    subject: &Subject<'_>,
    all: bool,
    json: bool,
    pipes: Option<&Pipes>,
) -> miette::Result<Exit> {
    let Subject { arrival, called, path, name, contract, part } = *subject;
    let progress = Progress::default();
    let bar = Bar::start(&progress, name, json);
    let checked = app.loader.check(contract, path, name, part, &progress).await;
    bar.end();
    let checked = checked.into_diagnostic()?;
    let most = if all { usize::MAX } else { EXAMPLES };
    let groups =
        findings::grouped(&app.loader, contract, path, name, &checked.findings, most).await;
    if json || pipes.is_some() {
        let preview = app.loader.preview(contract, path, name, PREVIEW).await;
        let told = told(&checked, subject, &groups, preview);
        if let (Some(pipes), Some(arrival)) = (pipes, arrival) {
            pipes::check::tell(pipes, &told, &arrival.sha256, &contract.digest());
            pipes.outcome(&told);
        }
        if json {
            println!("{}", serde_json::to_string(&told).into_diagnostic()?);
        }
    }
    if !json {
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

fn told<'a>(
    checked: &'a Checked,
    subject: &Subject<'a>,
    groups: &'a [Shown<'a>],
    preview: Vec<TablePreview>,
) -> Told<'a> {
    let rules = subject.contract.checks();
    let check_of = |finding: &Finding| {
        checks::of_finding(&rules, finding).map(|at| rules[at].name.clone()).unwrap_or_default()
    };
    let totals = checked.summary.totals;
    let refused = |refusal: &'a tolva_loader::Refusal| Refused {
        code: refusal.code,
        message: &refusal.message,
        todo: tolva_schema::advice::of_code(refusal.code).map(|advice| advice.todo),
    };
    Told {
        file: subject.name,
        dataset: &subject.contract.name,
        arrival: subject.arrival.map(|arrival| arrival.id),
        refused: checked.refusal.as_ref().map(refused),
        read: totals.read,
        rejected: totals.rejected,
        held: totals.held,
        warnings: totals.warnings,
        tables: &checked.summary.tables,
        checks: verdicts(&rules, checked),
        preview,
        groups,
        findings: checked
            .findings
            .iter()
            .map(|finding| Placed {
                at: finding.place.to_string(),
                check: check_of(finding),
                finding,
            })
            .collect(),
    }
}

/// What came of each rule.
fn verdicts(rules: &[Check], checked: &Checked) -> Vec<Verdict> {
    let mut verdicts: Vec<Verdict> = rules
        .iter()
        .map(|check| Verdict {
            name: check.name.clone(),
            says: check.says.clone(),
            passed: true,
            severity: None,
            count: 0,
        })
        .collect();
    for finding in &checked.findings {
        let Some(at) = checks::of_finding(rules, finding) else { continue };
        let verdict = &mut verdicts[at];
        verdict.passed = false;
        verdict.count += 1;
        if verdict.severity != Some(Severity::Error) {
            verdict.severity = Some(finding.severity);
        }
    }
    if checked.refusal.is_some()
        && let Some(accepted) = verdicts.iter_mut().find(|one| one.is_acceptance())
    {
        (accepted.passed, accepted.severity) = (false, Some(Severity::Error));
    }
    verdicts
}
