//! What a file is, by its bytes and not by its name.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

use zip::ZipArchive;

use super::{ReadError, text};

/// Bytes that are looked at to tell text from everything else.
const LOOK: u64 = 4096;

/// A format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Office Open XML (`.xlsx`, `.xlsm`).
    Xlsx,
    /// The same with binary parts.
    Xlsb,
    /// Excel 97 to 2003.
    Xls,
    /// OpenDocument.
    Ods,
    /// Delimited text.
    Text,
}

/// How a file is packed as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Packing {
    /// `.gz`
    Gzip,
    /// `.zst`
    Zstd,
}

impl Packing {
    /// The packing of a file; leaves it at its start.
    pub fn of(file: &mut File) -> io::Result<Option<Self>> {
        let start = start(file, 4)?;
        Ok(if start.starts_with(&[0x1F, 0x8B]) {
            Some(Self::Gzip)
        } else if start == [0x28, 0xB5, 0x2F, 0xFD] {
            Some(Self::Zstd)
        } else {
            None
        })
    }
}

fn start(file: &mut File, length: u64) -> io::Result<Vec<u8>> {
    let mut start = Vec::new();
    file.take(length).read_to_end(&mut start)?;
    file.seek(SeekFrom::Start(0))?;
    Ok(start)
}

/// The format of a file, which must be of the family that its name promises.
pub fn of(file: &mut File, name: &str) -> Result<Kind, ReadError> {
    let start = start(file, LOOK)?;
    if start.is_empty() {
        return Err(ReadError::EmptyFile);
    }
    let extension = name.rsplit_once('.').map(|(_, extension)| extension.to_lowercase());
    let promised = matches!(extension.as_deref(), Some("xlsx" | "xlsm" | "xlsb" | "xls" | "ods"));
    let kind = if start.starts_with(b"PK\x03\x04") {
        zipped(file)?
    } else if start.starts_with(&[0xD0, 0xCF, 0x11, 0xE0]) {
        if is_encrypted(file)? {
            return Err(ReadError::Encrypted);
        }
        Kind::Xls
    } else {
        let beginning = String::from_utf8_lossy(&start[..start.len().min(512)]).to_lowercase();
        let beginning = beginning.trim_start_matches('\u{feff}').trim_start();
        if ["<html", "<!doctype", "<table", "<?xml", "<meta"]
            .iter()
            .any(|tag| beginning.starts_with(tag))
        {
            return Err(ReadError::Markup { name: name.to_owned() });
        }
        if !promised && !is_text(&start) {
            return Err(ReadError::UnknownFormat { name: name.to_owned() });
        }
        Kind::Text
    };
    if promised == (kind == Kind::Text) {
        let is_workbook = kind != Kind::Text;
        return Err(ReadError::WrongExtension { name: name.to_owned(), is_workbook });
    }
    Ok(kind)
}

/// What kind of workbook a ZIP is, by the parts that each kind must have.
fn zipped(file: &File) -> Result<Kind, ReadError> {
    let archive = ZipArchive::new(file).map_err(|error| ReadError::Damaged(error.to_string()))?;
    let names: Vec<String> =
        archive.file_names().flatten().map(|name| name.to_lowercase()).collect();
    let has = |part: &str| names.iter().any(|name| name == part);
    if has("xl/workbook.bin") {
        Ok(Kind::Xlsb)
    } else if has("[content_types].xml") || names.iter().any(|name| name.starts_with("xl/")) {
        Ok(Kind::Xlsx)
    } else if has("content.xml") {
        Ok(Kind::Ods)
    } else {
        Err(ReadError::NoWorkbook)
    }
}

/// Whether a compound file holds an encrypted package: its directory names one (in UTF-16).
fn is_encrypted(file: &mut File) -> io::Result<bool> {
    const MOST: u64 = 64 * 1024 * 1024;
    let mark: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let bytes = start(file, MOST)?;
    Ok(bytes.windows(mark.len()).any(|window| window == mark))
}

/// Text of any encoding has few control characters. A NUL here and there is an accident, and every
/// second one is UTF-16.
fn is_text(start: &[u8]) -> bool {
    let is_control =
        |byte: &&u8| **byte < 0x20 && !matches!(**byte, 0 | b'\t' | b'\n' | b'\r' | 0x0C | 0x1A);
    let controls = start.iter().filter(is_control).count();
    let nulls = start.iter().filter(|byte| **byte == 0).count();
    controls * 20 <= start.len() && (nulls * 10 <= start.len() || text::is_wide(start))
}
