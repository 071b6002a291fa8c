//! Waiting for what happens in the end.

use std::time::{Duration, Instant};

/// How long anything may take on a busy machine.
pub const DEADLINE: Duration = Duration::from_secs(60);

/// Looks until there is something to see, and gives it.
pub fn until<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    try_until(|| look().ok_or(())).unwrap_or_else(|()| panic!("waited in vain until {what}"))
}

/// Looks until `look` says `Ok`; when the time is over, gives what it said last.
pub fn try_until<T, E>(mut look: impl FnMut() -> Result<T, E>) -> Result<T, E> {
    let start = Instant::now();
    let mut pause = Duration::from_millis(2);
    loop {
        match look() {
            Err(_) if start.elapsed() < DEADLINE => {}
            done => return done,
        }
        // Looking costs time, too.
        std::thread::sleep(pause);
        pause = (pause * 5 / 4).min(Duration::from_millis(100));
    }
}
