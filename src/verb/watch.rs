//! `tolva watch`: the watcher, on the host where files are dropped.

use tolva_ledger::database;

use super::up::absolute;
use crate::exit::Exit;
use crate::service::Service;
use crate::settings::Settings;

/// Runs the verb until it is told to stop; a file that is being taken then is taken.
pub async fn run(settings: Settings) -> miette::Result<Exit> {
    let listen = settings.telemetry.listen.clone();
    let Some(mut service) = Service::open("watch", settings, listen.as_deref()).await? else {
        return Ok(Exit::Done);
    };
    let bus = service.app().bus()?;
    if bus.is_none() {
        tracing::info!("there is no broker.url: workers publish what arrives here");
    }
    service.watch(bus)?;
    println!("inbox  {}", absolute(&service.app().settings.inbox).display());
    println!("data   {}", database::without_password(&service.app().settings.database.url));
    service.run().await
}
