//! Failures in a row: said once, tried again ever more slowly.

use std::fmt::Display;
use std::time::Duration;

const FIRST: Duration = Duration::from_millis(200);
const LONGEST: Duration = Duration::from_secs(10);

/// Failures of one thing in a row.
#[derive(Debug)]
pub(crate) struct Streak {
    what: &'static str,
    failures: u32,
}

impl Streak {
    /// None yet.
    pub fn of(what: &'static str) -> Self {
        Self { what, failures: 0 }
    }

    /// It failed; how long to wait before the next try.
    pub fn failed(&mut self, error: &dyn Display) -> Duration {
        if self.failures == 0 {
            tracing::warn!(%error, "{} failed; it is tried again until it works", self.what);
        }
        let wait = FIRST.saturating_mul(1 << self.failures.min(10)).min(LONGEST);
        self.failures = self.failures.saturating_add(1);
        wait
    }

    /// It worked.
    pub fn worked(&mut self) {
        if self.failures > 0 {
            tracing::info!(failures = self.failures, "{} works again", self.what);
        }
        self.failures = 0;
    }

    /// Whether the last try failed.
    pub fn goes_on(&self) -> bool {
        self.failures > 0
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::Streak;

    #[test]
    fn tries_become_rare_but_never_stop() {
        let mut streak = Streak::of("a try");
        let waits: Vec<Duration> = (0..50).map(|_| streak.failed(&"no")).collect();
        assert!(waits.is_sorted() && waits[0] < Duration::from_secs(1));
        assert_eq!(waits[49], Duration::from_secs(10));
        streak.worked();
        assert!(!streak.goes_on());
        assert_eq!(streak.failed(&"no"), waits[0]);
    }
}
