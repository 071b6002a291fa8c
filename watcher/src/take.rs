//! Taking a file: its bytes into the landing, then the arrival.

use std::io;
use std::time::Duration;

use tolva_ledger::{ArrivalOrigin, Arrived, LedgerError, NewArrival, Stamp, now_ms};

use crate::Watcher;
use crate::look::{Seen, look, open};
use crate::place::Place;

/// How coarse a file system's clock may be. Two changes within one tick leave the same stamp, so
/// reading waits until the last change is older than that: then any further change shows.
const TICK_MS: i64 = 10;

/// What became of it.
#[derive(Debug)]
pub(crate) enum Taking {
    /// The arrival.
    Arrived(i64),
    /// Another watcher has just made an arrival of it.
    Known,
    /// It changed or vanished meanwhile: nothing was made of it.
    Changed,
    /// It cannot be read.
    Unreadable(io::Error),
}

impl Watcher {
    /// Makes an arrival of the file, provided that its stamp is this one before and after reading.
    #[tracing::instrument(skip_all, fields(path = place.key, dataset = dataset, arrival))]
    pub(crate) async fn take(
        &self,
        place: &Place,
        stamp: Stamp,
        dataset: &str,
        part: String,
    ) -> Result<Taking, LedgerError> {
        let age = now_ms().saturating_sub(stamp.ctime_ns / 1_000_000);
        if age <= TICK_MS {
            let wait = (TICK_MS + 1).saturating_sub(age.max(0)).unsigned_abs();
            tokio::time::sleep(Duration::from_millis(wait)).await;
        }
        let file = match open(&place.path).await {
            Ok(Some((file, opened))) if opened == stamp => file,
            Ok(_) => return Ok(Taking::Changed),
            Err(error) => return Ok(Taking::Unreadable(error)),
        };
        let landed = match self.ledger.store_bytes(file).await {
            Ok(landed) => landed,
            Err(LedgerError::Io(error)) => return Ok(Taking::Unreadable(error)),
            Err(error) => return Err(error),
        };
        match look(&place.path).await {
            Ok(Seen::Plain(now)) if now == stamp => {}
            Ok(_) => return Ok(Taking::Changed),
            Err(error) => return Ok(Taking::Unreadable(error)),
        }
        let new = NewArrival {
            dataset: dataset.to_owned(),
            part,
            path: place.key.clone(),
            file: place.file.clone(),
            origin: ArrivalOrigin::Inbox,
            stamp: Some(stamp),
        };
        match self.ledger.arrive(new, &landed).await? {
            Arrived::Made(arrival) => {
                metrics::counter!("tolva_files_taken_total", "dataset" => dataset.to_owned())
                    .increment(1);
                tracing::Span::current().record("arrival", arrival);
                tracing::info!(path = place.key, dataset, arrival, "file taken");
                Ok(Taking::Arrived(arrival))
            }
            Arrived::Found(_) => Ok(Taking::Known),
        }
    }
}
