//! A folder with contracts and an inbox, and the databases that go with it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

use crate::database::{Backend, Db, Place};
use crate::process::Ran;
use crate::up::Up;

pub struct House {
    folder: TempDir,
    pub backend: Backend,
    places: Vec<Place>,
    /// What the program finds in its environment.
    pub env: BTreeMap<String, String>,
    /// What it never may tell.
    pub secrets: Vec<String>,
}

impl House {
    /// Nothing but a folder; everything is embedded.
    pub fn empty() -> Self {
        Self {
            folder: tempfile::tempdir().expect("a folder"),
            backend: Backend::Sqlite,
            places: Vec::new(),
            env: BTreeMap::new(),
            secrets: Vec::new(),
        }
    }

    /// A house whose dataset tables live in such a database.
    pub fn on(backend: Backend) -> Self {
        let mut house = Self::empty();
        house.backend = backend;
        match backend {
            Backend::Sqlite => {}
            Backend::Postgres => house.give("TOLVA_DATABASE__URL", Place::make(backend)),
            Backend::Mysql => house.give("TOLVA_TARGETS__MYSQL__URL", Place::make(backend)),
        }
        house
    }

    /// Adds a database that the program is told of in this variable.
    pub fn give(&mut self, variable: &str, place: Place) {
        self.env.insert(variable.to_owned(), place.url());
        self.secrets.push(place.password());
        self.places.push(place);
    }

    /// A path in the house.
    pub fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    /// The folder of a dataset in the inbox, or a file in it.
    pub fn inbox(&self, path: &str) -> PathBuf {
        self.path("inbox").join(path)
    }

    /// Puts a contract of the mission in place, for the target of this house.
    pub fn mission(&self, dataset: &str) {
        self.contract(dataset, &mission(dataset));
    }

    /// The name of the target that this house is about.
    pub fn target(&self) -> &'static str {
        if self.backend == Backend::Mysql { "mysql" } else { "default" }
    }

    /// Writes a contract; its only target is the one that the house is about.
    pub fn contract(&self, dataset: &str, text: &str) {
        // Only what is kept in the default target alone can be written through the API.
        let elsewhere = self.target() != "default";
        let kept: Vec<&str> = text
            .lines()
            .filter(|line| {
                !(line.starts_with("targets") || elsewhere && line.starts_with("writable"))
            })
            .collect();
        self.contract_as_it_is(
            dataset,
            &format!("targets = [\"{}\"]\n{}\n", self.target(), kept.join("\n")),
        );
    }

    /// Writes a contract as editors do: whole, and then in its place.
    pub fn contract_as_it_is(&self, dataset: &str, text: &str) {
        fs::create_dir_all(self.path("datasets")).expect("made");
        let unfinished = self.path(&format!("datasets/.{dataset}.new"));
        fs::write(&unfinished, text).expect("written");
        fs::rename(unfinished, self.path(&format!("datasets/{dataset}.toml"))).expect("renamed");
    }

    /// Copies a file as `cp` does.
    pub fn drop_into_inbox(&self, from: &Path, to: &str) {
        let to = self.inbox(to);
        fs::create_dir_all(to.parent().expect("a folder")).expect("made");
        fs::copy(from, to).expect("copied");
    }

    /// Writes a file somewhere in the house, and gives its path.
    pub fn write(&self, path: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        fs::write(&path, content).expect("written");
        path
    }

    /// The program, in this house, with nothing of the environment of the test.
    pub fn tolva<S: AsRef<std::ffi::OsStr>>(&self, arguments: &[S]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tolva"));
        command.current_dir(self.folder.path()).args(arguments);
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("TOLVA_")) {
            command.env_remove(name);
        }
        command.env_remove("NO_COLOR").envs(&self.env);
        command
    }

    /// Runs it to its end.
    pub fn run<S: AsRef<std::ffi::OsStr>>(&self, arguments: &[S]) -> Ran {
        Ran::of(self.tolva(arguments), &self.secrets)
    }

    /// Runs it until the kill point, which it must reach.
    pub fn run_until_killed(&self, point: &str, skip: u32, arguments: &[&str]) {
        let mut command = self.tolva(arguments);
        command.env("TOLVA_KILL_POINT", point).env("TOLVA_KILL_SKIP", skip.to_string());
        Ran::of(command, &self.secrets).aborted();
    }

    /// Loads one file, which must go well, and gives what was told of it.
    #[track_caller]
    pub fn load(&self, dataset: &str, file: &Path) -> Value {
        let file = file.to_string_lossy();
        self.run(&["load", "--json", "--dataset", dataset, &*file]).ends(0).json()
    }

    /// What `tolva status` tells.
    pub fn status(&self) -> Value {
        self.run(&["status", "--json"]).json()
    }

    /// Starts `tolva up`.
    pub fn up(&self) -> Up {
        Up::start(self, |_| {})
    }

    /// The database of the ledger.
    pub fn ledger(&self) -> Db {
        match self.env.get("TOLVA_DATABASE__URL") {
            Some(url) => Db::open(url),
            None => Db::open(&format!("sqlite://{}", self.path("data/tolva.db").display())),
        }
    }

    /// The database of the target that the house is about.
    pub fn database(&self) -> Db {
        match self.backend {
            Backend::Mysql => Db::open(&self.env["TOLVA_TARGETS__MYSQL__URL"]),
            _ => self.ledger(),
        }
    }

    /// Ends the leases and claims of a process that was killed, which otherwise last for half a minute by the
    /// clock: a test need not wait for that.
    pub fn end_leases(&self) {
        let ledger = self.ledger();
        ledger.execute("UPDATE tolva_lease SET expires_at = 0");
        ledger.execute("UPDATE tolva_outbox SET claimed_until = 0");
    }
}

/// A contract of the mission.
pub fn mission(dataset: &str) -> String {
    let path = root().join(format!("datasets/{dataset}.toml"));
    fs::read_to_string(path).expect("the contract is there")
}

/// A sample file.
pub fn sample(path: &str) -> PathBuf {
    root().join("samples").join(path)
}

pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}
