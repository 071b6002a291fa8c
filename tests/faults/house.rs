//! What a run needs: servers, folders, databases, roles.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crate::broker;
use crate::database::Db;
use crate::dataset::Dataset;
use crate::role::{DATABASE, Role, database};
use crate::servers::{Server, Servers};
use crate::wait::until;

/// The targets that contracts name, each with its server.
pub const TARGETS: [(&str, Server); 2] =
    [("default", Server::Postgres), ("mysql", Server::Mariadb)];

pub struct House {
    /// Before the servers, so that they end first.
    pub roles: Vec<Role>,
    pub servers: Servers,
    /// The targets of each dataset.
    pub targets: fn(Dataset) -> &'static [&'static str],
    folder: PathBuf,
    /// Where the logs stay when the run fails.
    pub logs: PathBuf,
}

impl House {
    /// Servers with empty databases, and contracts for these targets.
    pub fn build(name: &str, targets: fn(Dataset) -> &'static [&'static str]) -> Self {
        let servers = Servers::start();
        let postgres = Db::open(servers.url(Server::Postgres));
        // What a killed server leaves of its temporary tables is its vacuum's to remove: soon.
        postgres.execute("ALTER SYSTEM SET autovacuum_naptime = '1s'");
        postgres.execute("SELECT pg_reload_conf()");
        let place = match &servers.disk {
            Some(disk) => {
                postgres
                    .execute(&format!("CREATE TABLESPACE landing LOCATION '{}'", disk.display()));
                " TABLESPACE landing"
            }
            None => "",
        };
        postgres.execute(&format!("CREATE DATABASE {DATABASE}{place}"));
        Db::open(servers.url(Server::Mariadb)).execute(&format!("CREATE DATABASE {DATABASE}"));
        let folder = servers.folder.join("house");
        fs::create_dir(&folder).expect("made");
        fs::create_dir(folder.join("datasets")).expect("made");
        for dataset in Dataset::ALL {
            let file = folder.join(format!("datasets/{}.toml", dataset.name()));
            fs::write(file, dataset.contract(targets(dataset))).expect("written");
        }
        let logs = Path::new(env!("CARGO_TARGET_TMPDIR")).join("faults").join(name);
        drop(fs::remove_dir_all(&logs));
        fs::create_dir_all(&logs).expect("made");
        Self { roles: Vec::new(), servers, targets, folder, logs }
    }

    /// The folder that is watched.
    pub fn inbox(&self) -> PathBuf {
        self.folder.join("inbox")
    }

    /// Makes a role ready.
    pub fn role(&self, name: &str, verb: &[&str]) -> Role {
        Role::new(name, verb, &self.servers, &self.folder, &self.logs)
    }

    /// Starts the roles, and waits until the contracts are in force and events have a way.
    pub fn open(&mut self) {
        self.roles.iter_mut().for_each(|role| role.start());
        let opened = until(Duration::from_secs(60), || {
            let contracts = "SELECT COUNT(*) FROM tolva_contract WHERE state = 'in_force'";
            let count = self.ledger().try_rows(contracts)?;
            let all = [Dataset::ALL.len().to_string()];
            if count != all {
                return Err(format!("{count:?} contracts"));
            }
            let broker = self.servers.url(Server::Rabbitmq);
            broker::keep_copies(broker).map_err(|error| error.to_string())
        });
        opened.unwrap_or_else(|why| panic!("{why}\n{}", self.last_words()));
    }

    /// The ledger's database.
    pub fn ledger(&self) -> Db {
        self.database(Server::Postgres)
    }

    /// A target's database.
    pub fn database(&self, server: Server) -> Db {
        Db::open(&database(self.servers.url(server)))
    }

    /// Runs a verb to its end, past all proxies; whether it went well.
    pub fn run(&self, arguments: &[&str]) -> bool {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tolva"));
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("TOLVA_")) {
            command.env_remove(name);
        }
        let postgres = database(self.servers.url(Server::Postgres));
        let mariadb = database(self.servers.url(Server::Mariadb));
        let output = command
            .args(arguments)
            .current_dir(&self.folder)
            .env("TOLVA_DATABASE__URL", postgres)
            .env("TOLVA_TARGETS__MYSQL__URL", mariadb)
            .output();
        output.expect("the program starts").status.success()
    }

    /// What the roles said last.
    pub fn last_words(&self) -> String {
        let words =
            self.roles.iter().map(|role| format!("--- {}\n{}\n", role.name, role.last_words()));
        format!("{}logs: {}", words.collect::<String>(), self.logs.display())
    }
}
