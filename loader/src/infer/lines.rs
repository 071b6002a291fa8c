//! Where the lines of a table begin and end in the rows of a sheet, and what stands above them.

use std::collections::HashSet;

use tolva_schema::cell::Cell;

use super::header;
use crate::organise::{HeadersAbove, normalised};
use crate::read::Row;

/// Rows at the end that may hold totals, notes and the like.
const CLOSING: usize = 5;
/// Words with which a row of totals begins.
const TOTALS: &[&str] = &[
    "total",
    "totals",
    "totales",
    "totaux",
    "sum",
    "suma",
    "summe",
    "somme",
    "gesamt",
    "gesamtsumme",
    "insgesamt",
    "grand total",
    "subtotal",
];

/// The lines of a table.
pub struct Lines<'a> {
    /// The number of the last row above all this; 0 where there is none.
    pub above: u64,
    /// The rows that hold its headers, from the top.
    pub head: Vec<&'a Row>,
    /// The headers, those above one another joined.
    pub headers: Vec<(u32, String)>,
    /// The lines.
    pub body: Vec<&'a Row>,
    /// The pattern of the row at which they end, where something follows them.
    pub stop: Option<String>,
}

/// Finds the lines among `rows`; `None` where there are none.
pub fn find(rows: &[Row]) -> Option<Lines<'_>> {
    let (first, headed) = header::start(rows);
    let head = match headed {
        true => head(rows, first),
        false => Vec::new(),
    };
    let headers = joined(&head);
    let last = head.last().map(|row| texts(row)).filter(|texts| texts.len() > 1);
    let mut body: Vec<&Row> = rows[first + usize::from(headed)..].iter().collect();
    // The headers of a printed list stand on each of its pages.
    body.retain(|row| last.as_ref() != Some(&texts(row)));
    let stop = stop(&body);
    if let Some((at, _)) = &stop {
        body.truncate(*at);
    }
    let stop = stop.map(|(_, pattern)| pattern);
    let above = first.checked_sub(1).map_or(0, |above| rows[above].number);
    (!body.is_empty()).then_some(Lines { above, head, headers, body, stop })
}

fn texts(row: &Row) -> Vec<(u32, String)> {
    let text = |(at, cell): &(u32, Cell)| {
        Some((*at, normalised(&cell.to_text()))).filter(|(_, text)| !text.is_empty())
    };
    row.cells.iter().filter_map(text).collect()
}

/// The rows of headers: the one above, too, where it tells apart what has one name.
fn head(rows: &[Row], at: usize) -> Vec<&Row> {
    let own = &rows[at];
    let is_one = |rows: &[&Row]| {
        let headers = joined(rows);
        let different: HashSet<String> = headers.iter().map(|(_, text)| normalised(text)).collect();
        different.len() == headers.len()
    };
    let above = at.checked_sub(1).map(|above| &rows[above]).filter(|above| {
        above.number + 1 == own.number
            && above.cells.iter().filter(|(_, cell)| !cell.is_blank()).count() > 1
    });
    match above {
        Some(above) if !is_one(&[own]) && is_one(&[above, own]) => vec![above, own],
        _ => vec![own],
    }
}

fn joined(rows: &[&Row]) -> Vec<(u32, String)> {
    let Some((last, upper)) = rows.split_last() else { return Vec::new() };
    let mut above = HeadersAbove::default();
    upper.iter().for_each(|row| above.add(row));
    let collapsed = |(at, cell): (u32, Cell)| {
        let text = cell.to_text().split_whitespace().collect::<Vec<_>>().join(" ");
        Some((at, text)).filter(|(_, text)| !text.is_empty())
    };
    let written = |(at, _): &(u32, Cell)| !last.cell(*at).to_text().trim().is_empty();
    above.over(last).cells.into_iter().filter(written).filter_map(collapsed).collect()
}

/// The row of totals among the last ones, and the pattern for it; no line before may look like it.
fn stop(body: &[&Row]) -> Option<(usize, String)> {
    let first = |row: &Row| {
        let cell = row.cells.iter().map(|(_, cell)| cell.to_text().trim().to_owned());
        cell.into_iter().find(|text| !text.is_empty()).unwrap_or_default()
    };
    let begin = body.len().saturating_sub(CLOSING).max(1);
    let (at, text) = (begin..body.len()).map(|at| (at, first(body[at]))).find(|(_, text)| {
        let text = text.to_lowercase();
        let word = text.trim_end_matches(|c: char| c.is_ascii_digit() || " :.-/".contains(c));
        TOTALS.contains(&word)
    })?;
    let mut pattern = String::new();
    for letter in text.chars() {
        match letter {
            '0'..='9' if pattern.ends_with('*') => {}
            '0'..='9' => pattern.push('*'),
            '*' | '?' | '{' | '/' => pattern.push('?'),
            other => pattern.push(other),
        }
    }
    let matcher = tolva_schema::pattern::FilePattern::new(&pattern).ok()?;
    let early = body[..at].iter().any(|row| matcher.matches(&first(row)));
    (!early).then_some((at, pattern))
}
