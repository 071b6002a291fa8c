//! Reading: from the bytes of a file to rows of cells, one at a time.
//!
//! Nothing here knows what a row means; that is `organise`'s.

mod document;
mod error;
mod kind;
mod metered;
mod text;
mod unpack;
mod workbook;

use tolva_schema::cell::Cell;

pub use document::Document;
pub use error::ReadError;

/// One row of a sheet, or one record of a text file.
#[derive(Debug, Default)]
pub struct Row {
    /// 1-based row of the sheet, or line of the text where the record begins.
    pub number: u64,
    /// What stands in it, by column (1-based), in order. Columns without anything may be absent.
    pub cells: Vec<(u32, Cell)>,
    /// The last column that the row has, whether anything stands there or not.
    pub width: u32,
    /// Whether rows in which nothing is written were passed over since the row before.
    pub after_blank: bool,
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

/// Something about the writing of a file that makes its meaning uncertain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Doubt {
    /// The line, if it is about one.
    pub row: Option<u64>,
    /// The field of the line.
    pub column: Option<u32>,
    /// The stable name of the rule.
    pub rule: &'static str,
    /// What was done, and what to do.
    pub message: String,
}

/// Rows in the order in which they stand.
pub trait Rows {
    /// The name of the sheet; `None` for text.
    fn sheet(&self) -> Option<&str>;

    /// Reads the next row into `row`; `false` at the end.
    fn next(&mut self, row: &mut Row) -> Result<bool, ReadError>;

    /// Takes a doubt that came up in what was read so far.
    fn take_doubt(&mut self) -> Option<Doubt> {
        None
    }
}
