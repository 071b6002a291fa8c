//! Looking at a file and opening it, without following links.

use std::fs::Metadata;
use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

use tokio::fs::{self, File, OpenOptions};
use tolva_ledger::Stamp;

/// What is found at a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Seen {
    /// A plain file.
    Plain(Stamp),
    /// A folder.
    Folder,
    /// A link, a pipe, a socket, a device.
    Other,
    /// Nothing.
    Gone,
}

impl Seen {
    /// What the metadata tells, of the path itself and not of what a link points to.
    pub fn of(metadata: &Metadata) -> Self {
        if metadata.is_file() {
            Self::Plain(stamp(metadata))
        } else if metadata.is_dir() {
            Self::Folder
        } else {
            Self::Other
        }
    }
}

/// Looks at a path.
pub(crate) async fn look(path: &Path) -> io::Result<Seen> {
    match fs::symlink_metadata(path).await {
        Ok(metadata) => Ok(Seen::of(&metadata)),
        Err(error) if is_gone(&error) => Ok(Seen::Gone),
        Err(error) => Err(error),
    }
}

/// Whether the error says that there is nothing (any more).
pub(crate) fn is_gone(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

/// How a file of the inbox is opened: a link is refused, and a pipe that took the file's place does
/// not make the watcher wait for a writer.
pub(crate) const OPEN_FLAGS: i32 = libc::O_NOFOLLOW | libc::O_NONBLOCK;

/// Opens the plain file at a path; the stamp is that of what was opened. None when no plain file is
/// there any more.
pub(crate) async fn open(path: &Path) -> io::Result<Option<(File, Stamp)>> {
    match OpenOptions::new().read(true).custom_flags(OPEN_FLAGS).open(path).await {
        Ok(file) => match Seen::of(&file.metadata().await?) {
            Seen::Plain(stamp) => Ok(Some((file, stamp))),
            _ => Ok(None),
        },
        Err(error) if is_gone(&error) || is_no_file(&error) => Ok(None),
        Err(error) => Err(error),
    }
}

/// A link refused by `O_NOFOLLOW`, or a socket.
fn is_no_file(error: &io::Error) -> bool {
    matches!(error.raw_os_error(), Some(libc::ELOOP | libc::ENXIO))
}

fn stamp(metadata: &Metadata) -> Stamp {
    let ns = |seconds: i64, nanoseconds: i64| {
        seconds.saturating_mul(1_000_000_000).saturating_add(nanoseconds)
    };
    Stamp {
        size: metadata.size().cast_signed(),
        mtime_ns: ns(metadata.mtime(), metadata.mtime_nsec()),
        ctime_ns: ns(metadata.ctime(), metadata.ctime_nsec()),
        inode: metadata.ino().cast_signed(),
    }
}
