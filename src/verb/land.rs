//! `tolva land`: puts files into the landing as arrivals, loads nothing.

use miette::IntoDiagnostic;
use serde::Serialize;
use tolva_ledger::{Arrival, ArrivalOrigin};
use tolva_loader::SheetSeen;
use tolva_schema::state::ArrivalState;
use tolva_watcher::Watcher;

use crate::app::App;
use crate::args::LandArgs;
use crate::exit::Exit;
use crate::pipes::{self, Pipes};
use crate::settings::Settings;

/// Rows of each sheet that are shown.
const BEGINS: usize = 6;
/// Arrivals among which the newest one that was not discarded is looked for.
const LOOKED_AT: u64 = 100;

/// What is told of an arrival.
#[derive(Debug, Serialize)]
pub struct Landed {
    /// The arrival.
    #[serde(flatten)]
    pub arrival: Arrival,
    /// Its sheets; none where it cannot be looked into.
    pub sheets: Option<Vec<SheetSeen>>,
    /// Why it cannot.
    pub problem: Option<String>,
}

/// Runs the verb.
pub async fn run(
    settings: Settings,
    args: LandArgs,
    json: bool,
    pipes: Option<&Pipes>,
) -> miette::Result<Exit> {
    let app = App::open(settings).await?;
    if let Some(dataset) = args.dataset.as_deref().filter(|_| args.files.is_empty()) {
        return newest(&app, dataset, json, pipes).await;
    }
    let mut exit = Exit::Done;
    for file in &args.files {
        let landed = async {
            let (stored, part) = app.contract_for(file, args.dataset.as_deref()).await?;
            let name = &stored.contract.name;
            tolva_watcher::land_file(&app.ledger, file, name, &part, ArrivalOrigin::Command)
                .await
                .into_diagnostic()
        };
        match landed.await {
            Ok(id) => {
                let arrival = app.ledger.arrival(id).await.into_diagnostic()?;
                tell(look(&app, arrival).await?, json, pipes)?;
            }
            Err(error) => {
                eprintln!("{error:?}");
                exit = Exit::Failed;
            }
        }
    }
    Ok(exit)
}

/// Takes what lies in the inbox, where it can be reached, and tells of the dataset's newest arrival.
async fn newest(
    app: &App,
    dataset: &str,
    json: bool,
    pipes: Option<&Pipes>,
) -> miette::Result<Exit> {
    app.sync().await.into_diagnostic()?;
    let stored = app.datasets(vec![dataset.to_owned()]).await?.remove(0);
    let dataset = stored.contract.name.as_str();
    if app.settings.inbox.is_dir() {
        let watcher = Watcher::new(app.ledger.clone(), app.settings.inbox.clone(), app.bus()?);
        watcher.scan().await.into_diagnostic()?;
    }
    let arrivals = app.ledger.arrivals(Some(dataset), LOOKED_AT).await.into_diagnostic()?;
    let newest = arrivals.into_iter().find(|one| one.state != ArrivalState::Discarded);
    if let Some(arrival) = newest {
        tell(look(app, arrival).await?, json, pipes)?;
        return Ok(Exit::Done);
    }
    let freshness = app.ledger.freshness().await.into_diagnostic()?;
    let late = freshness.iter().any(|one| one.dataset == dataset && one.late);
    let nothing = serde_json::json!({ "id": null, "dataset": dataset, "late": late });
    if let Some(pipes) = pipes {
        pipes.outcome(&nothing);
    }
    if json {
        println!("{nothing}");
    } else {
        println!(
            "{dataset}: no file was ever dropped, and none lies in an inbox that can be reached"
        );
    }
    Ok(if late { Exit::Late } else { Exit::Done })
}

/// Looks into the arrival, as long as its bytes are kept.
async fn look(app: &App, arrival: Arrival) -> miette::Result<Landed> {
    let landed = tempfile::NamedTempFile::new().into_diagnostic()?;
    let sink = tokio::fs::File::from_std(landed.reopen().into_diagnostic()?);
    let seen = match app.ledger.fetch_bytes(arrival.id, sink).await {
        Ok(_) => {
            let seen = app.loader.look(landed.path(), &arrival.file, BEGINS).await;
            seen.map_err(|error| error.to_string())
        }
        Err(error) => Err(error.to_string()),
    };
    let (sheets, problem) = match seen {
        Ok(sheets) => (Some(sheets), None),
        Err(problem) => (None, Some(problem)),
    };
    Ok(Landed { arrival, sheets, problem })
}

fn tell(landed: Landed, json: bool, pipes: Option<&Pipes>) -> miette::Result<()> {
    if let Some(pipes) = pipes {
        pipes::land::tell(pipes, &landed);
        pipes.outcome(&landed);
    }
    if json {
        println!("{}", serde_json::to_string(&landed).into_diagnostic()?);
        return Ok(());
    }
    let Landed { arrival, sheets, problem } = &landed;
    println!("{}: arrival {} of {}", arrival.path, arrival.id, arrival.dataset);
    for sheet in sheets.iter().flatten() {
        let name = sheet.name.as_deref().map(|name| format!("sheet {name}: ")).unwrap_or_default();
        println!("  {name}{} rows, {} columns", sheet.rows, sheet.columns);
    }
    if let Some(problem) = problem {
        println!("  it cannot be looked into: {problem}");
    }
    Ok(())
}
