//! What a change would lose: questions to the live database, and their answers in words.

use serde::Serialize;

use super::Plan;
use crate::dialect::Dialect;
use crate::relation::ORIGIN;

/// A question to the live database about what a step would lose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loss {
    /// A query whose only row has two numbers: how many are concerned, of how many.
    pub sql: String,
    what: What,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum What {
    Rows,
    Values,
    Readable(String),
    Longer,
    Decimals,
    Missing,
    Edits,
    EditedRows,
}

/// What a step would lose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Lost {
    /// In words.
    pub what: String,
    /// How many.
    pub count: u64,
    /// Of how many rows.
    pub of: u64,
}

impl Loss {
    /// The answer in words; `None` where there is nothing to tell.
    pub fn told(&self, count: u64, of: u64) -> Option<Lost> {
        let (n, m) = (grouped(count), grouped(of));
        let (row, is, has) =
            if count == 1 { ("row", "is", "has") } else { ("rows", "are", "have") };
        let what = match &self.what {
            What::Rows => format!("{n} {row}"),
            What::Values => format!("{n} of {m} rows {has} a value there"),
            What::Readable(kind) => {
                format!("{n} of {m} rows {has} a value there, which must be readable as {kind}")
            }
            What::Longer => format!("{n} {row} {is} longer and would be cut"),
            What::Decimals => format!("{n} {row} {has} more decimals and would be rounded"),
            What::Missing => format!("{n} of {m} rows {has} no value there"),
            What::Edits | What::EditedRows if count == 0 => return None,
            What::EditedRows => format!("{n} {row} edited or made through the API {is} lost"),
            What::Edits if count == 1 => "1 value edited through the API is lost".to_owned(),
            What::Edits => format!("{n} values edited through the API are lost"),
        };
        Some(Lost { what, count, of })
    }
}

impl Plan<'_> {
    /// The rows of a table.
    pub(super) fn rows(&self, table: &str) -> Loss {
        self.question(table, "1", What::Rows)
    }

    /// Rows that know a column.
    pub(super) fn values(&self, table: &str, column: &str) -> Loss {
        self.question(table, &self.known(table, column), What::Values)
    }

    /// Rows that know a column which is to have another type.
    pub(super) fn readable(&self, table: &str, column: &str, kind: &str) -> Loss {
        self.question(table, &self.known(table, column), What::Readable(kind.to_owned()))
    }

    /// Rows whose text has more characters.
    pub(super) fn longer(&self, table: &str, column: &str, most: usize) -> Loss {
        let length = if self.dialect == Dialect::Sqlite { "LENGTH" } else { "CHAR_LENGTH" };
        let column = self.column(table, column);
        let wrong = format!("CASE WHEN {length}({column}) > {most} THEN 1 END");
        self.question(table, &wrong, What::Longer)
    }

    /// Rows whose number has more decimals.
    pub(super) fn decimals(&self, table: &str, column: &str, most: u32) -> Loss {
        let column = self.column(table, column);
        let wrong = format!("CASE WHEN {column} <> ROUND({column}, {most}) THEN 1 END");
        self.question(table, &wrong, What::Decimals)
    }

    /// Rows that do not know a column.
    pub(super) fn missing(&self, table: &str, column: &str) -> Loss {
        let column = self.column(table, column);
        self.question(table, &format!("CASE WHEN {column} IS NULL THEN 1 END"), What::Missing)
    }

    /// Rows of a table, none of which knows a column that is not there yet.
    pub(super) fn all_missing(&self, table: &str) -> Loss {
        self.question(table, "1", What::Missing)
    }

    /// Rows that were edited or made through the API; only those that know `column`, if one is named.
    pub(super) fn edits(&self, table: &str, column: Option<&str>) -> Loss {
        let origin = self.dialect.quote(ORIGIN);
        let known = column.map(|column| format!(" AND {} IS NOT NULL", self.column(table, column)));
        let edited = format!("CASE WHEN {origin} <> 0{} THEN 1 END", known.unwrap_or_default());
        let what = if column.is_some() { What::Edits } else { What::EditedRows };
        self.question(table, &edited, what)
    }

    fn question(&self, table: &str, counted: &str, what: What) -> Loss {
        let live = self.dialect.quote(self.names.live_table(table));
        Loss { sql: format!("SELECT COUNT({counted}), COUNT(*) FROM {live}"), what }
    }

    fn known(&self, table: &str, column: &str) -> String {
        self.column(table, column)
    }

    /// The column as it is called before any step is taken.
    fn column(&self, table: &str, column: &str) -> String {
        self.dialect.quote(self.names.live_column(table, column))
    }
}

/// `1204` as `1,204`.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn losses_are_told_in_words_and_figures() {
        let told = |what, count| {
            let lost = Loss { sql: String::new(), what }.told(count, 1_204);
            lost.map(|lost| lost.what).unwrap_or_default()
        };
        assert_eq!(told(What::Rows, 1_204), "1,204 rows");
        assert_eq!(told(What::Values, 57), "57 of 1,204 rows have a value there");
        assert_eq!(told(What::Longer, 1), "1 row is longer and would be cut");
        assert_eq!(told(What::Edits, 0), "");
        assert_eq!(told(What::Edits, 2), "2 values edited through the API are lost");
    }
}
