//! A table layout: where its headers stand, which column fills which field, and its lines.

use tolva_schema::cell::Cell;
use tolva_schema::contract::{Extra, Header, Source};
use tolva_schema::field::{Field, Locator};
use tolva_schema::finding::{Place, Severity};

use super::headers::HeadersAbove;
use super::line::{Line, Sink};
use super::report::{of_cell, of_line};
use super::rows::SourceRows;
use super::{OrganiseError, normalised};
use crate::progress::Progress;
use crate::read::{ReadError, Row};

/// Rows in which headers are looked for.
const HEADER_ROWS: usize = 100;

/// Reads the lines of a table; gives how many.
pub fn read(
    source: &Source,
    index: usize,
    (header, extra): (&Header, Extra),
    rows: &mut SourceRows<'_>,
    progress: &Progress,
    sink: &mut dyn Sink,
) -> Result<u64, OrganiseError> {
    let sheet = rows.sheet().map(str::to_owned);
    let name = sheet.as_ref().map_or(Cell::Blank, |name| Cell::Text(name.clone()));
    let mut table = Table {
        source,
        index,
        sheet,
        sheet_cell: name,
        columns: Vec::new(),
        width: None,
        headers: Vec::new(),
        known: Vec::new(),
    };
    let mut row = Row::default();
    let mut lines = 0u64;
    if *header == Header::None {
        // The row by which the start was found is the first line.
        if table.start_by_content(rows, &mut row, sink)? {
            lines += 1;
            progress.line();
            sink.line(table.line(&row))?;
        }
    } else if !table.start_by_header(header, extra, rows, &mut row, sink)? {
        return Ok(0);
    }
    rows.begin_body();
    while rows.next(&mut row, sink)? {
        if table.is_header(&row) {
            let place = table.place(row.number, None);
            let message = "the headers stand here once more; the row is passed over";
            sink.doubt(of_line(Severity::Warning, place, "repeated_header", message));
        } else if !row.is_blank() {
            lines += 1;
            progress.line();
            table.check_headers_above(&row, extra, sink)?;
            sink.line(table.line(&row))?;
        }
    }
    Ok(lines)
}

struct Table<'a> {
    source: &'a Source,
    index: usize,
    sheet: Option<String>,
    /// The sheet's name, for fields that take it.
    sheet_cell: Cell,
    /// By field: its column.
    columns: Vec<Option<u32>>,
    /// The last column with a header: what stands beyond it belongs to no column.
    width: Option<u32>,
    /// What the (last) header row holds, normalised.
    headers: Vec<(u32, String)>,
    /// By column up to `width`: whether it has a header or a field, or was told not to.
    known: Vec<bool>,
}

