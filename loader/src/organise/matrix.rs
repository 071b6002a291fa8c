//! A matrix layout: headers on two axes, and a line for every cell that says something.

use std::collections::HashMap;

use tolva_schema::cell::Cell;
use tolva_schema::contract::{Diagonal, Matrix, Source};
use tolva_schema::field::{Locator, Violation};
use tolva_schema::finding::{Finding, Place, Severity};
use tolva_schema::value::Value;

use super::OrganiseError;
use super::line::{Line, Sink};
use super::report::{of_cell, of_line};
use super::rows::SourceRows;
use super::symmetry::Symmetry;
use crate::progress::Progress;
use crate::read::Row;

/// What stands in front of a row or above a column.
struct Heading {
    values: Vec<Option<Value>>,
    errors: Vec<Finding>,
    /// The row's number or the column's.
    position: u32,
}

impl Heading {
    fn key(&self) -> Option<&Value> {
        self.values.first().and_then(Option::as_ref)
    }
}

/// Reads the lines of a matrix.
pub fn read(
    source: &Source,
    index: usize,
    matrix: &Matrix,
    rows: &mut SourceRows<'_>,
    progress: &Progress,
    sink: &mut dyn Sink,
) -> Result<u64, OrganiseError> {
    let sheet = rows.sheet().map(str::to_owned);
    let mut reader = Reader {
        source,
        index,
        matrix,
        sheet,
        columns: HashMap::new(),
        symmetry: matrix.symmetric.then(Symmetry::default),
    };
    let mut row = Row::default();
    if !reader.read_columns(rows, &mut row, sink)? {
        return Ok(0);
    }
    rows.begin_body();
    let mut seen: HashMap<String, Place> = HashMap::new();
    let mut lines = 0_u64;
    // After the column headers, `row` holds the first row below them.
    loop {
        if !row.is_blank() {
            lines += 1;
            reader.read_row(&row, &mut seen, progress, sink)?;
        }
        if !rows.next(&mut row, sink)? {
            return Ok(lines);
        }
    }
}

struct Reader<'a> {
    source: &'a Source,
    index: usize,
    matrix: &'a Matrix,
    sheet: Option<String>,
    columns: HashMap<u32, Heading>,
    symmetry: Option<Symmetry>,
}

