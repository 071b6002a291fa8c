//! What lies in the inbox.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tolva_ledger::Stamp;

use crate::look::{Seen, is_gone};
use crate::place::{Place, may_be_folder};
use crate::watches::Watches;
use crate::{WatcherError, aside};

/// What lies in the inbox.
#[derive(Debug, Default)]
pub(crate) struct Listing {
    /// The files that may be taken.
    pub files: Vec<(Place, Stamp)>,
    /// What cannot be looked at, by its path below the inbox.
    pub unreadable: Vec<(String, io::Error)>,
    /// Folders of datasets that cannot be made.
    pub not_made: Vec<(String, io::Error)>,
    /// Why a folder is not watched.
    pub unwatched: Option<notify::Error>,
}

/// Makes the inbox and the folders of the datasets where they are missing, and lists what lies
/// there. Every folder is first watched, if anyone watches, and then listed.
pub(crate) async fn list_inbox(
    inbox: &Path,
    datasets: Vec<String>,
    watches: Option<Arc<Watches>>,
) -> Result<Listing, WatcherError> {
    let path = inbox.to_owned();
    blocking(move || {
        let mut listing = Listing::default();
        fs::create_dir_all(&path)?;
        for dataset in datasets {
            if let Err(error) = make_folder(&path.join(&dataset)) {
                listing.not_made.push((dataset, error));
            }
        }
        listing.watch(watches.as_deref(), &path);
        for folder in listing.list(&path, &path)? {
            listing.watch(watches.as_deref(), &folder);
            listing.list_below(&path, &folder);
        }
        Ok(listing)
    })
    .await
    .map_err(|source| WatcherError::Inbox { path: inbox.to_owned(), source })
}

/// Lists one folder of the inbox, which has just appeared.
pub(crate) async fn list_folder(
    inbox: &Path,
    folder: PathBuf,
    watches: Arc<Watches>,
) -> io::Result<Listing> {
    let path = inbox.to_owned();
    blocking(move || {
        let mut listing = Listing::default();
        listing.watch(Some(&watches), &folder);
        listing.list_below(&path, &folder);
        Ok(listing)
    })
    .await
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> io::Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(io::Error::other)?
}

fn make_folder(path: &Path) -> io::Result<()> {
    match fs::create_dir(path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists && path.is_dir() => Ok(()),
        other => other,
    }
}

impl Listing {
    fn watch(&mut self, watches: Option<&Watches>, folder: &Path) {
        if let Some(watches) = watches
            && let Err(error) = watches.add(folder)
        {
            self.unwatched = Some(error);
        }
    }

    /// Lists a folder of the inbox; that it cannot be read is noted.
    fn list_below(&mut self, inbox: &Path, folder: &Path) {
        match self.list(inbox, folder) {
            Err(error) if !is_gone(&error) => self.unreadable.push((below(inbox, folder), error)),
            _ => {}
        }
    }

    /// Lists one folder; gives the folders in it that may be a dataset's.
    fn list(&mut self, inbox: &Path, folder: &Path) -> io::Result<Vec<PathBuf>> {
        let mut folders = Vec::new();
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let path = entry.path();
            match entry.metadata() {
                Ok(metadata) => match Seen::of(&metadata) {
                    Seen::Plain(stamp) => {
                        self.files.extend(Place::of(inbox, &path).map(|place| (place, stamp)));
                    }
                    Seen::Folder if may_be_folder(inbox, &path) => folders.push(path),
                    Seen::Folder if aside::is_one(&path) => match aside::end(&path) {
                        Err(error) if !is_gone(&error) => {
                            self.unreadable.push((below(inbox, &path), error));
                        }
                        _ => {}
                    },
                    _ => {}
                },
                Err(error) if is_gone(&error) => {}
                Err(error) => self.unreadable.push((below(inbox, &path), error)),
            }
        }
        Ok(folders)
    }
}

fn below(inbox: &Path, path: &Path) -> String {
    path.strip_prefix(inbox).unwrap_or(path).to_string_lossy().into_owned()
}
