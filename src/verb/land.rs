//! `tolva land`: puts files into the landing as arrivals, loads nothing.

use miette::IntoDiagnostic;
use tolva_ledger::ArrivalOrigin;

use crate::app::App;
use crate::args::LandArgs;
use crate::exit::Exit;
use crate::settings::Settings;

/// Runs the verb.
pub async fn run(settings: Settings, args: LandArgs, json: bool) -> miette::Result<Exit> {
    let app = App::open(settings).await?;
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
                if json {
                    println!("{}", serde_json::to_string(&arrival).into_diagnostic()?);
                } else {
                    println!("{}: arrival {id} of {}", file.display(), arrival.dataset);
                }
            }
            Err(error) => {
                eprintln!("{error:?}");
                exit = Exit::Failed;
            }
        }
    }
    Ok(exit)
}
