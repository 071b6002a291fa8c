//! Dagster Pipes: what a verb tells the run of Dagster that started it.
//!
//! The part of the protocol (version 0.1) that is needed: two variables, each JSON that was packed by
//! zlib and written as base64, say where the context stands and where messages go; a message is a line of
//! JSON. Without these variables nothing of it is there.

pub mod check;
pub mod land;
mod markdown;
pub mod refresh;

use std::fs::OpenOptions;
use std::io::{Read as _, Write};
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::read::ZlibDecoder;
use miette::{Context as _, IntoDiagnostic, miette};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::exit::Exit;

/// The version of the protocol.
const VERSION: &str = "0.1";
/// Where the context stands.
const CONTEXT: &str = "DAGSTER_PIPES_CONTEXT";
/// Where messages go.
const MESSAGES: &str = "DAGSTER_PIPES_MESSAGES";

/// Where something is: in a file, or here.
#[derive(Debug, Deserialize)]
struct Place {
    path: Option<PathBuf>,
    data: Option<Value>,
    stdio: Option<String>,
}

/// What Dagster says of the run, as far as it is needed.
#[derive(Debug, Deserialize)]
struct Context {
    asset_keys: Option<Vec<String>>,
    #[serde(default)]
    extras: Extras,
}

/// What the code location adds.
#[derive(Debug, Default, Deserialize)]
struct Extras {
    api: Option<String>,
}

/// A run of Dagster that listens.
pub struct Pipes {
    context: Context,
    out: Mutex<Box<dyn Write + Send>>,
}

/// How bad it is that a check failed.
#[derive(Debug, Clone, Copy)]
pub enum Severity {
    /// A doubt.
    Warn,
    /// Something wrong.
    Error,
}

/// What is told of an asset or a check: names with values of the types that Dagster shows.
#[derive(Debug, Default)]
pub struct Metadata(Map<String, Value>);

impl Metadata {
    fn with(mut self, name: &str, kind: &str, value: Value) -> Self {
        self.0.insert(name.to_owned(), json!({ "type": kind, "raw_value": value }));
        self
    }

    /// A number.
    pub fn int(self, name: &str, value: impl Into<i64>) -> Self {
        self.with(name, "int", json!(value.into()))
    }

    /// A measure.
    pub fn float(self, name: &str, value: f64) -> Self {
        self.with(name, "float", json!(value))
    }

    /// A text.
    pub fn text(self, name: &str, value: &str) -> Self {
        self.with(name, "text", json!(value))
    }

    /// Markdown.
    pub fn md(self, name: &str, value: &str) -> Self {
        self.with(name, "md", json!(value))
    }

    /// Anything.
    pub fn json(self, name: &str, value: Value) -> Self {
        self.with(name, "json", value)
    }

    /// An address, if there is one.
    pub fn url(self, name: &str, value: Option<String>) -> Self {
        match value {
            Some(value) => self.with(name, "url", json!(value)),
            None => self,
        }
    }
}

impl Pipes {
    /// The run that started this process, if one did.
    ///
    /// # Errors
    /// The variables are there and cannot be understood.
    pub fn from_environment() -> miette::Result<Option<Self>> {
        let (Ok(context), Ok(messages)) = (std::env::var(CONTEXT), std::env::var(MESSAGES)) else {
            return Ok(None);
        };
        Self::open(&context, &messages)
            .wrap_err_with(|| format!("{CONTEXT} and {MESSAGES} are not those of Dagster Pipes"))
            .map(Some)
    }

    fn open(context: &str, messages: &str) -> miette::Result<Self> {
        let context = match unpacked(context)? {
            Place { data: Some(data), .. } => serde_json::from_value(data).into_diagnostic()?,
            Place { path: Some(path), .. } => {
                let text = std::fs::read(path).into_diagnostic()?;
                serde_json::from_slice(&text).into_diagnostic()?
            }
            _ => return Err(miette!("the context is neither in a file nor in the variable")),
        };
        let out: Box<dyn Write + Send> = match unpacked(messages)? {
            Place { path: Some(path), .. } => {
                let file = OpenOptions::new().append(true).create(true).open(path);
                Box::new(file.into_diagnostic()?)
            }
            Place { stdio: Some(stream), .. } if stream == "stdout" => Box::new(std::io::stdout()),
            Place { stdio: Some(_), .. } => Box::new(std::io::stderr()),
            _ => return Err(miette!("messages go neither to a file nor to a stream")),
        };
        let pipes = Self { context, out: Mutex::new(out) };
        pipes.send("opened", json!({ "extras": {} }));
        Ok(pipes)
    }

