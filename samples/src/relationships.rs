//! The workbook of exercise 1: a matrix of who is related to whom, and a list of people.
//!
//! The model here is plain data with public fields, so that a test can take a standard version and
//! spoil it. Writing it is in [`xlsx`], making up large ones in [`Generated`].

mod generated;
mod standard;
pub mod xlsx;

pub use generated::{Generated, MAX_PEOPLE};
pub use standard::{Version, facts, standard};

use crate::Error;
use std::path::Path;

/// What stands in one cell of the matrix.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// Nothing was written: unknown.
    Blank,
    /// A number; only 0 and 1 have a meaning.
    Number(f64),
    /// Text, which is an error.
    Text(String),
}

impl Cell {
    /// Not related.
    pub const NO: Cell = Cell::Number(0.0);
    /// Related.
    pub const YES: Cell = Cell::Number(1.0);
}

/// A place on an axis.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The person's number, which both axes and the list agree on.
    pub number: u32,
    /// The label that this axis gives to the number.
    pub label: String,
}

/// A row of the matrix.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Number and label in columns A and B.
    pub place: Place,
    /// One cell for each column, in the order of the columns.
    pub cells: Vec<Cell>,
}

/// A line in the list of people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// The label in the list.
    pub label: String,
    /// The person's number.
    pub number: u32,
    /// The full name, with the spaces that were typed behind it.
    pub name: String,
}

/// A whole workbook.
#[derive(Debug, Clone, PartialEq)]
pub struct Workbook {
    /// The columns axis: rows 1 and 2 from column C on.
    pub columns: Vec<Place>,
    /// The rows of the matrix from row 3 on.
    pub rows: Vec<Row>,
    /// The list of people.
    pub people: Vec<Person>,
}

impl Workbook {
    /// What stands in the row of `from` and the column of `to`.
    pub fn cell(&self, from: u32, to: u32) -> Option<&Cell> {
        let column = self.column(to)?;
        self.row(from)?.cells.get(column)
    }

    /// Writes into the row of `from` and the column of `to`, and returns what stood there; `None`
    /// when an axis has no such number.
    pub fn set(&mut self, from: u32, to: u32, cell: Cell) -> Option<Cell> {
        let column = self.column(to)?;
        let row = self.rows.iter_mut().find(|row| row.place.number == from)?;
        let old = row.cells.get_mut(column)?;
        Some(std::mem::replace(old, cell))
    }

    /// Takes a person out completely: row, column and lines in the list.
    pub fn remove(&mut self, number: u32) {
        self.rows.retain(|row| row.place.number != number);
        self.people.retain(|person| person.number != number);
        if let Some(column) = self.column(number) {
            self.columns.remove(column);
            for row in &mut self.rows {
                row.cells.remove(column);
            }
        }
    }

    /// Puts a person at the end of both axes, with blank cells, but not into the list.
    pub fn add_to_axes(&mut self, row: Place, column: Place) {
        self.columns.push(column);
        for row in &mut self.rows {
            row.cells.push(Cell::Blank);
        }
        self.rows.push(Row { place: row, cells: vec![Cell::Blank; self.columns.len()] });
    }

    /// Every cell with its numbers: from, to, cell.
    pub fn cells(&self) -> impl Iterator<Item = (u32, u32, &Cell)> {
        self.rows.iter().flat_map(|row| {
            self.columns
                .iter()
                .zip(&row.cells)
                .map(|(column, cell)| (row.place.number, column.number, cell))
        })
    }

    /// The pairs that contradict each other, the smaller number first: one direction is 1, the
    /// other 0.
    pub fn contradictions(&self) -> Vec<(u32, u32)> {
        self.cells()
            .filter(|(from, to, _)| from < to)
            .filter(|(from, to, cell)| {
                let back = self.cell(*to, *from);
                (**cell == Cell::YES && back == Some(&Cell::NO))
                    || (**cell == Cell::NO && back == Some(&Cell::YES))
            })
            .map(|(from, to, _)| (from, to))
            .collect()
    }

    /// Writes the workbook as a spreadsheet program would: with shared strings.
    pub fn write(&self, path: &Path) -> Result<(), Error> {
        xlsx::write(path, &self.columns, &self.rows, &self.people, xlsx::Memory::Whole)
    }

    fn row(&self, number: u32) -> Option<&Row> {
        self.rows.iter().find(|row| row.place.number == number)
    }

    fn column(&self, number: u32) -> Option<usize> {
        self.columns.iter().position(|column| column.number == number)
    }
}
