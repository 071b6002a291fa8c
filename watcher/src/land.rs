//! Putting a file into the landing that somebody named, wherever it lies.

use std::io;
use std::path::{Path, PathBuf};

use tokio::fs::{self, File};
use tolva_ledger::{ArrivalOrigin, Ledger, LedgerError, NewArrival};

use crate::WatcherError;
use crate::look::Seen;

/// Makes an arrival of the file at `path` and gives its number. The file is taken as complete, and
/// each call makes a new arrival. Links are followed: whoever names a file means what it leads to.
///
/// The event stays in the outbox; [`publish_outbox`](tolva_events::publish_outbox) publishes it.
///
/// # Errors
/// The file cannot be read, is no plain file or changed meanwhile; or the ledger refused.
pub async fn land_file(
    ledger: &Ledger,
    path: &Path,
    dataset: &str,
    part: &str,
    origin: ArrivalOrigin,
) -> Result<i64, WatcherError> {
    let failed = |source| WatcherError::File { path: path.to_owned(), source };
    // Before it is opened: opening a pipe would wait for its writer.
    plain(&fs::metadata(path).await.map_err(failed)?).map_err(failed)?;
    let file = File::open(path).await.map_err(failed)?;
    let before = plain(&file.metadata().await.map_err(failed)?).map_err(failed)?;
    let landed = ledger.store_bytes(file).await.map_err(|error| match error {
        LedgerError::Io(source) => failed(source),
        other => other.into(),
    })?;
    if plain(&fs::metadata(path).await.map_err(failed)?).map_err(failed)? != before {
        return Err(WatcherError::Changed { path: path.to_owned() });
    }
    let absolute: PathBuf = std::path::absolute(path).map_err(failed)?;
    let name = path.file_name().unwrap_or(path.as_os_str());
    let new = NewArrival {
        dataset: dataset.to_owned(),
        part: part.to_owned(),
        path: absolute.to_string_lossy().into_owned(),
        file: name.to_string_lossy().into_owned(),
        origin,
        stamp: None,
    };
    Ok(ledger.arrive(new, &landed).await?.id())
}

fn plain(metadata: &std::fs::Metadata) -> io::Result<tolva_ledger::Stamp> {
    match Seen::of(metadata) {
        Seen::Plain(stamp) => Ok(stamp),
        _ => Err(io::Error::new(io::ErrorKind::InvalidInput, "not a plain file")),
    }
}
