//! Sheets that relate what stands on their left to what stands on their top.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use tolva_schema::cell::Cell;

use super::column::Column;
use super::kind::{self, Decision, Kind};
use crate::read::Row;

/// Rows above the headers that are passed over.
const TITLE_ROWS: usize = 5;
/// Fewer rows or columns are no matrix.
const LEAST: usize = 2;

/// A matrix in a sheet.
#[derive(Debug)]
pub struct Matrix {
    /// Rows above its headers.
    pub skip_rows: u64,
    /// Columns to the left of it.
    pub skip_columns: u64,
    /// The columns in front of its rows.
    pub rows: Vec<Column>,
    /// The rows above its columns, as columns.
    pub columns: Vec<Column>,
    /// The types of what stands on an axis; the same for both, where they hold the same things.
    pub axes: [Vec<Decision>; 2],
    /// Whether both axes hold the same things.
    pub same_things: bool,
    /// What the cells hold.
    pub value: Decision,
    /// Of pairs written both ways: how many, and how many contradict.
    pub both_ways: (usize, usize),
    /// Of cells that relate a thing to itself: how many, and how many deny it.
    pub diagonal: (usize, usize),
}

/// Finds a matrix in `rows`.
pub fn find(rows: &[Row]) -> Option<Matrix> {
    let starts = 0..rows.len().min(TITLE_ROWS);
    let depths = [(1, 1), (1, 2), (2, 1), (2, 2)];
    starts
        .flat_map(|start| depths.map(|depths| (start, depths)))
        .find_map(|(start, (high, wide))| matrix(&rows[start..], start > 0, high, wide))
}

fn is_written(cell: &Cell) -> bool {
    !cell.to_text().trim().is_empty()
}

/// The matrix whose headers are the first `high` rows and `wide` columns.
fn matrix(rows: &[Row], below_titles: bool, high: usize, wide: usize) -> Option<Matrix> {
    let (head, body) = rows.split_at_checked(high)?;
    let stand_together = head.windows(2).all(|pair| pair[0].number + 1 == pair[1].number);
    if !stand_together || body.len() < LEAST {
        return None;
    }
    let first = |row: &Row| row.cells.iter().find(|(_, cell)| is_written(cell)).map(|(at, _)| *at);
    let left = rows.iter().filter_map(first).min()?;
    let begin = left + wide as u32;
    let above: BTreeSet<u32> = head
        .iter()
        .flat_map(|row| &row.cells)
        .filter(|(column, cell)| *column >= begin && is_written(cell))
        .map(|(column, _)| *column)
        .collect();
    let corner = head
        .iter()
        .flat_map(|row| &row.cells)
        .filter(|(column, cell)| *column < begin && is_written(cell));
    let corner = corner.count();
    if above.len() < LEAST || corner > 1 {
        return None;
    }
    let on_top: Vec<Column> =
        head.iter().map(|row| Column::of(above.iter().map(|column| row.cell(*column)))).collect();
    let lines: Vec<&Row> = body.iter().collect();
    let in_front: Vec<Column> = (left..begin).map(|column| Column::read(&lines, column)).collect();
    let full = |axis: &[Column]| {
        axis[0].blanks() == 0
            && axis[0].is_unique()
            && axis.iter().all(|column| column.blanks() * 5 <= column.lines())
    };
    if !full(&on_top) || !full(&in_front) {
        return None;
    }
    let cells: Vec<(usize, u32, &Cell)> = body
        .iter()
        .enumerate()
        .flat_map(|(at, row)| row.cells.iter().map(move |(column, cell)| (at, *column, cell)))
        .filter(|(_, column, cell)| *column >= begin && is_written(cell))
        .collect();
    if cells.is_empty() || cells.iter().any(|(_, column, _)| !above.contains(column)) {
        return None;
    }
    let values = Column::of(cells.iter().map(|(_, _, cell)| *cell));
    let value = value(&values)?;
    let texts = |column: &Column| -> Vec<String> {
        column.codes.iter().map(|code| column.words[*code as usize - 1].text.clone()).collect()
    };
    let (down, across) = (texts(&in_front[0]), texts(&on_top[0]));
    let both: BTreeSet<&String> = down.iter().collect();
    let shared = across.iter().filter(|text| both.contains(text)).count();
    let same_things = shared * 2 >= down.len().max(across.len());
    let boolean = matches!(value.kind, Kind::Boolean { .. });
    let axes = [
        axis(&in_front, same_things.then_some(&on_top)),
        axis(&on_top, same_things.then_some(&in_front)),
    ];
    // A table may have an unnamed first column too, and columns of yes and no: only a sheet that is
    // nothing but labels and crosses is taken for a matrix without a common axis.
    let labels = axes.iter().all(|axis| axis[0].kind == Kind::Text);
    let crosses = boolean && corner == 0 && labels && above.len() > LEAST;
    if !same_things && !crosses {
        return None;
    }
    let place: HashMap<&str, usize> =
        above.iter().zip(&across).map(|(at, text)| (text.as_str(), *at as usize)).collect();
    let said: BTreeMap<(usize, usize), String> = cells
        .iter()
        .filter_map(|(row, column, cell)| {
            let from = *place.get(down[*row].as_str())?;
            Some(((from, *column as usize), cell.to_text().trim().to_owned()))
        })
        .collect();
    Some(Matrix {
        skip_rows: if below_titles { head[0].number - 1 } else { 0 },
        skip_columns: u64::from(left - 1),
        rows: in_front,
        columns: on_top,
        axes,
        same_things,
        both_ways: both_ways(&said),
        diagonal: diagonal(&said),
        value,
    })
}

/// What the cells hold: yes and no, or numbers; a few that are neither are mistakes.
fn value(values: &Column) -> Option<Decision> {
    let boolean = Decision::boolean();
    let answers: usize = values
        .words
        .iter()
        .filter(|word| matches!(word.text.as_str(), "0" | "1"))
        .map(|word| word.count)
        .sum();
    if answers * 20 >= values.written() * 19 {
        return Some(boolean);
    }
    let decision = kind::decide("value", &values.words, None);
    let numeric =
        matches!(decision.kind, Kind::Boolean { .. } | Kind::Integer { .. } | Kind::Number { .. });
    numeric.then_some(decision)
}

/// The types of what stands on an axis, and of what stands there on the other one.
fn axis(columns: &[Column], other: Option<&Vec<Column>>) -> Vec<Decision> {
    let decide = |(at, column): (usize, &Column)| {
        let mut words = column.words.clone();
        words.extend(
            other.and_then(|other| other.get(at)).into_iter().flat_map(|c| c.words.clone()),
        );
        let mut decision = kind::decide("axis", &words, None);
        decision.missing.clear();
        decision
    };
    columns.iter().enumerate().map(decide).collect()
}

fn both_ways(said: &BTreeMap<(usize, usize), String>) -> (usize, usize) {
    let pairs = said.iter().filter(|((from, to), _)| from < to);
    let pairs: Vec<bool> =
        pairs.filter_map(|((from, to), text)| Some(said.get(&(*to, *from))? == text)).collect();
    (pairs.len(), pairs.iter().filter(|same| !**same).count())
}

fn diagonal(said: &BTreeMap<(usize, usize), String>) -> (usize, usize) {
    let own: Vec<&String> =
        said.iter().filter(|((from, to), _)| from == to).map(|(_, text)| text).collect();
    let denied = own
        .iter()
        .filter(|text| matches!(text.to_lowercase().as_str(), "0" | "no" | "false" | "n"));
    (own.len(), denied.count())
}
