//! Which files are taken, whoever brings them: by their names, and by whether they look whole.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;

/// Files that are still being written, by the habits of those who write them, and markers.
const ENDINGS: [&[u8]; 5] = [b".part", b".filepart", b".tmp", b".crdownload", b".ready"];
/// What a ZIP starts with.
const START: &[u8] = b"PK\x03\x04";
/// What the record that ends every ZIP starts with.
const END: &[u8] = b"PK\x05\x06";
/// That record's length without its comment.
const END_LENGTH: usize = 22;
/// Bytes at the end of a file among which the record is: it, and the longest comment behind it.
pub const TAIL: usize = 64 * 1024 + END_LENGTH;

/// Whether a file of this name may be taken: neither hidden, nor temporary, nor a marker.
pub fn may_be_taken(name: &OsStr) -> bool {
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
pub fn is_hidden(name: &OsStr) -> bool {
    name.as_bytes().starts_with(b".")
}

/// Whether a file with this name and beginning is whole only with the record that ends a ZIP.
pub fn ends_with_record(name: &Path, beginning: &[u8]) -> bool {
    beginning.starts_with(START) || is_workbook(name)
}

/// Whether that record is among the last bytes of a file.
pub fn has_record(tail: &[u8]) -> bool {
    tail.len()
        .checked_sub(END_LENGTH)
        .is_some_and(|last| tail[..last + END.len()].windows(END.len()).any(|bytes| bytes == END))
}

fn is_workbook(path: &Path) -> bool {
    let kinds = ["xlsx", "xlsm", "xlsb", "ods"];
    path.extension().is_some_and(|own| kinds.iter().any(|kind| own.eq_ignore_ascii_case(kind)))
}

/// Looks at a file that comes by in pieces.
#[derive(Debug, Default)]
pub struct Glance {
    beginning: Vec<u8>,
    tail: Vec<u8>,
}

impl Glance {
    /// The next piece.
    pub fn see(&mut self, piece: &[u8]) {
        let missing = START.len().saturating_sub(self.beginning.len()).min(piece.len());
        self.beginning.extend_from_slice(&piece[..missing]);
        self.tail.extend_from_slice(piece);
        // Cut now and then, not each time.
        if self.tail.len() > 4 * TAIL {
            self.cut();
        }
    }

    fn cut(&mut self) {
        let beyond = self.tail.len().saturating_sub(TAIL);
        self.tail.drain(..beyond);
    }

    /// Whether there was anything.
    pub fn is_empty(&self) -> bool {
        self.beginning.is_empty()
    }

    /// Whether the file, all of whose pieces were seen, is not empty and has its end.
    pub fn is_whole(&mut self, name: &Path) -> bool {
        self.cut();
        !self.is_empty() && (!ends_with_record(name, &self.beginning) || has_record(&self.tail))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
    fn a_file_is_looked_at_in_whatever_pieces_it_comes() {
        let mut zip = START.to_vec();
        zip.resize(300_000, 7);
        zip.extend(END);
        zip.resize(zip.len() + 18, 0);
        for size in [1, 3, 1000, 1 << 20] {
            for (bytes, whole) in [(&zip[..], true), (&zip[..200_000], false), (&[][..], false)] {
                let mut glance = Glance::default();
                bytes.chunks(size).for_each(|piece| glance.see(piece));
                assert_eq!(glance.is_whole(Path::new("a.dat")), whole, "{size}");
            }
        }
        let mut text = Glance::default();
        text.see(b"a,b\n");
        assert!(text.is_whole(Path::new("a.csv")) && !text.is_whole(Path::new("a.xlsx")));
    }
}
