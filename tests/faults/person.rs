//! The person who drops files, and remembers all of them.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{JoinHandle, sleep, spawn};
use std::time::{Duration, Instant};

use fastrand::Rng;
use sha2::{Digest, Sha256};

use crate::dataset::{Dataset, Row, Version};

/// File systems tell times in steps of some milliseconds; so far apart are drops in one dataset, as
/// those of a person would be.
const APART: Duration = Duration::from_millis(12);
/// Names of files that are dropped again and again.
const NAMES: u64 = 6;

/// A file that lay completely in the inbox for a while.
#[derive(Debug, Clone)]
pub struct Dropped {
    pub dataset: Dataset,
    /// Below the inbox.
    pub path: String,
    pub sha256: String,
    pub version: Version,
    /// Whether a later drop took its place under its name.
    pub overwritten: bool,
}

/// What is put into a file.
struct Content {
    bytes: Vec<u8>,
    rows: Option<Vec<Row>>,
}

/// A person at the inbox.
pub struct Person {
    inbox: PathBuf,
    random: Rng,
    versions: u64,
    pub drops: Vec<Dropped>,
}

impl Person {
    pub fn at(inbox: &Path, seed: u64) -> Self {
        for dataset in Dataset::ALL {
            fs::create_dir_all(inbox.join(dataset.name())).expect("made");
        }
        Self {
            inbox: inbox.to_owned(),
            random: Rng::with_seed(seed),
            versions: 0,
            drops: Vec::new(),
        }
    }

    /// Drops a file, or a few that belong together, in one of the ways in which people do that.
    pub fn drop_something(&mut self) {
        let dataset = Dataset::ALL[self.random.usize(..Dataset::ALL.len())];
        match self.random.u8(..20) {
            0 => self.twins(dataset),
            1 => self.while_it_is_read(),
            2 => {
                let (name, content) = (self.fresh_name(dataset), self.refused());
                self.rename_into(dataset, &name, content);
            }
            3..=5 => {
                let name = self.known_name(Dataset::Branches);
                let content = self.content(Dataset::Branches, &name);
                self.slowly(&name, content);
            }
            6..=12 => {
                let name = self.fresh_name(dataset);
                let content = self.content(dataset, &name);
                self.copy(dataset, &name, content);
            }
            _ => self.drop_into(dataset),
        }
    }

    /// One good version of each dataset, as the last ones: these are what must be found.
    pub fn last_versions(&mut self) {
        for dataset in Dataset::ALL {
            self.drop_into(dataset);
        }
    }

    /// A good version of a dataset.
    pub fn drop_into(&mut self, dataset: Dataset) {
        let name = self.known_name(dataset);
        let content = self.content(dataset, &name);
        self.rename_into(dataset, &name, content);
    }

    /// The same content under several names.
    fn twins(&mut self, dataset: Dataset) {
        let first = self.fresh_name(dataset);
        let content = self.content(dataset, &first);
        for _ in 0..self.random.usize(1..3) {
            let name = self.fresh_name(dataset);
            let twin = Content { bytes: content.bytes.clone(), rows: content.rows.clone() };
            self.copy(dataset, &name, twin);
        }
        self.rename_into(dataset, &first, content);
    }

    /// One version after the other under one name, each large enough to be still being read when the
    /// next one comes.
    fn while_it_is_read(&mut self) {
        let name = self.known_name(Dataset::Branches);
        for _ in 0..self.random.usize(2..5) {
            let rows = self.rows_of_branch(&name, 3_000);
            let content = self.written(rows);
            if self.random.bool() {
                self.copy(Dataset::Branches, &name, content);
            } else {
                self.rename_into(Dataset::Branches, &name, content);
            }
            sleep(Duration::from_millis(self.random.u64(..60)));
        }
    }

    /// Written beside and moved into place.
    fn rename_into(&mut self, dataset: Dataset, name: &str, content: Content) {
        let path = self.path(dataset, name);
        let beside = self.inbox.join(dataset.name()).join(format!(".{name}.new"));
        fs::write(&beside, &content.bytes).expect("written");
        fs::rename(&beside, self.inbox.join(&path)).expect("moved");
        self.remember(dataset, name, path, content);
    }

    /// Written where it shall be.
    fn copy(&mut self, dataset: Dataset, name: &str, content: Content) {
        let path = self.path(dataset, name);
        fs::write(self.inbox.join(&path), &content.bytes).expect("written");
        self.remember(dataset, name, path, content);
    }

    /// Written where it shall be, bit by bit.
    fn slowly(&mut self, name: &str, content: Content) {
        let path = self.path(Dataset::Branches, name);
        let mut file = File::create(self.inbox.join(&path)).expect("made");
        let pieces = self.random.usize(3..8);
        for piece in content.bytes.chunks(content.bytes.len() / pieces + 1) {
            file.write_all(piece).expect("written");
            sleep(Duration::from_millis(self.random.u64(5..40)));
        }
        drop(file);
        self.remember(Dataset::Branches, name, path, content);
    }

