//! `tolva scan`: one pass over the inbox, then the end.

use miette::IntoDiagnostic;
use tolva_watcher::Watcher;

use crate::app::App;
use crate::exit::Exit;
use crate::settings::Settings;

/// Runs the verb.
pub async fn run(settings: Settings, json: bool) -> miette::Result<Exit> {
    let app = App::open(settings).await?;
    let inbox = app.settings.inbox.clone();
    let watcher = Watcher::new(app.ledger.clone(), inbox, app.bus()?);
    let report = watcher.scan().await.into_diagnostic()?;
    if json {
        println!("{}", serde_json::to_string(&report).into_diagnostic()?);
    } else {
        for taken in &report.taken {
            println!("{}: arrival {} of {}", taken.path, taken.arrival, taken.dataset);
        }
        for refused in &report.refused {
            println!("{}: {}", refused.path, refused.problem);
        }
        for waiting in &report.waiting {
            println!("{}: waits, {}", waiting.path, waiting.reason);
        }
        for left in &report.left {
            println!("{}: {}", left.path, left.problem);
        }
    }
    Ok(Exit::Done)
}
