//! Log lines on standard error: pretty in a terminal, JSON otherwise.

use std::io::IsTerminal;

use tracing::{Level, Metadata};
use tracing_subscriber::filter::{EnvFilter, FilterExt, filter_fn};
use tracing_subscriber::layer::{Layer, SubscriberExt};
use tracing_subscriber::util::SubscriberInitExt;

use crate::traces::Traces;

/// What `start` began; it is to be ended, so that nothing is lost which was not sent yet.
#[derive(Debug)]
pub struct Telemetry(Option<Traces>);

/// Starts logging, and traces where an endpoint for them is configured. Verbs that do one
/// thing and end (`service` is false) log only what is wrong.
///
/// Call it in the tokio runtime that goes on until [`Telemetry::end`].
pub fn start(service: bool) -> Telemetry {
    let default = if service { "tolva=info,warn" } else { "warn" };
    let filter = EnvFilter::try_from_env("TOLVA_LOG").unwrap_or_else(|_| EnvFilter::new(default));
    // A span of a library has whatever its function was called with, such as a URL with a password.
    let filter = filter
        .and(filter_fn(|metadata| !metadata.is_span() || metadata.target().starts_with("tolva")));
    // A line that passes the filter carries what its spans know, whatever their level.
    let lines = filter.or(filter_fn(|metadata| metadata.is_span() && is_ours(metadata)));
    let format = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    let logs = if std::io::stderr().is_terminal() {
        format.with_target(false).with_filter(lines).boxed()
    } else {
        format.json().flatten_event(true).with_current_span(false).with_filter(lines).boxed()
    };
    let (traces, problem) = match Traces::start() {
        Ok(traces) => (traces, None),
        Err(problem) => (None, Some(problem)),
    };
    let spans = traces.as_ref().map(|traces| traces.layer().with_filter(filter_fn(is_ours)));
    tracing_subscriber::registry().with(logs).with(spans).init();
    if let Some(problem) = problem {
        tracing::warn!("no traces are sent: {problem}");
    }
    Telemetry(traces)
}

impl Telemetry {
    /// Sends what was not sent yet; takes a few seconds at most.
    pub fn end(self) {
        if let Some(traces) = self.0 {
            traces.end();
        }
    }
}

/// What Tolva itself says, without what is only for those who look for a fault.
fn is_ours(metadata: &Metadata<'_>) -> bool {
    metadata.target().starts_with("tolva") && *metadata.level() <= Level::INFO
}
