//! A table in a sheet: its headers, its lines, and what its columns hold.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use tolva_schema::cell::Cell;

use super::column::Column;
use super::kind::{self, Decision, Kind};
use super::lines::Lines;
use super::name::{Names, name};
use crate::organise::normalised;
use crate::read::Row;

/// More columns no database holds in one table.
const MOST_COLUMNS: usize = 1_000;

/// A column with what is known of it.
#[derive(Debug)]
pub struct Field {
    /// Its name.
    pub name: String,
    /// Where it stands.
    pub place: Place,
    /// Its values.
    pub column: Column,
    /// Its type.
    pub decision: Decision,
}

/// Where the values of a field stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// Under this header.
    Header(String),
    /// In a column that no header tells.
    Position,
    /// Nowhere: it is the name of the sheet.
    Sheet,
}

/// A table.
#[derive(Debug)]
pub struct Table {
    /// The number of the last row above it; 0 where there is none.
    pub above: u64,
    /// The rows of its headers, as a reader numbers them.
    pub header: Vec<u64>,
    /// Columns to the left of it.
    pub margin: u32,
    /// Its fields, from the left.
    pub fields: Vec<Field>,
    /// How many lines it has.
    pub lines: usize,
    /// How many of them hold more than there are headers for.
    pub ragged: usize,
    /// How many columns are left out because there are too many.
    pub left_out: usize,
    /// The pattern of the row at which its lines end.
    pub stop: Option<String>,
}

impl Table {
    /// Reads the table whose lines stand on these sheets, all of the same shape.
    pub fn read(sheets: &[(Option<&str>, Lines<'_>)]) -> Option<Self> {
        let (_, first) = sheets.first()?;
        let lines: Vec<&Row> = sheets.iter().flat_map(|(_, lines)| &lines.body).copied().collect();
        let headers: BTreeMap<u32, &str> =
            first.headers.iter().map(|(at, text)| (*at, text.as_str())).collect();
        let (mut positions, ragged) = positions(&headers, &lines);
        let left_out = positions.len().saturating_sub(MOST_COLUMNS);
        positions.truncate(MOST_COLUMNS);
        let margin = positions.first()? - 1;
        // A header that stands twice finds nothing.
        let mut times: HashMap<String, usize> = HashMap::new();
        headers.values().for_each(|text| *times.entry(normalised(text)).or_default() += 1);
        let mut names = Names::default();
        let mut fields: Vec<Field> = Vec::new();
        for position in positions {
            let header = headers.get(&position).copied();
            let wanted = header.and_then(name);
            let wanted = wanted.unwrap_or_else(|| format!("column_{}", position - margin));
            let alone = header.filter(|header| times[&normalised(header)] == 1);
            let place = alone.map_or(Place::Position, |header| Place::Header(header.to_owned()));
            fields.push(Field::of(names.give(&wanted), place, Column::read(&lines, position)));
        }
        if sheets.len() > 1 {
            let name = |(name, lines): &(Option<&str>, Lines<'_>)| {
                let cell = Cell::Text(name.unwrap_or_default().to_owned());
                std::iter::repeat_n(cell, lines.body.len())
            };
            let cells: Vec<Cell> = sheets.iter().flat_map(name).collect();
            fields.push(Field::of(names.give("sheet"), Place::Sheet, Column::of(cells.iter())));
        }
        settle(&mut fields);
        for field in &mut fields {
            field.column.forget(&field.decision.missing);
        }
        let stop = sheets.iter().find_map(|(_, lines)| lines.stop.clone());
        let header = first.head.iter().map(|row| row.number).collect();
        Some(Self {
            above: first.above,
            header,
            margin,
            fields,
            lines: lines.len(),
            ragged,
            left_out,
            stop,
        })
    }
}

impl Field {
    fn of(name: String, place: Place, column: Column) -> Self {
        let decision = match place {
            // Sheets may be called like numbers, but what they are called is text.
            Place::Sheet => Decision::plain(),
            _ => kind::decide(&name, &column.words, None),
        };
        Self { name, place, column, decision }
    }
}

/// The columns of the table. Beyond the last header only what many lines have is a column: what few
/// have is a separator too many.
fn positions(headers: &BTreeMap<u32, &str>, lines: &[&Row]) -> (Vec<u32>, usize) {
    let written = |row: &&Row| -> Vec<u32> {
        row.cells
            .iter()
            .filter(|(_, cell)| !cell.to_text().trim().is_empty())
            .map(|(column, _)| *column)
            .collect()
    };
    let mut positions: BTreeSet<u32> = lines.iter().flat_map(written).collect();
    let Some(last) = headers.keys().last().copied() else {
        return (positions.into_iter().collect(), 0);
    };
    let beyond = |row: &&&Row| written(row).last().is_some_and(|column| *column > last);
    let ragged = lines.iter().filter(beyond).count();
    let strays = ragged * 10 < lines.len();
    if strays {
        positions.retain(|column| *column <= last);
    }
    positions.extend(headers.keys());
    (positions.into_iter().collect(), if strays { ragged } else { 0 })
}

/// Decides the numbers that could be read in two ways like the other numbers of the table.
fn settle(fields: &mut [Field]) {
    let known: BTreeSet<char> = fields
        .iter()
        .filter_map(|field| match field.decision.kind {
            Kind::Number { decimal, .. } if has_texts(field) => Some(decimal),
            _ => None,
        })
        .collect();
    let mut known = known.into_iter();
    let (Some(decimal), None) = (known.next(), known.next()) else { return };
    for field in fields.iter_mut().filter(|field| field.decision.wants_decimal) {
        field.decision = kind::decide(&field.name, &field.column.words, Some(decimal));
    }
}

fn has_texts(field: &Field) -> bool {
    field.column.words.iter().any(|word| word.sort == super::column::Sort::Text)
}
