//! Cells of the formats that are read one by one: memory does not grow with the sheet.

use calamine::{Data, DataRef, ExcelDateTime};
use chrono::{NaiveDate, NaiveDateTime, NaiveTime, SubsecRound};
use tolva_schema::cell::Cell;

use super::rows::{Cells, Placed};
use crate::read::ReadError;

/// Cells that a function gives, one by one. (The reader of binary workbooks has a type without a name.)
pub struct CellsOf<F>(pub F);

impl<F: FnMut() -> Result<Option<Placed>, ReadError>> Cells for CellsOf<F> {
    fn next(&mut self) -> Result<Option<Placed>, ReadError> {
        (self.0)()
    }
}

/// What a cell of Office Open XML holds.
pub fn of_formula(value: DataRef<'_>, formula: Option<String>) -> Cell {
    match (value, formula) {
        (DataRef::Empty, Some(formula)) => Cell::Formula(formula),
        (value, _) => of(value),
    }
}

/// What a cell holds that is read whole.
pub fn of_data(value: &Data) -> Cell {
    match value {
        Data::Empty => Cell::Blank,
        Data::String(value) => text(value),
        Data::Int(number) => Cell::Number(*number as f64),
        Data::Float(number) => Cell::Number(*number),
        Data::Bool(truth) => Cell::Boolean(*truth),
        Data::DateTimeIso(value) => iso_moment(value),
        Data::DurationIso(value) => iso_duration(value),
        Data::Error(error) => Cell::Error(error.to_string()),
        Data::DateTime(value) => moment(value),
    }
}

/// What a cell holds that is read by itself.
pub fn of(value: DataRef<'_>) -> Cell {
    match value {
        DataRef::SharedString(value) => text(value),
        other => of_data(&other.into()),
    }
}

fn text(text: &str) -> Cell {
    if text.is_empty() { Cell::Blank } else { Cell::Text(text.to_owned()) }
}

/// A fraction of a day is never exact: what spreadsheets show has milliseconds at most.
fn moment(value: &ExcelDateTime) -> Cell {
    let serial = value.as_f64();
    match value.as_datetime() {
        Some(full) if (0.0..1.0).contains(&serial) => Cell::Time(full.time().round_subsecs(3)),
        Some(full) => Cell::Moment(full.round_subsecs(3)),
        None => Cell::Number(serial),
    }
}

/// A date or a date and time as ISO 8601 writes them; what is none stays text.
fn iso_moment(value: &str) -> Cell {
    let plain = value.trim_end_matches('Z');
    let full = NaiveDateTime::parse_from_str(plain, "%Y-%m-%dT%H:%M:%S%.f").ok();
    let full = full.or_else(|| NaiveDateTime::parse_from_str(plain, "%Y-%m-%dT%H:%M").ok());
    let day = || NaiveDate::parse_from_str(plain, "%Y-%m-%d").ok()?.and_hms_opt(0, 0, 0);
    match full.or_else(day) {
        Some(moment) => Cell::Moment(moment.round_subsecs(3)),
        None => Cell::Text(value.to_owned()),
    }
}

/// A time of day as OpenDocument writes it (`PT13H05M00S`); what is longer than a day stays text.
fn iso_duration(value: &str) -> Cell {
    match NaiveTime::parse_from_str(value, "PT%HH%MM%S%.fS") {
        Ok(time) => Cell::Time(time.round_subsecs(3)),
        Err(_) => Cell::Text(value.to_owned()),
    }
}
