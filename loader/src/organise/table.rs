//! A table layout: where its headers stand, which column fills which field, and its lines.

use tolva_schema::cell::Cell;
use tolva_schema::contract::{Extra, Header, Source};
use tolva_schema::field::{Field, Locator};
use tolva_schema::finding::{Place, Severity};

use super::line::{Line, Sink};
use super::report::{of_cell, of_line};
use super::{OrganiseError, next_row};
use crate::progress::Progress;
use crate::read::{ReadError, Row, Rows};

/// Rows in which headers are looked for.
const HEADER_ROWS: usize = 100;

/// Reads the lines of a table.
pub fn read(
    source: &Source,
    index: usize,
    (header, extra): (Header, Extra),
    rows: &mut dyn Rows,
    progress: &Progress,
    sink: &mut dyn Sink,
) -> Result<(), OrganiseError> {
    let sheet = rows.sheet().map(str::to_owned);
    let mut table = Table { source, index, sheet, columns: Vec::new(), width: None };
    let mut row = Row::default();
    let mut lines = 0u64;
    if header == Header::None {
        // The row by which the start was found is the first line.
        if table.start_by_content(rows, &mut row, sink)? {
            lines += 1;
            progress.line();
            sink.line(table.line(&row))?;
        }
    } else {
        table.start_by_header(header, extra, rows, &mut row, sink)?;
    }
    while next_row(source, rows, &mut row)? {
        if !row.is_blank() {
            lines += 1;
            progress.line();
            sink.line(table.line(&row))?;
        }
    }
    if lines == 0 {
        return Err(ReadError::NoLines { place: table.name() }.into());
    }
    Ok(())
}

struct Table<'a> {
    source: &'a Source,
    index: usize,
    sheet: Option<String>,
    /// By field: its column.
    columns: Vec<Option<u32>>,
    /// The last column with a header: what stands beyond it belongs to no column.
    width: Option<u32>,
}

