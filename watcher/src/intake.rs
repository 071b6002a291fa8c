//! One look at one file, and what follows from it.

use std::io;
use std::time::Duration;

use tolva_ledger::{LedgerError, Stamp};
use tolva_schema::contract::{Contract, Ready};
use tolva_schema::routing::{Route, route};

use crate::Watcher;
use crate::after::tidy;
use crate::complete::{Evidence, Marker, Reason, SETTLE, Verdict, decide};
use crate::look::{Seen, is_gone, look};
use crate::looks::Candidate;
use crate::place::Place;
use crate::take::Taking;
use crate::workbook::looks_whole;
use crate::writing::Writing;
use crate::{names, problem};

/// What followed.
#[derive(Debug)]
pub(crate) enum Outcome {
    /// It is gone, or no plain file.
    Nothing,
    /// An arrival was made of this very drop before.
    Known {
        /// The file.
        key: String,
        /// The drop.
        stamp: Stamp,
        /// Why the file is still there, though its contract wants it away.
        left: Option<String>,
    },
    /// An arrival was made.
    Taken {
        /// The file.
        key: String,
        /// Its dataset.
        dataset: String,
        /// The arrival.
        arrival: i64,
        /// Why the file is still there, though its contract wants it away.
        left: Option<String>,
    },
    /// Somebody has to do something; the ledger says what.
    Refused {
        /// The file.
        key: String,
        /// Why, and what to do.
        problem: String,
    },
    /// It is not complete.
    Wait(Candidate, Reason),
}

/// The contract that takes a file.
pub(crate) fn contract_of<'a>(contracts: &'a [Contract], place: &Place) -> Option<&'a Contract> {
    match route(contracts, place.folder.as_deref(), &place.file) {
        Route::To { dataset, .. } => contracts.iter().find(|contract| contract.name == *dataset),
        Route::Nowhere | Route::Tie(_) => None,
    }
}

impl Watcher {
    /// Looks at a file: takes it, or says why not.
    pub(crate) async fn consider(
        &self,
        contracts: &[Contract],
        writing: Option<&Writing>,
        mut candidate: Candidate,
    ) -> Result<Outcome, LedgerError> {
        let stamp = match look_in_place(&candidate.place).await {
            Ok(Seen::Plain(stamp)) => stamp,
            Ok(_) => return Ok(Outcome::Nothing),
            Err(error) => return self.unreadable(&candidate, &error).await,
        };
        let changed = candidate.looked(stamp);
        let place = candidate.place.clone();
        let contract = contract_of(contracts, &place);
        let known = self.ledger.inbox_file(&place.key).await?;
        if known.is_some_and(|known| known.stamp == stamp && known.arrival.is_some()) && place.utf8
        {
            let left = self.tidy_up(contract, &place, stamp).await;
            return Ok(Outcome::Known { key: place.key, stamp, left });
        }
        let settle = contract.map_or(SETTLE, |contract| contract.settle);
        let evidence = Evidence {
            announced: candidate.announced,
            writing: writing.is_some_and(|writing| writing.holds(&place.path)),
            quiet: candidate.since.elapsed(),
            settle,
            marker: match contract {
                Some(contract) if contract.ready == Ready::Marker => {
                    Some(marker(&place, stamp).await)
                }
                _ => None,
            },
        };
        let dataset = contract.map(|contract| contract.name.as_str());
        match decide(&evidence) {
            Verdict::Take => {}
            Verdict::TakeIfWhole => match self.until_whole(&candidate).await {
                Ok(Some(time)) => {
                    let candidate = candidate.waiting(Reason::Torn, dataset, time);
                    return Ok(Outcome::Wait(candidate, Reason::Torn));
                }
                Ok(None) => {}
                Err(error) => return self.unreadable(&candidate, &error).await,
            },
            Verdict::Wait(reason, time) => {
                let reason =
                    if changed && reason == Reason::Settling { Reason::Changed } else { reason };
                if let Reason::Marker(_) = reason {
                    let problem = reason.to_string();
                    if self.record_problem(&place.key, stamp, &problem).await? {
                        tracing::info!(path = place.key, "file not taken yet: {problem}");
                    }
                }
                return Ok(Outcome::Wait(candidate.waiting(reason, dataset, time), reason));
            }
        }
        if !place.utf8 {
            return self.refuse(&place, stamp, problem::NOT_UTF8.to_owned()).await;
        }
        let (dataset, partition) = match route(contracts, place.folder.as_deref(), &place.file) {
            Route::To { dataset, partition } => (dataset.to_owned(), partition),
            Route::Nowhere => {
                let problem = problem::nowhere(contracts, place.folder.as_deref());
                return self.refuse(&place, stamp, problem).await;
            }
            Route::Tie(datasets) => {
                return self.refuse(&place, stamp, problem::tie(&datasets)).await;
            }
        };
        match self.take(&place, stamp, &dataset, partition).await? {
            Taking::Arrived(arrival) => {
                let left = self.tidy_up(contract, &place, stamp).await;
                Ok(Outcome::Taken { key: place.key, dataset, arrival, left })
            }
            Taking::Known => {
                let left = self.tidy_up(contract, &place, stamp).await;
                Ok(Outcome::Known { key: place.key, stamp, left })
            }
            Taking::Changed => {
                candidate.announced = false;
                let time = settle.max(SETTLE);
                let candidate = candidate.waiting(Reason::Changed, Some(&dataset), time);
                Ok(Outcome::Wait(candidate, Reason::Changed))
            }
            Taking::Unreadable(error) => self.unreadable(&candidate, &error).await,
        }
    }

