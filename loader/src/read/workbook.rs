//! Workbooks of every format: which sheets are read, and what lies over their cells.

mod cells;
mod choice;
mod hidden;
mod parts;
mod rows;
mod size;
mod whole;

use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};

use calamine::{Ods, Reader, Sheet, Xls, Xlsb, XlsbError, Xlsx, XlsxError};
use tolva_schema::contract::{Hidden, Merged, Source};

use super::kind::Kind;
use super::{ReadError, Rows};
use crate::limits::Limits;
use crate::progress::{Counted, Progress};
use cells::CellsOf;
use hidden::HiddenParts;
use rows::{Cells, Overlay, Placed, Region, SheetRows};
use whole::WholeSheet;

/// What is read: a file with its progress counted.
type Input = BufReader<Counted<File>>;

/// A workbook that is open.
pub struct Workbook {
    inner: Inner,
    path: PathBuf,
    sheets: Vec<Sheet>,
}

enum Inner {
    /// Shared strings and styles are in memory, sheets are not.
    Xlsx(Xlsx<Input>),
    Xlsb(Xlsb<Input>),
    /// Everything is in memory.
    Xls(Xls<Input>),
    Ods(Ods<Input>),
}

impl From<XlsxError> for ReadError {
    fn from(error: XlsxError) -> Self {
        match error {
            XlsxError::Io(error) => Self::Io(error),
            XlsxError::Password => Self::Encrypted,
            other => Self::Damaged(other.to_string()),
        }
    }
}

impl From<XlsbError> for ReadError {
    fn from(error: XlsbError) -> Self {
        match error {
            XlsbError::Io(error) => Self::Io(error),
            XlsbError::Password => Self::Encrypted,
            other => Self::Damaged(other.to_string()),
        }
    }
}

impl From<calamine::XlsError> for ReadError {
    fn from(error: calamine::XlsError) -> Self {
        match error {
            calamine::XlsError::Password => Self::Encrypted,
            other => Self::Damaged(other.to_string()),
        }
    }
}

impl From<calamine::OdsError> for ReadError {
    fn from(error: calamine::OdsError) -> Self {
        match error {
            calamine::OdsError::Password => Self::Encrypted,
            other => Self::Damaged(other.to_string()),
        }
    }
}

impl Workbook {
    /// Opens the workbook of format `kind` at `path`.
    pub fn open(
        path: &Path,
        kind: Kind,
        limits: &Limits,
        progress: &Progress,
    ) -> Result<Self, ReadError> {
        size::check(path, kind, limits)?;
        let input = BufReader::new(Counted::new(File::open(path)?, progress.clone()));
        let inner = match kind {
            Kind::Xlsb => Inner::Xlsb(Xlsb::new(input)?),
            Kind::Xls => Inner::Xls(Xls::new(input)?),
            Kind::Ods => Inner::Ods(Ods::new(input)?),
            Kind::Xlsx | Kind::Text => Inner::Xlsx(Xlsx::new(input)?),
        };
        let sheets = match &inner {
            Inner::Xlsx(workbook) => workbook.sheets_metadata(),
            Inner::Xlsb(workbook) => workbook.sheets_metadata(),
            Inner::Xls(workbook) => workbook.sheets_metadata(),
            Inner::Ods(workbook) => workbook.sheets_metadata(),
        };
        let sheets = sheets.to_vec();
        Ok(Self { inner, path: path.to_owned(), sheets })
    }

    /// The sheets that `source` reads, by their place among all.
    pub fn chosen(&self, source: &Source) -> Result<Vec<usize>, ReadError> {
        choice::choose(source, &self.sheets)
    }

    /// The rows of a sheet.
    pub fn rows(&mut self, source: &Source, sheet: usize) -> Result<Box<dyn Rows + '_>, ReadError> {
        let name = self.sheets[sheet].name.clone();
        let hidden = match (source.hidden, &self.inner) {
            (Hidden::Read, _) => HiddenParts::default(),
            (Hidden::Skip, Inner::Xlsx(_)) => hidden::find(&self.path, &name)?,
            _ => return Err(ReadError::Unsupported { what: "which rows are hidden" }),
        };
        let merged = match source.merged {
            Merged::First => Vec::new(),
            Merged::Fill => self.merged(&name)?,
        };
        let overlay = Overlay::new(merged, hidden);
        let cells: Box<dyn Cells + '_> = match &mut self.inner {
            Inner::Xlsx(workbook) => {
                let mut reader = workbook.worksheet_cells_reader(&name)?;
                Box::new(CellsOf(move || {
                    let next = reader.next_cell_with_formula()?;
                    Ok(next.map(|cell| {
                        Placed::new(cell.pos, cells::of_formula(cell.value, cell.formula))
                    }))
                }))
            }
            Inner::Xlsb(workbook) => {
                let mut reader = workbook.worksheet_cells_reader(&name)?;
                Box::new(CellsOf(move || {
                    let next = reader.next_cell()?;
                    Ok(next.map(|cell| {
                        Placed::new(cell.get_position(), cells::of(cell.get_value().clone()))
                    }))
                }))
            }
            Inner::Xls(workbook) => Box::new(WholeSheet::new(workbook.worksheet_range(&name)?)),
            Inner::Ods(workbook) => Box::new(WholeSheet::new(workbook.worksheet_range(&name)?)),
        };
        Ok(Box::new(SheetRows::new(name, cells, overlay)))
    }

    fn merged(&mut self, sheet: &str) -> Result<Vec<Region>, ReadError> {
        let found = match &mut self.inner {
            Inner::Xlsx(workbook) => workbook.merge_cells_by_sheet_name(sheet)?,
            Inner::Xls(workbook) => workbook.merge_cells_by_sheet_name(sheet)?,
            _ => return Err(ReadError::Unsupported { what: "which cells are merged" }),
        };
        Ok(found.into_iter().map(Region::from).collect())
    }
}
