//! What becomes of a file once its arrival is committed.

use std::io;
use std::path::{Path, PathBuf};

use tokio::fs;
use tolva_ledger::{Stamp, kill, now_ms, rfc3339};
use tolva_schema::contract::After;

use crate::look::{Seen, is_gone, look};
use crate::place::Place;
use crate::{aside, names};

/// Archives or deletes a file that was taken, with its marker. A file that is no longer the one that
/// was taken is a new drop and stays.
pub(crate) async fn tidy(
    after: After,
    inbox: &Path,
    place: &Place,
    stamp: Stamp,
    dataset: &str,
) -> io::Result<()> {
    let moved = match after {
        After::Keep => return Ok(()),
        After::Archive => archive(inbox, place, stamp, dataset).await?,
        After::Delete => delete(place, stamp).await?,
    };
    kill::point("moved-away");
    if moved {
        remove_if_there(&names::marker_of(&place.path)).await?;
    }
    Ok(())
}

/// Moves the file to `archive/<dataset>/` beside the inbox.
async fn archive(inbox: &Path, place: &Place, stamp: Stamp, dataset: &str) -> io::Result<bool> {
    let folder = inbox.parent().unwrap_or(inbox).join("archive").join(dataset);
    fs::create_dir_all(&folder).await?;
    let target = free_name(&folder, &place.file).await?;
    match move_exactly(&place.path, stamp, &target).await {
        Err(error) if error.kind() == io::ErrorKind::CrossesDevices => {
            copy_exactly(&place.path, stamp, &target).await
        }
        moved => moved,
    }
}

/// Removes the file. It is first moved aside: between a look and a removal by name, somebody could put
/// another file there.
async fn delete(place: &Place, stamp: Stamp) -> io::Result<bool> {
    let folder = aside::folder_for(&place.path, stamp);
    match fs::create_dir(&folder).await {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
        made => made?,
    }
    let file = folder.join(&place.file);
    let moved = move_exactly(&place.path, stamp, &file).await?;
    if moved {
        kill::point("set-aside");
        remove_if_there(&file).await?;
    }
    match fs::remove_dir(&folder).await {
        Err(error) if is_gone(&error) => Ok(moved),
        removed => removed.map(|()| moved),
    }
}

/// Moves a file if it is the one with this stamp; whether it was. One that proves to be another is
/// put back, which makes it a drop of its own.
async fn move_exactly(path: &Path, stamp: Stamp, target: &Path) -> io::Result<bool> {
    if look(path).await? != Seen::Plain(stamp) {
        return Ok(false);
    }
    match fs::rename(path, target).await {
        Err(error) if is_gone(&error) && look(path).await? == Seen::Gone => return Ok(false),
        other => other?,
    }
    let moved = look(target).await?;
    if aside::is_same(&moved, stamp) {
        return Ok(true);
    }
    // Another watcher of this inbox has ended it.
    if moved == Seen::Gone {
        return Ok(false);
    }
    // Unlike renaming, a link replaces nothing: a still newer file may be there by now.
    match fs::hard_link(target, path).await {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
        // Not every file system has links.
        Err(_) if look(path).await? == Seen::Gone => {
            return fs::rename(target, path).await.map(|()| false);
        }
        other => other?,
    }
    fs::remove_file(target).await?;
    Ok(false)
}

/// Copies a file to another file system and removes it there where it was.
async fn copy_exactly(path: &Path, stamp: Stamp, target: &Path) -> io::Result<bool> {
    let mut unfinished = target.as_os_str().to_owned();
    unfinished.push(".part");
    let unfinished = PathBuf::from(unfinished);
    fs::copy(path, &unfinished).await?;
    fs::File::open(&unfinished).await?.sync_all().await?;
    if look(path).await? != Seen::Plain(stamp) {
        fs::remove_file(&unfinished).await?;
        return Ok(false);
    }
    fs::rename(&unfinished, target).await?;
    remove_if_there(path).await?;
    Ok(true)
}

async fn remove_if_there(path: &Path) -> io::Result<()> {
    match fs::remove_file(path).await {
        Err(error) if is_gone(&error) => Ok(()),
        other => other,
    }
}

/// A name that no file has: the time in UTC, and the file's own name.
async fn free_name(folder: &Path, file: &str) -> io::Result<PathBuf> {
    let time: String = rfc3339(now_ms()).chars().filter(|c| !matches!(c, '-' | ':')).collect();
    let mut target = folder.join(format!("{time}-{file}"));
    let mut number = 2;
    while look(&target).await? != Seen::Gone {
        target = folder.join(format!("{time}-{number}-{file}"));
        number += 1;
    }
    Ok(target)
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use tolva_ledger::Stamp;

    use super::{copy_exactly, move_exactly};
    use crate::look::{Seen, look};

    async fn stamp(path: &Path) -> Stamp {
        match look(path).await.expect("a look") {
            Seen::Plain(stamp) => stamp,
            other => panic!("{other:?}"),
        }
    }

    #[tokio::test]
    async fn only_the_very_file_that_was_taken_is_moved() {
        let folder = tempfile::tempdir().expect("a folder");
        let (path, target) = (folder.path().join("a"), folder.path().join("b"));
        fs::write(&path, "one").expect("written");
        let taken = stamp(&path).await;
        fs::write(&path, "another").expect("written");
        assert!(!move_exactly(&path, taken, &target).await.expect("looked"));
        assert!(!copy_exactly(&path, taken, &target).await.expect("looked"));
        assert_eq!(fs::read_to_string(&path).expect("still there"), "another");
        assert_eq!(fs::read_dir(folder.path()).expect("listed").count(), 1);
        let taken = stamp(&path).await;
        assert!(move_exactly(&path, taken, &target).await.expect("moved"));
        assert!(!move_exactly(&path, taken, &target).await.expect("gone is no error"));
    }

    #[tokio::test]
    async fn a_file_is_copied_where_it_cannot_be_moved() {
        let folder = tempfile::tempdir().expect("a folder");
        let (path, target) = (folder.path().join("a"), folder.path().join("b"));
        fs::write(&path, "one").expect("written");
        let taken = stamp(&path).await;
        assert!(copy_exactly(&path, taken, &target).await.expect("copied"));
        assert_eq!(fs::read_to_string(&target).expect("there"), "one");
        assert_eq!(fs::read_dir(folder.path()).expect("listed").count(), 1);
    }
}
