//! A table in a sheet: its headers, its lines, and what its columns hold.

use std::collections::BTreeSet;

use super::column::Column;
use super::header;
use super::kind::{self, Decision, Kind};
use super::name::{Names, name};
use crate::read::Row;

/// A column with what is known of it.
#[derive(Debug)]
pub struct Field {
    /// Its name.
    pub name: String,
    /// Its header, where it can be found by it; else it goes by its position.
    pub header: Option<String>,
    /// Its values.
    pub column: Column,
    /// Its type.
    pub decision: Decision,
}

/// A table.
#[derive(Debug)]
pub struct Table {
    /// The row of its headers, as a reader numbers it.
    pub header: Option<u64>,
    /// Columns to the left of it.
    pub margin: u32,
    /// Its fields, from the left.
    pub fields: Vec<Field>,
    /// How many lines it has.
    pub lines: usize,
    /// How many of them hold more than there are headers for.
    pub ragged: usize,
}

impl Table {
    /// Finds the table in `rows`; `None` where there are no lines.
    pub fn read(rows: &[Row]) -> Option<Self> {
        let (first, headed) = header::start(rows);
        let (head, lines) = match headed {
            true => (rows.get(first), rows.get(first + 1..)?),
            false => (None, rows.get(first..)?),
        };
        if lines.is_empty() {
            return None;
        }
        let (positions, ragged) = positions(head, lines);
        let margin = positions.first()? - 1;
        let headers: Vec<Option<String>> = positions
            .iter()
            .map(|position| head.and_then(|head| header_text(head, *position)))
            .collect();
        let mut names = Names::default();
        let mut fields: Vec<Field> = Vec::new();
        for (position, header) in positions.into_iter().zip(&headers) {
            let wanted = header.as_deref().and_then(name);
            let wanted = wanted.unwrap_or_else(|| format!("column_{}", position - margin));
            let name = names.give(&wanted);
            // A header that stands twice finds nothing.
            let again = headers.iter().flatten().filter(|other| same(Some(other), header)).count();
            let column = Column::read(lines, position);
            let decision = kind::decide(&name, &column.words, None);
            fields.push(Field {
                name,
                header: header.clone().filter(|_| again == 1),
                column,
                decision,
            });
        }
        settle(&mut fields);
        for field in &mut fields {
            field.column.forget(&field.decision.missing);
        }
        let header = head.map(|row| row.number);
        Some(Self { header, margin, fields, lines: lines.len(), ragged })
    }
}

fn same(one: Option<&String>, other: &Option<String>) -> bool {
    one.map(|text| text.to_lowercase()) == other.as_ref().map(|text| text.to_lowercase())
}

fn header_text(head: &Row, position: u32) -> Option<String> {
    let cell = head.cell(position).to_text();
    let text = cell.split_whitespace().collect::<Vec<_>>().join(" ");
    (!text.is_empty()).then_some(text)
}

/// The columns of the table. Beyond the last header only what many lines have is a column: what few
/// have is a separator too many.
fn positions(head: Option<&Row>, lines: &[Row]) -> (Vec<u32>, usize) {
    let written = |row: &Row| -> Vec<u32> {
        row.cells
            .iter()
            .filter(|(_, cell)| !cell.to_text().trim().is_empty())
            .map(|(column, _)| *column)
            .collect()
    };
    let mut positions: BTreeSet<u32> = lines.iter().flat_map(written).collect();
    let Some(head) = head else { return (positions.into_iter().collect(), 0) };
    let headed = written(head);
    let last = headed.last().copied().unwrap_or(0);
    let beyond = |row: &&Row| written(row).last().is_some_and(|column| *column > last);
    let ragged = lines.iter().filter(beyond).count();
    let strays = ragged * 10 < lines.len();
    if strays {
        positions.retain(|column| *column <= last);
    }
    positions.extend(headed);
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
