//! What a running watcher keeps in mind, and does when it is due.

use std::collections::{HashMap, VecDeque};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::Instant;
use tolva_ledger::{LedgerError, Stamp};
use tolva_schema::contract::Contract;

use crate::complete::Reason;
use crate::hints::{Hints, channel};
use crate::intake::{Outcome, contract_of};
use crate::listing::{Listing, list_inbox};
use crate::looks::{Candidate, Looks};
use crate::run::is_stopped;
use crate::scan::{contracts_of, names_of};
use crate::streak::Streak;
use crate::watches::{Watches, advice};
use crate::{Watcher, problem};

/// A scan that is asked for again and again still leaves time for something else.
const BETWEEN_SCANS: Duration = Duration::from_millis(200);
/// How old the contracts may be when they are relied on to refuse a file.
const FRESH: Duration = Duration::from_millis(100);
/// A file that the ledger refuses so often, while it answers otherwise, lets others go first for a
/// while.
const PATIENCE: u32 = 5;
const DEFERRED: Duration = Duration::from_secs(10);

/// The contracts in force, as they were read last.
struct Contracts {
    list: Vec<Contract>,
    digests: Vec<String>,
    read: Instant,
}

/// What a running watcher keeps in mind. All of it may be lost: scans find it again.
pub(crate) struct Rounds<'a> {
    pub watcher: &'a Watcher,
    pub watches: Arc<Watches>,
    pub hints: Hints,
    contracts: Option<Contracts>,
    pub looks: Looks,
    /// Files that are done, so that a scan need not ask the ledger for each.
    known: HashMap<String, Stamp>,
    /// Files that went away, of which the ledger may tell a problem.
    pub gone: HashMap<String, PathBuf>,
    scanned: Instant,
    scan_due: Instant,
    contracts_due: Instant,
    /// Until when the ledger is left alone, after it failed.
    pause: Option<Instant>,
    ledger_fails: Streak,
    inbox_fails: Streak,
}

impl<'a> Rounds<'a> {
    /// Nothing is known yet; everything is due.
    pub fn new(watcher: &'a Watcher) -> Self {
        let (inlet, hints) = channel(watcher.capacity);
        let now = Instant::now();
        Self {
            watcher,
            watches: Arc::new(Watches::new(inlet)),
            hints,
            contracts: None,
            looks: Looks::default(),
            known: HashMap::new(),
            gone: HashMap::new(),
            scanned: now,
            scan_due: now,
            contracts_due: now,
            pause: None,
            ledger_fails: Streak::of("the ledger"),
            inbox_fails: Streak::of("scanning the inbox"),
        }
    }

    /// When there is something to do, unless an event comes earlier.
    pub fn next(&self) -> Instant {
        let mut next = self.scan_due.min(self.contracts_due);
        if !self.gone.is_empty() {
            next = Instant::now();
        }
        if let Some(due) = self.looks.next_due() {
            next = next.min(due);
        }
        self.pause.map_or(next, |pause| next.max(pause))
    }

    /// Something was missed.
    pub fn scan_soon(&mut self) {
        self.scan_due = self.scan_due.min(self.scanned + BETWEEN_SCANS);
    }

    /// Does what is due.
    pub async fn round(&mut self, stop: &watch::Receiver<bool>) {
        match self.try_round(stop).await {
            Ok(()) => {
                self.ledger_fails.worked();
                self.pause = None;
            }
            Err(error) => self.pause = Some(Instant::now() + self.ledger_fails.failed(&error)),
        }
    }

    async fn try_round(&mut self, stop: &watch::Receiver<bool>) -> Result<(), LedgerError> {
        // After a failure this shows whether the ledger answers at all.
        if self.contracts_due <= Instant::now() || self.ledger_fails.goes_on() {
            self.read_contracts().await?;
        }
        if self.scan_due <= Instant::now() {
            self.scan().await?;
        }
        self.forget_gone().await?;
        let mut due = VecDeque::from(self.looks.take_due());
        while let Some(candidate) = due.pop_front() {
            if is_stopped(stop) {
                return Ok(());
            }
            if let Err(error) = self.consider(candidate).await {
                due.into_iter().for_each(|candidate| self.looks.add(candidate));
                return Err(error);
            }
            self.note_all().await;
        }
        Ok(())
    }

    async fn read_contracts(&mut self) -> Result<(), LedgerError> {
        let (list, digests) = contracts_of(&self.watcher.ledger).await?;
        let now = Instant::now();
        if self.contracts.as_ref().is_none_or(|old| old.digests != digests) {
            // Files that no contract took may have found theirs.
            self.known.clear();
            self.scan_due = now;
        }
        self.contracts = Some(Contracts { list, digests, read: now });
        self.contracts_due = now + self.watcher.pace.contracts;
        Ok(())
    }

