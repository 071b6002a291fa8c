//! The neighbours of a cell, as they stand in the file: the row before and after, two columns to the
//! left and to the right.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use serde::Serialize;
use tolva_schema::contract::{Contract, Header, Layout, Source};
use tolva_schema::field::Locator;
use tolva_schema::finding::{Place, column_letters};

use crate::organise::Input;
use crate::progress::Progress;
use crate::read::{Document, ReadError, Row};
use crate::refresh::Loader;

/// Columns on each side of the cell.
const BESIDE: u32 = 2;
/// Columns shown where a whole row is meant.
const OF_A_ROW: u32 = 2 * BESIDE + 1;
/// Characters kept of a neighbour.
const LENGTH: usize = 60;
/// Rows in which the headers of a text are looked for, as a load does.
const HEADER_ROWS: usize = 100;

/// A piece of a sheet or a text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Neighbours {
    /// The columns, from left to right.
    pub columns: Vec<Column>,
    /// The rows, from top to bottom.
    pub rows: Vec<NeighbourRow>,
    /// The row that is meant.
    pub row: u64,
    /// The column that is meant, if it is not the whole row.
    pub column: Option<u32>,
}

/// A column of such a piece.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Column {
    /// Its place, from 1.
    pub position: u32,
    /// Its letters in a sheet; its header in a text, or its place where it has none.
    pub name: String,
}

/// A row of such a piece.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NeighbourRow {
    /// Row of the sheet, or line of the text.
    pub row: u64,
    /// What stands in it, one for each column of the piece.
    pub cells: Vec<String>,
}

impl Loader {
    /// Reads the file at `path`, called `name`, again and gives what stands around each of `places`;
    /// nothing for those that name no row, or whose row is not there. Each sheet is read once, and
    /// nothing is kept but what is asked for. Where the file cannot be read to its end, what comes
    /// before is given.
    pub async fn neighbours(
        &self,
        contract: &Contract,
        path: &Path,
        name: &str,
        places: Vec<Place>,
    ) -> Vec<Option<Neighbours>> {
        let count = places.len();
        let (contract, limits) = (contract.clone(), Arc::clone(self.limits()));
        let (path, name) = (path.to_owned(), name.to_owned());
        let work = move || {
            let mut wanted = Wanted::new(&places);
            let input = Input { path: &path, name: &name, limits: &limits };
            // What keeps the file from being read is told by the check itself.
            drop(read(&contract, input, &mut wanted));
            wanted.found
        };
        tokio::task::spawn_blocking(work).await.unwrap_or_else(|_| vec![None; count])
    }
}

fn read(contract: &Contract, input: Input<'_>, wanted: &mut Wanted<'_>) -> Result<(), ReadError> {
    if wanted.rows.is_empty() {
        return Ok(());
    }
    let mut document = Document::open(input.path, input.name, input.limits, &Progress::default())?;
    let mut seen: BTreeSet<usize> = BTreeSet::new();
    for source in &contract.sources {
        for at in document.sheets(source)? {
            if !seen.insert(at) {
                continue;
            }
            let mut rows = document.rows(source, at)?;
            let sheet = rows.sheet().map(str::to_owned);
            if !wanted.rows.contains_key(&sheet) {
                continue;
            }
            let mut piece = Piece::new(source, sheet, wanted);
            let mut row = Row::default();
            while !piece.is_done() && rows.next(&mut row)? {
                piece.take(&row);
            }
        }
    }
    Ok(())
}

/// What is asked for, by sheet and row, and what was found of it.
struct Wanted<'a> {
    places: &'a [Place],
    rows: BTreeMap<Option<String>, BTreeMap<u64, Vec<usize>>>,
    found: Vec<Option<Neighbours>>,
}

impl<'a> Wanted<'a> {
    fn new(places: &'a [Place]) -> Self {
        let mut rows: BTreeMap<_, BTreeMap<u64, Vec<usize>>> = BTreeMap::new();
        for (at, place) in places.iter().enumerate() {
            if let Some(row) = place.row {
                let sheet = rows.entry(place.sheet.clone()).or_default();
                sheet.entry(row).or_default().push(at);
            }
        }
        Self { places, rows, found: vec![None; places.len()] }
    }
}

