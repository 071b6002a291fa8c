//! Points where a test may end the process, to show that the promises hold there.

/// Ends the process without any cleaning up, as a power cut would, when `TOLVA_KILL_POINT` names this
/// point (`TOLVA_KILL_SKIP` lets it pass so many times first).
#[cfg(feature = "kill-points")]
pub fn point(name: &str) {
    use std::sync::atomic::{AtomicU32, Ordering};
    static PASSED: AtomicU32 = AtomicU32::new(0);
    if std::env::var("TOLVA_KILL_POINT").is_ok_and(|wanted| wanted == name) {
        let skip = std::env::var("TOLVA_KILL_SKIP").ok().and_then(|text| text.parse().ok());
        if PASSED.fetch_add(1, Ordering::SeqCst) >= skip.unwrap_or(0) {
            std::process::abort();
        }
    }
}

/// Nothing, in ordinary builds.
#[cfg(not(feature = "kill-points"))]
#[inline]
pub fn point(_name: &str) {}
