//! A ledger, an inbox and a bus of one's own, and how to wait for what happens in them.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use tempfile::TempDir;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tolva_events::{Bus, Consumer, LocalBus, Signal};
use tolva_ledger::{Arrival, Ledger};
use tolva_schema::contract::Contract;
use tolva_schema::event::Body;
use tolva_watcher::{Pace, Watcher, WatcherError};

pub const EMPLOYEES: &str = include_str!("../../../datasets/employees.toml");
pub const RELATIONSHIPS: &str = include_str!("../../../datasets/relationships.toml");

/// How long something may take that happens in the end.
const DEADLINE: Duration = Duration::from_secs(60);
/// An hour: scans other than the first one do not help in a test of events.
const NEVER: Duration = Duration::from_secs(3600);

pub struct House {
    folder: TempDir,
    pub ledger: Ledger,
    pub bus: Arc<LocalBus>,
    pub pace: Pace,
}

impl House {
    /// A house with the mission's two contracts.
    pub async fn new() -> Self {
        let house = Self::without_contracts().await;
        house.store(EMPLOYEES).await;
        house.store(RELATIONSHIPS).await;
        house
    }

    pub async fn without_contracts() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let database = folder.path().join("ledger.db");
        let ledger = Ledger::open(&format!("sqlite://{}", database.display())).await;
        fs::create_dir(folder.path().join("inbox")).expect("made");
        fs::create_dir(folder.path().join("elsewhere")).expect("made");
        Self {
            folder,
            ledger: ledger.expect("a ledger"),
            bus: Arc::new(LocalBus::new()),
            pace: Pace { scan: NEVER, ..Pace::default() },
        }
    }

    /// Puts a contract in force.
    pub async fn store(&self, text: &str) {
        let contract = Contract::parse("contract.toml", text).expect("valid");
        self.ledger.store_contract("contract.toml", text, &contract, None).await.expect("stored");
    }

    /// Puts the contract of the employees in force with a line more.
    pub async fn store_employees_with(&self, line: &str) {
        let text = EMPLOYEES.replacen("every ", &format!("{line}\nevery "), 1);
        assert_ne!(text, EMPLOYEES);
        self.store(&text).await;
    }

    /// A path in the inbox.
    pub fn inbox(&self, path: &str) -> PathBuf {
        self.folder.path().join("inbox").join(path)
    }

    /// A path outside of the inbox, on the same file system.
    pub fn elsewhere(&self, path: &str) -> PathBuf {
        self.folder.path().join("elsewhere").join(path)
    }

    /// A path beside the inbox.
    pub fn beside(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    /// Writes a file into the inbox, as `cp` does, and its folder if it is missing.
    pub fn drop_file(&self, path: &str, content: &str) -> PathBuf {
        let path = self.inbox(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        fs::write(&path, content).expect("written");
        path
    }

    pub fn watcher(&self) -> Watcher {
        self.watcher_on(self.bus.clone())
    }

    pub fn watcher_on(&self, bus: Arc<dyn Bus>) -> Watcher {
        Watcher::new(self.ledger.clone(), self.inbox(""), Some(bus)).with_pace(self.pace)
    }

    /// Starts a watcher and waits until it watches: until it noticed that a file went.
    pub async fn watch(&self) -> Running {
        let running = Running::start(self.watcher());
        let probe = self.drop_file("probe-of-the-test", "x");
        self.until("the probe is seen", async || {
            self.problems().await.iter().any(|(path, _)| path == "probe-of-the-test")
        })
        .await;
        fs::remove_file(probe).expect("removed");
        self.until("the probe is forgotten", async || self.problems().await.is_empty()).await;
        running
    }

    /// Files of which no arrival was made, and why.
    pub async fn problems(&self) -> Vec<(String, String)> {
        let problems = self.ledger.inbox_problems().await.expect("read");
        problems.into_iter().map(|file| (file.path, file.problem.unwrap_or_default())).collect()
    }

    pub async fn problem_of(&self, path: &str) -> Option<String> {
        self.problems().await.into_iter().find(|(other, _)| other == path).map(|(_, text)| text)
    }

    /// The arrivals of all datasets, the oldest first.
    pub async fn arrivals(&self) -> Vec<Arrival> {
        let mut arrivals = self.ledger.arrivals(None, 10_000).await.expect("read");
        arrivals.reverse();
        arrivals
    }

    /// Where the arrivals came from, in order.
    pub async fn taken(&self) -> Vec<String> {
        self.arrivals().await.into_iter().map(|arrival| arrival.path).collect()
    }

    pub async fn until_taken(&self, expected: &[&str]) {
        self.until(&format!("{expected:?} are taken"), async || {
            self.taken().await.len() >= expected.len()
        })
        .await;
        assert_eq!(self.taken().await, expected);
    }

    pub async fn content(&self, arrival: i64) -> String {
        let mut bytes = Vec::new();
        self.ledger.fetch_bytes(arrival, &mut bytes).await.expect("kept");
        String::from_utf8(bytes).expect("text")
    }

    /// Waits for what happens in the end.
    pub async fn until(&self, what: &str, mut happened: impl AsyncFnMut() -> bool) {
        let start = Instant::now();
        let mut pause = Duration::from_millis(4);
        while !happened().await {
            if start.elapsed() > DEADLINE {
                let (taken, problems) = (self.taken().await, self.problems().await);
                panic!("waited in vain until {what}; taken: {taken:?}, problems: {problems:?}");
            }
            // Looking costs time, too.
            tokio::time::sleep(pause).await;
            pause = (pause * 5 / 4).min(Duration::from_millis(200));
        }
    }

    /// Sees to it that nothing is taken beyond `expected` for some time.
    pub async fn stays(&self, expected: &[&str], time: Duration) {
        let start = Instant::now();
        while start.elapsed() < time {
            assert_eq!(self.taken().await, expected);
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

/// The arrival that the next event tells of.
pub async fn next_arrival(events: &mut Box<dyn Consumer>) -> i64 {
    let Some(Signal::Delivery(delivery)) = events.next().await else { panic!("no event") };
    let Body::FileArrived(body) = delivery.event.body.clone() else { panic!("{delivery:?}") };
    assert_eq!(body.dataset, "employees");
    delivery.done().await;
    body.arrival
}

/// A watcher that runs.
pub struct Running {
    stop: watch::Sender<bool>,
    task: JoinHandle<Result<(), WatcherError>>,
}

impl Running {
    pub fn start(watcher: Watcher) -> Self {
        let (stop, stopped) = watch::channel(false);
        let task = tokio::spawn(async move { watcher.run(stopped).await });
        Self { stop, task }
    }

    pub async fn stop(self) {
        self.stop.send(true).expect("it runs");
        tokio::time::timeout(DEADLINE, self.task)
            .await
            .expect("soon")
            .expect("no panic")
            .expect("no error");
    }
}

/// The names in a folder.
pub fn names_in(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("a folder");
    let mut names: Vec<String> = entries
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}
