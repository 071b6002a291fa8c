//! Which files are being written, as far as events tell.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// A writer that did nothing for so long no longer holds its file back. Some ways of changing a file
/// are seen without ever being seen to end.
const PATIENCE: Duration = Duration::from_secs(10 * 60);

/// The files that were written to since they were last closed.
///
/// A file that is found by scanning while its writer pauses looks as if it were left alone; this
/// keeps it from being taken.
#[derive(Debug, Default)]
pub(crate) struct Writing {
    files: Mutex<HashMap<PathBuf, Instant>>,
}

impl Writing {
    /// Somebody wrote to the file.
    pub fn wrote(&self, path: PathBuf) {
        self.files().insert(path, Instant::now());
    }

    /// The file was closed, or is no longer there. Whether it was being written.
    pub fn ended(&self, path: &Path) -> bool {
        self.files().remove(path).is_some()
    }

    /// Events were missed: nothing is known any more.
    pub fn forget_all(&self) {
        self.files().clear();
    }

    /// Forgets the writers that did nothing for long.
    pub fn forget_idle(&self) {
        self.files().retain(|_, last| last.elapsed() < PATIENCE);
    }

    /// Whether somebody is writing to the file.
    pub fn holds(&self, path: &Path) -> bool {
        self.files().get(path).is_some_and(|last| last.elapsed() < PATIENCE)
    }

    fn files(&self) -> MutexGuard<'_, HashMap<PathBuf, Instant>> {
        self.files.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