impl Table<'_> {
    fn name(&self) -> String {
        self.sheet.as_ref().map_or_else(|| "the file".to_owned(), |sheet| format!("sheet {sheet}"))
    }

    fn place(&self, row: u64, column: Option<u32>) -> Place {
        Place { sheet: self.sheet.clone(), row: Some(row), column }
    }

    fn line(&self, row: &Row) -> Line {
        let mut line = Line {
            source: self.index,
            place: self.place(row.number, None),
            values: Vec::with_capacity(self.source.fields.len()),
            columns: self.columns.clone(),
            errors: Vec::new(),
            doubts: Vec::new(),
        };
        for (field, column) in self.source.fields.iter().zip(&self.columns) {
            let cell = column.map_or(&Cell::Blank, |column| row.cell(column));
            let reading = field.read(cell);
            let place = || self.place(row.number, *column);
            if let Some(doubt) = reading.doubt {
                line.doubts.push(of_cell(Severity::Warning, place(), &field.name, cell, doubt));
            }
            line.values.push(match reading.value {
                Ok(value) => Some(value),
                Err(violation) => {
                    line.errors.push(of_cell(
                        Severity::Error,
                        place(),
                        &field.name,
                        cell,
                        violation,
                    ));
                    None
                }
            });
        }
        self.check_width(row, &mut line);
        line
    }

    /// A record with more fields than there are headers has a separator too many somewhere: nobody
    /// knows which of its values stand under the right header.
    fn check_width(&self, row: &Row, line: &mut Line) {
        let Some(width) = self.width else { return };
        let beyond = row.cells.iter().find(|(column, cell)| *column > width && !cell.is_blank());
        if let Some((column, cell)) = beyond {
            let mut finding = of_line(
                Severity::Error,
                self.place(row.number, Some(*column)),
                "ragged",
                format!(
                    "there is more on this line than the {width} columns with headers; a \
                         separator inside a value must stand between quotes"
                ),
            );
            finding.value = Some(cell.to_text().into_owned());
            line.errors.push(finding);
        } else if self.sheet.is_none() && row.width < width {
            line.doubts.push(of_line(
                Severity::Warning,
                line.place.clone(),
                "ragged",
                format!(
                    "this line has {} of {width} columns; the rest is taken as blank",
                    row.width
                ),
            ));
        }
    }

    /// Finds the first row (and column) whose cells can be read as all the required fields.
    fn start_by_content(
        &mut self,
        rows: &mut dyn Rows,
        row: &mut Row,
        sink: &mut dyn Sink,
    ) -> Result<bool, OrganiseError> {
        let positions: Vec<u32> = self
            .source
            .fields
            .iter()
            .map(|field| match field.locator {
                Locator::Position(position) => position,
                _ => 1,
            })
            .collect();
        let required = self.source.fields.iter().filter(|field| field.constraints.required).count();
        while next_row(self.source, rows, row)? {
            let written: Vec<u32> = row
                .cells
                .iter()
                .filter(|(_, cell)| !cell.is_blank())
                .map(|(column, _)| column - 1)
                .collect();
            let fits = |shift: &u32| {
                let read = |(field, position): (&Field, &u32)| {
                    !field.constraints.required
                        || field.read(row.cell(position + shift)).value.is_ok()
                };
                self.source.fields.iter().zip(&positions).all(read)
            };
            // The first field may be blank: the line then starts left of what is written.
            let shifts = (0..=written.first().copied().unwrap_or(0)).rev();
            if !written.is_empty()
                && let Some(shift) = shifts.into_iter().find(fits)
            {
                self.columns = positions.iter().map(|position| Some(position + shift)).collect();
                return Ok(true);
            }
            if written.len() >= required {
                let mut finding = of_line(
                    Severity::Warning,
                    self.place(row.number, None),
                    "heading",
                    "this row was taken for a heading: its cells cannot be read as the required \
                     fields; if it is a line, correct it",
                );
                finding.value = Some(texts(row).join(" | "));
                sink.doubt(finding);
            }
        }
        Ok(false)
    }

    fn start_by_header(
        &mut self,
        header: Header,
        extra: Extra,
        rows: &mut dyn Rows,
        row: &mut Row,
        sink: &mut dyn Sink,
    ) -> Result<(), OrganiseError> {
        let mut closest: Option<(usize, ReadError)> = None;
        let mut looked_at = 0;
        while looked_at < HEADER_ROWS && next_row(self.source, rows, row)? {
            if row.is_blank() {
                continue;
            }
            looked_at += 1;
            if let Header::Row(wanted) = header
                && row.number != wanted
            {
                if row.number > wanted {
                    break;
                }
                continue;
            }
            match self.match_headers(row)? {
                (_, None) => return self.take_headers(row, extra, sink),
                (found, Some(missing)) => {
                    if closest.as_ref().is_none_or(|(best, _)| found > *best) {
                        closest = Some((found, missing));
                    }
                }
            }
        }
        Err(match closest {
            Some((_, missing)) => missing.into(),
            None => ReadError::NoLines { place: self.name() }.into(),
        })
    }

    /// How many fields find their header in `row`, and what is missing for it to be the header row.
    fn match_headers(&mut self, row: &Row) -> Result<(usize, Option<ReadError>), OrganiseError> {
        self.columns = vec![None; self.source.fields.len()];
        let mut twice = None;
        for (column, cell) in &row.cells {
            let text = normalised(&cell.to_text());
            let matching = self.source.fields.iter().position(|field| match &field.locator {
                Locator::Headers(headers) => {
                    headers.iter().any(|header| normalised(header) == text)
                }
                _ => false,
            });
            if let Some(field) = matching.filter(|_| !text.is_empty()) {
                if self.columns[field].is_some() {
                    let place = self.place(row.number, Some(*column)).to_string();
                    twice.get_or_insert(ReadError::DuplicateHeader { place, header: text });
                } else {
                    self.columns[field] = Some(*column);
                }
            }
        }
        for (field, column) in self.source.fields.iter().zip(&mut self.columns) {
            if let Locator::Position(position) = field.locator {
                *column = Some(position);
            }
        }
        let found = self.columns.iter().flatten().count();
        let missing: Vec<&str> = self
            .source
            .fields
            .iter()
            .zip(&self.columns)
            .filter(|(field, column)| field.constraints.required && column.is_none())
            .map(|(field, _)| field.name.as_str())
            .collect();
        if !missing.is_empty() || found == 0 {
            let place = self.place(row.number, None).to_string();
            let error = ReadError::MissingColumn {
                place,
                missing: if missing.is_empty() {
                    "of the contract".to_owned()
                } else {
                    missing.join(", ")
                },
                found: texts(row).join(", "),
            };
            return Ok((found, Some(error)));
        }
        match twice {
            Some(twice) => Err(twice.into()),
            None => Ok((found, None)),
        }
    }

    fn take_headers(
        &mut self,
        row: &Row,
        extra: Extra,
        sink: &mut dyn Sink,
    ) -> Result<(), OrganiseError> {
        let headed = row.cells.iter().rev().find(|(_, cell)| !cell.is_blank()).map(|(at, _)| *at);
        // A column that goes by position needs no header.
        self.width = self.columns.iter().copied().flatten().chain(headed).max();
        for (field, column) in self.source.fields.iter().zip(&self.columns) {
            if column.is_none() {
                sink.doubt(of_line(
                    Severity::Warning,
                    self.place(row.number, None),
                    "missing_column",
                    format!(
                        "there is no column {}; it is taken as unknown in every line",
                        field.name
                    ),
                ));
            }
        }
        for (column, cell) in &row.cells {
            if cell.is_blank() || self.columns.contains(&Some(*column)) {
                continue;
            }
            let place = self.place(row.number, Some(*column));
            match extra {
                Extra::Ignore => {}
                Extra::Warn => {
                    let mut finding = of_line(
                        Severity::Warning,
                        place,
                        "extra_column",
                        "this column is not in the contract and is not loaded",
                    );
                    finding.value = Some(cell.to_text().into_owned());
                    sink.doubt(finding);
                }
                Extra::Refuse => {
                    let header = cell.to_text().into_owned();
                    return Err(ReadError::ExtraColumn { place: place.to_string(), header }.into());
                }
            }
        }
        Ok(())
    }
}

fn normalised(header: &str) -> String {
    header.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

fn texts(row: &Row) -> Vec<String> {
    let written = row.cells.iter().filter(|(_, cell)| !cell.is_blank());
    written.map(|(_, cell)| cell.to_text().into_owned()).collect()
}
