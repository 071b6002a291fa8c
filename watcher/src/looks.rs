//! Files that are to be looked at, now or a little later.

use std::collections::HashMap;
use std::path::PathBuf;
use std::time::Duration;

use tokio::time::Instant;
use tolva_ledger::Stamp;

use crate::complete::Reason;
use crate::place::Place;

/// A file that is to be looked at.
#[derive(Debug, Clone)]
pub(crate) struct Candidate {
    /// Where it lies.
    pub place: Place,
    /// How it looked last.
    pub stamp: Stamp,
    /// When it first looked so.
    pub since: Instant,
    /// When to look again.
    pub due: Instant,
    /// It was closed or moved in, and did not change since.
    pub announced: bool,
    /// What it waits for, and its dataset; unknown until it was looked at.
    pub waits: Option<(Reason, Option<String>)>,
    /// How often the ledger refused it in a row, while it answered otherwise.
    pub failures: u32,
}

impl Candidate {
    /// A file that looks so at the moment.
    pub fn new(place: Place, stamp: Stamp, announced: bool) -> Self {
        let now = Instant::now();
        Self { place, stamp, since: now, due: now, announced, waits: None, failures: 0 }
    }

    /// Takes note of how it looks now; whether that differs from how it looked last.
    pub fn looked(&mut self, stamp: Stamp) -> bool {
        let changed = stamp != self.stamp;
        if changed {
            (self.stamp, self.since, self.announced) = (stamp, Instant::now(), false);
        }
        changed
    }

    /// Puts the next look off.
    pub fn waiting(mut self, reason: Reason, dataset: Option<&str>, time: Duration) -> Self {
        self.due = Instant::now() + time;
        self.waits = Some((reason, dataset.map(str::to_owned)));
        self
    }

    /// What was dropped first comes first: the time of change is when a file was written or moved.
    fn order(&self) -> (i64, i64, &str) {
        (self.stamp.ctime_ns, self.stamp.mtime_ns, &self.place.key)
    }
}

/// Files that are to be looked at, each once.
#[derive(Debug, Default)]
pub(crate) struct Looks {
    files: HashMap<PathBuf, Candidate>,
}

impl Looks {
    /// Adds a file, or what is new about it.
    pub fn add(&mut self, mut candidate: Candidate) {
        if let Some(known) = self.files.remove(&candidate.place.path) {
            candidate.due = candidate.due.min(known.due);
            if known.stamp == candidate.stamp {
                candidate.since = candidate.since.min(known.since);
                candidate.announced |= known.announced;
                candidate.waits = candidate.waits.or(known.waits);
            }
        }
        self.files.insert(candidate.place.path.clone(), candidate);
    }

    /// When the next look is due.
    pub fn next_due(&self) -> Option<Instant> {
        self.files.values().map(|file| file.due).min()
    }

    /// Takes out the files whose look is due, what was dropped first at the front.
    pub fn take_due(&mut self) -> Vec<Candidate> {
        let now = Instant::now();
        let mut due: Vec<Candidate> =
            self.files.extract_if(|_, file| file.due <= now).map(|(_, file)| file).collect();
        due.sort_by(|a, b| a.order().cmp(&b.order()));
        due
    }

    /// Until when `newer` has to wait, since an older drop of its dataset only needs its second look:
    /// whatever is taken later wins.
    pub fn overtaken_by(&self, newer: &Candidate, dataset: &str) -> Option<Instant> {
        self.files
            .values()
            .filter(|older| {
                matches!(&older.waits, Some((Reason::Settling, Some(theirs))) if theirs == dataset)
                    && older.place.path != newer.place.path
                    && older.order() < newer.order()
            })
            .map(|older| older.due)
            .max()
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::time::Duration;

    use tolva_ledger::Stamp;

    use super::{Candidate, Looks};
    use crate::complete::Reason;
    use crate::place::Place;

    fn candidate(name: &str, ctime_ns: i64, announced: bool) -> Candidate {
        let place = Place::of(Path::new("/in"), &Path::new("/in").join(name)).expect("a place");
        Candidate::new(place, Stamp { ctime_ns, ..Stamp::default() }, announced)
    }

    #[test]
    fn what_was_dropped_first_is_looked_at_first() {
        let mut looks = Looks::default();
        for (name, ctime) in [("a", 3), ("b", 1), ("c", 2)] {
            looks.add(candidate(name, ctime, false));
        }
        looks.add(candidate("d", 0, false).waiting(Reason::Torn, None, Duration::from_secs(60)));
        let due: Vec<String> = looks.take_due().into_iter().map(|file| file.place.file).collect();
        assert_eq!(due, ["b", "c", "a"]);
        assert!(looks.next_due().is_some(), "d waits");
    }

    #[test]
    fn a_file_is_there_once_and_keeps_what_is_known_of_it() {
        let mut looks = Looks::default();
        let first = candidate("a", 1, true);
        let since = first.since;
        looks.add(first.waiting(Reason::Settling, Some("d"), Duration::from_secs(60)));
        looks.add(candidate("a", 1, false));
        let due = looks.take_due();
        assert!(due[0].announced && due[0].since == since && due.len() == 1);
        looks.add(candidate("a", 1, true).waiting(Reason::Torn, None, Duration::ZERO));
        looks.add(candidate("a", 2, false));
        assert!(!looks.take_due()[0].announced, "it changed since it was closed");
    }

    #[test]
    fn a_newer_file_waits_only_for_older_ones_of_its_dataset_that_need_their_second_look() {
        let minute = Duration::from_secs(60);
        let mut looks = Looks::default();
        looks.add(candidate("torn", 1, false).waiting(Reason::Torn, Some("d"), minute));
        looks.add(candidate("other", 1, false).waiting(Reason::Settling, Some("e"), minute));
        looks.add(candidate("newer", 9, false).waiting(Reason::Settling, Some("d"), minute));
        let dropped = candidate("b", 5, true);
        assert_eq!(looks.overtaken_by(&dropped, "d"), None);
        let older = candidate("a", 4, false).waiting(Reason::Settling, Some("d"), minute);
        let due = older.due;
        looks.add(older);
        assert_eq!(looks.overtaken_by(&dropped, "d"), Some(due));
    }
}
