//! `tolva up`: watcher, worker and API in one process.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use miette::{Context, IntoDiagnostic};
use tokio::sync::watch;
use tolva_events::{Bus, LocalBus};
use tolva_ledger::{Ledger, database};
use tolva_watcher::Watcher;

use crate::app::App;
use crate::args::UpArgs;
use crate::exit::Exit;
use crate::settings::Settings;

/// How often the folder of contracts is looked at.
const CONTRACTS: Duration = Duration::from_secs(1);

/// Runs the verb until it is told to stop; what is being loaded then is finished.
pub async fn run(mut settings: Settings, args: UpArgs) -> miette::Result<Exit> {
    if let Some(listen) = args.listen {
        settings.api.listen = listen;
    }
    std::fs::create_dir_all(&settings.inbox)
        .into_diagnostic()
        .wrap_err_with(|| format!("the inbox {} cannot be made", settings.inbox.display()))?;
    let app = Arc::new(App::open(settings).await?);
    app.sync().await?;
    // A pool of its own: readers that take long do not keep the worker from the ledger.
    let ledger = Ledger::open(&app.settings.database.url).await.into_diagnostic()?;
    let server = tolva_api::start(ledger, &app.settings.api.listen).await.into_diagnostic()?;
    let inbox = absolute(&app.settings.inbox);
    println!("inbox  {}", inbox.display());
    println!("api    http://{}", server.address());
    println!("data   {}", database::without_password(&app.settings.database.url));
    for target in app.ledger.targets().await.into_diagnostic()? {
        if target.dialect.is_none() {
            tracing::info!(target = %target.name, "skipped: no URL (targets.{}.url)", target.name);
        }
    }

    let (stop, stopped) = watch::channel(false);
    let bus: Arc<dyn Bus> = Arc::new(LocalBus::new());
    let watcher = Watcher::new(app.ledger.clone(), app.settings.inbox.clone(), Arc::clone(&bus));
    let handle = server.handle();
    let worker = tokio::spawn(tolva_loader::work(app.loader.clone(), bus, stopped.clone()));
    let watching = tokio::spawn({
        let stopped = stopped.clone();
        async move { watcher.run(stopped).await }
    });
    let contracts = tokio::spawn(follow_contracts(Arc::clone(&app), stopped));
    let serving = tokio::spawn(server.run());

    signal().await.into_diagnostic()?;
    tracing::info!("stopping: what is being loaded is finished first");
    stop.send_replace(true);
    handle.stop().await;
    let (_, watched, _, served) = tokio::join!(worker, watching, contracts, serving);
    watched.into_diagnostic()?.into_diagnostic()?;
    served.into_diagnostic()?.into_diagnostic()?;
    Ok(Exit::Done)
}

/// Puts contracts in force when their files change.
async fn follow_contracts(app: Arc<App>, mut stopped: watch::Receiver<bool>) {
    let mut seen = listing(&app.settings.datasets);
    while !*stopped.borrow() {
        tokio::select! {
            () = tokio::time::sleep(CONTRACTS) => {}
            _ = stopped.changed() => break,
        }
        let now = listing(&app.settings.datasets);
        if now == seen {
            continue;
        }
        match app.sync().await {
            // Only then: what failed in passing is tried again.
            Ok(()) => {
                seen = now;
                tracing::info!("the contracts were read again");
            }
            Err(error) => tracing::warn!("the contracts cannot be applied: {error}"),
        }
    }
}

/// What tells one state of the folder from another.
fn listing(folder: &std::path::Path) -> Vec<(PathBuf, Option<SystemTime>, u64)> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut list: Vec<_> = entries
        .flatten()
        .map(|entry| {
            let metadata = entry.metadata().ok();
            let size = metadata.as_ref().map_or(0, std::fs::Metadata::len);
            (entry.path(), metadata.and_then(|metadata| metadata.modified().ok()), size)
        })
        .collect();
    list.sort();
    list
}

fn absolute(path: &std::path::Path) -> PathBuf {
    std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned())
}

/// Waits for Ctrl-C or SIGTERM.
pub async fn signal() -> std::io::Result<()> {
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    tokio::select! {
        outcome = tokio::signal::ctrl_c() => outcome,
        _ = terminate.recv() => Ok(()),
    }
}
