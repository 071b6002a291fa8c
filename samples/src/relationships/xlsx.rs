//! Writing a workbook, row by row, so that its size does not matter.

use super::{Cell, Person, Place, Row};
use crate::Error;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook, Worksheet, XlsxError};
use std::borrow::Borrow;
use std::path::Path;

/// The name of the sheet with the matrix.
pub const MATRIX_SHEET: &str = "Matriz de adyacencia";
/// The name of the sheet with the list.
pub const PEOPLE_SHEET: &str = "Personas";
/// What stands above the list, alone in its row.
pub const PEOPLE_TITLE: &str = "Listado de personas";

/// The sheet's first two rows and columns are its axes.
const AXES: u32 = 2;
/// Empty rows above the list's title.
const EMPTY_ROWS: u32 = 3;

/// How a workbook is kept while it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Memory {
    /// In memory, with shared strings, as spreadsheet programs do.
    Whole,
    /// Each row goes to disk as soon as it is complete; strings stand in their cells.
    Constant,
}

/// Writes a workbook. Rows and people may be borrowed or made on the way.
pub fn write(
    path: &Path,
    columns: &[Place],
    rows: impl IntoIterator<Item = impl Borrow<Row>>,
    people: impl IntoIterator<Item = impl Borrow<Person>>,
    memory: Memory,
) -> Result<(), Error> {
    let made = || -> Result<(), XlsxError> {
        let mut workbook = Workbook::new();
        // The library would put the time of day here, and no two files would be equal.
        let date = ExcelDateTime::from_ymd(2026, 1, 1)?;
        workbook.set_properties(&DocProperties::new().set_creation_datetime(&date));
        // A ZIP entry of more than 4 GiB must say so before it begins; no cell takes 30 bytes.
        let cells = (columns.len() as u64).pow(2);
        workbook.use_zip_large_file(cells * 30 > u64::from(u32::MAX));

        matrix(sheet(&mut workbook, MATRIX_SHEET, memory)?, columns, rows.into_iter())?;
        list(sheet(&mut workbook, PEOPLE_SHEET, memory)?, people.into_iter())?;
        workbook.save(path)
    };
    made().map_err(|source| Error::Workbook { path: path.display().to_string(), source })
}

fn sheet<'a>(
    workbook: &'a mut Workbook,
    name: &str,
    memory: Memory,
) -> Result<&'a mut Worksheet, XlsxError> {
    let sheet = match memory {
        Memory::Whole => workbook.add_worksheet(),
        Memory::Constant => workbook.add_worksheet_with_constant_memory()?,
    };
    sheet.set_name(name)
}

fn matrix(
    sheet: &mut Worksheet,
    columns: &[Place],
    rows: impl Iterator<Item = impl Borrow<Row>>,
) -> Result<(), XlsxError> {
    // Row by row, since a sheet in constant memory cannot go back.
    for (column, place) in (AXES..).zip(columns) {
        sheet.write_number(0, narrow(column)?, place.number)?;
    }
    for (column, place) in (AXES..).zip(columns) {
        sheet.write_string(1, narrow(column)?, &place.label)?;
    }
    for (line, row) in (AXES..).zip(rows) {
        let row = row.borrow();
        sheet.write_number(line, 0, row.place.number)?;
        sheet.write_string(line, 1, &row.place.label)?;
        for (column, cell) in (AXES..).zip(&row.cells) {
            match cell {
                Cell::Blank => {}
                Cell::Number(number) => {
                    sheet.write_number(line, narrow(column)?, *number)?;
                }
                Cell::Text(text) => {
                    sheet.write_string(line, narrow(column)?, text)?;
                }
            }
        }
    }
    Ok(())
}

fn list(
    sheet: &mut Worksheet,
    people: impl Iterator<Item = impl Borrow<Person>>,
) -> Result<(), XlsxError> {
    sheet.write_string(EMPTY_ROWS, 0, PEOPLE_TITLE)?;
    for (line, person) in (EMPTY_ROWS + 1..).zip(people) {
        let person = person.borrow();
        sheet.write_string(line, 0, &person.label)?;
        sheet.write_number(line, 1, person.number)?;
        sheet.write_string(line, 2, &person.name)?;
    }
    Ok(())
}

fn narrow(column: u32) -> Result<u16, XlsxError> {
    u16::try_from(column).map_err(|_| XlsxError::RowColumnLimitError)
}
