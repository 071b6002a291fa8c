//! Workbooks of any size, made row by row.

use super::{Cell, Person, Place, Row, Workbook, xlsx};
use crate::random::{Topic, at};
use crate::{Error, labels, names};
use std::path::Path;

/// The most people that a matrix can have: a sheet has 16,384 columns, and two are the axis.
pub const MAX_PEOPLE: u32 = 16_382;

/// A workbook that is told by its numbers and made while it is read.
///
/// Its dirt is that of real files that were kept with care: the axes' labels disagree, the last
/// rows are not filled in, some names have spaces behind them, some cells are blank and one pair
/// in a hundred contradicts itself.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Generated {
    /// How many people there are; at most [`MAX_PEOPLE`] fit into a sheet.
    pub people: u32,
    /// The share of the rows that is filled in, from the top.
    pub fill: f64,
    /// Another seed makes another workbook.
    pub seed: u64,
}

impl Generated {
    /// The columns axis.
    pub fn columns(&self) -> Vec<Place> {
        (1..=self.people).map(column).collect()
    }

    /// The rows, one at a time.
    pub fn rows(self) -> impl Iterator<Item = Row> {
        let filled = (f64::from(self.people) * self.fill).round() as u32;
        (1..=self.people).map(move |from| Row {
            place: row(from),
            cells: (1..=self.people)
                .map(|to| match from {
                    _ if from == to => Cell::NO,
                    _ if from > filled => Cell::Blank,
                    _ => cell(self.seed, 0.01, from, to),
                })
                .collect(),
        })
    }

    /// The list of people, one at a time.
    pub fn list(self) -> impl Iterator<Item = Person> {
        (1..=self.people).map(move |number| person(self.seed, number))
    }

    /// The whole workbook in memory.
    pub fn workbook(&self) -> Workbook {
        Workbook {
            columns: self.columns(),
            rows: self.rows().collect(),
            people: self.list().collect(),
        }
    }

    /// Writes the workbook, holding one row of it at a time.
    pub fn write(&self, path: &Path) -> Result<(), Error> {
        xlsx::write(path, &self.columns(), self.rows(), self.list(), xlsx::Memory::Constant)
    }
}

/// A person's place on the rows axis.
pub(super) fn row(number: u32) -> Place {
    Place { number, label: labels::row(number) }
}

/// A person's place on the columns axis.
pub(super) fn column(number: u32) -> Place {
    Place { number, label: labels::column(number) }
}

/// A person's line in the list.
pub(super) fn person(seed: u64, number: u32) -> Person {
    let mut name = names::spanish(seed, u64::from(number));
    // Typed by hand: some names end in a space, a few in two.
    if number % 5 == 3 {
        name.push(' ');
    }
    if number.is_multiple_of(17) {
        name.push_str("  ");
    }
    Person { label: labels::row(number), number, name }
}

/// A cell of a filled row. Both directions of a pair agree, but for a share of the pairs.
pub(super) fn cell(seed: u64, contradicting: f64, from: u32, to: u32) -> Cell {
    let (from, to) = (u64::from(from), u64::from(to));
    if at(seed, Topic::Blank, (from, to)).f64() < 0.06 {
        return Cell::Blank;
    }
    let mut pair = at(seed, Topic::Pair, (from.min(to), from.max(to)));
    let related = pair.f64() < 0.25;
    let contradicts = pair.f64() < contradicting;
    if related != (contradicts && from > to) { Cell::YES } else { Cell::NO }
}