impl Reader<'_> {
    fn place(&self, row: u64, column: u32) -> Place {
        Place { sheet: self.sheet.clone(), row: Some(row), column: Some(column) }
    }

    /// The columns of what stands in front of each row: the leftmost that are read.
    fn heading_columns(&self) -> impl Iterator<Item = u32> {
        let read = |column: &u32| !self.source.skip_columns.covers(u64::from(*column));
        (1..).filter(read).take(self.matrix.row_headers.len())
    }

    /// Where the columns of cells begin.
    fn first_column(&self) -> u32 {
        self.heading_columns().last().unwrap_or(0) + 1
    }

    /// Reads the rows of column headers; leaves the row below them in `row`. `false` when the sheet
    /// ends before.
    fn read_columns(
        &mut self,
        rows: &mut SourceRows<'_>,
        row: &mut Row,
        sink: &mut dyn Sink,
    ) -> Result<bool, OrganiseError> {
        let depth = self.matrix.column_headers.len();
        let mut headers: Vec<(u64, HashMap<u32, Cell>)> = Vec::new();
        loop {
            if !rows.next(row, sink)? {
                return Ok(false);
            }
            if headers.is_empty() && row.is_blank() {
                continue;
            }
            // The rows of headers stand directly below one another, blank or not.
            let below = headers.last().map_or(row.number, |(number, _)| number + 1);
            for blank in (below..row.number).filter(|row| !self.source.skip_rows.covers(*row)) {
                if headers.len() < depth {
                    headers.push((blank, HashMap::new()));
                }
            }
            if headers.len() == depth {
                break;
            }
            headers.push((row.number, row.cells.iter().cloned().collect()));
        }
        let positions: std::collections::BTreeSet<u32> = headers
            .iter()
            .flat_map(|(_, cells)| cells)
            .filter(|(column, cell)| **column >= self.first_column() && !cell.is_blank())
            .map(|(column, _)| *column)
            .collect();
        let mut seen: HashMap<String, Place> = HashMap::new();
        for column in positions {
            let cells: Vec<(&Cell, Place)> = headers
                .iter()
                .map(|(number, cells)| {
                    (cells.get(&column).unwrap_or(&Cell::Blank), self.place(*number, column))
                })
                .collect();
            let heading =
                self.heading(&self.matrix.column_headers, column, &cells, &mut seen, sink);
            self.columns.insert(column, heading);
        }
        Ok(true)
    }

    /// Reads what stands in front of a row or above a column.
    fn heading(
        &self,
        fields: &[usize],
        position: u32,
        cells: &[(&Cell, Place)],
        seen: &mut HashMap<String, Place>,
        sink: &mut dyn Sink,
    ) -> Heading {
        let mut heading = Heading { values: Vec::new(), errors: Vec::new(), position };
        for (field, (cell, place)) in fields.iter().zip(cells) {
            let field = &self.source.fields[*field];
            let reading = field.read(cell);
            if let Some(doubt) = reading.doubt {
                sink.doubt(of_cell(Severity::Warning, place.clone(), &field.name, cell, doubt));
            }
            heading.values.push(match reading.value {
                Ok(value) => Some(value),
                Err(violation) => {
                    let finding =
                        of_cell(Severity::Error, place.clone(), &field.name, cell, violation);
                    heading.errors.push(finding);
                    None
                }
            });
        }
        for error in &heading.errors {
            sink.error(error.clone());
        }
        if let Some(key) = heading.key().and_then(Value::to_text) {
            let place = cells[0].1.clone();
            match seen.get(&key) {
                None => {
                    seen.insert(key, place);
                }
                Some(first) => sink.doubt(of_line(
                    Severity::Warning,
                    place,
                    "axis_duplicate",
                    format!("{key} heads this axis twice, first at {first}; keep one of them"),
                )),
            }
        }
        let places: Vec<Place> = cells.iter().map(|(_, place)| place.clone()).collect();
        sink.states(self.index, fields, &heading.values, &places);
        heading
    }

    fn read_row(
        &mut self,
        row: &Row,
        seen: &mut HashMap<String, Place>,
        progress: &Progress,
        sink: &mut dyn Sink,
    ) -> Result<(), OrganiseError> {
        let cells: Vec<(&Cell, Place)> = self
            .heading_columns()
            .map(|column| (row.cell(column), self.place(row.number, column)))
            .collect();
        let heading = self.heading(&self.matrix.row_headers, row.number as u32, &cells, seen, sink);
        let mut written = 0;
        for (column, cell) in &row.cells {
            if *column < self.first_column() || self.is_blank(cell) {
                continue;
            }
            written += u64::from(self.columns.contains_key(column));
            if let Some(line) = self.line(&heading, row.number, *column, cell, sink) {
                progress.line();
                sink.line(line)?;
            }
        }
        // A row without a proper heading, such as a legend, has no cells that could say something.
        if heading.errors.is_empty() {
            sink.blanks(self.index, self.columns.len() as u64 - written);
        }
        Ok(())
    }

    /// Blank is whatever the value's field takes as unknown.
    fn is_blank(&self, cell: &Cell) -> bool {
        let field = &self.source.fields[self.matrix.value];
        cell.is_blank() || field.missing.iter().any(|word| *word == *cell.to_text().trim())
    }

    /// The line that a cell makes; `None` for a diagonal that says nothing new.
    fn line(
        &mut self,
        heading: &Heading,
        row: u64,
        column: u32,
        cell: &Cell,
        sink: &mut dyn Sink,
    ) -> Option<Line> {
        let place = self.place(row, column);
        let fields = self.source.fields.len();
        let mut line = Line {
            source: self.index,
            place: place.clone(),
            values: vec![Some(Value::Null); fields],
            columns: vec![None; fields],
            errors: Vec::new(),
            doubts: Vec::new(),
        };
        let sheet = self.sheet.as_ref().map_or(Cell::Blank, |name| Cell::Text(name.clone()));
        let named = self.source.fields.iter().zip(&mut line.values);
        for (field, value) in named.filter(|(field, _)| field.locator == Locator::Sheet) {
            match field.read(&sheet).value {
                Ok(name) => *value = Some(name),
                Err(violation) => {
                    let at = place.clone();
                    line.errors.push(of_cell(Severity::Error, at, &field.name, &sheet, violation));
                    *value = None;
                }
            }
        }
        let above = self.columns.get(&column);
        let axes = [
            (&self.matrix.row_headers, Some(heading), "row"),
            (&self.matrix.column_headers, above, "column"),
        ];
        for (fields, heading, axis) in axes {
            for (at, field) in fields.iter().enumerate() {
                line.values[*field] = heading.and_then(|heading| heading.values[at].clone());
            }
            if heading.is_none_or(|heading| !heading.errors.is_empty()) {
                let message =
                    format!("the heading of this {axis} is missing or wrong; correct it there");
                let mut finding = of_line(Severity::Error, place.clone(), "axis", message);
                finding.value = Some(cell.to_text().into_owned());
                line.errors.push(finding);
            }
        }
        let field = &self.source.fields[self.matrix.value];
        let reading = field.read(cell);
        if let Some(doubt) = reading.doubt {
            line.doubts.push(of_cell(Severity::Warning, place.clone(), &field.name, cell, doubt));
        }
        match reading.value {
            Ok(value) => line.values[self.matrix.value] = Some(value),
            Err(violation) => {
                line.values[self.matrix.value] = None;
                line.errors.push(of_cell(
                    Severity::Error,
                    place.clone(),
                    &field.name,
                    cell,
                    violation,
                ));
            }
        }
        if !line.errors.is_empty() {
            return Some(line);
        }
        let (from, to) = (heading.key(), above.and_then(Heading::key));
        let value = line.values[self.matrix.value].as_ref();
        if self.matrix.diagonal == Diagonal::Doubt && from == to {
            if value == Some(&Value::Boolean(false)) {
                return None;
            }
            let doubt = Violation::new("diagonal", "this relates a thing to itself; is it meant?");
            line.doubts.push(of_cell(Severity::Warning, place, &field.name, cell, doubt));
        } else if let (
            Some(symmetry),
            Some(from),
            Some(to),
            Some(Value::Boolean(truth)),
            Some(above),
        ) = (&mut self.symmetry, from, to, value, above)
        {
            let at = (heading.position, above.position);
            if let Some((other_row, other_column)) = symmetry.contradicted(from, to, *truth, at) {
                let other = Place {
                    sheet: self.sheet.clone(),
                    row: Some(u64::from(other_row)),
                    column: Some(other_column),
                };
                let (from, to) =
                    (from.to_text().unwrap_or_default(), to.to_text().unwrap_or_default());
                let message = format!(
                    "{from}→{to} is {} and {to}→{from} ({other}) is {}",
                    u8::from(*truth),
                    u8::from(!*truth)
                );
                let doubt = Violation::new("symmetric", message);
                sink.doubt(of_cell(Severity::Warning, place, &field.name, cell, doubt));
            }
        }
        Some(line)
    }
}
