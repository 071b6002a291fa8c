//! What the ledger holds, as figures: asked when somebody looks, so that they are true, and such that
//! what is gone from the ledger is gone from the figures.

use metrics::gauge;
use tolva_ledger::Figures;

use crate::health::Parts;
use crate::metrics::{Kind, describe, empty};

/// The figures as Prometheus reads them; without the ledger's when it told none.
pub(crate) fn render(parts: &Parts, figures: Option<&Figures>) -> String {
    let recorder = empty();
    metrics::with_local_recorder(&recorder, || {
        describe(&recorder, |kind| kind == Kind::Gauge);
        for (part, waits) in parts {
            gauge!("tolva_ready", "part" => *part).set(truth(waits.is_none()));
        }
        gauge!("tolva_ledger_figures").set(truth(figures.is_some()));
        if let Some(figures) = figures {
            set(figures);
        }
    });
    recorder.handle().render()
}

fn set(figures: &Figures) {
    for one in &figures.arrivals {
        let (dataset, target) = (one.dataset.clone(), one.target.clone());
        gauge!("tolva_arrivals", "dataset" => dataset, "target" => target, "state" => one.state.as_str())
            .set(one.count as f64);
    }
    gauge!("tolva_outbox_events").set(figures.outbox.waiting as f64);
    gauge!("tolva_outbox_age_seconds").set(figures.outbox.age.as_secs_f64());
    for one in &figures.heartbeats {
        let labels = [
            ("role", one.role.clone()),
            ("host", one.host.clone()),
            ("instance", one.instance.clone()),
        ];
        gauge!("tolva_heartbeat_age_seconds", &labels).set(seconds(one.age_ms));
    }
    for one in &figures.freshness {
        let labels = [("dataset", one.dataset.clone()), ("target", one.target.clone())];
        gauge!("tolva_dataset_age_seconds", &labels).set(seconds(one.age_ms));
        gauge!("tolva_dataset_every_seconds", &labels).set(seconds(one.every_ms));
        gauge!("tolva_dataset_late", &labels).set(truth(one.late));
    }
}

fn seconds(ms: i64) -> f64 {
    ms as f64 / 1_000.0
}

fn truth(value: bool) -> f64 {
    f64::from(u8::from(value))
}
