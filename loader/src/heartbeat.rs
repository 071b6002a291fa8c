//! Keeping a lease alive while a load runs, and noticing when it is lost.

use std::time::Duration;

use tokio::task::JoinHandle;
use tokio::time::{Instant, MissedTickBehavior, interval_at, timeout};
use tolva_ledger::{Lease, Ledger};

/// How long a lease lasts without a heartbeat.
pub const LEASE: Duration = Duration::from_secs(30);
/// How often there is one, and how long it may take.
const BEAT: Duration = Duration::from_secs(10);

/// Keeps a lease alive until it is dropped.
pub struct Heartbeat(JoinHandle<String>);

impl Heartbeat {
    /// Starts; `taken` is when the lease was asked for.
    pub fn start(ledger: Ledger, lease: Lease, taken: Instant) -> Self {
        Self(tokio::spawn(beat(ledger, lease, taken)))
    }

    /// Waits until the lease is lost, and says why.
    pub async fn lost(&mut self) -> String {
        (&mut self.0).await.unwrap_or_else(|error| error.to_string())
    }
}

impl Drop for Heartbeat {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Renews the lease until that is no longer possible: somebody else has it, or may have it by now.
async fn beat(ledger: Ledger, lease: Lease, taken: Instant) -> String {
    let mut ticks = interval_at(Instant::now() + BEAT, BEAT);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut renewed = taken;
    loop {
        ticks.tick().await;
        let asked = Instant::now();
        let lasts = LEASE.as_millis() as i64;
        match timeout(BEAT, ledger.renew_lease(&lease, lasts)).await {
            Ok(Ok(true)) => renewed = asked,
            Ok(Ok(false)) => return "another worker has taken this dataset over".to_owned(),
            Ok(Err(error)) => tracing::warn!(dataset = %lease.dataset, "no heartbeat: {error}"),
            Err(_) => tracing::warn!(dataset = %lease.dataset, "no heartbeat: no answer"),
        }
        if renewed.elapsed() >= LEASE {
            return "the ledger did not answer for so long that the lease has ended".to_owned();
        }
    }
}
