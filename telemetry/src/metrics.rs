//! What this process counted, for Prometheus. What the ledger holds is in `gauges`.

use std::sync::OnceLock;
use std::time::Duration;

use metrics::Unit;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle, PrometheusRecorder};

/// Samples of histograms wait for somebody to look at `/metrics`; nobody may ever look.
const UPKEEP: Duration = Duration::from_secs(10);
/// Seconds, from a small file without a change to a very large one.
const SECONDS: [f64; 15] =
    [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, 1_800.0, 7_200.0];

/// What kind of figure it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Only grows, and starts at nothing with the process.
    Counter,
    /// Goes up and down.
    Gauge,
    /// How often a figure was at most this.
    Histogram,
}

/// A figure that is told.
#[derive(Debug, Clone, Copy)]
pub struct Metric {
    /// Its name.
    pub name: &'static str,
    /// Its kind.
    pub kind: Kind,
    /// Its labels.
    pub labels: &'static [&'static str],
    /// What it means.
    pub help: &'static str,
}

/// Every figure.
pub const ALL: &[Metric] = &[
    counter(
        "tolva_files_taken_total",
        &["dataset"],
        "Files of the inbox of which an arrival was made.",
    ),
    counter("tolva_files_refused_total", &[], "Files of the inbox that wait for somebody to act."),
    counter("tolva_events_published_total", &[], "Events that the bus has taken."),
    counter("tolva_events_consumed_total", &[], "Events that came from the bus."),
    Metric {
        name: "tolva_load_seconds",
        kind: Kind::Histogram,
        labels: &["dataset", "target", "outcome"],
        help: "How long loads took, by how they ended; `retry` is one that will be tried again.",
    },
    counter("tolva_load_lines_total", &["dataset", "target"], "Lines that loads read."),
    counter(
        "tolva_load_rows_total",
        &["dataset", "target", "table", "outcome"],
        "Rows of committed loads, by what became of them.",
    ),
    gauge("tolva_ready", &["part"], "1 when the part is ready, 0 when not."),
    gauge(
        "tolva_ledger_figures",
        &[],
        "1 when the ledger told the figures below, 0 when it did not.",
    ),
    gauge(
        "tolva_arrivals",
        &["dataset", "target", "state"],
        "Arrivals in the ledger, by how far they are.",
    ),
    gauge("tolva_outbox_events", &[], "Events that are not published yet."),
    gauge("tolva_outbox_age_seconds", &[], "Age of the oldest event that is not published yet."),
    gauge(
        "tolva_heartbeat_age_seconds",
        &["role", "host", "instance"],
        "Since when a watcher or worker was not heard of, unless it said goodbye.",
    ),
    gauge(
        "tolva_dataset_age_seconds",
        &["dataset", "target"],
        "Since when a dataset was not brought up to date.",
    ),
    gauge("tolva_dataset_every_seconds", &["dataset", "target"], "How old it may become."),
    gauge("tolva_dataset_late", &["dataset", "target"], "1 when it is older than that, else 0."),
];

const fn counter(
    name: &'static str,
    labels: &'static [&'static str],
    help: &'static str,
) -> Metric {
    Metric { name, kind: Kind::Counter, labels, help }
}

const fn gauge(name: &'static str, labels: &'static [&'static str], help: &'static str) -> Metric {
    Metric { name, kind: Kind::Gauge, labels, help }
}

/// The process's figures; counting begins with the first call.
pub(crate) fn recorder() -> &'static PrometheusHandle {
    static RECORDER: OnceLock<PrometheusHandle> = OnceLock::new();
    RECORDER.get_or_init(|| {
        let recorder = empty();
        let handle = recorder.handle();
        if metrics::set_global_recorder(recorder).is_ok() {
            metrics::with_recorder(|recorder| describe(recorder, |kind| kind != Kind::Gauge));
        } else {
            tracing::warn!("somebody else counts in this process: /metrics lacks counters");
        }
        let kept = handle.clone();
        tokio::spawn(async move {
            let mut ticks = tokio::time::interval(UPKEEP);
            loop {
                ticks.tick().await;
                kept.run_upkeep();
            }
        });
        handle
    })
}

/// A recorder that holds nothing.
pub(crate) fn empty() -> PrometheusRecorder {
    let builder = PrometheusBuilder::new().set_buckets(&SECONDS);
    builder.unwrap_or_else(|_| PrometheusBuilder::new()).build_recorder()
}

/// Says what figures mean.
pub(crate) fn describe(recorder: &dyn metrics::Recorder, which: impl Fn(Kind) -> bool) {
    for metric in ALL.iter().filter(|metric| which(metric.kind)) {
        let (name, unit, help) = (metric.name.into(), unit(metric.name), metric.help.into());
        match metric.kind {
            Kind::Counter => recorder.describe_counter(name, unit, help),
            Kind::Gauge => recorder.describe_gauge(name, unit, help),
            Kind::Histogram => recorder.describe_histogram(name, unit, help),
        }
    }
}

fn unit(name: &str) -> Option<Unit> {
    name.ends_with("_seconds").then_some(Unit::Seconds)
}
