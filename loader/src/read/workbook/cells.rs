//! Cells of the formats that are read one by one: memory does not grow with the sheet.

use calamine::{Data, DataRef, ExcelDateTime};
use chrono::{Datelike, NaiveDate, NaiveDateTime, NaiveTime, SubsecRound};
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
    if value.is_duration() && !(0.0..1.0).contains(&serial) {
        return Cell::Text(duration(serial));
    }
    match value.as_datetime() {
        Some(full) if (0.0..1.0).contains(&serial) => Cell::Time(full.time().round_subsecs(3)),
        // No calendar has the 29th of February 1900, which Excel counts, nor days before its first.
        Some(full) if serial < 0.0 || (full.year() == 1900 && serial.trunc() == 60.0) => {
            Cell::Number(serial)
        }
        Some(full) => Cell::Moment(full.round_subsecs(3)),
        None => Cell::Number(serial),
    }
}

/// Days as a spreadsheet shows them: `26:30:00`.
fn duration(days: f64) -> String {
    let seconds = (days.abs() * 86_400.0).round() as u64;
    let sign = if days < 0.0 { "-" } else { "" };
    format!("{sign}{:02}:{:02}:{:02}", seconds / 3_600, seconds / 60 % 60, seconds % 60)
}

/// A date or a date and time as ISO 8601 writes them, without a zone; what is none stays text.
pub fn iso_moment(value: &str) -> Cell {
    let full = ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%dT%H:%M"]
        .iter()
        .find_map(|format| NaiveDateTime::parse_from_str(value, format).ok());
    let day = || NaiveDate::parse_from_str(value, "%Y-%m-%d").ok()?.and_hms_opt(0, 0, 0);
    match full.or_else(day) {
        Some(moment) => Cell::Moment(moment.round_subsecs(3)),
        None => Cell::Text(value.to_owned()),
    }
}

/// A time of day as OpenDocument writes it (`PT13H05M00S`); what is longer than a day becomes text as
/// a spreadsheet shows it.
pub fn iso_duration(value: &str) -> Cell {
    if let Ok(time) = NaiveTime::parse_from_str(value, "PT%HH%MM%S%.fS") {
        return Cell::Time(time.round_subsecs(3));
    }
    let long = || {
        let (sign, rest) = value.strip_prefix('-').map_or(("", value), |rest| ("-", rest));
        let (hours, rest) = rest.strip_prefix("PT")?.split_once('H')?;
        let (minutes, rest) = rest.split_once('M')?;
        let seconds = rest.strip_suffix('S')?.split('.').next()?;
        let digits = |text: &str| text.parse::<u32>().ok();
        let (hours, minutes, seconds) = (digits(hours)?, digits(minutes)?, digits(seconds)?);
        Some(format!("{sign}{hours:02}:{minutes:02}:{seconds:02}"))
    };
    Cell::Text(long().unwrap_or_else(|| value.to_owned()))
}
