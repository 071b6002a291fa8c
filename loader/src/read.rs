//! Reading: from the bytes of a file to rows of cells, one at a time.
//!
//! Nothing here knows what a row means; that is `organise`'s.

mod error;
mod quotes;
mod text;
mod workbook;

use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::path::Path;

use tolva_schema::cell::Cell;
use tolva_schema::contract::Source;

pub use error::ReadError;

use crate::progress::{Counted, Progress};

/// What is read: a file with its progress counted.
type Input = BufReader<Counted<File>>;

/// One row of a sheet, or one record of a text file.
#[derive(Debug, Default)]
pub struct Row {
    /// 1-based row of the sheet, or line of the text where the record begins.
    pub number: u64,
    /// What stands in it, by column (1-based), in order. Columns without anything may be absent.
    pub cells: Vec<(u32, Cell)>,
    /// The last column that the row has, whether anything stands there or not.
    pub width: u32,
}

impl Row {
    /// The cell in `column`.
    pub fn cell(&self, column: u32) -> &Cell {
        match self.cells.binary_search_by_key(&column, |(at, _)| *at) {
            Ok(at) => &self.cells[at].1,
            Err(_) => &Cell::Blank,
        }
    }

    /// Whether nothing is written in it.
    pub fn is_blank(&self) -> bool {
        self.cells.iter().all(|(_, cell)| cell.is_blank())
    }
}

/// Rows in the order in which they stand.
pub trait Rows {
    /// The name of the sheet; `None` for text.
    fn sheet(&self) -> Option<&str>;

    /// Reads the next row into `row`; `false` at the end.
    fn next(&mut self, row: &mut Row) -> Result<bool, ReadError>;
}

/// A file that is open for reading.
pub enum Document {
    /// An Office Open XML workbook.
    Workbook(Box<workbook::Workbook>),
    /// Delimited text.
    Text(text::Text),
}

impl Document {
    /// Opens the file at `path`, whose name was `name`. What it is, is decided by its bytes.
    pub fn open(path: &Path, name: &str, progress: &Progress) -> Result<Self, ReadError> {
        let mut file = File::open(path)?;
        let mut start = Vec::new();
        (&mut file).take(8).read_to_end(&mut start)?;
        file.seek(SeekFrom::Start(0))?;
        progress.begin(file.metadata()?.len());
        if start.is_empty() {
            return Err(ReadError::EmptyFile);
        }
        let extension = name.rsplit_once('.').map(|(_, extension)| extension.to_lowercase());
        let named_workbook = matches!(extension.as_deref(), Some("xlsx" | "xlsm"));
        let is_zip = start.starts_with(b"PK\x03\x04");
        if start.starts_with(&[0xD0, 0xCF, 0x11, 0xE0]) {
            return Err(ReadError::OldWorkbook);
        }
        if is_zip != named_workbook {
            return Err(ReadError::WrongExtension { name: name.to_owned(), is_workbook: is_zip });
        }
        let input = BufReader::new(Counted::new(file, progress.clone()));
        if is_zip {
            Ok(Self::Workbook(Box::new(workbook::Workbook::open(input)?)))
        } else {
            Ok(Self::Text(text::Text::new(path, progress)))
        }
    }

    /// The rows that `source` reads.
    pub fn rows(&mut self, source: &Source) -> Result<Box<dyn Rows + '_>, ReadError> {
        match self {
            Self::Workbook(workbook) => workbook.rows(source),
            Self::Text(text) => text.rows(source.delimiter),
        }
    }
}
