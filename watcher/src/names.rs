//! The names of files and of the markers beside them.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};

pub(crate) use tolva_ledger::whole::{is_hidden, may_be_taken};

/// What a marker's name ends in.
const MARKER: &[u8] = b".ready";
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
    use std::path::{Path, PathBuf};

    use super::{marked_by, marker_of};

    #[test]
    fn a_marker_and_its_file_name_each_other() {
        let file = Path::new("/inbox/a.csv");
        assert_eq!(marker_of(file), PathBuf::from("/inbox/a.csv.ready"));
        assert_eq!(marked_by(&marker_of(file)).as_deref(), Some(file));
        assert_eq!(marked_by(file), None);
    }
}