impl Table<'_> {
    /// Whether the headers stand in `row` once more, as on every page of a printed list.
    fn is_header(&self, row: &Row) -> bool {
        let mut written = row.cells.iter().filter(|(_, cell)| !cell.is_blank());
        let same = self.headers.iter().all(|(column, header)| {
            written.next().is_some_and(|(at, cell)| {
                at == column && matches!(cell, Cell::Text(text) if normalised(text) == *header)
            })
        });
        same && written.next().is_none() && self.headers.len() > 1
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
            let cell = match column {
                Some(column) => row.cell(*column),
                None if field.locator == Locator::Sheet => &self.sheet_cell,
                None => &Cell::Blank,
            };
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

    /// Tells once of each column between the headed ones that has values and no header.
    fn check_headers_above(
        &mut self,
        row: &Row,
        extra: Extra,
        sink: &mut dyn Sink,
    ) -> Result<(), OrganiseError> {
        for (column, cell) in &row.cells {
            let Some(known) = self.known.get_mut(*column as usize) else { break };
            if *known || cell.is_blank() {
                continue;
            }
            *known = true;
            let place = self.place(row.number, Some(*column));
            match extra {
                Extra::Ignore => {}
                Extra::Warn => {
                    let message =
                        "values stand here in a column without a header, which is not loaded";
                    let mut finding = of_line(Severity::Warning, place, "extra_column", message);
                    finding.value = Some(cell.to_text().into_owned());
                    sink.doubt(finding);
                }
                Extra::Refuse => {
                    let (place, header) = (place.to_string(), "without a header".to_owned());
                    return Err(ReadError::ExtraColumn { place, header }.into());
                }
            }
        }
        Ok(())
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
        rows: &mut SourceRows<'_>,
        row: &mut Row,
        sink: &mut dyn Sink,
    ) -> Result<bool, OrganiseError> {
        let placed: Vec<(&Field, u32)> = self
            .source
            .fields
            .iter()
            .filter_map(|field| match field.locator {
                Locator::Position(position) => Some((field, position)),
                _ => None,
            })
            .collect();
        let required = self.source.fields.iter().filter(|field| field.constraints.required).count();
        while rows.next(row, sink)? {
            let written: Vec<u32> = row
                .cells
                .iter()
                .filter(|(_, cell)| !cell.is_blank())
                .map(|(column, _)| column - 1)
                .collect();
            let fits = |shift: &u32| {
                placed.iter().all(|(field, position)| {
                    !field.constraints.required
                        || field.read(row.cell(position + shift)).value.is_ok()
                })
            };
            // The first field may be blank: the line then starts left of what is written.
            let shifts = (0..=written.first().copied().unwrap_or(0)).rev();
            if !written.is_empty()
                && let Some(shift) = shifts.into_iter().find(fits)
            {
                let column = |field: &Field| match field.locator {
                    Locator::Position(position) => Some(position + shift),
                    _ => None,
                };
                self.columns = self.source.fields.iter().map(column).collect();
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

    /// Finds the headers; `false` where there is no row that could hold them.
    fn start_by_header(
        &mut self,
        header: &Header,
        extra: Extra,
        rows: &mut SourceRows<'_>,
        row: &mut Row,
        sink: &mut dyn Sink,
    ) -> Result<bool, OrganiseError> {
        let mut closest: Option<(usize, ReadError)> = None;
        let mut above = HeadersAbove::default();
        let mut looked_at = 0;
        while looked_at < HEADER_ROWS && rows.next(row, sink)? {
            if row.is_blank() {
                continue;
            }
            looked_at += 1;
            if let Header::Rows(wanted) = header {
                let Some(last) = wanted.last() else { break };
                if row.number > *last {
                    break;
                }
                if row.number < *last {
                    if wanted.contains(&row.number) {
                        above.add(row);
                    }
                    continue;
                }
            }
            let headers = above.over(row);
            match self.match_headers(&headers)? {
                (_, None) => {
                    let texts = row.cells.iter().filter(|(_, cell)| !cell.is_blank());
                    let text = |(at, cell): &(u32, Cell)| (*at, normalised(&cell.to_text()));
                    self.headers = texts.map(text).collect();
                    self.take_headers(&headers, extra, sink)?;
                    return Ok(true);
                }
                (found, Some(missing)) => {
                    if closest.as_ref().is_none_or(|(best, _)| found > *best) {
                        closest = Some((found, missing));
                    }
                }
            }
        }
        closest.map_or(Ok(false), |(_, missing)| Err(missing.into()))
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
            .filter(|(field, column)| {
                let elsewhere = field.locator == Locator::Sheet;
                field.constraints.required && column.is_none() && !elsewhere
            })
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
        self.known = vec![false; self.width.map_or(0, |width| width as usize + 1)];
        let written = row.cells.iter().filter(|(_, cell)| !cell.is_blank()).map(|(at, _)| *at);
        for column in self.columns.iter().copied().flatten().chain(written) {
            self.known[column as usize] = true;
        }
        for (field, column) in self.source.fields.iter().zip(&self.columns) {
            if column.is_none() && field.locator != Locator::Sheet {
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

fn texts(row: &Row) -> Vec<String> {
    let written = row.cells.iter().filter(|(_, cell)| !cell.is_blank());
    written.map(|(_, cell)| cell.to_text().into_owned()).collect()
}
