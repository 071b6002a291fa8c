//! `tolva status`: what arrived, what was loaded, what is late, what waits for a person.

use std::collections::BTreeMap;
use std::time::Duration;

use miette::IntoDiagnostic;
use serde::Serialize;
use tokio::time::timeout;
use tolva_events::Dead;
use tolva_ledger::heartbeats::{Heartbeat, expected};
use tolva_ledger::{
    Arrival, Freshness, Ledger, Load, StoredContract, now_ms, parse_rfc3339, rfc3339,
};
use tolva_watcher::{Unseen, Watcher};

use crate::app::App;
use crate::exit::Exit;
use crate::settings::Settings;
use crate::show;

/// Arrivals shown.
const ARRIVALS: u64 = 20;
/// Loads shown of each dataset and target.
const LOADS: u64 = 20;
/// Dead messages shown.
const DEAD: usize = 20;
/// How long the broker may take to answer.
const PATIENCE: Duration = Duration::from_secs(5);
/// Arrivals among which those that wait for a person are looked for.
const LOOKED_AT: u64 = 1_000;

/// Everything that `status` tells.
#[derive(Debug, Serialize)]
pub struct Status {
    /// By dataset.
    pub datasets: Vec<Dataset>,
    /// Watchers and workers: who runs, and who should run and is silent.
    pub processes: Vec<Process>,
    /// Targets that are skipped because nobody has a URL for them.
    pub skipped: Vec<String>,
    /// The newest arrivals.
    pub arrivals: Vec<Arrival>,
    /// Arrivals that wait for a load, among the newest ones.
    pub pending: Vec<Pending>,
    /// The newest loads that brought something into a target, or confirmed what it holds.
    pub loads: Vec<Load>,
    /// Arrivals that wait for a person.
    pub waiting: Vec<Arrival>,
    /// Contracts that wait for a person.
    pub contracts: Vec<WaitingContract>,
    /// Files of the inbox of which no arrival was made.
    pub inbox: Vec<Untaken>,
    /// Files of the inbox that nobody has looked at; none where the inbox cannot be seen from here.
    pub unseen: Option<Vec<Unseen>>,
    /// The broker, where one is configured.
    pub broker: Option<Broker>,
}

/// An arrival that waits for a load.
#[derive(Debug, Serialize)]
pub struct Pending {
    /// Its number.
    pub id: i64,
    /// The dataset.
    pub dataset: String,
    /// The targets that lack it.
    pub targets: Vec<String>,
    /// How long it has waited, seconds.
    pub age: u64,
}

/// What the broker tells.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum Broker {
    /// Messages that nobody could make use of.
    Reached {
        /// How many, and the oldest.
        dead: Dead,
    },
    /// It cannot be asked.
    Away {
        /// Why.
        problem: String,
    },
}

/// How a dataset stands.
#[derive(Debug, Serialize)]
pub struct Dataset {
    /// Its name.
    pub name: String,
    /// How old it may become, seconds.
    pub every: u64,
    /// By target: when it was last brought up to date.
    pub targets: BTreeMap<String, Option<String>>,
    /// Whether any target is older than that.
    pub late: bool,
}

/// A watcher, a worker, or both in one.
#[derive(Debug, Serialize)]
pub struct Process {
    /// `watch`, `work` or `up`.
    pub role: String,
    /// Its host.
    pub host: String,
    /// Its host and its number there.
    pub instance: String,
    /// The inbox that it watches.
    pub inbox: Option<String>,
    /// When it started.
    pub started_at: String,
    /// When it was last heard of.
    pub heard_at: String,
    /// How long ago that is, seconds.
    pub age: u64,
    /// Whether it says nothing, and said no goodbye.
    pub silent: bool,
}

impl From<Heartbeat> for Process {
    fn from(heard: Heartbeat) -> Self {
        Self {
            silent: heard.is_silent(),
            role: heard.role,
            host: heard.host,
            instance: heard.instance,
            inbox: heard.inbox,
            started_at: rfc3339(heard.started_at),
            heard_at: rfc3339(heard.seen_at),
            age: heard.age_ms.max(0).unsigned_abs() / 1_000,
        }
    }
}

impl Process {
    /// Whether files may lie in an inbox that nobody looks into.
    pub fn is_missed(&self) -> bool {
        self.silent && self.inbox.is_some()
    }
}

/// A contract that may lose data.
#[derive(Debug, Serialize)]
pub struct WaitingContract {
    /// Its dataset.
    pub dataset: String,
    /// Its digest.
    pub digest: String,
    /// What it would lose.
    pub reason: String,
}

/// A file of which no arrival was made.
#[derive(Debug, Serialize)]
pub struct Untaken {
    /// The file.
    pub path: String,
    /// Why.
    pub problem: String,
}

/// Asks the broker, if there is one; it is not waited for long.
async fn broker(app: &App) -> miette::Result<Option<Broker>> {
    let Some(bus) = app.bus()? else { return Ok(None) };
    let away = |problem: String| Broker::Away { problem };
    Ok(Some(match timeout(PATIENCE, bus.dead(DEAD)).await {
        Ok(Ok(dead)) => Broker::Reached { dead },
        Ok(Err(error)) => away(error.to_string()),
        Err(_) => away(format!("the broker gave no answer in {PATIENCE:?}")),
    }))
}