    /// An address below that of the API, where Dagster knows one.
    pub fn link(&self, path: &str) -> Option<String> {
        let api = self.context.extras.api.as_ref()?;
        Some(format!("{}{path}", api.trim_end_matches('/')))
    }

    /// A line of the run's log.
    pub fn log(&self, message: &str) {
        self.send("log", json!({ "message": message, "level": "info" }));
    }

    /// The asset was made.
    pub fn materialized(&self, metadata: Metadata, data_version: &str) {
        let Some(asset) = self.asset() else { return };
        self.send(
            "report_asset_materialization",
            json!({ "asset_key": asset, "data_version": data_version, "metadata": metadata.0 }),
        );
    }

    /// What came of a check of the asset.
    pub fn checked(&self, name: &str, passed: bool, severity: Severity, metadata: Metadata) {
        let Some(asset) = self.asset() else { return };
        let severity = match severity {
            Severity::Warn => "WARN",
            Severity::Error => "ERROR",
        };
        self.send(
            "report_asset_check",
            json!({
                "asset_key": asset, "check_name": name, "passed": passed, "severity": severity,
                "metadata": metadata.0,
            }),
        );
    }

    /// The outcome as a whole, for the code of the asset: what `--json` prints.
    pub fn outcome(&self, outcome: &impl Serialize) {
        match serde_json::to_value(outcome) {
            Ok(outcome) => self.send("report_custom_message", json!({ "payload": outcome })),
            Err(error) => tracing::warn!(%error, "Dagster cannot be told"),
        }
    }

    /// How the process ends: what the exit code tells, with the reason where an error ended it.
    pub fn ends(&self, exit: Exit, reason: Option<String>) {
        self.outcome(&json!({ "exit": exit.code(), "reason": reason }));
    }

    fn asset(&self) -> Option<&String> {
        self.context.asset_keys.as_ref()?.first()
    }

    /// Whoever listens may have gone: that ends no load.
    fn send(&self, method: &str, params: Value) {
        let message =
            json!({ "__dagster_pipes_version": VERSION, "method": method, "params": params });
        // At once: whoever reads along must not find half a line.
        let line = format!("{message}\n");
        let mut out = self.out.lock().unwrap_or_else(PoisonError::into_inner);
        if let Err(error) = out.write_all(line.as_bytes()).and_then(|()| out.flush()) {
            tracing::warn!(%error, "Dagster cannot be told");
        }
    }
}

impl Drop for Pipes {
    fn drop(&mut self) {
        self.send("closed", json!({}));
    }
}

/// A variable of the protocol.
fn unpacked<T: DeserializeOwned>(text: &str) -> miette::Result<T> {
    let packed = STANDARD.decode(text.trim()).into_diagnostic()?;
    let mut json = Vec::new();
    ZlibDecoder::new(&packed[..]).read_to_end(&mut json).into_diagnostic()?;
    serde_json::from_slice(&json).into_diagnostic()
}

/// Counts of tables: a row for each.
fn counts(tables: &impl Serialize) -> String {
    let tables = serde_json::to_value(tables).unwrap_or_default();
    let columns =
        ["offered", "inserted", "updated", "unchanged", "deleted", "duplicate", "held", "rejected"];
    let header: Vec<&str> = std::iter::once("table").chain(columns).collect();
    let rows: Vec<Vec<String>> = tables
        .as_object()
        .into_iter()
        .flatten()
        .map(|(name, counts)| {
            let numbers = columns.iter().map(|column| counts[*column].to_string());
            std::iter::once(name.clone()).chain(numbers).collect()
        })
        .collect();
    markdown::table(&header, rows.iter().map(|row| row.iter().map(|cell| Some(cell.as_str()))))
}
