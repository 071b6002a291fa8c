//! What a draft is made from: the first rows of each sheet, through the same readers as a load.

use std::path::Path;

use tolva_schema::contract::{Contract, Source};

use crate::limits::Limits;
use crate::progress::Progress;
use crate::read::{Document, ReadError, Row, Rows};

/// Cells that are looked at altogether: a draft needs no more, and memory has an end.
const MOST_CELLS: usize = 3_000_000;
/// Doubts about the writing that are told.
const MOST_DOUBTS: usize = 3;

/// A source that reads every sheet as it is. It has no headers, so that nothing but the file itself
/// tells what separates its fields.
const EVERYTHING: &str = r#"
version = 1
name = "draft"
files = ["*"]
[[source]]
name = "lines"
sheet = "*"
header = "none"
fields = [{ name = "a", required = true }]
[[table]]
name = "draft"
from = "lines"
key = ["a"]
"#;

/// One sheet of a workbook, or a text file.
pub struct Sheet {
    /// Its name; `None` for text.
    pub name: Option<String>,
    /// Its place in the workbook, from 1.
    pub number: usize,
    /// The rows that are not blank.
    pub rows: Vec<Row>,
    /// Whether there are more.
    pub cut: bool,
    /// What is uncertain about how it is written.
    pub doubts: Vec<String>,
}

/// Reads the sheets of the file at `path`, whose name is `name`; one for a text file.
pub fn read(path: &Path, name: &str, limits: &Limits) -> Result<Vec<Sheet>, ReadError> {
    let mut document = Document::open(path, name, limits, &Progress::default())?;
    let source = everything()?;
    let mut left = MOST_CELLS;
    let mut sheets = Vec::new();
    for at in document.sheets(&source)? {
        let mut rows = document.rows(&source, at)?;
        let sheet = sheet(&mut *rows, at + 1, left)?;
        left = left.saturating_sub(sheet.rows.iter().map(|row| row.cells.len()).sum());
        sheets.push(sheet);
    }
    Ok(sheets)
}

/// See [`EVERYTHING`].
pub fn everything() -> Result<Source, ReadError> {
    let contract = Contract::parse("draft", EVERYTHING);
    let mut contract = contract.map_err(|error| ReadError::Damaged(error.to_string()))?;
    Ok(contract.sources.remove(0))
}

fn sheet(reader: &mut dyn Rows, number: usize, most_cells: usize) -> Result<Sheet, ReadError> {
    let name = reader.sheet().map(str::to_owned);
    let mut sheet = Sheet { name, number, rows: Vec::new(), cut: false, doubts: Vec::new() };
    let mut cells = 0;
    let mut row = Row::default();
    while reader.next(&mut row)? {
        let doubt = reader.take_doubt().filter(|_| sheet.doubts.len() < MOST_DOUBTS);
        sheet.doubts.extend(doubt.map(|doubt| doubt.message));
        if row.is_blank() {
            continue;
        }
        cells += row.cells.len();
        if cells > most_cells {
            sheet.cut = true;
            break;
        }
        sheet.rows.push(std::mem::take(&mut row));
    }
    Ok(sheet)
}
