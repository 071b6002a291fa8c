//! OpenDocument spreadsheets (OASIS OpenDocument 1.3, part 3), read row by row.
//!
//! Not by the library that reads the other formats: it holds whole sheets in memory, refuses white
//! space between cells, and does not tell errors, formulas without a value, merged and hidden cells.

mod cells;
mod tables;

use std::fs::File;
use std::io::{self, BufReader};
use std::path::Path;

use quick_xml::reader::Reader;
use tempfile::NamedTempFile;

use super::parts;
use super::rows::Region;
use crate::read::ReadError;
pub use cells::OdsCells;
pub use tables::Table;

/// The part that holds the sheets.
const CONTENT: &str = "content.xml";

/// A document that is open.
pub struct Ods {
    /// The unpacked content.
    content: NamedTempFile,
    /// Its sheets.
    pub tables: Vec<Table>,
}

impl Ods {
    /// Opens the document at `path`.
    pub fn open(path: &Path) -> Result<Self, ReadError> {
        let mut archive = parts::open(path)?;
        let names: Vec<String> = archive.file_names().flatten().map(Into::into).collect();
        if names.iter().any(|name| name == "META-INF/manifest.xml") {
            let mut is_encrypted = false;
            parts::elements(parts::part(&mut archive, "META-INF/manifest.xml")?, |element| {
                is_encrypted |= element.local_name().as_ref() == "encryption-data";
                Ok(!is_encrypted)
            })?;
            if is_encrypted {
                return Err(ReadError::Encrypted);
            }
        }
        let mut content = NamedTempFile::new()?;
        io::copy(&mut parts::part(&mut archive, CONTENT)?, &mut content)
            .map_err(|error| ReadError::Damaged(error.to_string()))?;
        let tables = tables::read(File::open(content.path())?)?;
        Ok(Self { content, tables })
    }

    /// The cells of the sheet at place `at`.
    pub fn cells(&self, at: usize) -> Result<OdsCells, ReadError> {
        let input = BufReader::new(File::open(self.content.path())?);
        OdsCells::of_table(Reader::from_reader(input), at)
    }

    /// The merged ranges of the sheet at place `at`.
    pub fn merged(&self, at: usize) -> Vec<Region> {
        let ranges = self.tables[at].merged.iter();
        ranges.map(|(rows, columns)| Region::new(*rows, *columns)).collect()
    }
}
