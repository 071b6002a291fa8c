//! Watching, until it is told to stop.

use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};

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
