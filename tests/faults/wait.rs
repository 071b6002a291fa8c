//! Waiting for what happens in the end.

use std::fmt::Debug;
use std::thread::sleep;
use std::time::{Duration, Instant};

/// Looks until there is nothing to complain about; after `limit`, gives the last complaint.
pub fn until<T, E: Debug>(limit: Duration, mut look: impl FnMut() -> Result<T, E>) -> Result<T, E> {
    let start = Instant::now();
    let mut pause = Duration::from_millis(5);
    loop {
        match look() {
            Err(_) if start.elapsed() < limit => {}
            done => return done,
        }
        sleep(pause);
        pause = (pause * 3 / 2).min(Duration::from_millis(500));
    }
}
