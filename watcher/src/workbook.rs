//! Whether a file looks whole: a cheap look at its end, without reading it.

use std::fs::OpenOptions;
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use tolva_ledger::whole::{TAIL, ends_with_record, has_record};

use crate::look::OPEN_FLAGS;

/// Bytes at the start of a file that tell a ZIP.
const START: u64 = 4;

/// Whether the file can be whole: it is not empty, and if it is a workbook or any other ZIP, then the
/// record that ends a ZIP is there. Only a hint for when to read: what the file is worth is decided
/// by whoever reads it.
pub(crate) fn looks_whole(path: &Path) -> io::Result<bool> {
    let mut file = OpenOptions::new().read(true).custom_flags(OPEN_FLAGS).open(path)?;
    let size = file.metadata()?.len();
    if size == 0 {
        return Ok(false);
    }
    let mut start = Vec::new();
    (&mut file).take(START).read_to_end(&mut start)?;
    if !ends_with_record(path, &start) {
        return Ok(true);
    }
    file.seek(SeekFrom::Start(size.saturating_sub(TAIL as u64)))?;
    let mut tail = Vec::new();
    file.take(TAIL as u64).read_to_end(&mut tail)?;
    Ok(has_record(&tail))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::looks_whole;

    fn whole(name: &str, bytes: &[u8]) -> bool {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join(name);
        fs::write(&path, bytes).expect("written");
        looks_whole(&path).expect("read")
    }

    /// A ZIP's frame; `comment` lies behind its last record.
    fn zip(inside: usize, comment: usize) -> Vec<u8> {
        let mut bytes = b"PK\x03\x04".to_vec();
        bytes.resize(4 + inside, 7);
        bytes.extend(b"PK\x05\x06");
        bytes.resize(bytes.len() + 18 + comment, 0);
        bytes
    }

    #[test]
    fn a_text_is_whole_unless_it_is_empty() {
        assert!(whole("a.csv", b"x"));
        assert!(!whole("a.csv", b""));
    }

    #[test]
    fn a_workbook_is_whole_once_its_last_record_is_there() {
        for (inside, comment) in [(0, 0), (100, 0), (200_000, 0), (10, 65_535)] {
            let bytes = zip(inside, comment);
            assert!(whole("a.xlsx", &bytes), "{inside} {comment}");
            assert!(!whole("a.xlsx", &bytes[..4 + inside]), "{inside} {comment}");
        }
        let bytes = zip(100, 0);
        assert!(!whole("a.xlsx", &bytes[..bytes.len() - 1]));
    }

    #[test]
    fn a_zip_is_known_by_its_start_or_its_name() {
        assert!(!whole("a.dat", b"PK\x03\x04 and then nothing"));
        assert!(!whole("a.XLSM", b"no workbook at all, but long enough"));
        assert!(!whole("a.xlsx", b"x"));
    }
}
