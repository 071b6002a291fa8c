//! `tolva check FILE --watch`: checks again whenever the file or a contract file changes. Contracts are
//! taken from their folder as they are written, and none is put in force.

use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use miette::{IntoDiagnostic, miette};
use notify::{RecursiveMode, Watcher};
use tokio::sync::Notify;
use tolva_loader::catalog;
use tolva_schema::contract::Contract;
use tolva_schema::routing::partition_of;

use super::{Subject, one};
use crate::app::{App, choose, report};
use crate::args::CheckArgs;
use crate::exit::Exit;
use crate::service::told_to_stop;

/// A program that saves a file changes it several times: so long it must have been left alone.
const QUIET: Duration = Duration::from_millis(150);

/// Checks until it is interrupted, and ends like the last check.
pub async fn run(app: &App, args: &CheckArgs, json: bool) -> miette::Result<Exit> {
    let file = PathBuf::from(&args.subject);
    let name = file.file_name().map(|name| name.to_string_lossy().into_owned());
    let name = name.ok_or_else(|| miette!("--watch wants the path of a file"))?;
    let changed = Arc::new(Notify::new());
    // It watches for as long as it lives.
    let _watcher = watch(&file, &app.settings.datasets, Arc::clone(&changed))?;
    let mut signal = told_to_stop()?;
    loop {
        separate(&name, json);
        let exit = match again(app, &file, &name, args, json).await {
            Ok(exit) => exit,
            Err(error) => {
                eprintln!("{error:?}");
                Exit::Failed
            }
        };
        tokio::select! {
            () = &mut signal => return Ok(exit),
            () = settled(&changed) => {}
        }
    }
}

/// Waits for a change, and until nothing more changes.
async fn settled(changed: &Notify) {
    changed.notified().await;
    while tokio::time::timeout(QUIET, changed.notified()).await.is_ok() {}
}

/// Watches the folders of the file and of the contracts: programs that save a file often put another
/// one in its place.
fn watch(
    file: &Path,
    datasets: &Path,
    changed: Arc<Notify>,
) -> miette::Result<notify::RecommendedWatcher> {
    let name = file.file_name().map(ToOwned::to_owned);
    let concerns = move |path: &PathBuf| {
        path.file_name() == name.as_deref() || path.extension().is_some_and(|end| end == "toml")
    };
    let mut watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
        // Whether something was lost is not known after an error: it is looked at again.
        if event.is_ok_and(|event| event.kind.is_access() || !event.paths.iter().any(&concerns)) {
            return;
        }
        changed.notify_one();
    })
    .into_diagnostic()?;
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new("."));
    watcher.watch(folder, RecursiveMode::NonRecursive).into_diagnostic()?;
    if datasets.is_dir() {
        watcher.watch(datasets, RecursiveMode::NonRecursive).into_diagnostic()?;
    }
    Ok(watcher)
}

/// Sets what follows apart from what came before.
fn separate(name: &str, json: bool) {
    if json {
        return;
    }
    if std::io::stdout().is_terminal() {
        print!("\x1b[2J\x1b[3J\x1b[H");
    }
    println!("=== {name}, Ctrl-C ends ===");
}

async fn again(
    app: &App,
    file: &Path,
    name: &str,
    args: &CheckArgs,
    json: bool,
) -> miette::Result<Exit> {
    let (good, errors) = catalog::read(&app.settings.datasets);
    let is_broken = !errors.is_empty();
    for error in errors {
        eprintln!("{:?}", report(error));
    }
    let mut contracts: Vec<Contract> = good.into_iter().map(|file| file.contract).collect();
    if !is_broken {
        // What has no file here may be in force nevertheless.
        for stored in app.ledger.contracts().await.into_diagnostic()? {
            if contracts.iter().all(|contract| contract.name != stored.contract.name) {
                contracts.push(stored.contract);
            }
        }
    }
    let chosen = match choose(&contracts, &app.settings, file, args.dataset.as_deref()) {
        Ok(chosen) => chosen,
        // The contract that is being written may be the one that takes the file.
        Err(_) if is_broken => return Ok(Exit::Failed),
        Err(error) => return Err(error),
    };
    let part = partition_of(chosen, name);
    let subject = Subject {
        arrival: None,
        called: &args.subject,
        path: file,
        name,
        contract: chosen,
        part: &part,
    };
    one(app, &subject, args.all, json, None).await
}
