//! The folder of odd files: each ends as is written beside it.

mod cases;
mod made;
mod mutations;
mod packed;
mod shown;

use std::time::Duration;

use futures_util::stream::{self, StreamExt};
use tolva_loader::{Limits, Progress};
use tolva_schema::state::ArrivalState;

use crate::world::{Backend, World};
use cases::Case;

/// What no odd file may take, on a busy machine.
const LONGEST: Duration = Duration::from_secs(120);
/// Cells that are enough for every odd file that is not about too many.
const MOST_CELLS: u64 = 2_000_000;
/// Cases that are tried side by side.
const SIDE_BY_SIDE: usize = 4;

/// Runs on a runtime that does not wait for threads that hang.
fn run<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let runtime = runtime.expect("a runtime");
    let outcome = runtime.block_on(future);
    runtime.shutdown_timeout(Duration::from_secs(1));
    outcome
}

/// The limits of these tests.
fn limits() -> Limits {
    Limits { cells: MOST_CELLS, ..Limits::default() }
}

/// Loads a file into an empty database and tells how that ended.
async fn outcome(contract: &str, name: &str, bytes: &[u8]) -> String {
    let mut world = World::new(Backend::Sqlite).await;
    world.loader = world.loader.clone().with_limits(limits());
    let (applied, errors) = world.try_contract("odd.toml", contract).await;
    if applied.is_none() {
        return format!("no contract: {errors:?}");
    }
    let arrival = world.land("odd", name, bytes).await;
    let progress = Progress::default();
    let refreshed = match world.loader.refresh("odd", world.target, &progress).await {
        Ok(refreshed) => refreshed,
        Err(error) => return format!("an error instead of an outcome: {error}"),
    };
    let Some(outcome) = refreshed.outcomes.iter().find(|outcome| outcome.arrival == arrival) else {
        return format!("no outcome: {:?}", refreshed.rest);
    };
    match (outcome.report.state, &outcome.report.error) {
        (ArrivalState::Loaded, _) => {
            let columns = world.columns("item").await;
            let columns: Vec<&str> =
                columns.iter().map(String::as_str).filter(|name| !name.starts_with('_')).collect();
            let rows = world.rows("item", &columns).await;
            let findings = world.ledger.findings(outcome.load, 0, 20_000).await;
            shown::loaded(&columns, &rows, &findings.expect("findings are read"))
        }
        (ArrivalState::Quarantined, Some((code, message))) => {
            format!("refused: {code}\nsays: {message}\n")
        }
        (state, error) => format!("{state}: {error:?}\n"),
    }
}

async fn tried(case: Case) -> (Case, String) {
    let run = async {
        let (contract, name) = (case.contract(), case.name());
        let bytes = std::fs::read(&case.path).expect("the file is read");
        tokio::spawn(async move { outcome(&contract, &name, &bytes).await }).await
    };
    let got = match tokio::time::timeout(LONGEST, run).await {
        Ok(Ok(got)) => got,
        Ok(Err(panic)) => format!("panic: {panic}\n"),
        Err(_) => format!("no end after {} seconds\n", LONGEST.as_secs()),
    };
    (case, got)
}

/// `UPDATE_EXPECT=1` writes what came out where it differs from what is expected; read what it wrote.
#[test]
fn every_odd_file_ends_as_is_written_beside_it() {
    let only = std::env::var("ODD_ONLY").unwrap_or_default();
    let update = std::env::var_os("UPDATE_EXPECT").is_some();
    let mut cases = cases::all();
    assert!(cases.len() > 150, "{} cases", cases.len());
    cases.retain(|case| case.shown().contains(&only));
    let results =
        run(stream::iter(cases).map(tried).buffer_unordered(SIDE_BY_SIDE).collect::<Vec<_>>());
    let mut failures = Vec::new();
    for (case, got) in results {
        let expected = std::fs::read_to_string(case.expectation()).unwrap_or_default();
        if shown::agree(&expected, &got) {
            continue;
        }
        if update {
            std::fs::write(case.expectation(), shown::brief(&got)).expect("it can be written");
        }
        failures.push(format!("{}\n{}", case.shown(), shown::difference(&expected, &got)));
    }
    failures.sort();
    assert!(failures.is_empty(), "{} differ\n\n{}", failures.len(), failures.join("\n"));
}
