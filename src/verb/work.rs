//! `tolva work`: a worker.

use std::sync::Arc;

use tolva_events::LocalBus;
use tolva_ledger::database;

use crate::exit::Exit;
use crate::service::Service;
use crate::settings::Settings;

/// Runs the verb until it is told to stop; what is being loaded then is finished.
pub async fn run(settings: Settings) -> miette::Result<Exit> {
    let listen = settings.telemetry.listen.clone();
    let Some(mut service) = Service::open("work", settings, listen.as_deref()).await? else {
        return Ok(Exit::Done);
    };
    let bus = service.app().bus()?.unwrap_or_else(|| {
        tracing::info!("there is no broker.url: the ledger alone tells what is to be loaded");
        Arc::new(LocalBus::new())
    });
    println!("data   {}", database::without_password(&service.app().settings.database.url));
    service.work(bus).await?;
    service.run().await
}
