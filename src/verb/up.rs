//! `tolva up`: watcher, worker and API in one process.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use tolva_events::LocalBus;
use tolva_ledger::database;

use crate::args::ServeArgs;
use crate::exit::Exit;
use crate::service::Service;
use crate::settings::Settings;

/// Runs the verb until it is told to stop; what is being loaded then is finished.
pub async fn run(settings: Settings, args: ServeArgs) -> miette::Result<Exit> {
    let listen = args.listen.unwrap_or_else(|| settings.api.listen.clone());
    let Some(mut service) = Service::open("up", settings, Some(&listen)).await? else {
        return Ok(Exit::Done);
    };
    let bus = service.app().bus()?.unwrap_or_else(|| Arc::new(LocalBus::new()));
    let server = service.listen(&listen).await?;
    // First: a watcher that knows no contract would refuse what waits for it.
    service.work(Arc::clone(&bus)).await?;
    service.watch(Some(bus))?;
    println!("inbox  {}", absolute(&service.app().settings.inbox).display());
    println!("api    {}", server.url());
    println!("data   {}", database::without_password(&service.app().settings.database.url));
    service.serve(server);
    service.run().await
}

/// The path as others on this machine would write it.
pub fn absolute(path: &Path) -> PathBuf {
    std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned())
}