    fn remember(&mut self, dataset: Dataset, name: &str, path: String, content: Content) {
        let digest = Sha256::digest(&content.bytes);
        let sha256 = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        for older in self.drops.iter_mut().filter(|older| older.path == path) {
            older.overwritten = true;
        }
        let version = Version { file: name.to_owned(), rows: content.rows };
        self.drops.push(Dropped { dataset, path, sha256, version, overwritten: false });
        sleep(APART);
    }

    fn path(&self, dataset: Dataset, name: &str) -> String {
        format!("{}/{name}", dataset.name())
    }

    fn fresh_name(&mut self, dataset: Dataset) -> String {
        self.versions += 1;
        format!("{}-{}.csv", dataset.name(), 1_000 + self.versions)
    }

    /// A name that may have been there before. Every file of `entries` counts, so that one that is
    /// replaced before it is taken would be missed: they all have their own.
    fn known_name(&mut self, dataset: Dataset) -> String {
        if dataset == Dataset::Entries || dataset == Dataset::Prices {
            return self.fresh_name(dataset);
        }
        format!("{}-{}.csv", dataset.name(), self.random.u64(..NAMES))
    }

    /// A good version.
    fn content(&mut self, dataset: Dataset, name: &str) -> Content {
        let many = if self.random.u8(..8) == 0 { 1_500 } else { 60 };
        let rows = match dataset {
            Dataset::Branches => self.rows_of_branch(name, many),
            // Every file has keys of its own.
            Dataset::Entries => self.rows(self.versions * 10_000, many),
            Dataset::Stock | Dataset::Prices => self.rows(0, many),
        };
        self.written(rows)
    }

    /// A branch's rows have keys of their own.
    fn rows_of_branch(&mut self, name: &str, many: u64) -> Vec<Row> {
        let number = name.split(['-', '.']).nth(1).and_then(|number| number.parse::<u64>().ok());
        self.rows(number.expect("a numbered name") * 10_000, many)
    }

    /// Rows of which some are as they always are, some are of this version, and some are not there.
    fn rows(&mut self, from: u64, many: u64) -> Vec<Row> {
        self.versions += 1;
        let version = self.versions;
        let many = self.random.u64(many / 2..many);
        let mut rows = Vec::new();
        for at in 0..many {
            let number = from + at;
            let (text, shelf) = match self.random.u8(..10) {
                0 => continue,
                1..=3 => {
                    (format!("version {version}, línea {at}"), format!("shelf {}", version % 7))
                }
                _ => (format!("as ever, \u{d1} {at}"), format!("shelf {}", at % 5)),
            };
            rows.push(Row { number, text, shelf });
        }
        rows
    }

    /// These rows as a file, sometimes with a line that no table takes.
    fn written(&mut self, rows: Vec<Row>) -> Content {
        let mut text = "number,text,shelf\n".to_owned();
        for Row { number, text: said, shelf } in &rows {
            text.push_str(&format!("{number},\"{said}\",{shelf}\n"));
        }
        if self.random.u8(..3) == 0 {
            text.push_str("a number,wrong,nowhere\n");
        }
        Content { bytes: text.into_bytes(), rows: Some(rows) }
    }

    /// A file that is to be refused.
    fn refused(&mut self) -> Content {
        self.versions += 1;
        let version = self.versions;
        let text = match self.random.u8(..3) {
            0 => format!("nombre,texto\nfile {version},has other columns\n"),
            1 => format!(
                "number,text,shelf\n{}",
                "x,wrong,shelf\n".repeat(6 + version as usize % 50)
            ),
            _ => format!("PK\u{3}\u{4}{version}, which is no workbook"),
        };
        Content { bytes: text.into_bytes(), rows: None }
    }
}

/// A person who goes on dropping until they are told that it is enough, or the test is over.
pub struct Dropping {
    enough: Arc<AtomicBool>,
    person: Option<JoinHandle<Person>>,
}

impl Dropping {
    /// So many files, spread evenly over this time.
    pub fn start(mut person: Person, files: usize, time: Duration) -> Self {
        let enough = Arc::new(AtomicBool::new(false));
        let told = Arc::clone(&enough);
        let (begin, pace) = (Instant::now(), time / files.max(1) as u32);
        let person = spawn(move || {
            while person.drops.len() < files && !told.load(Ordering::Relaxed) {
                person.drop_something();
                // Ahead of time there is a pause, behind it none.
                let due = begin + pace * person.drops.len() as u32;
                sleep(due.saturating_duration_since(Instant::now()));
            }
            person
        });
        Self { enough, person: Some(person) }
    }

    /// Whether there are files to come.
    pub fn goes_on(&self) -> bool {
        self.person.as_ref().is_some_and(|person| !person.is_finished())
    }

    /// Enough: the person comes back.
    pub fn end(mut self) -> Person {
        self.enough.store(true, Ordering::Relaxed);
        self.person.take().expect("not ended before").join().expect("the person is well")
    }
}

impl Drop for Dropping {
    fn drop(&mut self) {
        self.enough.store(true, Ordering::Relaxed);
        if let Some(person) = self.person.take() {
            drop(person.join());
        }
    }
}
