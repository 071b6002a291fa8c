//! A typed value, as it is stored in a column.

use std::io::Write;

use chrono::{NaiveDate, NaiveDateTime, NaiveTime};
use rust_decimal::Decimal;

/// A value of a field. `Null` is unknown; it is never zero and never an empty text.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Unknown.
    Null,
    /// Any Unicode text without NUL.
    Text(String),
    /// A whole number of 64 bits.
    Integer(i64),
    /// An exact decimal of at most 28 digits.
    Number(Decimal),
    /// True or false.
    Boolean(bool),
    /// A day.
    Date(NaiveDate),
    /// A time of day.
    Time(NaiveTime),
    /// A day and a time without a zone.
    DateTime(NaiveDateTime),
}

impl Value {
    /// Whether the value is unknown.
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// Appends the one spelling of this value: equal values have equal bytes in every database,
    /// which is what keys and row hashes are made of. `Null` has none.
    pub fn write_canonical(&self, out: &mut Vec<u8>) {
        let written = match self {
            Self::Null => Ok(()),
            Self::Text(text) => {
                out.extend_from_slice(text.as_bytes());
                Ok(())
            }
            Self::Integer(number) => write!(out, "{number}"),
            Self::Number(number) => write!(out, "{}", number.normalize()),
            Self::Boolean(truth) => write!(out, "{}", u8::from(*truth)),
            Self::Date(day) => write!(out, "{}", day.format("%Y-%m-%d")),
            Self::Time(time) => write!(out, "{}", time.format("%H:%M:%S%.f")),
            Self::DateTime(moment) => write!(out, "{}", moment.format("%Y-%m-%dT%H:%M:%S%.f")),
        };
        // A Vec takes every write.
        debug_assert!(written.is_ok());
    }

    /// The canonical spelling as text, `None` for unknown.
    pub fn to_text(&self) -> Option<String> {
        if self.is_null() {
            return None;
        }
        let mut bytes = Vec::new();
        self.write_canonical(&mut bytes);
        Some(String::from_utf8_lossy(&bytes).into_owned())
    }
}
