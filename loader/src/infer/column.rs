//! A column as a draft sees it: its different values, and which line has which.

use std::collections::HashMap;

use tolva_schema::cell::Cell;

use crate::read::Row;

/// What kind of cell a value came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Sort {
    /// Text.
    Text,
    /// A spreadsheet's number.
    Number,
    /// A spreadsheet's truth value.
    Boolean,
    /// A spreadsheet's day.
    Day,
    /// A spreadsheet's day and time.
    Moment,
    /// A spreadsheet's time of day.
    Time,
    /// An error, or a formula without a value: refused whatever the type.
    Broken,
}

impl Sort {
    fn of(cell: &Cell) -> Self {
        match cell {
            Cell::Blank | Cell::Text(_) => Self::Text,
            Cell::Number(_) => Self::Number,
            Cell::Boolean(_) => Self::Boolean,
            Cell::Moment(moment) if moment.time() == chrono::NaiveTime::MIN => Self::Day,
            Cell::Moment(_) => Self::Moment,
            Cell::Time(_) => Self::Time,
            Cell::Error(_) | Cell::Formula(_) => Self::Broken,
        }
    }
}

/// One of the different values of a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// Its text, without outer spaces.
    pub text: String,
    /// What kind of cell.
    pub sort: Sort,
    /// How many lines have it.
    pub count: usize,
}

/// The code of a line that says nothing.
pub const BLANK: u32 = 0;

/// A column of the lines.
#[derive(Debug, Default)]
pub struct Column {
    /// Where it stands, from 1.
    pub position: u32,
    /// Its different values; the word with code `c` is `words[c - 1]`.
    pub words: Vec<Word>,
    /// By line: the code of its value.
    pub codes: Vec<u32>,
    /// Whether some cells have spaces around what they say, or nothing but spaces.
    pub spaced: bool,
}

impl Column {
    /// Reads column `position` of `rows`.
    pub fn read(rows: &[&Row], position: u32) -> Self {
        let cells = rows.iter().map(|row| row.cell(position));
        Self { position, ..Self::of(cells) }
    }

    /// A column of these cells.
    pub fn of<'a>(cells: impl Iterator<Item = &'a Cell>) -> Self {
        let mut column = Self::default();
        let mut known: HashMap<(Sort, String), u32> = HashMap::new();
        for cell in cells {
            let text = cell.to_text();
            let trimmed = text.trim();
            column.spaced |= trimmed.len() != text.len();
            if trimmed.is_empty() {
                column.codes.push(BLANK);
                continue;
            }
            let sort = Sort::of(cell);
            let next = column.words.len() as u32 + 1;
            let code = *known.entry((sort, trimmed.to_owned())).or_insert(next);
            if code == next {
                column.words.push(Word { text: trimmed.to_owned(), sort, count: 0 });
            }
            column.words[code as usize - 1].count += 1;
            column.codes.push(code);
        }
        column
    }

    /// Lines.
    pub fn lines(&self) -> usize {
        self.codes.len()
    }

    /// Lines that say nothing.
    pub fn blanks(&self) -> usize {
        self.lines() - self.written()
    }

    /// Lines that say something.
    pub fn written(&self) -> usize {
        self.words.iter().map(|word| word.count).sum()
    }

    /// Different values.
    pub fn distinct(&self) -> usize {
        self.words.iter().filter(|word| word.count > 0).count()
    }

    /// Whether every line has a value of its own.
    pub fn is_unique(&self) -> bool {
        self.distinct() == self.lines()
    }

    /// The longest text, in characters.
    pub fn longest(&self) -> usize {
        self.words.iter().map(|word| word.text.chars().count()).max().unwrap_or(0)
    }

    /// Takes these texts as blank from now on.
    pub fn forget(&mut self, missing: &[String]) {
        let gone: Vec<bool> = self.words.iter().map(|word| missing.contains(&word.text)).collect();
        for code in self.codes.iter_mut().filter(|code| **code != BLANK) {
            if gone[*code as usize - 1] {
                *code = BLANK;
            }
        }
        for (word, _) in self.words.iter_mut().zip(&gone).filter(|(_, gone)| **gone) {
            word.count = 0;
        }
    }
}
