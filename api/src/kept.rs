//! What is made of files, and made anew when they change: keys of tokens, the certificate.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How long files may be taken for unchanged.
const LOOK: Duration = Duration::from_secs(1);

/// What tells one state of a file from another; none where it cannot be looked at.
type Stamp = Option<(u64, u64, i64, i64)>;

/// A value that is made of files.
pub struct Kept<T> {
    what: &'static str,
    files: Vec<PathBuf>,
    make: Make<T>,
    state: Mutex<State<T>>,
}

type Make<T> = Box<dyn Fn(&[PathBuf]) -> Result<T, String> + Send + Sync>;

struct State<T> {
    value: Arc<T>,
    stamps: Vec<Stamp>,
    looked_at: Instant,
}

impl<T> Kept<T> {
    /// Makes the value; `what` is what the log calls it.
    ///
    /// # Errors
    /// Why it cannot be made.
    pub fn open(
        what: &'static str,
        files: Vec<PathBuf>,
        make: impl Fn(&[PathBuf]) -> Result<T, String> + Send + Sync + 'static,
    ) -> Result<Self, String> {
        // What changes while it is read is read again.
        let stamps = stamps(&files);
        let value = Arc::new(make(&files)?);
        let state = Mutex::new(State { value, stamps, looked_at: Instant::now() });
        Ok(Self { what, files, make: Box::new(make), state })
    }

    /// The value, of files that were looked at within a second. Files that are no good are told to the
    /// log, and leave the value that there is.
    pub fn get(&self) -> Arc<T> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if state.looked_at.elapsed() < LOOK {
            return Arc::clone(&state.value);
        }
        state.looked_at = Instant::now();
        let stamps = stamps(&self.files);
        if stamps != state.stamps {
            state.stamps = stamps;
            match (self.make)(&self.files) {
                Ok(value) => {
                    state.value = Arc::new(value);
                    tracing::info!("{} changed and was read again", self.what);
                }
                Err(why) => tracing::error!("{} changed, and the former stays: {why}", self.what),
            }
        }
        Arc::clone(&state.value)
    }
}

fn stamps(files: &[PathBuf]) -> Vec<Stamp> {
    let stamp = |file: &PathBuf| {
        let data = fs::metadata(file).ok()?;
        Some((data.ino(), data.size(), data.mtime(), data.mtime_nsec()))
    };
    files.iter().map(stamp).collect()
}
