//! What was wrong, or doubtful, and where.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What follows from a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The line was refused.
    Error,
    /// The line was kept, the doubt is recorded.
    Warning,
}

impl Severity {
    /// `error` or `warning`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
        }
    }
}

/// Where in a file: a cell of a sheet, or a line and column of a text file. Numbers are 1-based.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Place {
    /// The sheet's name; absent for text files.
    pub sheet: Option<String>,
    /// Row of the sheet, or line of the text; absent where the whole file is meant.
    pub row: Option<u64>,
    /// Column of the sheet, or field of the line; absent where the whole row is meant.
    pub column: Option<u32>,
}

impl fmt::Display for Place {
    /// `Matriz de adyacencia!F12`, `line 12, column 6`, or nothing.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.sheet, self.row, self.column) {
            (Some(sheet), Some(row), Some(column)) => {
                write!(f, "{sheet}!{}{row}", column_letters(column))
            }
            (Some(sheet), Some(row), None) => write!(f, "{sheet}!{row}:{row}"),
            (Some(sheet), None, Some(column)) => {
                let letters = column_letters(column);
                write!(f, "{sheet}!{letters}:{letters}")
            }
            (Some(sheet), None, None) => f.write_str(sheet),
            (None, Some(row), Some(column)) => write!(f, "line {row}, column {column}"),
            (None, Some(row), None) => write!(f, "line {row}"),
            (None, None, _) => Ok(()),
        }
    }
}

/// The letters of a spreadsheet column: 1 is `A`, 27 is `AA`.
pub fn column_letters(mut column: u32) -> String {
    let mut letters = Vec::new();
    while column > 0 {
        column -= 1;
        letters.push(b'A' + (column % 26) as u8);
        column /= 26;
    }
    letters.reverse();
    String::from_utf8_lossy(&letters).into_owned()
}

/// One thing that was wrong or doubtful in a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// Error (line refused) or warning (line kept).
    pub severity: Severity,
    /// The rule it broke, by its stable name: `required`, `pattern`, `reference`, …
    pub rule: String,
    /// Where.
    pub place: Place,
    /// The contract's name of the field or column concerned.
    pub field: Option<String>,
    /// The value as it stood in the file.
    pub value: Option<String>,
    /// What is wrong, and what to do about it.
    pub message: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_read_like_a_spreadsheets_own() {
        let mut place = Place { sheet: Some("Hoja 1".into()), row: Some(12), column: Some(6) };
        assert_eq!(place.to_string(), "Hoja 1!F12");
        place.column = Some(703);
        assert_eq!(place.to_string(), "Hoja 1!AAA12");
        place.sheet = None;
        assert_eq!(place.to_string(), "line 12, column 703");
    }
}