    /// The contracts in force, as far as they are known.
    pub fn contracts(&self) -> &[Contract] {
        self.contracts.as_ref().map_or(&[], |contracts| &contracts.list)
    }

    async fn scan(&mut self) -> Result<(), LedgerError> {
        let inbox = &self.watcher.inbox;
        let names = names_of(self.contracts());
        let listing = list_inbox(inbox, names, Some(self.watches.clone())).await;
        self.scanned = Instant::now();
        let listing = match listing {
            Ok(listing) => listing,
            Err(error) => {
                self.scan_due = self.scanned + self.inbox_fails.failed(&error);
                return Ok(());
            }
        };
        self.inbox_fails.worked();
        self.watcher.note_listing(&listing).await?;
        self.hints.writing.forget_idle();
        self.scan_due = self.scanned + self.watcher.pace.scan;
        let present: HashMap<&str, Stamp> =
            listing.files.iter().map(|(place, stamp)| (place.key.as_str(), *stamp)).collect();
        self.known.retain(|key, stamp| present.get(key.as_str()) == Some(stamp));
        self.add_all(listing);
        Ok(())
    }

    /// Adds what a listing found; a file that is known to be done is left out.
    pub fn add_all(&mut self, listing: Listing) {
        if let Some(error) = &listing.unwatched {
            self.scan_due = self.scan_due.min(self.scanned + self.watcher.pace.blind_scan);
            if self.watcher.complaints.is_new("watching", &error.to_string()) {
                let advice = advice(error);
                tracing::warn!(%error, advice, "a folder is not watched, only scanned");
            }
        }
        for (place, stamp) in listing.files {
            if self.known.get(&place.key) != Some(&stamp) {
                self.looks.add(Candidate::new(place, stamp, false));
            }
        }
    }

    async fn forget_gone(&mut self) -> Result<(), LedgerError> {
        while let Some(key) = self.gone.keys().next().cloned() {
            self.watcher.forget(&key).await?;
            self.gone.remove(&key);
        }
        Ok(())
    }

    /// Looks at a file. When the ledger fails, the file is kept in mind.
    async fn consider(&mut self, candidate: Candidate) -> Result<(), LedgerError> {
        let contract = contract_of(self.contracts(), &candidate.place);
        let is_fresh = self.contracts.as_ref().is_some_and(|known| known.read.elapsed() <= FRESH);
        if candidate.announced && contract.is_none() && !is_fresh {
            // The contract may have come a moment before its file.
            if let Err(error) = self.read_contracts().await {
                self.looks.add(candidate);
                return Err(error);
            }
        }
        let dataset = contract_of(self.contracts(), &candidate.place)
            .map(|contract| contract.name.to_string());
        let overtaken =
            dataset.as_ref().and_then(|dataset| self.looks.overtaken_by(&candidate, dataset));
        if let Some(due) = overtaken {
            self.looks.add(Candidate { due, ..candidate });
            return Ok(());
        }
        let writing = Some(&*self.hints.writing);
        let watcher = self.watcher;
        match watcher.consider(self.contracts(), writing, candidate.clone()).await {
            Ok(outcome) => {
                self.settle(outcome);
                Ok(())
            }
            Err(error) => {
                self.keep(candidate, dataset, &error).await;
                Err(error)
            }
        }
    }

    /// Keeps a file in mind that the ledger did not take. It is tried again at once, so that no newer
    /// one overtakes it; one that fails for itself lets those of other datasets go first.
    async fn keep(
        &mut self,
        mut candidate: Candidate,
        dataset: Option<String>,
        error: &LedgerError,
    ) {
        candidate.failures += 1;
        if candidate.failures.is_multiple_of(PATIENCE) {
            candidate = candidate.waiting(Reason::Settling, dataset.as_deref(), DEFERRED);
            let (key, stamp) = (&candidate.place.key, candidate.stamp);
            let problem = problem::not_kept(error);
            // That this fails as well is to be expected.
            if let Ok(true) = self.watcher.record_problem(key, stamp, &problem).await {
                tracing::warn!(path = key, "file not taken: {problem}");
            }
        }
        self.looks.add(candidate);
    }

    fn settle(&mut self, outcome: Outcome) {
        match outcome {
            Outcome::Nothing | Outcome::Refused { .. } => {}
            // The marker's appearance is an event of its own.
            Outcome::Wait(_, Reason::Marker(_)) => {}
            Outcome::Wait(candidate, _) => self.looks.add(candidate),
            // A file that could not be moved away is tried again by the next scan.
            Outcome::Known { left: Some(_), .. } => {}
            Outcome::Known { key, stamp, left: None } => {
                self.known.insert(key, stamp);
            }
            Outcome::Taken { .. } => self.watcher.wake.notify_one(),
        }
    }
}
