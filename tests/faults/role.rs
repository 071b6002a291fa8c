//! The processes of Tolva, each with its own way to each server.

use std::fs::{self, File};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::proxy::Proxy;
use crate::servers::{Server, Servers};
use crate::wait::until;

/// How long it may take to end when it is asked to.
const DRAIN: Duration = Duration::from_secs(75);

/// A role that can be killed, frozen and started again.
pub struct Role {
    pub name: String,
    arguments: Vec<String>,
    environment: Vec<(String, String)>,
    folder: PathBuf,
    log: PathBuf,
    group: i32,
    proxies: [Proxy; 3],
    child: Option<Child>,
    /// How long its log was when it was started.
    silent: u64,
}

impl Role {
    /// Makes ready a role that works in `folder` (with `datasets` and `inbox`) and logs to `logs`.
    pub fn new(name: &str, verb: &[&str], servers: &Servers, folder: &Path, logs: &Path) -> Self {
        let proxies = Server::ALL.map(|server| Proxy::to(servers.port(server)));
        let url = |server: Server| {
            let url = servers.url_through(server, proxies[server as usize].port);
            match server {
                Server::Rabbitmq => url,
                _ => database(&url),
            }
        };
        let environment = vec![
            ("TOLVA_DATABASE__URL".to_owned(), url(Server::Postgres)),
            ("TOLVA_TARGETS__MYSQL__URL".to_owned(), url(Server::Mariadb)),
            ("TOLVA_BROKER__URL".to_owned(), url(Server::Rabbitmq)),
        ];
        Self {
            name: name.to_owned(),
            arguments: verb.iter().map(|&word| word.to_owned()).collect(),
            environment,
            folder: folder.to_owned(),
            log: logs.join(format!("{name}.log")),
            group: servers.group,
            proxies,
            child: None,
            silent: 0,
        }
    }

    /// Starts it, to be ended at a kill point that it is to pass so many times first.
    #[cfg(feature = "kill-points")]
    pub fn start_until(&mut self, point: &str, skip: u32) {
        let ordinary = self.environment.len();
        self.environment.push(("TOLVA_KILL_POINT".to_owned(), point.to_owned()));
        self.environment.push(("TOLVA_KILL_SKIP".to_owned(), skip.to_string()));
        self.start();
        self.environment.truncate(ordinary);
    }

    /// The way to a server.
    pub fn proxy(&self, server: Server) -> &Proxy {
        &self.proxies[server as usize]
    }

    /// Starts it; what it says is added to its log.
    pub fn start(&mut self) {
        let log = File::options().create(true).append(true).open(&self.log).expect("a log");
        self.silent = log.metadata().expect("it is open").len();
        let mut command = Command::new(env!("CARGO_BIN_EXE_tolva"));
        command.args(&self.arguments).current_dir(&self.folder);
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("TOLVA_")) {
            command.env_remove(name);
        }
        command
            .envs(self.environment.iter().map(|(name, value)| (name, value)))
            .process_group(self.group)
            .stdin(Stdio::null())
            .stdout(log.try_clone().expect("a descriptor"))
            .stderr(log);
        self.child = Some(command.spawn().expect("the program starts"));
    }

    /// How it ended, if it did so by itself.
    pub fn ended(&mut self) -> Option<ExitStatus> {
        self.child.as_mut().and_then(|child| child.try_wait().expect("it is ours"))
    }

    /// Ends it as a power cut would.
    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().expect("it is ours");
            child.wait().expect("it is ours");
        }
    }

    /// Asks it to end.
    pub fn terminate(&self) {
        self.signal(Signal::SIGTERM);
    }

    /// Waits for the end of one that was asked to: by itself, and content. One that had not said a
    /// word yet may just go.
    pub fn drained(&mut self) {
        let ended = until(DRAIN, || self.ended().ok_or("it goes on"));
        let length = fs::metadata(&self.log).map_or(0, |log| log.len());
        let gone = Ok(Some(Signal::SIGTERM as i32));
        if length > self.silent || ended.map(|status| status.signal()) != gone {
            let code = ended.map(|status| status.code());
            assert_eq!(code, Ok(Some(0)), "{}:\n{}", self.name, self.last_words());
        }
        self.child = None;
    }

    /// Keeps it from doing anything, with its connections open.
    pub fn freeze(&self) {
        self.signal(Signal::SIGSTOP);
    }

    /// Lets it go on.
    pub fn thaw(&self) {
        self.signal(Signal::SIGCONT);
    }

    /// What it logged.
    pub fn log(&self) -> String {
        String::from_utf8_lossy(&fs::read(&self.log).unwrap_or_default()).into_owned()
    }

    /// The end of what it logged.
    pub fn last_words(&self) -> String {
        let log = self.log();
        let lines: Vec<&str> = log.lines().collect();
        lines[lines.len().saturating_sub(30)..].join("\n")
    }

    fn signal(&self, signal: Signal) {
        if let Some(child) = &self.child {
            let pid = i32::try_from(child.id()).expect("a number of a process");
            kill(Pid::from_raw(pid), signal).expect("it is ours");
        }
    }
}

impl Drop for Role {
    fn drop(&mut self) {
        self.kill();
    }
}

/// The name of the suite's database, on both servers.
pub const DATABASE: &str = "tolva";

/// The URL of that database.
pub fn database(url: &str) -> String {
    let (server, _) = url.rsplit_once('/').expect("a URL with a database");
    format!("{server}/{DATABASE}")
}
