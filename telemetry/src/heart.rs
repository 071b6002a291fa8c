//! Telling the ledger that this process lives.

use std::path::Path;
use std::time::Instant;

use tokio::sync::watch;
use tokio::task::JoinHandle;
use tolva_ledger::heartbeats::BEAT;
use tolva_ledger::{Instance, Ledger};

/// Beats until it is stopped. One that is dropped falls silent, and is missed.
#[derive(Debug)]
pub struct Heart {
    stop: watch::Sender<bool>,
    beating: JoinHandle<()>,
}

/// This process, which does `role` and may watch an inbox.
pub fn instance(role: &str, inbox: Option<&Path>) -> Instance {
    Instance {
        name: name(),
        role: role.to_owned(),
        host: host(),
        inbox: inbox.map(|inbox| {
            let absolute = std::path::absolute(inbox).unwrap_or_else(|_| inbox.to_owned());
            absolute.to_string_lossy().into_owned()
        }),
    }
}

/// What this process is called among all: its host and its number there.
pub fn name() -> String {
    format!("{}-{}", host(), std::process::id())
}

fn host() -> String {
    std::fs::read_to_string("/proc/sys/kernel/hostname")
        .map_or_else(|_| "host".to_owned(), |name| name.trim().to_owned())
}

impl Heart {
    /// Begins to beat.
    pub fn start(ledger: Ledger, who: Instance) -> Self {
        let (stop, stopped) = watch::channel(false);
        Self { stop, beating: tokio::spawn(beat(ledger, who, stopped)) }
    }

    /// Says goodbye: from now on nobody misses this process.
    pub async fn stop(self) {
        self.stop.send_replace(true);
        if let Err(error) = self.beating.await {
            tracing::warn!("no goodbye: {error}");
        }
    }
}

async fn beat(ledger: Ledger, who: Instance, mut stop: watch::Receiver<bool>) {
    let born = Instant::now();
    let mut ticks = tokio::time::interval(BEAT);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut silent = false;
    loop {
        tokio::select! {
            _ = ticks.tick() => {}
            stopped = stop.wait_for(|stop| *stop) => match stopped {
                Ok(_) => break,
                Err(_) => return,
            },
        }
        match ledger.beat(&who, born.elapsed()).await {
            Ok(()) => silent = false,
            Err(error) => {
                if !silent {
                    tracing::warn!("no heartbeat: {error}");
                }
                silent = true;
            }
        }
    }
    if let Err(error) = ledger.say_goodbye(&who).await {
        tracing::warn!("no goodbye, so that this process will be missed: {error}");
    }
}
