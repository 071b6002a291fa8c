//! Configuration: `tolva.toml`, overridden by `TOLVA_*` variables, overridden by flags.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use config::{Config, Environment, File, FileFormat};
use miette::{Context, IntoDiagnostic, miette};
use serde::Deserialize;
use tolva_loader::Limits;

use crate::args::Global;

/// The file that is read when none is named.
const DEFAULT_FILE: &str = "tolva.toml";

/// Where things are.
#[derive(Debug, Clone, Deserialize)]
pub struct Settings {
    /// The folder that is watched.
    pub inbox: PathBuf,
    /// The folder of contracts.
    pub datasets: PathBuf,
    /// The ledger's database, which is the default target.
    pub database: Url,
    /// Other targets, by name.
    #[serde(default)]
    pub targets: BTreeMap<String, Url>,
    /// RabbitMQ.
    #[serde(default)]
    pub broker: Broker,
    /// The worker.
    #[serde(default)]
    pub work: Work,
    /// The API.
    #[serde(default)]
    pub api: tolva_api::Options,
    /// Health and figures of roles that have no API.
    #[serde(default)]
    pub telemetry: Telemetry,
    /// Arrivals of each dataset whose bytes are kept.
    pub keep: usize,
    /// How much of anything a file may be.
    #[serde(default)]
    pub limits: Limits,
}

/// The URL of a database, which may hold a password: it is never printed as it is.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Url {
    /// `postgres://…`, `mysql://…` or `sqlite://…`.
    pub url: String,
}

impl std::fmt::Debug for Url {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&tolva_ledger::database::without_password(&self.url))
    }
}

/// RabbitMQ: without a URL the in-process bus is used, and a watcher leaves publishing to workers.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Broker {
    /// `amqp://…` or `amqps://…`.
    pub url: Option<String>,
    /// What the names of exchanges and queues begin with.
    pub name: String,
}

impl Default for Broker {
    fn default() -> Self {
        Self { url: None, name: tolva_events::NAME.to_owned() }
    }
}

impl std::fmt::Debug for Broker {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let url = self.url.as_deref().map(tolva_ledger::database::without_password);
        f.debug_struct("Broker").field("url", &url).field("name", &self.name).finish()
    }
}

/// The worker.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Work {
    /// Loads that may run at once.
    pub loads: usize,
    /// Seconds that loads under way are given once the worker is told to stop.
    pub drain: u64,
}

impl Default for Work {
    fn default() -> Self {
        Self { loads: 4, drain: 60 }
    }
}

/// Health and figures of roles that have no API.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Telemetry {
    /// HOST:PORT; if none is given, the usual one, or any free one where that is taken.
    pub listen: Option<String>,
}

/// What a configuration file may hold: anything else is a mistake that would have no effect.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "only read to find keys that nobody knows")]
struct FileKeys {
    inbox: Option<PathBuf>,
    datasets: Option<PathBuf>,
    database: Option<Url>,
    targets: Option<BTreeMap<String, Url>>,
    broker: Option<Broker>,
    work: Option<Work>,
    api: Option<tolva_api::Options>,
    telemetry: Option<Telemetry>,
    keep: Option<usize>,
    limits: Option<Limits>,
}

impl Settings {
    /// Reads the configuration.
    pub fn load(global: &Global) -> miette::Result<Self> {
        let mut builder = Config::builder()
            .set_default("inbox", "inbox")
            .and_then(|builder| builder.set_default("datasets", "datasets"))
            .and_then(|builder| builder.set_default("database.url", "sqlite://data/tolva.db"))
            .and_then(|builder| builder.set_default("keep", 30))
            .into_diagnostic()?;
        let named = global.config.as_deref();
        let file = named.unwrap_or(Path::new(DEFAULT_FILE));
        if named.is_some() || file.exists() {
            check_keys(file)?;
            builder = builder.add_source(File::from(file).format(FileFormat::Toml));
        }
        builder = builder
            .add_source(Environment::with_prefix("TOLVA").prefix_separator("_").separator("__"))
            .set_override_option("inbox", text(global.inbox.as_deref()))
            .and_then(|builder| {
                builder.set_override_option("datasets", text(global.datasets.as_deref()))
            })
            .and_then(|builder| {
                builder.set_override_option("database.url", global.database.clone())
            })
            .into_diagnostic()?;
        builder.build().and_then(Config::try_deserialize).map_err(|error| {
            miette!(
                "the configuration cannot be read (tolva.toml and the variables that start with \
                 TOLVA_): {}",
                without_values(&error.to_string())
            )
        })
    }

    /// The URLs of the named targets.
    pub fn target_urls(&self) -> BTreeMap<String, String> {
        self.targets.iter().map(|(name, target)| (name.clone(), target.url.clone())).collect()
    }
}

fn text(path: Option<&Path>) -> Option<String> {
    path.map(|path| path.to_string_lossy().into_owned())
}

fn check_keys(file: &Path) -> miette::Result<()> {
    let text = std::fs::read_to_string(file)
        .into_diagnostic()
        .wrap_err_with(|| format!("{} cannot be read", file.display()))?;
    toml::from_str::<FileKeys>(&text).map(drop).map_err(|error| {
        // Only the message: the text around it may hold a password.
        miette!("{}: {}", file.display(), without_values(error.message()))
    })
}

/// A message without the texts that it quotes: one of them may hold a password.
fn without_values(message: &str) -> String {
    match (message.find('"'), message.rfind('"')) {
        (Some(first), Some(last)) if first < last => {
            format!("{}…{}", &message[..=first], &message[last..])
        }
        _ => message.to_owned(),
    }
}
