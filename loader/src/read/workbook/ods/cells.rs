//! The cells of a sheet, one row at a time.

use std::collections::VecDeque;
use std::fs::File;
use std::io::BufReader;

use quick_xml::events::{BytesStart, Event};
use quick_xml::reader::Reader;
use tolva_schema::cell::Cell;

use super::tables::repeated;
use crate::read::ReadError;
use crate::read::workbook::cells::{iso_duration, iso_moment};
use crate::read::workbook::parts::attribute;
use crate::read::workbook::rows::{Cells, Placed};

/// Columns of the widest sheet of any program.
const COLUMNS: u64 = 16_384;

/// The cells of one sheet.
pub struct OdsCells {
    reader: Reader<BufReader<File>>,
    buffer: Vec<u8>,
    /// Rows behind us.
    rows: u64,
    /// The row at hand, and how often it comes again.
    row: Vec<(u64, u64, Cell)>,
    again: u64,
    ready: VecDeque<Placed>,
    ended: bool,
}

impl OdsCells {
    /// The cells of the table at place `at`.
    pub fn of_table(reader: Reader<BufReader<File>>, at: usize) -> Result<Self, ReadError> {
        let mut cells = Self {
            reader,
            buffer: Vec::new(),
            rows: 0,
            row: Vec::new(),
            again: 0,
            ready: VecDeque::new(),
            ended: false,
        };
        let mut tables = 0;
        loop {
            match cells.event()? {
                Event::Start(element) if element.local_name().as_ref() == "table" => {
                    if tables == at {
                        return Ok(cells);
                    }
                    tables += 1;
                }
                Event::Empty(element) if element.local_name().as_ref() == "table" => {
                    if tables == at {
                        cells.ended = true;
                        return Ok(cells);
                    }
                    tables += 1;
                }
                Event::Eof => return Err(cut()),
                _ => {}
            }
        }
    }

    fn event(&mut self) -> Result<Event<'_>, ReadError> {
        self.buffer.clear();
        let event = self.reader.read_event_into(&mut self.buffer);
        event.map_err(|error| ReadError::Damaged(error.to_string()))
    }

    /// Reads rows until one holds something.
    fn next_row(&mut self) -> Result<bool, ReadError> {
        while !self.ended {
            match self.event()? {
                Event::Start(element) if element.local_name().as_ref() == "table-row" => {
                    let repeat = repeated(&element, "number-rows-repeated");
                    self.read_row()?;
                    if self.row.is_empty() {
                        self.rows = self.rows.saturating_add(repeat);
                    } else {
                        self.again = repeat;
                        return Ok(true);
                    }
                }
                Event::Empty(element) if element.local_name().as_ref() == "table-row" => {
                    let repeat = repeated(&element, "number-rows-repeated");
                    self.rows = self.rows.saturating_add(repeat);
                }
                Event::End(element) if element.local_name().as_ref() == "table" => {
                    self.ended = true;
                }
                Event::Eof => return Err(cut()),
                _ => {}
            }
        }
        Ok(false)
    }

    fn read_row(&mut self) -> Result<(), ReadError> {
        self.row.clear();
        let mut column = 0_u64;
        loop {
            let (repeat, cell) = match self.event()? {
                Event::Start(element) => {
                    let is_cell = element.local_name().as_ref() == "table-cell";
                    if !is_cell && element.local_name().as_ref() != "covered-table-cell" {
                        continue;
                    }
                    let element = element.into_owned();
                    let text = self.read_text()?;
                    // What lies under a merged cell is not seen.
                    let cell = if is_cell { cell(&element, text) } else { Cell::Blank };
                    (repeated(&element, "number-columns-repeated"), cell)
                }
                Event::Empty(element) => match element.local_name().as_ref() {
                    "table-cell" => (
                        repeated(&element, "number-columns-repeated"),
                        cell(&element, String::new()),
                    ),
                    "covered-table-cell" => {
                        (repeated(&element, "number-columns-repeated"), Cell::Blank)
                    }
                    _ => continue,
                },
                Event::End(element) if element.local_name().as_ref() == "table-row" => {
                    return Ok(());
                }
                Event::Eof => return Err(cut()),
                _ => continue,
            };
            if !cell.is_blank() {
                if column.saturating_add(repeat) > COLUMNS {
                    let more = format!("a row has more than {COLUMNS} columns");
                    return Err(ReadError::Damaged(more));
                }
                self.row.push((column, repeat, cell));
            }
            column = column.saturating_add(repeat);
        }
    }

    /// The text of the cell whose element was just begun: its paragraphs, one line each, without
    /// notes and drawings.
    fn read_text(&mut self) -> Result<String, ReadError> {
        let (mut text, mut paragraphs, mut aside) = (String::new(), 0, 0_u32);
        let mut depth = 0_u32;
        loop {
            let event = self.event()?;
            if let Event::Start(element) | Event::Empty(element) = &event {
                let begins = matches!(event, Event::Start(_));
                let name = element.local_name();
                let is_aside = matches!(name.as_ref(), "annotation" | "frame" | "shapes" | "table");
                depth += u32::from(begins);
                if aside > 0 || is_aside {
                    aside += u32::from(begins);
                    continue;
                }
                match name.as_ref() {
                    "p" | "h" => {
                        if paragraphs > 0 {
                            text.push('\n');
                        }
                        paragraphs += 1;
                    }
                    "s" => {
                        let count = repeated(element, "c").min(32_767) as usize;
                        text.extend(std::iter::repeat_n(' ', count));
                    }
                    "tab" => text.push('\t'),
                    "line-break" => text.push('\n'),
                    _ => {}
                }
                continue;
            }
            match event {
                Event::End(_) if depth == 0 => return Ok(text),
                Event::End(_) => {
                    depth -= 1;
                    aside = aside.saturating_sub(1);
                }
                Event::Text(part) if aside == 0 && paragraphs > 0 => {
                    push_collapsed(&mut text, &part.xml10_content());
                }
                Event::CData(part) if aside == 0 && paragraphs > 0 => {
                    push_collapsed(&mut text, &part.xml10_content());
                }
                Event::GeneralRef(entity) if aside == 0 && paragraphs > 0 => {
                    text.push_str(&resolved(&entity)?);
                }
                Event::Eof => return Err(cut()),
                _ => {}
            }
        }
    }
}

