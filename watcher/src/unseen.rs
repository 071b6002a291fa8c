//! Files of the inbox that nobody has looked at: what a watcher that is away leaves lying.

use std::collections::HashMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::Serialize;
use tolva_ledger::{Stamp, now_ms};
use tolva_schema::routing::{Route, route};

use crate::look::{Seen, is_gone};
use crate::place::{Place, may_be_folder};
use crate::scan::contracts_of;
use crate::{Watcher, WatcherError};

/// A file that lies in the inbox as nobody has seen it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Unseen {
    /// Its path below the inbox.
    pub path: String,
    /// The dataset that takes it.
    pub dataset: String,
    /// How long ago it was dropped, seconds.
    pub age: u64,
    /// What tells this drop from another one under the same name.
    pub drop: String,
}

impl Watcher {
    /// The files that a scan would look at, and that a dataset takes. Nothing is changed, and no folder
    /// is made.
    ///
    /// # Errors
    /// The inbox cannot be listed, or the ledger refused.
    pub async fn unseen(&self) -> Result<Vec<Unseen>, WatcherError> {
        let (contracts, _) = contracts_of(&self.ledger).await?;
        let inbox = self.inbox.clone();
        let files = tokio::task::spawn_blocking(move || files(&inbox))
            .await
            .map_err(io::Error::other)
            .and_then(|files| files)
            .map_err(|source| WatcherError::Inbox { path: self.inbox.clone(), source })?;
        let seen: HashMap<_, _> = self
            .ledger
            .inbox_files()
            .await?
            .into_iter()
            .map(|file| (file.path, file.stamp))
            .collect();
        let mut unseen = Vec::new();
        for (place, stamp) in files {
            if seen.get(&place.key) == Some(&stamp) {
                continue;
            }
            let Route::To { dataset, .. } = route(&contracts, place.folder.as_deref(), &place.file)
            else {
                continue;
            };
            let age = now_ms().saturating_sub(stamp.ctime_ns / 1_000_000).max(0).unsigned_abs();
            unseen.push(Unseen {
                dataset: dataset.to_owned(),
                age: age / 1_000,
                drop: format!("{}-{}-{}", stamp.ctime_ns, stamp.size, stamp.inode),
                path: place.key,
            });
        }
        Ok(unseen)
    }
}

/// The files of the inbox and of the folders in it, as far as they can be read. A scan puts in order what
/// it finds on its way; this only looks, since a watcher may be at it.
fn files(inbox: &Path) -> io::Result<Vec<(Place, Stamp)>> {
    let mut files = Vec::new();
    for folder in list(inbox, inbox, &mut files)? {
        match list(inbox, &folder, &mut files) {
            Err(error) if !is_gone(&error) => {
                tracing::warn!(folder = %folder.display(), %error, "cannot be listed");
            }
            _ => {}
        }
    }
    Ok(files)
}

/// Lists one folder; gives the folders in it that may be a dataset's.
fn list(inbox: &Path, folder: &Path, files: &mut Vec<(Place, Stamp)>) -> io::Result<Vec<PathBuf>> {
    let mut folders = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let path = entry.path();
        match entry.metadata().map(|metadata| Seen::of(&metadata)) {
            Ok(Seen::Plain(stamp)) => {
                files.extend(Place::of(inbox, &path).map(|place| (place, stamp)));
            }
            Ok(Seen::Folder) if may_be_folder(inbox, &path) => folders.push(path),
            _ => {}
        }
    }
    Ok(folders)
}
