//! `tolva discard`: an arrival is not to be loaded.

use miette::IntoDiagnostic;

use crate::app::App;
use crate::exit::Exit;
use crate::settings::Settings;

/// Runs the verb.
pub async fn run(settings: Settings, arrival: i64, json: bool) -> miette::Result<Exit> {
    let app = App::open(settings).await?;
    app.ledger.discard(arrival).await.into_diagnostic()?;
    let arrival = app.ledger.arrival(arrival).await.into_diagnostic()?;
    if json {
        println!("{}", serde_json::to_string(&arrival).into_diagnostic()?);
    } else {
        println!("arrival {} is {}", arrival.id, arrival.state);
    }
    Ok(Exit::Done)
}
