//! Where a file lies between being taken out of its folder and being removed: in a hidden folder beside
//! it whose name tells which file was meant. Should the watcher stop in between, whoever lists the inbox
//! next ends it.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use tolva_ledger::Stamp;

use crate::look::{Seen, is_gone};

const PREFIX: &str = ".tolva-taken-";

/// The folder for the file at `path` that was taken with this stamp.
pub(crate) fn folder_for(path: &Path, stamp: Stamp) -> PathBuf {
    let Stamp { size, mtime_ns, inode, .. } = stamp;
    path.with_file_name(format!("{PREFIX}{size}-{mtime_ns}-{inode}"))
}

/// Whether this is such a folder.
pub(crate) fn is_one(folder: &Path) -> bool {
    meant(folder).is_some()
}

fn meant(folder: &Path) -> Option<Stamp> {
    let name = folder.file_name()?.to_str()?.strip_prefix(PREFIX)?;
    let mut numbers = name.splitn(3, '-').map(|number| number.parse().ok());
    let mut next = || numbers.next().flatten();
    Some(Stamp { size: next()?, mtime_ns: next()?, inode: next()?, ctime_ns: 0 })
}

/// Moving a file changes the time of its change, and nothing else.
pub(crate) fn is_same(seen: &Seen, stamp: Stamp) -> bool {
    matches!(seen, Seen::Plain(now) if Stamp { ctime_ns: stamp.ctime_ns, ..*now } == stamp)
}

/// Ends what was begun: removes the file that was meant, and puts any other back, which makes it a
/// drop of its own.
pub(crate) fn end(folder: &Path) -> io::Result<()> {
    let Some(meant) = meant(folder) else { return Ok(()) };
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if is_same(&Seen::of(&fs::symlink_metadata(&path)?), meant) {
            fs::remove_file(&path)?;
        } else {
            put_back(&path, folder, meant)?;
        }
    }
    match fs::remove_dir(folder) {
        Err(error) if is_gone(&error) => Ok(()),
        other => other,
    }
}

fn put_back(path: &Path, folder: &Path, meant: Stamp) -> io::Result<()> {
    let Some(name) = path.file_name() else { return Ok(()) };
    // Unlike renaming, a link replaces nothing: a still newer file may be there by now.
    match fs::hard_link(path, folder.with_file_name(name)) {
        Ok(()) => fs::remove_file(path),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            let other = format!("{}-{}", meant.inode, name.to_string_lossy());
            fs::rename(path, folder.with_file_name(other))
        }
        // Not every file system has links.
        Err(_) => fs::rename(path, folder.with_file_name(name)),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn what_was_meant_is_removed_and_anything_else_is_put_back() {
        let inbox = tempfile::tempdir().expect("a folder");
        let file = inbox.path().join("a-1.csv");
        let stamp = || match Seen::of(&fs::symlink_metadata(&file).expect("a look")) {
            Seen::Plain(stamp) => stamp,
            other => panic!("{other:?}"),
        };
        let set_aside = |stamp: Stamp| {
            let folder = folder_for(&file, stamp);
            assert!(is_one(&folder));
            fs::create_dir(&folder).expect("a folder");
            fs::rename(&file, folder.join("a-1.csv")).expect("moved");
            end(&folder).expect("ended");
            assert!(!folder.exists());
        };
        fs::write(&file, "taken").expect("written");
        set_aside(stamp());
        assert!(!file.exists());
        fs::write(&file, "taken").expect("written");
        let taken = stamp();
        fs::write(&file, "a newer one").expect("written");
        set_aside(taken);
        assert_eq!(fs::read_to_string(&file).expect("back"), "a newer one");
        assert!(!is_one(&inbox.path().join(".tolva-taken-x")) && !is_one(&file));
    }
}
