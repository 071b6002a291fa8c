//! `tolva refresh`: brings datasets to their newest arrival, the reachable inbox first.

mod brought;

use miette::{IntoDiagnostic, miette};
use serde::Serialize;
use tolva_loader::{Journal, Progress, Rest};
use tolva_schema::state::ArrivalState;
use tolva_watcher::Watcher;

pub use brought::Brought;

use crate::app::App;
use crate::args::RefreshArgs;
use crate::exit::Exit;
use crate::pipes::Pipes;
use crate::settings::Settings;
use crate::show::bar::Bar;

#[derive(Serialize)]
struct Told {
    dataset: String,
    target: String,
    loads: Vec<Load>,
    rest: String,
}

#[derive(Serialize)]
struct Load {
    load: i64,
    arrival: i64,
    state: ArrivalState,
    counts: serde_json::Value,
    error: Option<String>,
}

/// Runs the verb.
pub async fn run(
    settings: Settings,
    args: RefreshArgs,
    json: bool,
    pipes: Option<&Pipes>,
) -> miette::Result<Exit> {
    let journal = if pipes.is_some() { Journal::keeping() } else { Journal::default() };
    let app = App::noting(settings, journal).await?;
    app.sync().await.into_diagnostic()?;
    if app.settings.inbox.is_dir() {
        let watcher = Watcher::new(app.ledger.clone(), app.settings.inbox.clone(), app.bus()?);
        watcher.scan().await.into_diagnostic()?;
    }
    let mut exit = Exit::Done;
    for stored in app.datasets(args.datasets).await? {
        let dataset = stored.contract.name.as_str();
        let meant = |target: &&String| args.target.as_ref().is_none_or(|only| only == *target);
        let targets: Vec<&String> = stored.contract.targets.iter().filter(meant).collect();
        if targets.is_empty() {
            return Err(miette!("{dataset} has no target {}", args.target.unwrap_or_default()));
        }
        if let Some(arrival) = args.arrival {
            let ended = brought::run(&app, &stored, &targets, arrival, json, pipes).await?;
            exit = exit.and(ended);
            continue;
        }
        for target in targets {
            exit = exit.and(one(&app, dataset, target, json).await?);
        }
    }
    Ok(exit)
}

async fn one(app: &App, dataset: &str, target: &str, json: bool) -> miette::Result<Exit> {
    let progress = Progress::default();
    let bar = Bar::start(&progress, &format!("{dataset} → {target}"), json);
    let refreshed = app.loader.refresh(dataset, target, &progress).await.into_diagnostic()?;
    bar.end();
    let mut exit = match &refreshed.rest {
        Rest::Done | Rest::Skipped | Rest::Busy => Exit::Done,
        Rest::Later { .. } => Exit::Failed,
        Rest::Blocked(_) => Exit::Quarantined,
    };
    for outcome in &refreshed.outcomes {
        exit = exit.and(match outcome.report.state {
            ArrivalState::Quarantined => Exit::Quarantined,
            ArrivalState::Failed => Exit::Failed,
            _ => Exit::Done,
        });
    }
    let told = Told {
        dataset: dataset.to_owned(),
        target: target.to_owned(),
        loads: refreshed
            .outcomes
            .into_iter()
            .map(|outcome| Load {
                load: outcome.load,
                arrival: outcome.arrival,
                state: outcome.report.state,
                counts: outcome.report.counts,
                error: outcome.report.error.map(|(_, message)| message),
            })
            .collect(),
        rest: words(&refreshed.rest),
    };
    if json {
        println!("{}", serde_json::to_string(&told).into_diagnostic()?);
    } else {
        for load in &told.loads {
            println!("{dataset} → {target}: arrival {} {}", load.arrival, load.state);
        }
        println!("{dataset} → {target}: {}", told.rest);
    }
    Ok(exit)
}

/// What is left to do, in words.
fn words(rest: &Rest) -> String {
    match rest {
        Rest::Done => "up to date".to_owned(),
        Rest::Busy => "another worker is at it".to_owned(),
        Rest::Later { reason, .. } => format!("failed for now: {reason}"),
        Rest::Blocked(arrival) => format!("arrival {arrival} waits for a person"),
        Rest::Skipped => "skipped: the target has no URL".to_owned(),
    }
}
