//! The versions of datasets, known without asking: Postgres says when one is raised.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tolva_ledger::Heard;

use crate::snapshot::Version;

/// How long a version is believed without being asked for: a connection that died may say nothing for
/// long.
const BELIEVED: Duration = Duration::from_secs(1);

/// The versions of datasets as last read, while it is listened for their being raised. In SQLite nobody
/// tells, and they are read each time.
#[derive(Debug, Default)]
pub struct Versions(Mutex<Inner>);

#[derive(Debug, Default)]
struct Inner {
    listening: bool,
    /// Raised by everything that is heard.
    mark: u64,
    known: HashMap<String, (Version, Instant)>,
}

/// A moment in what is heard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark(u64);

impl Versions {
    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The version of a dataset.
    pub fn known(&self, dataset: &str) -> Option<Version> {
        let inner = self.inner();
        let (version, read_at) = inner.known.get(dataset)?;
        (read_at.elapsed() < BELIEVED).then_some(*version)
    }

    /// Now, before a version is read; none while nobody listens.
    pub fn mark(&self) -> Option<Mark> {
        let inner = self.inner();
        inner.listening.then_some(Mark(inner.mark))
    }

    /// Keeps a version that was read after `mark`, unless something was heard since.
    pub fn keep(&self, dataset: &str, version: Version, mark: Option<Mark>) {
        let mut inner = self.inner();
        if inner.listening && mark == Some(Mark(inner.mark)) {
            inner.known.insert(dataset.to_owned(), (version, Instant::now()));
        }
    }

    /// Something was heard.
    pub fn hear(&self, heard: Heard) {
        let mut inner = self.inner();
        inner.mark += 1;
        match heard {
            Heard::Told(dataset) => drop(inner.known.remove(&dataset)),
            Heard::Began => {
                inner.known.clear();
                inner.listening = true;
            }
            Heard::Lost => {
                inner.known.clear();
                inner.listening = false;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIRST: Version = Version { number: 1, made_at: None };

    #[test]
    fn a_version_is_known_until_it_is_raised() {
        let versions = Versions::default();
        versions.keep("a", FIRST, versions.mark());
        assert_eq!(versions.known("a"), None, "nobody listens");
        versions.hear(Heard::Began);
        versions.keep("a", FIRST, versions.mark());
        versions.keep("b", FIRST, versions.mark());
        assert_eq!(versions.known("a"), Some(FIRST));
        versions.hear(Heard::Told("a".to_owned()));
        assert_eq!((versions.known("a"), versions.known("b")), (None, Some(FIRST)));
        versions.hear(Heard::Lost);
        assert_eq!(versions.known("b"), None);
    }

    #[test]
    fn what_was_read_before_it_was_raised_is_not_kept() {
        let versions = Versions::default();
        versions.hear(Heard::Began);
        let mark = versions.mark();
        versions.hear(Heard::Told("a".to_owned()));
        versions.keep("a", FIRST, mark);
        assert_eq!(versions.known("a"), None);
    }
}
