//! Office Open XML workbooks, streamed cell by cell: memory does not grow with the sheet.

use calamine::{DataRef, Reader, Xlsx, XlsxCellReader, XlsxError};
use chrono::NaiveTime;
use tolva_schema::cell::Cell;
use tolva_schema::contract::{SheetRef, Source};

use super::{Input, ReadError, Row, Rows};

/// A workbook whose shared strings and styles are in memory and whose sheets are not.
pub struct Workbook {
    inner: Xlsx<Input>,
}

impl From<XlsxError> for ReadError {
    fn from(error: XlsxError) -> Self {
        match error {
            XlsxError::Io(error) => Self::Io(error),
            other => Self::Damaged(other.to_string()),
        }
    }
}

impl Workbook {
    pub(super) fn open(input: Input) -> Result<Self, ReadError> {
        Ok(Self { inner: Xlsx::new(input)? })
    }

    pub(super) fn rows(&mut self, source: &Source) -> Result<Box<dyn Rows + '_>, ReadError> {
        let names = self.inner.sheet_names();
        let sheet = sheet(source, &names)?;
        let cells = self.inner.worksheet_cells_reader(&sheet)?;
        Ok(Box::new(SheetRows { sheet, cells, ahead: None, last: 0, ended: false }))
    }
}

/// The sheet that the source reads: the first of its alternatives that exists.
fn sheet(source: &Source, names: &[String]) -> Result<String, ReadError> {
    let found = match &source.sheets[..] {
        [] => names.first(),
        alternatives => alternatives.iter().find_map(|alternative| match alternative {
            SheetRef::Index(index) => names.get(index - 1),
            SheetRef::Name(pattern) => names.iter().find(|name| pattern.matches(name)),
        }),
    };
    found.cloned().ok_or_else(|| {
        let wanted: Vec<String> = source
            .sheets
            .iter()
            .map(|sheet| match sheet {
                SheetRef::Index(index) => format!("number {index}"),
                SheetRef::Name(pattern) => format!("`{}`", pattern.as_str()),
            })
            .collect();
        ReadError::MissingSheet { wanted: wanted.join(" or "), present: names.join(", ") }
    })
}

struct SheetRows<'a> {
    sheet: String,
    cells: XlsxCellReader<'a, Input>,
    /// The first cell of the next row.
    ahead: Option<(u64, u32, Cell)>,
    last: u64,
    /// The reader cannot be asked again once it has said that nothing follows.
    ended: bool,
}

impl SheetRows<'_> {
    /// The next cell that holds something.
    fn cell(&mut self) -> Result<Option<(u64, u32, Cell)>, ReadError> {
        while !self.ended {
            let Some(record) = self.cells.next_cell_with_formula()? else { break };
            let cell = match (record.value, record.formula) {
                (DataRef::Empty, Some(formula)) => Cell::Formula(formula),
                (value, _) => cell(value),
            };
            if cell != Cell::Blank {
                return Ok(Some((u64::from(record.pos.0) + 1, record.pos.1 + 1, cell)));
            }
        }
        self.ended = true;
        Ok(None)
    }
}

impl Rows for SheetRows<'_> {
    fn sheet(&self) -> Option<&str> {
        Some(&self.sheet)
    }

    fn next(&mut self, row: &mut Row) -> Result<bool, ReadError> {
        row.cells.clear();
        let first = match self.ahead.take() {
            Some(first) => Some(first),
            None => self.cell()?,
        };
        let Some((number, column, cell)) = first else { return Ok(false) };
        if number <= self.last {
            return Err(ReadError::Damaged(format!("row {number} stands twice or out of order")));
        }
        self.last = number;
        row.number = number;
        row.cells.push((column, cell));
        while let Some((next, column, cell)) = self.cell()? {
            if next != number {
                self.ahead = Some((next, column, cell));
                break;
            }
            row.cells.push((column, cell));
        }
        // Programs other than spreadsheets write cells in any order.
        row.cells.sort_by_key(|(column, _)| *column);
        row.width = row.cells.last().map_or(0, |(column, _)| *column);
        Ok(true)
    }
}

fn cell(value: DataRef<'_>) -> Cell {
    match value {
        DataRef::Empty => Cell::Blank,
        DataRef::String(text) => text_cell(&text),
        DataRef::SharedString(text) => text_cell(text),
        DataRef::Int(number) => Cell::Number(number as f64),
        DataRef::Float(number) => Cell::Number(number),
        DataRef::Bool(truth) => Cell::Boolean(truth),
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => Cell::Text(text),
        DataRef::Error(error) => Cell::Error(error.to_string()),
        DataRef::DateTime(moment) => {
            let serial = moment.as_f64();
            match moment.as_datetime() {
                Some(full) if (0.0..1.0).contains(&serial) => Cell::Time(to_millis(full.time())),
                Some(full) => Cell::Moment(chrono::SubsecRound::round_subsecs(full, 3)),
                None => Cell::Number(serial),
            }
        }
    }
}

fn text_cell(text: &str) -> Cell {
    if text.is_empty() { Cell::Blank } else { Cell::Text(text.to_owned()) }
}

/// A fraction of a day is never exact: what spreadsheets show has milliseconds at most.
fn to_millis(time: NaiveTime) -> NaiveTime {
    chrono::SubsecRound::round_subsecs(time, 3)
}