/// Runs the verb.
pub async fn run(settings: Settings, json: bool) -> miette::Result<Exit> {
    let app = App::open(settings).await?;
    let status = status(&app).await?;
    if json {
        println!("{}", serde_json::to_string(&status).into_diagnostic()?);
    } else {
        show::status::print(&status);
    }
    let late = status.datasets.iter().any(|dataset| dataset.late)
        || status.processes.iter().any(Process::is_missed);
    Ok(if late { Exit::Late } else { Exit::Done })
}

async fn status(app: &App) -> miette::Result<Status> {
    let ledger = &app.ledger;
    let skipped = ledger.skipped_targets().await.into_diagnostic()?;
    let contracts = ledger.contracts().await.into_diagnostic()?;
    let freshness = ledger.freshness().await.into_diagnostic()?;
    let datasets = contracts
        .iter()
        .map(|stored| {
            let contract = &stored.contract;
            let held: Vec<&Freshness> =
                freshness.iter().filter(|one| contract.name == *one.dataset).collect();
            Dataset {
                name: contract.name.to_string(),
                every: contract.every.as_secs(),
                late: held.iter().any(|one| one.late),
                targets: held
                    .iter()
                    .map(|one| (one.target.clone(), one.refreshed_at.map(rfc3339)))
                    .collect(),
            }
        })
        .collect();
    let heard = ledger.heartbeats().await.into_diagnostic()?;
    let newest = ledger.arrivals(None, LOOKED_AT).await.into_diagnostic()?;
    let snapshots: Vec<&str> = contracts
        .iter()
        .filter(|stored| stored.contract.refresh.is_snapshot())
        .map(|stored| stored.contract.name.as_str())
        .collect();
    let waiting = newest
        .iter()
        .filter(|arrival| waits(arrival, &newest, snapshots.contains(&arrival.dataset.as_str())))
        .cloned()
        .collect();
    Ok(Status {
        broker: broker(app).await?,
        datasets,
        processes: expected(&heard).into_iter().map(Process::from).collect(),
        skipped,
        waiting,
        pending: newest.iter().filter_map(pending).collect(),
        loads: loads(ledger, &contracts).await?,
        unseen: unseen(app).await?,
        arrivals: newest.into_iter().take(ARRIVALS as usize).collect(),
        contracts: ledger
            .waiting_contracts()
            .await
            .into_diagnostic()?
            .into_iter()
            .map(|(dataset, digest, reason)| WaitingContract { dataset, digest, reason })
            .collect(),
        inbox: ledger
            .inbox_problems()
            .await
            .into_diagnostic()?
            .into_iter()
            .map(|file| Untaken { path: file.path, problem: file.problem.unwrap_or_default() })
            .collect(),
    })
}

fn pending(arrival: &Arrival) -> Option<Pending> {
    let open = arrival.targets.iter().filter(|(_, one)| one.state.is_open());
    let targets: Vec<String> = open.map(|(target, _)| target.clone()).collect();
    let landed = parse_rfc3339(&arrival.landed_at).unwrap_or_else(now_ms);
    (!targets.is_empty()).then(|| Pending {
        id: arrival.id,
        dataset: arrival.dataset.clone(),
        targets,
        age: now_ms().saturating_sub(landed).max(0).unsigned_abs() / 1_000,
    })
}

/// The newest applied loads of each dataset and target, the newest first.
async fn loads(ledger: &Ledger, contracts: &[StoredContract]) -> miette::Result<Vec<Load>> {
    let mut loads = Vec::new();
    for StoredContract { contract, .. } in contracts {
        for target in &contract.targets {
            let applied = ledger.applied_loads(&contract.name, target, LOADS).await;
            loads.extend(applied.into_diagnostic()?);
        }
    }
    loads.sort_by_key(|load| std::cmp::Reverse(load.id));
    Ok(loads)
}

/// Files that a watcher which is away leaves lying, where the inbox can be seen.
async fn unseen(app: &App) -> miette::Result<Option<Vec<Unseen>>> {
    let inbox = &app.settings.inbox;
    if !inbox.is_dir() {
        return Ok(None);
    }
    let watcher = Watcher::new(app.ledger.clone(), inbox.clone(), None);
    Ok(Some(watcher.unseen().await.into_diagnostic()?))
}

/// Whether a person must decide about an arrival: it was refused, nothing takes its place, and (in a
/// snapshot dataset) nothing newer was loaded.
fn waits(arrival: &Arrival, all: &[Arrival], snapshot: bool) -> bool {
    let newer_loaded = |other: &Arrival| {
        snapshot
            && other.dataset == arrival.dataset
            && other.part == arrival.part
            && other.sequence > arrival.sequence
            && other.state.is_applied()
    };
    arrival.targets.values().any(|target| target.state.blocks())
        && !all.iter().any(|other| other.replaces == Some(arrival.id) || newer_loaded(other))
}
