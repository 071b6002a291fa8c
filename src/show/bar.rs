//! A progress bar: bytes, rows, rate, time left.

use std::io::IsTerminal;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use tokio::task::JoinHandle;
use tolva_loader::Progress;

/// How often it moves.
const TICK: Duration = Duration::from_millis(100);

/// A bar that follows a load; nothing where nobody looks.
pub struct Bar(Option<(ProgressBar, JoinHandle<()>)>);

impl Bar {
    /// Starts to follow `progress`.
    pub fn start(progress: &Progress, title: &str, quiet: bool) -> Self {
        if quiet || !std::io::stderr().is_terminal() {
            return Self(None);
        }
        let bar = ProgressBar::new(0);
        let template =
            "{prefix} {bar:24} {bytes}/{total_bytes} {bytes_per_sec} {msg} rows, {eta} left";
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        bar.set_prefix(title.to_owned());
        let (shown, progress) = (bar.clone(), progress.clone());
        let follower = tokio::spawn(async move {
            loop {
                shown.set_length(progress.total());
                shown.set_position(progress.bytes().min(progress.total()));
                shown.set_message(progress.lines().to_string());
                tokio::time::sleep(TICK).await;
            }
        });
        Self(Some((bar, follower)))
    }

    /// Takes it away.
    pub fn end(self) {
        if let Some((bar, follower)) = self.0 {
            follower.abort();
            bar.finish_and_clear();
        }
    }
}
