//! Where the headers of a table stand: in the first row that is as wide as the table and says
//! something else than the rows below it.

use std::collections::{BTreeMap, HashSet};

use tolva_schema::cell::Cell;

use crate::read::Row;

/// Rows among which headers are looked for.
const HEADER_ROWS: usize = 50;
/// Rows below that are compared with them.
const COMPARED: usize = 200;
/// Rows that may stand above them and be as wide.
const TITLES: usize = 6;
/// Longer texts are no headers.
const LONGEST: usize = 120;

/// The place (in `rows`) of the first row of the table, and whether it holds headers.
pub fn start(rows: &[Row]) -> (usize, bool) {
    let columns = columns(rows);
    let width = |row: &Row| columns.iter().filter(|column| !row.cell(**column).is_blank()).count();
    let looked_at = &rows[..rows.len().min(HEADER_ROWS)];
    let is_wide = |row: &Row| width(row) * 10 >= columns.len() * 6;
    let Some(first) = looked_at.iter().position(is_wide) else { return (0, false) };
    let score = |at: usize| score(&rows[at], &rows[at + 1..]);
    // A title may have two cells; what heads more columns, and is nothing like them, heads the table.
    let wider = (first + 1..looked_at.len().min(first + TITLES))
        .filter(|at| width(&rows[*at]) > width(&rows[first]));
    let own = score(first);
    let better = wider
        .filter(|at| score(*at) > own.max(Some(0)))
        .max_by_key(|at| (score(*at), std::cmp::Reverse(*at)));
    match better {
        Some(better) => (better, true),
        None if own.is_some() => (first, true),
        None => match first.checked_sub(1).filter(|above| heads_some(*above, rows)) {
            Some(above) => (above, true),
            None => (first_like(first, rows), false),
        },
    }
}

/// Whether the row above lines heads some of their columns: a title would stand at their left, alone.
fn heads_some(above: usize, rows: &[Row]) -> bool {
    let row = &rows[above];
    let mut written = row.cells.iter().filter(|(_, cell)| !cell.is_blank()).map(|(at, _)| *at);
    let (first, second) = (written.next(), written.next());
    let left = rows[above + 1].cells.iter().find(|(_, cell)| !cell.is_blank()).map(|(at, _)| *at);
    (second.is_some() || first > left) && score(row, &rows[above + 1..]) > Some(0)
}

/// The first of the rows above `first` that are lines, too, only with blanks: what they say is said
/// below once more, or is a figure among figures.
fn first_like(first: usize, rows: &[Row]) -> usize {
    let below = &rows[first..rows.len().min(first + COMPARED)];
    let is_like = |row: &Row| {
        row.cells.iter().filter(|(_, cell)| !cell.is_blank()).all(|(column, cell)| {
            let column = || below.iter().map(|row| row.cell(*column));
            let figures = column().filter(|cell| look(cell) == Look::Figure).count();
            let written = column().filter(|cell| look(cell) != Look::Blank).count();
            look(cell) == Look::Figure && figures * 2 > written
                || column().any(|other| other == cell)
        })
    };
    let above = rows[..first].iter().rev().take_while(|row| is_like(row));
    first - above.count()
}

/// The columns that a good part of the rows says something in.
fn columns(rows: &[Row]) -> Vec<u32> {
    let mut counts: BTreeMap<u32, usize> = BTreeMap::new();
    let rows = &rows[..rows.len().min(COMPARED)];
    for row in rows {
        for (column, _) in row.cells.iter().filter(|(_, cell)| !cell.is_blank()) {
            *counts.entry(*column).or_default() += 1;
        }
    }
    counts.into_iter().filter(|(_, count)| count * 5 >= rows.len()).map(|(at, _)| at).collect()
}

/// What a cell looks like, roughly.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Look {
    Word,
    Figure,
    Blank,
}

fn look(cell: &Cell) -> Look {
    match cell {
        cell if cell.to_text().trim().is_empty() => Look::Blank,
        Cell::Text(text) => {
            let text = text.trim();
            let figures = text.chars().filter(char::is_ascii_digit).count();
            let counted = figures * 2 >= text.chars().count() && figures > 0;
            let address = text.contains('@') && text.contains('.') || text.contains("://");
            if counted || address { Look::Figure } else { Look::Word }
        }
        _ => Look::Figure,
    }
}

/// How much speaks for it that `row` heads the rows `below`; `None` if it does not.
fn score(row: &Row, below: &[Row]) -> Option<i32> {
    // The headers of a printed list stand on each of its pages.
    let again = |other: &&Row| {
        let mut cells = row.cells.iter().filter(|(_, cell)| !cell.is_blank());
        cells.clone().count() > 1 && cells.all(|(column, cell)| other.cell(*column) == cell)
    };
    let below: Vec<&Row> = below.iter().take(COMPARED).filter(|row| !again(row)).collect();
    let mut seen = HashSet::new();
    let (mut for_it, mut against) = (0, 0);
    let mut words = 0;
    for (column, cell) in &row.cells {
        let text = cell.to_text();
        let text = text.trim();
        match look(cell) {
            Look::Blank => continue,
            Look::Word => words += 1,
            Look::Figure => {}
        }
        if text.chars().count() > LONGEST {
            return None;
        }
        // A header that stands twice is rare, a value is not.
        if !seen.insert(text.to_lowercase()) {
            against += 1;
        }
        let (mut figures, mut written, mut same) = (0, 0, false);
        for cell in below.iter().map(|row| row.cell(*column)) {
            match look(cell) {
                Look::Blank => continue,
                Look::Figure => figures += 1,
                Look::Word => {}
            }
            written += 1;
            same |= cell.to_text().trim() == text;
        }
        let counts = figures * 10 >= written * 8 && written > 0;
        match look(cell) {
            Look::Word if counts => for_it += 2,
            Look::Figure if counts => against += 2,
            _ if same => against += 1,
            _ => {}
        }
    }
    let heads = words > 0 && (for_it > against || for_it == 0 && against == 0);
    heads.then_some(for_it - against)
}
