//! One pass over the inbox.

use std::collections::HashSet;

use tolva_events::{PublishError, publish_outbox};
use tolva_ledger::{Ledger, LedgerError, Stamp};
use tolva_schema::contract::Contract;

use crate::complete::Reason;
use crate::intake::Outcome;
use crate::listing::{Listing, list_inbox};
use crate::look::{Seen, look};
use crate::looks::{Candidate, Looks};
use crate::report::{Left, Refused, ScanReport, Taken, Waiting};
use crate::{Watcher, WatcherError, problem};

/// The contracts in force, with their digests in the same order.
pub(crate) async fn contracts_of(
    ledger: &Ledger,
) -> Result<(Vec<Contract>, Vec<String>), LedgerError> {
    let stored = ledger.contracts().await?;
    Ok(stored.into_iter().map(|stored| (stored.contract, stored.digest)).unzip())
}

/// The names of their datasets.
pub(crate) fn names_of(contracts: &[Contract]) -> Vec<String> {
    contracts.iter().map(|contract| contract.name.to_string()).collect()
}

impl Watcher {
    /// One pass over the inbox: makes the folders of the datasets in force, takes every file that is
    /// complete, publishes, and says what it found. It lasts as long as two looks at the files that
    /// were not taken before are to be apart, and longer if one of them lacks its end.
    ///
    /// # Errors
    /// The inbox cannot be used or the ledger refused; what was not taken is taken by the next pass.
    /// That the bus refused is no error: the events stay in the outbox.
    pub async fn scan(&self) -> Result<ScanReport, WatcherError> {
        let (contracts, _) = contracts_of(&self.ledger).await?;
        let listing = list_inbox(&self.inbox, names_of(&contracts), None).await?;
        let mut report = ScanReport::default();
        report.refused.extend(self.note_listing(&listing).await?);
        let mut looks = Looks::default();
        for (place, stamp) in listing.files {
            looks.add(Candidate::new(place, stamp, false));
        }
        while let Some(due) = looks.next_due() {
            tokio::time::sleep_until(due).await;
            for candidate in looks.take_due() {
                match self.consider(&contracts, None, candidate).await? {
                    Outcome::Wait(candidate, Reason::Settling | Reason::Torn) => {
                        looks.add(candidate);
                    }
                    outcome => report_of(outcome, &mut report),
                }
            }
        }
        self.publish_in_passing().await?;
        Ok(report)
    }

    /// Publishes; what the bus refuses stays in the outbox.
    async fn publish_in_passing(&self) -> Result<(), LedgerError> {
        let Some(bus) = &self.bus else { return Ok(()) };
        match publish_outbox(&self.ledger, &**bus).await {
            Ok(_) => Ok(()),
            Err(PublishError::Ledger(error)) => Err(error),
            Err(PublishError::Bus(error)) => {
                tracing::warn!(%error, "arrivals are not published yet");
                Ok(())
            }
        }
    }

    /// Records what could not be listed, and forgets the problems of files that are gone.
    pub(crate) async fn note_listing(
        &self,
        listing: &Listing,
    ) -> Result<Vec<Refused>, LedgerError> {
        for (dataset, error) in &listing.not_made {
            if self.complaints.is_new("folders", &error.to_string()) {
                tracing::warn!(dataset, %error, "the folder of a dataset cannot be made");
            }
        }
        let mut refused = Vec::new();
        for (path, error) in &listing.unreadable {
            let problem = problem::unreadable(error);
            if self.record_problem(path, Stamp::default(), &problem).await? {
                tracing::warn!(path, "not listed: {problem}");
            }
            refused.push(Refused { path: path.clone(), problem });
        }
        let present: HashSet<&str> =
            listing.files.iter().map(|(place, _)| place.key.as_str()).collect();
        for known in self.ledger.inbox_problems().await? {
            let path = &known.path;
            let is_unreadable = listing.unreadable.iter().any(|(unreadable, _)| {
                path.strip_prefix(unreadable)
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            });
            if !is_unreadable && !present.contains(path.as_str()) {
                self.forget(path).await?;
            }
        }
        Ok(refused)
    }

    /// Forgets the problem of a file that is no longer there.
    ///
    /// A file of which an arrival was made is never forgotten: when the inbox is away for a while and
    /// comes back, nothing is taken twice.
    pub(crate) async fn forget(&self, key: &str) -> Result<(), LedgerError> {
        if let Ok(Seen::Plain(_)) = look(&self.inbox.join(key)).await {
            return Ok(());
        }
        if self.ledger.inbox_file(key).await?.is_some_and(|known| known.arrival.is_none()) {
            self.ledger.forget_inbox_file(key).await?;
        }
        Ok(())
    }
}

fn report_of(outcome: Outcome, report: &mut ScanReport) {
    let leave = |path: String, left: Option<String>, report: &mut ScanReport| {
        report.left.extend(left.map(|problem| Left { path, problem }));
    };
    match outcome {
        Outcome::Nothing => {}
        Outcome::Known { key, left, .. } => leave(key, left, report),
        Outcome::Taken { key, dataset, arrival, left } => {
            leave(key.clone(), left, report);
            report.taken.push(Taken { path: key, dataset, arrival });
        }
        Outcome::Refused { key, problem } => {
            report.refused.push(Refused { path: key, problem });
        }
        Outcome::Wait(candidate, reason) => {
            report.waiting.push(Waiting { path: candidate.place.key, reason: reason.to_string() })
        }
    }
}
