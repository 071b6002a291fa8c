//! `tolva refresh DATASET --arrival N`: one arrival into its targets, and how these stand then.

use std::collections::BTreeMap;
use std::time::Instant;

use miette::IntoDiagnostic;
use serde::Serialize;
use tolva_ledger::{Progress, StoredContract};
use tolva_loader::{Holding, Outcome, Rest};
use tolva_schema::ddl;
use tolva_schema::state::ArrivalState;

use super::words;
use crate::app::App;
use crate::exit::Exit;
use crate::pipes::{self, Pipes};
use crate::verb::load::{Loaded, exit_of, outcome, settle};

/// Rows of each table that are shown.
const BEGINS: usize = 8;

/// What is told of it.
#[derive(Debug, Serialize)]
pub struct Brought {
    /// The arrival.
    #[serde(flatten)]
    pub told: Loaded,
    /// The loads that this call did, of whichever arrival.
    pub loads: Vec<Done>,
    /// By target: how far the arrival is there, and why no farther.
    pub states: BTreeMap<String, Progress>,
    /// By target: what is left to do.
    pub rest: BTreeMap<String, String>,
    /// By target: how long it took.
    pub seconds: BTreeMap<String, f64>,
    /// Targets in which the dataset is older than its promise, even so.
    pub late: Vec<String>,
    /// By target: its tables.
    pub holdings: BTreeMap<String, Vec<Holding>>,
}

/// A load that was done.
#[derive(Debug, Serialize)]
pub struct Done {
    /// Its number.
    pub load: i64,
    /// The arrival.
    pub arrival: i64,
    /// The target.
    pub target: String,
    /// The arrival's file.
    pub file: String,
    /// SHA-256 of its bytes.
    pub sha256: String,
    /// How it ended.
    pub state: ArrivalState,
    /// Lines read.
    pub read: i64,
    /// Lines refused.
    pub rejected: i64,
    /// Rows, by table.
    pub counts: serde_json::Value,
    /// The code of what ended it.
    pub code: Option<String>,
    /// The same in words.
    pub error: Option<String>,
}

/// Brings the arrival in, and tells.
pub async fn run(
    app: &App,
    stored: &StoredContract,
    targets: &[&String],
    arrival: i64,
    json: bool,
    pipes: Option<&Pipes>,
) -> miette::Result<Exit> {
    let dataset = stored.contract.name.as_str();
    let (mut loads, mut rest, mut seconds) = (Vec::new(), BTreeMap::new(), BTreeMap::new());
    let mut exit = Exit::Done;
    for target in targets {
        let began = Instant::now();
        let refreshed = settle(app, dataset, target, arrival, json).await?;
        seconds.insert((*target).clone(), began.elapsed().as_secs_f64());
        for outcome in refreshed.outcomes {
            loads.push(done(app, outcome).await?);
        }
        rest.insert((*target).clone(), words(&refreshed.rest));
        let arrived = app.ledger.arrival(arrival).await.into_diagnostic()?;
        exit = exit.and(match (arrived.targets.get(*target), refreshed.rest) {
            (_, Rest::Skipped) => Exit::Done,
            // It waits behind one that a person must decide about.
            (Some(one), Rest::Blocked(_)) if one.state.is_open() => Exit::Quarantined,
            (Some(one), _) => exit_of(one.state),
            (None, _) => Exit::Failed,
        });
    }
    let freshness = app.ledger.freshness().await.into_diagnostic()?;
    let late: Vec<String> = freshness
        .into_iter()
        .filter(|one| one.late && one.dataset == dataset && targets.contains(&&one.target))
        .map(|one| one.target)
        .collect();
    let mut holdings = BTreeMap::new();
    for target in targets {
        let held = app.loader.holdings(&stored.contract, target, BEGINS).await.into_diagnostic()?;
        holdings.extend(held.map(|held| ((*target).clone(), held)));
    }
    let arrived = app.ledger.arrival(arrival).await.into_diagnostic()?;
    let told = outcome(app, &arrived, json).await?;
    let mut states = arrived.targets;
    states.retain(|target, _| targets.contains(&target));
    let brought = Brought { told, states, loads, rest, seconds, late, holdings };
    if let Some(pipes) = pipes {
        for target in targets {
            let ddl = ddl_of(app, stored, target).await;
            pipes::refresh::tell(pipes, &brought, target, ddl, &app.journal.noted());
        }
        pipes.outcome(&brought);
    }
    if json {
        println!("{}", serde_json::to_string(&brought).into_diagnostic()?);
    } else {
        for target in &brought.late {
            println!("{dataset} → {target}: older than promised; drop a newer file");
        }
    }
    Ok(if exit == Exit::Done && !brought.late.is_empty() { Exit::Late } else { exit })
}

async fn done(app: &App, outcome: Outcome) -> miette::Result<Done> {
    let arrival = app.ledger.arrival(outcome.arrival).await.into_diagnostic()?;
    let report = outcome.report;
    let (code, error) = report.error.unzip();
    Ok(Done {
        load: outcome.load,
        arrival: outcome.arrival,
        target: outcome.target,
        file: arrival.file,
        sha256: arrival.sha256,
        state: report.state,
        read: report.read.cast_signed(),
        rejected: report.rejected.cast_signed(),
        counts: report.counts,
        code,
        error,
    })
}

/// The statements that make the dataset's tables in the target.
async fn ddl_of(app: &App, stored: &StoredContract, target: &str) -> Vec<String> {
    let Some(target) = app.loader.targets().get(target) else { return Vec::new() };
    let Ok(dialect) = target.dialect().await else { return Vec::new() };
    stored.contract.relations().iter().flat_map(|table| ddl::create(dialect, table)).collect()
}
