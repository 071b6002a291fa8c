//! The watcher: what it needs to know.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;
use tolva_events::Bus;
use tolva_ledger::Ledger;

use crate::complaints::Complaints;
use crate::hints::CAPACITY;

/// Makes arrivals of the files that are dropped into an inbox.
pub struct Watcher {
    pub(crate) ledger: Ledger,
    pub(crate) inbox: PathBuf,
    pub(crate) bus: Option<Arc<dyn Bus>>,
    /// Told when there is something to publish.
    pub(crate) wake: Arc<Notify>,
    pub(crate) pace: Pace,
    pub(crate) complaints: Complaints,
    /// Hints that may wait to be noted.
    pub(crate) capacity: usize,
}

/// How often a watcher does what no event tells it to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    /// Between two scans of the inbox. An overflow of the system's events starts one at once.
    pub scan: Duration,
    /// Between two scans of an inbox that cannot be watched.
    pub blind_scan: Duration,
    /// Between two looks at the contracts in force.
    pub contracts: Duration,
    /// How long a file that is empty, or a workbook without its end, must be left alone before it is
    /// taken as it is, where no event said that it is complete.
    pub torn: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            scan: Duration::from_secs(60),
            blind_scan: Duration::from_secs(5),
            contracts: Duration::from_secs(1),
            torn: Duration::from_secs(10),
        }
    }
}

impl Watcher {
    /// A watcher of `inbox`, which is made when it is missing. Without a bus, publishing is left to
    /// others: a host that reaches only the ledger's database needs no broker.
    pub fn new(ledger: Ledger, inbox: PathBuf, bus: Option<Arc<dyn Bus>>) -> Self {
        // Events come with absolute paths.
        let inbox = std::path::absolute(&inbox).unwrap_or(inbox);
        Self {
            ledger,
            inbox,
            bus,
            wake: Arc::default(),
            pace: Pace::default(),
            complaints: Complaints::default(),
            capacity: CAPACITY,
        }
    }

    /// The same with another pace.
    pub fn with_pace(mut self, pace: Pace) -> Self {
        self.pace = pace;
        self
    }
}
