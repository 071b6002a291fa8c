//! `tolva up`: watcher, worker and API in one process.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use tolva_events::LocalBus;
use tolva_ledger::database;

use crate::app::App;
use crate::args::ServeArgs;
use crate::exit::Exit;
use crate::service::Service;
use crate::settings::Settings;
use crate::verb::serve;

/// Runs the verb until it is told to stop; what is being loaded then is finished.
pub async fn run(settings: Settings, args: ServeArgs) -> miette::Result<Exit> {
    let mut service = Service::new(App::open(settings).await?);
    let bus = service.app().bus()?.unwrap_or_else(|| Arc::new(LocalBus::new()));
    let server = serve::listen(&service.app().settings, args).await?;
    // First: a watcher that knows no contract would refuse what waits for it.
    service.work(Arc::clone(&bus)).await?;
    service.watch(Some(bus))?;
    println!("inbox  {}", absolute(&service.app().settings.inbox).display());
    println!("api    http://{}", server.address());
    println!("data   {}", database::without_password(&service.app().settings.database.url));
    service.serve(server);
    service.run().await
}

/// The path as others on this machine would write it.
pub fn absolute(path: &Path) -> PathBuf {
    std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned())
}
