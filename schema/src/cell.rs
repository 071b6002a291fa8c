//! A cell as a reader found it, before any contract is applied.

use std::borrow::Cow;

use chrono::{NaiveDateTime, NaiveTime};

/// What stands in one cell of a sheet or one field of a CSV line.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// Nothing was written there.
    Blank,
    /// Text, as typed.
    Text(String),
    /// A number; spreadsheets know no other kind than 64-bit floating point.
    Number(f64),
    /// A truth value of the spreadsheet.
    Boolean(bool),
    /// A number that the spreadsheet shows as a date or time; the epoch (1900 or 1904) is applied.
    Moment(NaiveDateTime),
    /// A number below one that the spreadsheet shows as a time of day.
    Time(NaiveTime),
    /// An error such as `#N/A`.
    Error(String),
    /// A formula whose value was never calculated.
    Formula(String),
}

impl Cell {
    /// Whether nothing was written: no cell, or an empty text.
    pub fn is_blank(&self) -> bool {
        match self {
            Self::Blank => true,
            Self::Text(text) => text.is_empty(),
            _ => false,
        }
    }

    /// The cell as a person would type it; what a finding shows.
    pub fn to_text(&self) -> Cow<'_, str> {
        match self {
            Self::Blank => Cow::Borrowed(""),
            Self::Text(text) | Self::Error(text) => Cow::Borrowed(text),
            Self::Number(number) => Cow::Owned(number_to_text(*number)),
            Self::Boolean(true) => Cow::Borrowed("TRUE"),
            Self::Boolean(false) => Cow::Borrowed("FALSE"),
            Self::Moment(moment) => Cow::Owned(moment.format("%Y-%m-%dT%H:%M:%S%.f").to_string()),
            Self::Time(time) => Cow::Owned(time.format("%H:%M:%S%.f").to_string()),
            Self::Formula(formula) => Cow::Owned(format!("={formula}")),
        }
    }
}

/// A spreadsheet's number with the 15 significant digits that spreadsheets themselves keep and show,
/// without exponent: 0.1 + 0.2 is `0.3`, not `0.30000000000000004`.
pub fn number_to_text(number: f64) -> String {
    fifteen_digits(number).to_string()
}

/// A spreadsheet's number as it shows it.
pub fn fifteen_digits(number: f64) -> f64 {
    // Through the decimal spelling with an exponent, so that rounding happens in decimal digits.
    format!("{number:.14e}").parse().unwrap_or(number)
}

#[cfg(test)]
mod tests {
    use super::number_to_text;

    #[test]
    fn numbers_keep_fifteen_digits() {
        assert_eq!(number_to_text(0.1 + 0.2), "0.3");
        assert_eq!(number_to_text(8014.0), "8014");
        assert_eq!(number_to_text(123_456_789_012_345.0), "123456789012345");
        assert_eq!(number_to_text(-1.5e-7), "-0.00000015");
    }
}