impl Cells for OdsCells {
    fn next(&mut self) -> Result<Option<Placed>, ReadError> {
        while self.ready.is_empty() {
            if self.again == 0 && !self.next_row()? {
                return Ok(None);
            }
            self.again -= 1;
            let number = u32::try_from(self.rows).map_err(|_| cut())?;
            self.rows += 1;
            for (column, repeat, cell) in &self.row {
                let columns = *column..*column + *repeat;
                let placed = |column: u64| Placed::new((number, column as u32), cell.clone());
                self.ready.extend(columns.map(placed));
            }
        }
        Ok(self.ready.pop_front())
    }
}

/// Runs of white space are one space, and none at the start of a line: more of it has elements of its
/// own.
fn push_collapsed(text: &mut String, part: &str) {
    for character in part.chars() {
        if !matches!(character, ' ' | '\t' | '\r' | '\n') {
            text.push(character);
        } else if !text.ends_with([' ', '\n']) && !text.is_empty() {
            text.push(' ');
        }
    }
}

fn cut() -> ReadError {
    ReadError::Damaged("the sheet has no end".to_owned())
}

/// What a reference such as `&amp;` or `&#10;` stands for.
fn resolved(entity: &quick_xml::events::BytesRef<'_>) -> Result<String, ReadError> {
    let damaged = |what: &str| ReadError::Damaged(format!("&{what}; is not known"));
    if let Some(character) = entity.resolve_char_ref().map_err(|_| damaged("#"))? {
        return Ok(character.to_string());
    }
    let name = entity.xml10_content();
    let text = quick_xml::escape::resolve_predefined_entity(&name);
    text.map(str::to_owned).ok_or_else(|| damaged(&name))
}

/// What a cell holds, by its attributes and its text.
fn cell(element: &BytesStart<'_>, text: String) -> Cell {
    let formula = || {
        let formula = attribute(element, "formula")?;
        Some(formula.split_once('=').map_or(formula.clone(), |(_, rest)| rest.to_owned()))
    };
    // The element may carry a `value-type` of two name spaces: the extension's tells errors.
    let is_error = element.attributes().flatten().any(|attribute| {
        attribute.key.local_name().as_ref() == "value-type" && &*attribute.value == "error"
    });
    let looks_like_error =
        (text.starts_with('#') || text.starts_with("Err:")) && formula().is_some();
    if is_error || looks_like_error {
        return Cell::Error(text);
    }
    let value = |name: &str| attribute(element, name);
    match value("value-type").as_deref() {
        Some("float" | "percentage" | "currency") => {
            let number = value("value").and_then(|text| text.trim().parse().ok());
            number.map_or(Cell::Text(text), Cell::Number)
        }
        Some("boolean") => match value("boolean-value").as_deref() {
            Some("true" | "1") => Cell::Boolean(true),
            Some("false" | "0") => Cell::Boolean(false),
            Some(other) => Cell::Text(other.to_owned()),
            None => Cell::Text(text),
        },
        Some("date") => iso_moment(&value("date-value").unwrap_or(text)),
        Some("time") => iso_duration(&value("time-value").unwrap_or(text)),
        _ => {
            let text = value("string-value").unwrap_or(text);
            match formula() {
                Some(formula) if text.is_empty() && value("value-type").is_none() => {
                    Cell::Formula(formula)
                }
                _ => Cell::Text(text),
            }
        }
    }
}
