//! Where in the inbox a file lies.

use std::ffi::OsStr;
use std::path::{Component, Path, PathBuf};

use crate::names;

/// The place of a file that may be taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    /// To open it.
    pub path: PathBuf,
    /// Its folder below the inbox.
    pub folder: Option<String>,
    /// Its name.
    pub file: String,
    /// Its path below the inbox: what the ledger knows it by.
    pub key: String,
    /// Whether folder and name are valid UTF-8; if not, the texts above only resemble them.
    pub utf8: bool,
}

impl Place {
    /// The place of `path`: directly in the inbox or in a folder of it. None for what is never taken
    /// and for whatever lies deeper or elsewhere.
    pub fn of(inbox: &Path, path: &Path) -> Option<Self> {
        let (folder, name) = split(inbox, path)?;
        if !names::may_be_taken(name) || folder.is_some_and(names::is_hidden) {
            return None;
        }
        let file = name.to_string_lossy().into_owned();
        let folder_text = folder.map(|folder| folder.to_string_lossy().into_owned());
        Some(Self {
            path: path.to_owned(),
            key: folder_text.as_ref().map_or(file.clone(), |folder| format!("{folder}/{file}")),
            folder: folder_text,
            file,
            utf8: name.to_str().is_some() && folder.is_none_or(|folder| folder.to_str().is_some()),
        })
    }
}

/// Whether `path` is where a dataset's folder may be: directly in the inbox, and not hidden.
pub(crate) fn may_be_folder(inbox: &Path, path: &Path) -> bool {
    matches!(split(inbox, path), Some((None, name)) if !names::is_hidden(name))
}

/// The folder below the inbox, if any, and the name.
fn split<'a>(inbox: &Path, path: &'a Path) -> Option<(Option<&'a OsStr>, &'a OsStr)> {
    let mut parts = path.strip_prefix(inbox).ok()?.components();
    match (parts.next(), parts.next(), parts.next()) {
        (Some(Component::Normal(name)), None, None) => Some((None, name)),
        (Some(Component::Normal(folder)), Some(Component::Normal(name)), None) => {
            Some((Some(folder), name))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt as _;
    use std::path::Path;

    use super::{Place, may_be_folder};

    fn place(path: &str) -> Option<Place> {
        Place::of(Path::new("/in"), Path::new(path))
    }

    #[test]
    fn a_file_lies_in_the_inbox_or_one_folder_below() {
        let top = place("/in/a.csv").expect("a place");
        assert_eq!((top.folder, top.key.as_str()), (None, "a.csv"));
        let below = place("/in/staff/a.csv").expect("a place");
        assert_eq!((below.folder.as_deref(), below.key.as_str()), (Some("staff"), "staff/a.csv"));
        for elsewhere in ["/in", "/out/a.csv", "/in/a/b/c.csv", "/in/.git/a.csv", "/in/a.tmp"] {
            assert_eq!(place(elsewhere), None, "{elsewhere}");
        }
    }

    #[test]
    fn a_name_that_is_not_utf8_has_a_place_all_the_same() {
        let path = Path::new("/in").join(OsStr::from_bytes(b"a\xff.csv"));
        let place = Place::of(Path::new("/in"), &path).expect("a place");
        assert!(!place.utf8);
        assert_eq!(place.key, "a\u{fffd}.csv");
    }

    #[test]
    fn a_folder_of_a_dataset_lies_directly_in_the_inbox() {
        let inbox = Path::new("/in");
        assert!(may_be_folder(inbox, Path::new("/in/staff")));
        for other in ["/in", "/in/a/b", "/in/.git", "/out"] {
            assert!(!may_be_folder(inbox, Path::new(other)), "{other}");
        }
    }
}
