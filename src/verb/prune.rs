//! `tolva prune`: lets go of the bytes of old arrivals.

use miette::IntoDiagnostic;

use crate::app::App;
use crate::args::PruneArgs;
use crate::exit::Exit;
use crate::settings::Settings;

/// Runs the verb.
pub async fn run(settings: Settings, args: PruneArgs, json: bool) -> miette::Result<Exit> {
    let app = App::open(settings).await?;
    let keep = args.keep.unwrap_or(app.settings.keep);
    let pruned = app.ledger.prune(keep).await.into_diagnostic()?;
    if json {
        println!("{}", serde_json::to_string(&pruned).into_diagnostic()?);
    } else {
        println!(
            "{} arrivals let go, {} contents with {} bytes removed",
            pruned.arrivals, pruned.blobs, pruned.bytes
        );
    }
    Ok(Exit::Done)
}
