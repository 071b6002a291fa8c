//! The servers of the suite: its own, since it stops, kills and freezes them.

use std::fmt;
use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::{Mutex, PoisonError};

use std::os::unix::process::CommandExt;

/// How large the disk is on which the landing lies, in MiB. It is memory.
const DISK: &str = "256";

/// One of the servers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Server {
    Postgres,
    Mariadb,
    Rabbitmq,
}

impl Server {
    pub const ALL: [Self; 3] = [Self::Postgres, Self::Mariadb, Self::Rabbitmq];
}

impl fmt::Display for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Postgres => "postgres",
            Self::Mariadb => "mariadb",
            Self::Rabbitmq => "rabbitmq",
        })
    }
}

/// A Postgres, a MariaDB and a RabbitMQ, which end with this, or with the process.
pub struct Servers {
    keeper: Child,
    talk: Mutex<Option<(ChildStdin, BufReader<ChildStdout>)>>,
    /// A folder that goes with them.
    pub folder: PathBuf,
    /// The process group of everything else that must not outlive the test.
    pub group: i32,
    /// A folder of Postgres on a small disk; none where nobody may mount one.
    pub disk: Option<PathBuf>,
    urls: [String; 3],
}

impl Servers {
    /// Starts them all and waits until they answer.
    pub fn start() -> Self {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/faults/servers.sh");
        let mut keeper = Command::new("bash")
            .args([script, DISK])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            // Whoever kills the test's process group must not kill who cleans up behind it.
            .process_group(0)
            .spawn()
            .expect("bash is there");
        let input = keeper.stdin.take().expect("a pipe");
        let mut output = BufReader::new(keeper.stdout.take().expect("a pipe"));
        let told = answer(&mut output).unwrap_or_else(|why| panic!("no servers: {why}"));
        let words: Vec<&str> = told.split_whitespace().collect();
        let [folder, group, disk, urls @ ..] = words.as_slice() else { panic!("{told}") };
        Self {
            keeper,
            talk: Mutex::new(Some((input, output))),
            folder: folder.into(),
            group: group.parse().expect("a number"),
            disk: (*disk != "-").then(|| disk.into()),
            urls: [0, 1, 2].map(|at| urls[at].to_owned()),
        }
    }

    /// Where a server answers.
    pub fn url(&self, server: Server) -> &str {
        &self.urls[server as usize]
    }

    /// The same, where something stands between on this port.
    pub fn url_through(&self, server: Server, port: u16) -> String {
        self.url(server).replace(&format!(":{}/", self.port(server)), &format!(":{port}/"))
    }

    /// The port of a server.
    pub fn port(&self, server: Server) -> u16 {
        let (_, rest) = self.url(server).rsplit_once(':').expect("a port");
        rest.split('/').next().and_then(|port| port.parse().ok()).expect("a port")
    }

    /// Starts a server that was stopped or killed.
    pub fn restart(&self, server: Server) {
        self.tell(&format!("start {server}"));
    }

    /// Asks a server to end, and waits until it has.
    pub fn stop(&self, server: Server) {
        self.tell(&format!("stop {server}"));
    }

    /// Ends a server as a power cut would.
    pub fn kill(&self, server: Server) {
        self.tell(&format!("kill {server}"));
    }

    /// Keeps a server from doing anything, with its connections open.
    pub fn freeze(&self, server: Server) {
        self.tell(&format!("signal {server} STOP"));
    }

    /// Lets it go on.
    pub fn thaw(&self, server: Server) {
        self.tell(&format!("signal {server} CONT"));
    }

    /// Lets RabbitMQ take away what a channel that is opened from now on holds for more than a second.
    pub fn make_impatient(&self) {
        self.tell("impatient rabbitmq");
    }

    /// How many messages were delivered and not acknowledged. It takes RabbitMQ a second or two.
    pub fn unacknowledged(&self) -> u32 {
        self.tell("unacked rabbitmq").parse().expect("a number")
    }

    fn tell(&self, what: &str) -> String {
        let mut talk = self.talk.lock().unwrap_or_else(PoisonError::into_inner);
        let (input, output) = talk.as_mut().expect("they run");
        writeln!(input, "{what}").expect("the keeper listens");
        answer(output).unwrap_or_else(|why| panic!("{what}: {why}"))
    }
}

impl Drop for Servers {
    fn drop(&mut self) {
        // The end of its input is what the keeper waits for.
        drop(self.talk.lock().unwrap_or_else(PoisonError::into_inner).take());
        drop(self.keeper.wait());
    }
}

/// What the keeper says: whether it went well, and the rest.
fn answer(output: &mut impl BufRead) -> Result<String, String> {
    let mut line = String::new();
    output.read_line(&mut line).map_err(|error| error.to_string())?;
    match line.trim_end().split_once(' ').unwrap_or((line.trim_end(), "")) {
        ("ok", rest) => Ok(rest.to_owned()),
        (_, why) => Err(format!("{line}{why}")),
    }
}