/// One sheet, or the text, while its rows pass.
struct Piece<'w, 'a> {
    source: &'w Source,
    sheet: Option<String>,
    wanted: &'w mut Wanted<'a>,
    last: u64,
    headers: BTreeMap<u32, String>,
    passed: usize,
    before: Option<Row>,
    /// Those whose row has just passed: the next one is theirs too.
    open: Vec<usize>,
}

impl<'w, 'a> Piece<'w, 'a> {
    fn new(source: &'w Source, sheet: Option<String>, wanted: &'w mut Wanted<'a>) -> Self {
        let rows = wanted.rows.get(&sheet);
        let last = rows.and_then(|rows| rows.keys().next_back().copied()).unwrap_or(0);
        let (headers, open) = (BTreeMap::new(), Vec::new());
        Self { source, sheet, wanted, last, headers, passed: 0, before: None, open }
    }

    fn is_done(&self) -> bool {
        self.before.as_ref().is_some_and(|before| before.number > self.last)
    }

    /// Takes the next row, and those without anything before it that are asked for.
    fn take(&mut self, row: &Row) {
        let before = self.before.as_ref().map_or(0, |before| before.number);
        let rows = self.wanted.rows.get(&self.sheet);
        let blank: Vec<u64> = rows
            .filter(|_| before < row.number)
            .map(|rows| rows.range(before + 1..row.number).map(|(row, _)| *row).collect())
            .unwrap_or_default();
        for number in blank {
            self.pass(&Row { number, ..Row::default() });
        }
        self.pass(row);
    }

    fn pass(&mut self, row: &Row) {
        self.passed += 1;
        if self.sheet.is_none()
            && self.headers.is_empty()
            && self.passed <= HEADER_ROWS
            && is_header(self.source, row)
        {
            self.headers =
                row.cells.iter().map(|(column, cell)| (*column, text(&cell.to_text()))).collect();
        }
        for at in std::mem::take(&mut self.open) {
            if let Some(neighbours) = &mut self.wanted.found[at] {
                neighbours.push(row);
            }
        }
        let here = self.wanted.rows.get(&self.sheet).and_then(|rows| rows.get(&row.number));
        for at in here.cloned().unwrap_or_default() {
            let place = &self.wanted.places[at];
            let mut neighbours = Neighbours {
                columns: self.columns(place.column),
                rows: Vec::new(),
                row: row.number,
                column: place.column,
            };
            if let Some(before) = &self.before {
                neighbours.push(before);
            }
            neighbours.push(row);
            self.wanted.found[at] = Some(neighbours);
            self.open.push(at);
        }
        let before = self.before.get_or_insert_default();
        before.number = row.number;
        before.cells.clone_from(&row.cells);
    }

    fn columns(&self, column: Option<u32>) -> Vec<Column> {
        let range = match column {
            Some(column) => column.saturating_sub(BESIDE).max(1)..=column.saturating_add(BESIDE),
            None => 1..=OF_A_ROW,
        };
        let column = |position| Column { position, name: self.name(position) };
        range.map(column).collect()
    }

    fn name(&self, column: u32) -> String {
        match &self.sheet {
            Some(_) => column_letters(column),
            None => self.headers.get(&column).cloned().unwrap_or_else(|| column.to_string()),
        }
    }
}

impl Neighbours {
    fn push(&mut self, row: &Row) {
        let cell = |column: &Column| text(&row.cell(column.position).to_text());
        let cells = self.columns.iter().map(cell).collect();
        self.rows.push(NeighbourRow { row: row.number, cells });
    }
}

/// Whether the row is the header row of the source.
fn is_header(source: &Source, row: &Row) -> bool {
    let Layout::Table { header, .. } = &source.layout else { return false };
    match header {
        Header::Rows(numbers) => numbers.last() == Some(&row.number),
        Header::None => false,
        Header::Detect => {
            let has = |headers: &Vec<String>| {
                row.cells.iter().any(|(_, cell)| {
                    let cell = cell.to_text();
                    headers.iter().any(|header| normalised(header) == normalised(&cell))
                })
            };
            let mut by_header = source.fields.iter().filter_map(|field| match &field.locator {
                Locator::Headers(headers) => Some((field.constraints.required, headers)),
                _ => None,
            });
            by_header.clone().any(|(_, headers)| has(headers))
                && by_header.all(|(required, headers)| !required || has(headers))
        }
    }
}

fn normalised(header: &str) -> String {
    header.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

fn text(text: &str) -> String {
    match text.char_indices().nth(LENGTH) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