    /// How long to wait for a file to become whole; none when it is, or when it was left alone for
    /// so long that its loader shall say what is wrong with it.
    async fn until_whole(&self, candidate: &Candidate) -> io::Result<Option<Duration>> {
        let quiet = candidate.since.elapsed();
        if quiet >= self.pace.torn {
            return Ok(None);
        }
        let path = candidate.place.path.clone();
        let whole = tokio::task::spawn_blocking(move || looks_whole(&path))
            .await
            .map_err(io::Error::other)??;
        Ok((!whole).then(|| self.pace.torn - quiet))
    }

    /// Does with a file that was taken what its contract wants; why it could not, if so.
    async fn tidy_up(
        &self,
        contract: Option<&Contract>,
        place: &Place,
        stamp: Stamp,
    ) -> Option<String> {
        let contract = contract?;
        match tidy(contract.after, &self.inbox, place, stamp, &contract.name).await {
            Ok(()) => {
                self.complaints.clear(&place.key);
                None
            }
            Err(error) => {
                let text = format!("it was taken, but cannot be moved away: {error}");
                if self.complaints.is_new(&place.key, &text) {
                    tracing::warn!(path = place.key, "{text}");
                }
                Some(text)
            }
        }
    }

    async fn unreadable(
        &self,
        candidate: &Candidate,
        error: &io::Error,
    ) -> Result<Outcome, LedgerError> {
        if is_gone(error) {
            return Ok(Outcome::Nothing);
        }
        self.refuse(&candidate.place, candidate.stamp, problem::unreadable(error)).await
    }

    async fn refuse(
        &self,
        place: &Place,
        stamp: Stamp,
        problem: String,
    ) -> Result<Outcome, LedgerError> {
        if self.record_problem(&place.key, stamp, &problem).await? {
            metrics::counter!("tolva_files_refused_total").increment(1);
            tracing::warn!(path = place.key, "file not taken: {problem}");
        }
        Ok(Outcome::Refused { key: place.key.clone(), problem })
    }

    /// Records why a file is not taken; whether that is news. It is none, either, when the file was
    /// taken just now by somebody else.
    pub(crate) async fn record_problem(
        &self,
        key: &str,
        stamp: Stamp,
        problem: &str,
    ) -> Result<bool, LedgerError> {
        if let Some(known) = self.ledger.inbox_file(key).await?
            && known.stamp == stamp
            && (known.arrival.is_some() || known.problem.as_deref() == Some(problem))
        {
            return Ok(false);
        }
        // Another watcher may take the file at this very moment.
        self.ledger.record_problem(key, stamp, problem).await
    }
}

/// Looks at a file, whose folder must not have become a link meanwhile.
async fn look_in_place(place: &Place) -> io::Result<Seen> {
    if let Some(folder) = place.folder.as_ref().and_then(|_| place.path.parent())
        && look(folder).await? != Seen::Folder
    {
        return Ok(Seen::Gone);
    }
    look(&place.path).await
}

/// A marker counts once it is at least as new as its file: the one of an earlier drop under the same
/// name says nothing about this one.
async fn marker(place: &Place, file: Stamp) -> Marker {
    match look(&names::marker_of(&place.path)).await {
        Ok(Seen::Plain(marker)) if marker.ctime_ns >= file.ctime_ns => Marker::There,
        Ok(Seen::Plain(_)) => Marker::Old,
        _ => Marker::Missing,
    }
}
