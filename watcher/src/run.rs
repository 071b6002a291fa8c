//! Watching, until it is told to stop.

use std::sync::Arc;

use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};
use tolva_events::keep_publishing;

use crate::rounds::Rounds;
use crate::{Watcher, WatcherError};

impl Watcher {
    /// Watches the inbox until `stop` holds true or its sender is gone; then finishes the file that
    /// is being taken. What fails is tried again, and said once.
    ///
    /// # Errors
    /// The inbox is missing and cannot be made.
    pub async fn run(&self, mut stop: watch::Receiver<bool>) -> Result<(), WatcherError> {
        tokio::fs::create_dir_all(&self.inbox)
            .await
            .map_err(|source| WatcherError::Inbox { path: self.inbox.clone(), source })?;
        let publishing = self.bus.clone().map(|bus| {
            let (ledger, wake) = (self.ledger.clone(), Arc::clone(&self.wake));
            tokio::spawn(keep_publishing(ledger, bus, wake, stop.clone()))
        });
        let mut rounds = Rounds::new(self);
        while !is_stopped(&stop) {
            let next = rounds.next();
            tokio::select! {
                biased;
                () = stopped(&mut stop) => break,
                Some(hint) = rounds.hints.queue.recv() => rounds.note(hint).await,
                () = rounds.hints.rescan.notified() => rounds.scan_soon(),
                () = sleep_until(next) => {}
            }
            rounds.note_all().await;
            if rounds.next() <= Instant::now() {
                rounds.round(&stop).await;
            }
        }
        if let Some(publishing) = publishing {
            // It publishes once more; whatever fails stays in the outbox.
            drop(publishing.await);
        }
        Ok(())
    }
}

/// Whether it is time to stop.
pub(crate) fn is_stopped(stop: &watch::Receiver<bool>) -> bool {
    *stop.borrow() || stop.has_changed().is_err()
}

async fn stopped(stop: &mut watch::Receiver<bool>) {
    // An error says that nobody is left who could stop it otherwise.
    let _ = stop.wait_for(|stop| *stop).await;
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::sync::Arc;
    use std::time::Duration;

    use tokio::sync::watch;
    use tolva_events::{Bus as _, LocalBus, Signal};
    use tolva_ledger::Ledger;
    use tolva_schema::contract::Contract;

    use crate::{Pace, Watcher};

    #[tokio::test]
    async fn hints_that_found_no_room_are_made_up_for_by_a_scan() {
        let folder = tempfile::tempdir().expect("a folder");
        let inbox = folder.path().join("inbox");
        let database = format!("sqlite://{}", folder.path().join("ledger.db").display());
        let ledger = Ledger::open(&database).await.expect("a ledger");
        let text = include_str!("../../datasets/employees.toml");
        let contract = Contract::parse("employees.toml", text).expect("valid");
        ledger.store_contract("employees.toml", text, &contract, None).await.expect("stored");
        let bus = Arc::new(LocalBus::new());
        let mut events = bus.consume();
        let pace = Pace { scan: Duration::from_secs(3600), ..Pace::default() };
        let mut watcher = Watcher::new(ledger.clone(), inbox.clone(), Some(bus)).with_pace(pace);
        watcher.capacity = 1;
        let (stop, stopped) = watch::channel(false);
        let running = tokio::spawn(async move { watcher.run(stopped).await });
        let names: Vec<String> = (0..30).map(|number| format!("{number}.csv")).collect();
        // The first one shows that the watcher watches.
        for batch in [&names[..1], &names[1..]] {
            while !inbox.join("employees").exists() {
                tokio::task::yield_now().await;
            }
            for name in batch {
                fs::write(inbox.join("employees").join(name), name).expect("written");
            }
            for _ in batch {
                let event = tokio::time::timeout(Duration::from_secs(60), events.next()).await;
                let Ok(Some(Signal::Delivery(event))) = event else { panic!("not all are taken") };
                event.done().await;
            }
        }
        assert_eq!(ledger.arrivals(None, 100).await.expect("read").len(), names.len());
        stop.send(true).expect("it runs");
        running.await.expect("no panic").expect("no error");
    }
}
