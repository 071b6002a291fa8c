//! `tolva load`: loads files now, in the foreground.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use miette::IntoDiagnostic;
use serde::Serialize;
use tolva_ledger::{Arrival, ArrivalOrigin, Load};
use tolva_loader::{DEFAULT, Progress, Refreshed, Rest};
use tolva_schema::state::ArrivalState;

use crate::app::App;
use crate::args::LoadArgs;
use crate::exit::Exit;
use crate::settings::Settings;
use crate::show::{self, bar::Bar};

/// How often a load that another worker does is looked at.
const LOOK: Duration = Duration::from_millis(100);

/// What is told of a file.
#[derive(Debug, Serialize)]
pub struct Loaded {
    file: String,
    /// Its dataset.
    pub dataset: String,
    arrival: i64,
    /// Its state: the least finished one of its targets.
    pub state: ArrivalState,
    sha256: String,
    read: i64,
    rejected: i64,
    held: i64,
    warnings: i64,
    targets: BTreeMap<String, serde_json::Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<Problem>,
}

/// Why a file was not loaded.
#[derive(Debug, Serialize)]
struct Problem {
    code: String,
    message: String,
}

/// Runs the verb.
pub async fn run(settings: Settings, args: LoadArgs, json: bool) -> miette::Result<Exit> {
    let app = App::open(settings).await?;
    app.sync().await.into_diagnostic()?;
    let mut exit = Exit::Done;
    for file in &args.files {
        match one(&app, file, args.dataset.as_deref(), json).await {
            Ok(ended) => exit = exit.and(ended),
            // A file that cannot be taken keeps none of the others from being loaded.
            Err(error) => {
                eprintln!("{error:?}");
                exit = exit.and(Exit::Failed);
            }
        }
    }
    Ok(exit)
}

async fn one(app: &App, file: &Path, dataset: Option<&str>, json: bool) -> miette::Result<Exit> {
    let (stored, part) = app.contract_for(file, dataset).await?;
    let dataset = stored.contract.name.as_str();
    let arrival =
        tolva_watcher::land_file(&app.ledger, file, dataset, &part, ArrivalOrigin::Command)
            .await
            .into_diagnostic()?;
    for target in &stored.contract.targets {
        settle(app, dataset, target, arrival, json).await?;
    }
    tell(app, arrival, json).await
}

/// Refreshes a target until the arrival has come to its end there, and gives what was done for that.
pub async fn settle(
    app: &App,
    dataset: &str,
    target: &str,
    arrival: i64,
    json: bool,
) -> miette::Result<Refreshed> {
    let mut outcomes = Vec::new();
    let progress = Progress::default();
    let bar = Bar::start(&progress, &format!("{dataset} → {target}"), json);
    let rest = loop {
        let mut refreshed =
            app.loader.refresh(dataset, target, &progress).await.into_diagnostic()?;
        let state = app.ledger.arrival(arrival).await.into_diagnostic()?;
        let open = state.targets.get(target).is_some_and(|one| one.state.is_open());
        outcomes.append(&mut refreshed.outcomes);
        if !open || refreshed.rest != Rest::Busy {
            break refreshed.rest;
        }
        tokio::time::sleep(LOOK).await;
    };
    bar.end();
    Ok(Refreshed { outcomes, rest })
}

/// Tells what became of an arrival.
async fn tell(app: &App, arrival: i64, json: bool) -> miette::Result<Exit> {
    let arrival = app.ledger.arrival(arrival).await.into_diagnostic()?;
    let told = outcome(app, &arrival, json).await?;
    if json {
        println!("{}", serde_json::to_string(&told).into_diagnostic()?);
    }
    Ok(exit_of(told.state))
}

/// What became of an arrival; shown as text unless somebody wants JSON.
pub async fn outcome(app: &App, arrival: &Arrival, json: bool) -> miette::Result<Loaded> {
    let loads = app.ledger.loads(Some(arrival.id), 100).await.into_diagnostic()?;
    if !json {
        show::arrival::loaded(app, arrival, &newest(&loads)).await?;
    }
    Ok(loaded(arrival, &loads))
}

/// How the program ends that brought an arrival to this state.
pub fn exit_of(state: ArrivalState) -> Exit {
    match state {
        ArrivalState::Quarantined => Exit::Quarantined,
        state if state.is_applied() || state == ArrivalState::Superseded => Exit::Done,
        _ => Exit::Failed,
    }
}

/// The newest load of each target.
fn newest(loads: &[Load]) -> Vec<&Load> {
    let mut seen: Vec<&Load> = Vec::new();
    for load in loads {
        if !seen.iter().any(|other| other.target == load.target) {
            seen.push(load);
        }
    }
    seen
}

fn loaded(arrival: &Arrival, loads: &[Load]) -> Loaded {
    let newest = newest(loads);
    let main = newest.iter().find(|load| load.target == DEFAULT).or(newest.first());
    let problem = newest.iter().find_map(|load| {
        let message = load.message.clone()?;
        Some(Problem { code: load.error.clone().unwrap_or_else(|| "retry".to_owned()), message })
    });
    Loaded {
        file: arrival.file.clone(),
        dataset: arrival.dataset.clone(),
        arrival: arrival.id,
        state: arrival.state,
        sha256: arrival.sha256.clone(),
        read: main.map_or(0, |load| load.read),
        rejected: main.map_or(0, |load| load.rejected),
        held: main.map_or(0, |load| load.held),
        warnings: main.map_or(0, |load| load.warnings),
        targets: newest
            .iter()
            .filter(|load| load.state == "loaded" || load.state == "unchanged")
            .map(|load| (load.target.clone(), load.counts.clone()))
            .collect(),
        error: problem,
    }
}
