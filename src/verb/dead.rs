//! `tolva replay --dead` and `tolva discard --dead`: the messages that the broker keeps as dead.

use std::sync::Arc;

use miette::{IntoDiagnostic, miette};
use tolva_events::Bus;

use crate::app;
use crate::exit::Exit;
use crate::settings::Settings;

/// Delivers them once more.
pub async fn revive(settings: &Settings, json: bool) -> miette::Result<Exit> {
    let count = bus(settings)?.revive().await.into_diagnostic()?;
    tell(count, "revived", "are delivered once more", json)
}

/// Throws them away.
pub async fn bury(settings: &Settings, json: bool) -> miette::Result<Exit> {
    let count = bus(settings)?.bury().await.into_diagnostic()?;
    tell(count, "discarded", "are thrown away", json)
}

fn bus(settings: &Settings) -> miette::Result<Arc<dyn Bus>> {
    app::bus(settings)?.ok_or_else(|| {
        miette!(help = "set broker.url (or TOLVA_BROKER__URL)", "no broker is configured")
    })
}

fn tell(count: u64, what: &str, words: &str, json: bool) -> miette::Result<Exit> {
    if json {
        println!("{}", serde_json::json!({ what: count }));
    } else {
        println!("{count} dead messages {words}");
    }
    Ok(Exit::Done)
}
