//! The folders that are watched.
//!
//! Each is watched by itself and not recursively: a folder that appears is first watched and then
//! listed, so that no file can come in between, and whatever lies deeper costs nothing.

use std::path::Path;
use std::sync::{Mutex, PoisonError};

use notify::{Config, ErrorKind, RecommendedWatcher, RecursiveMode, Watcher as _};

use crate::hints::Inlet;

/// The folders that are watched.
#[derive(Debug)]
pub(crate) struct Watches {
    inlet: Inlet,
    watcher: Mutex<Option<RecommendedWatcher>>,
}

impl Watches {
    /// Watches nothing yet.
    pub fn new(inlet: Inlet) -> Self {
        Self { inlet, watcher: Mutex::new(None) }
    }

    /// Watches a folder; nothing happens when it is watched already.
    pub fn add(&self, folder: &Path) -> Result<(), notify::Error> {
        let mut watcher = self.watcher.lock().unwrap_or_else(PoisonError::into_inner);
        let watcher = match &mut *watcher {
            Some(watcher) => watcher,
            none => {
                let config = Config::default().with_follow_symlinks(false);
                none.insert(RecommendedWatcher::new(self.inlet.clone(), config)?)
            }
        };
        watcher.watch(folder, RecursiveMode::NonRecursive)
    }
}

/// What to do about a folder that cannot be watched.
pub(crate) fn advice(error: &notify::Error) -> &'static str {
    match &error.kind {
        ErrorKind::MaxFilesWatch => "raise fs.inotify.max_user_watches",
        ErrorKind::Io(io) if io.raw_os_error() == Some(libc::EMFILE) => {
            "raise fs.inotify.max_user_instances, or the number of open files"
        }
        _ => "the inbox may lie on a file system without events",
    }
}
