//! Which file names are never taken.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};

/// What a marker's name ends in.
const MARKER: &[u8] = b".ready";
/// Files that are still being written, by the habits of those who write them, and markers.
const ENDINGS: [&[u8]; 5] = [b".part", b".filepart", b".tmp", b".crdownload", MARKER];

/// Whether a file of this name may be taken: neither hidden, nor temporary, nor a marker.
pub(crate) fn may_be_taken(name: &OsStr) -> bool {
    let bytes = name.as_bytes();
    // `.~lock*` is hidden, too.
    !is_hidden(name)
        && !bytes.starts_with(b"~$")
        && !ENDINGS.iter().any(|ending| {
            let start = bytes.len().saturating_sub(ending.len());
            bytes[start..].eq_ignore_ascii_case(ending)
        })
}

/// Whether the name starts with a dot.
pub(crate) fn is_hidden(name: &OsStr) -> bool {
    name.as_bytes().starts_with(b".")
}

/// The file that a marker stands beside.
pub(crate) fn marked_by(marker: &Path) -> Option<PathBuf> {
    let name = marker.file_name()?.as_bytes().strip_suffix(MARKER)?;
    Some(marker.with_file_name(OsStr::from_bytes(name)))
}

/// The marker that stands beside a file.
pub(crate) fn marker_of(file: &Path) -> PathBuf {
    let mut path = OsString::from(file);
    path.push(OsStr::from_bytes(MARKER));
    PathBuf::from(path)
}

#[cfg(test)]
mod tests {
    use std::ffi::OsStr;
    use std::path::{Path, PathBuf};

    use super::{marked_by, marker_of, may_be_taken};

    #[test]
    fn temporary_and_hidden_names_and_markers_are_never_taken() {
        for name in [
            "~$book.xlsx",
            ".~lock.book.xlsx#",
            ".hidden.csv",
            "a.csv.part",
            "a.csv.filepart",
            "a.tmp",
            "A.TMP",
            "a.csv.crdownload",
            "a.csv.ready",
        ] {
            assert!(!may_be_taken(OsStr::new(name)), "{name}");
        }
        for name in ["a.csv", "~a.csv", "part", "a.part.csv", "tmp.xlsx", "ready", "Año 1.xlsx"] {
            assert!(may_be_taken(OsStr::new(name)), "{name}");
        }
    }

    #[test]
    fn a_marker_and_its_file_name_each_other() {
        let file = Path::new("/inbox/a.csv");
        assert_eq!(marker_of(file), PathBuf::from("/inbox/a.csv.ready"));
        assert_eq!(marked_by(&marker_of(file)).as_deref(), Some(file));
        assert_eq!(marked_by(file), None);
    }
}
