//! Logs: pretty in a terminal, JSON otherwise, on standard error.

use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;

/// Starts logging. Verbs that do one thing and end say only what is wrong.
pub fn start(service: bool) {
    let default =
        if service { "tolva=info,tolva_watcher=info,tolva_loader=info,warn" } else { "warn" };
    let filter = EnvFilter::try_from_env("TOLVA_LOG").unwrap_or_else(|_| EnvFilter::new(default));
    let logs = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    if std::io::stderr().is_terminal() {
        logs.with_target(false).init();
    } else {
        logs.json().flatten_event(true).init();
    }
}
