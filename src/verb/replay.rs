//! `tolva replay` and `tolva release`: an old arrival again, as a new one.

use miette::IntoDiagnostic;

use crate::app::App;
use crate::exit::Exit;
use crate::settings::Settings;

/// Runs the verb; `released` lets the new arrival past the guards.
pub async fn run(
    settings: Settings,
    arrival: i64,
    released: bool,
    json: bool,
) -> miette::Result<Exit> {
    let app = App::open(settings).await?;
    let id = app.ledger.replay(arrival, released).await.into_diagnostic()?;
    let new = app.ledger.arrival(id).await.into_diagnostic()?;
    if json {
        println!("{}", serde_json::to_string(&new).into_diagnostic()?);
    } else {
        println!(
            "arrival {id} takes the place of {arrival}; a worker or `tolva refresh {}` loads it",
            new.dataset
        );
    }
    Ok(Exit::Done)
}
