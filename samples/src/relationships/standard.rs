//! The standard versions, which stand for four days in the life of one file.

use super::generated::{cell, column, person, row};
use super::{Cell, Person, Place, Row, Workbook};
use crate::names;
use crate::random::{Topic, at};

/// What is known about the standard versions, for tests that assert on it.
pub mod facts {
    /// People, and numbers on each axis, in versions 1 and 2.
    pub const PEOPLE: u32 = 50;
    /// Rows that are filled in, from the top, in version 1.
    pub const FILLED_V1: u32 = 17;
    /// Rows that are filled in, from the top, in version 2.
    pub const FILLED_V2: u32 = 31;
    /// The person who is related to themselves: the one 1 on the diagonal.
    pub const SELF_RELATED: u32 = 9;
    /// A pair that contradicts itself: A→F is 1 and F→A is 0.
    pub const CONTRADICTION: (u32, u32) = (1, 6);
    /// The person whose label in the list agrees with neither axis, and that label.
    pub const LABEL_TYPO: (u32, &str) = (38, "KA");
    /// Whom version 3 removes: one whose row was filled in, and one whose was not.
    pub const REMOVED: [u32; 2] = [12, 44];
    /// Cells that version 3 changes from 0 to 1 or from 1 to 0.
    pub const CHANGED: usize = 20;
    /// Cells that version 3 leaves blank again.
    pub const UNFILLED: usize = 15;
    /// The cell that holds text in version 4.
    pub const TEXT_CELL: (u32, u32) = (4, 8);
    /// The text in that cell.
    pub const TEXT: &str = "quizás";
    /// The number that stands twice in the list of version 4, with different names.
    pub const LISTED_TWICE: u32 = 7;
    /// The number that is on both axes of version 4, but not in the list.
    pub const UNKNOWN: u32 = 99;
    /// How far the cells of the unknown number are filled in, in both directions.
    pub const UNKNOWN_FILLED: u32 = 10;
}
use facts::*;

const SEED: u64 = 2026;
/// Careless enough that a file of this size has several contradictions.
const CONTRADICTING: f64 = 0.12;

/// A version of the standard file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Version {
    /// The first 17 of 50 rows are filled in.
    V1,
    /// 14 more rows are filled in; nothing else changes.
    V2,
    /// From the second: two people gone, some cells changed, some blank again.
    V3,
    /// From the third, with errors: text in a cell, a number listed twice, an unknown number.
    V4,
}

impl Version {
    /// All versions in their order.
    pub const ALL: [Version; 4] = [Version::V1, Version::V2, Version::V3, Version::V4];

    /// The name of the file that is checked in.
    pub fn file_name(self) -> &'static str {
        match self {
            Version::V1 => "v1.xlsx",
            Version::V2 => "v2.xlsx",
            Version::V3 => "v3.xlsx",
            Version::V4 => "v4.xlsx",
        }
    }
}

/// Makes a version of the standard file.
pub fn standard(version: Version) -> Workbook {
    match version {
        Version::V1 => filled(FILLED_V1),
        Version::V2 => filled(FILLED_V2),
        Version::V3 => tidied(filled(FILLED_V2)),
        Version::V4 => spoiled(standard(Version::V3)),
    }
}

fn filled(rows: u32) -> Workbook {
    let mut workbook = Workbook {
        columns: (1..=PEOPLE).map(column).collect(),
        rows: (1..=PEOPLE)
            .map(|from| Row {
                place: row(from),
                cells: (1..=PEOPLE).map(|to| standard_cell(rows, from, to)).collect(),
            })
            .collect(),
        people: (1..=PEOPLE).map(|number| person(SEED, number)).collect(),
    };
    let (number, label) = LABEL_TYPO;
    for person in &mut workbook.people {
        if person.number == number {
            person.label = label.to_owned();
        }
    }
    workbook
}

fn standard_cell(filled: u32, from: u32, to: u32) -> Cell {
    let (one, other) = CONTRADICTION;
    match (from, to) {
        _ if from == to && from == SELF_RELATED => Cell::YES,
        _ if from == to => Cell::NO,
        _ if from > filled => Cell::Blank,
        _ if (from, to) == (one, other) => Cell::YES,
        _ if (from, to) == (other, one) => Cell::NO,
        _ => cell(SEED, CONTRADICTING, from, to),
    }
}

fn tidied(mut workbook: Workbook) -> Workbook {
    for number in REMOVED {
        workbook.remove(number);
    }
    let mut candidates: Vec<(u32, u32)> = workbook
        .cells()
        .filter(|(from, to, cell)| from != to && **cell != Cell::Blank)
        .map(|(from, to, _)| (from, to))
        // These are spoken of elsewhere and stay as they are.
        .filter(|&(from, to)| ![(from, to), (to, from)].contains(&CONTRADICTION))
        .filter(|&pair| pair != TEXT_CELL)
        .collect();
    at(SEED, Topic::Changes, (0, 0)).shuffle(&mut candidates);
    let mut chosen = candidates.into_iter();
    for (from, to) in chosen.by_ref().take(CHANGED) {
        let other = match workbook.cell(from, to) {
            Some(&Cell::YES) => Cell::NO,
            _ => Cell::YES,
        };
        workbook.set(from, to, other);
    }
    for (from, to) in chosen.take(UNFILLED) {
        workbook.set(from, to, Cell::Blank);
    }
    workbook
}

fn spoiled(mut workbook: Workbook) -> Workbook {
    let (from, to) = TEXT_CELL;
    workbook.set(from, to, Cell::Text(TEXT.to_owned()));

    let Place { number, label } = row(LISTED_TWICE);
    let name = names::spanish(SEED, u64::from(PEOPLE) + 1);
    workbook.people.push(Person { label, number, name });

    workbook.add_to_axes(row(UNKNOWN), column(UNKNOWN));
    workbook.set(UNKNOWN, UNKNOWN, Cell::NO);
    for number in 1..=UNKNOWN_FILLED {
        workbook.set(UNKNOWN, number, cell(SEED, CONTRADICTING, UNKNOWN, number));
        workbook.set(number, UNKNOWN, cell(SEED, CONTRADICTING, number, UNKNOWN));
    }
    workbook
}

#[cfg(test)]
mod tests;
