//! Workbooks of every format: which sheets are read, and what lies over their cells.

mod biff12;
mod cells;
mod choice;
mod claims;
mod hidden;
mod ods;
mod parts;
mod rows;
mod size;
mod whole;

use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};

use calamine::{
    Reader, Sheet, SheetType, SheetVisible, Xls, XlsOptions, Xlsb, XlsbError, Xlsx, XlsxError,
};
use tempfile::NamedTempFile;
use tolva_schema::contract::{Hidden, Merged, Source};

use super::kind::Kind;
use super::{ReadError, Rows};
use crate::limits::Limits;
use crate::progress::{Counted, Progress};
use cells::CellsOf;
use hidden::HiddenParts;
use ods::Ods;
use rows::{Cells, Overlay, Placed, Region, SheetRows};
use whole::WholeSheet;

/// What is read: a file with its progress counted.
type Input = BufReader<Counted<File>>;

/// A workbook that is open.
pub struct Workbook {
    inner: Inner,
    path: PathBuf,
    sheets: Vec<Sheet>,
    /// A form of the file that can be read, for as long as it is.
    _rewritten: Option<NamedTempFile>,
}

enum Inner {
    /// Shared strings and styles are in memory, sheets are not.
    Xlsx(Xlsx<Input>),
    Xlsb(Xlsb<Input>),
    /// Everything is in memory.
    Xls(Xls<Input>),
    /// Nothing is in memory.
    Ods(Ods),
}

/// A disk that fails may work again. Anything else that a reader calls so, such as an end that comes
/// too early, is the file's own.
fn of_io(error: std::io::Error) -> ReadError {
    match error.raw_os_error() {
        Some(_) => ReadError::Io(error),
        None => ReadError::Damaged(error.to_string()),
    }
}

impl From<XlsxError> for ReadError {
    fn from(error: XlsxError) -> Self {
        match error {
            XlsxError::Io(error) => of_io(error),
            XlsxError::Password => Self::Encrypted,
            XlsxError::CellError(shown) => Self::CellError(shown),
            other => Self::Damaged(other.to_string()),
        }
    }
}

impl From<XlsbError> for ReadError {
    fn from(error: XlsbError) -> Self {
        match error {
            XlsbError::Io(error) => of_io(error),
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

/// From Excel 97 on every text of a workbook is Unicode, whatever code page it names: the library would
/// read it in that one. Such a workbook begins with this record (MS-XLS, 2.4.21).
fn xls_options(path: &Path) -> std::io::Result<XlsOptions> {
    const BEGINNING: [u8; 8] = [0x09, 0x08, 0x10, 0x00, 0x00, 0x06, 0x05, 0x00];
    const UTF_16: u16 = 1200;
    let bytes = std::fs::read(path)?;
    let is_unicode = bytes.windows(BEGINNING.len()).any(|window| window == BEGINNING);
    let mut options = XlsOptions::default();
    options.force_codepage = is_unicode.then_some(UTF_16);
    Ok(options)
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
        let rewritten = if kind == Kind::Xlsb { biff12::with_columns(path)? } else { None };
        let path = rewritten.as_ref().map_or(path, |file| file.path());
        let input = BufReader::new(Counted::new(File::open(path)?, progress.clone()));
        let inner = match kind {
            Kind::Xlsb => Inner::Xlsb(Xlsb::new(input)?),
            Kind::Xls => Inner::Xls(Xls::new_with_options(input, xls_options(path)?)?),
            Kind::Ods => Inner::Ods(Ods::open(path)?),
            Kind::Xlsx | Kind::Text => Inner::Xlsx(Xlsx::new(input)?),
        };
        let sheets = match &inner {
            Inner::Xlsx(workbook) => workbook.sheets_metadata().to_vec(),
            Inner::Xlsb(workbook) => workbook.sheets_metadata().to_vec(),
            Inner::Xls(workbook) => workbook.sheets_metadata().to_vec(),
            Inner::Ods(workbook) => workbook.tables.iter().map(sheet_of).collect(),
        };
        Ok(Self { inner, path: path.to_owned(), sheets, _rewritten: rewritten })
    }

    /// The sheets that `source` reads, by their place among all.
    pub fn chosen(&self, source: &Source) -> Result<Vec<usize>, ReadError> {
        choice::choose(source, &self.sheets)
    }

    /// The rows of a sheet.
    pub fn rows(&mut self, source: &Source, sheet: usize) -> Result<Box<dyn Rows + '_>, ReadError> {
        let name = self.sheets[sheet].name.clone();
        let overlay = self.overlay(source, sheet, &name)?;
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
            Inner::Ods(workbook) => Box::new(workbook.cells(sheet)?),
        };
        Ok(Box::new(SheetRows::new(name, cells, overlay)))
    }

    /// What lies over the cells of a sheet, as far as the source wants to know.
    fn overlay(&mut self, source: &Source, sheet: usize, name: &str) -> Result<Overlay, ReadError> {
        let (skip, fill) = (source.hidden == Hidden::Skip, source.merged == Merged::Fill);
        let (mut merged, mut hidden) = (Vec::new(), HiddenParts::default());
        if !skip && !fill {
            return Ok(Overlay::new(merged, hidden));
        }
        match &mut self.inner {
            Inner::Xlsx(workbook) => {
                let found = workbook.merge_cells_by_sheet_name(name)?;
                merged = found.into_iter().map(Region::from).collect();
                if skip {
                    hidden = hidden::find(&self.path, name)?;
                }
            }
            Inner::Xlsb(_) => (merged, hidden) = biff12::overlay(&self.path, name)?,
            Inner::Xls(_) if skip => {
                return Err(ReadError::Unsupported { what: "which rows are hidden" });
            }
            Inner::Xls(workbook) => {
                let found = workbook.merge_cells_by_sheet_name(name)?;
                merged = found.into_iter().map(Region::from).collect();
            }
            Inner::Ods(workbook) => {
                (merged, hidden) = (workbook.merged(sheet), workbook.tables[sheet].hidden.clone());
            }
        }
        if !fill {
            merged.clear();
        }
        Ok(Overlay::new(merged, if skip { hidden } else { HiddenParts::default() }))
    }
}

fn sheet_of(table: &ods::Table) -> Sheet {
    let visible = if table.visible { SheetVisible::Visible } else { SheetVisible::Hidden };
    Sheet { name: table.name.clone(), typ: SheetType::WorkSheet, visible }
}
