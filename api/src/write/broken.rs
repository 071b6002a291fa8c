//! Rules that the rows of a request break: all of them are told at once.

use serde::Serialize;
use tolva_schema::field::Violation;
use tolva_schema::value::Value;

use crate::problem::Problem;

/// Entries that an answer has at most: who sent a hundred thousand wrong rows does not read more.
const MOST: usize = 1000;

/// A rule that a row breaks.
#[derive(Debug, Clone, Serialize)]
pub struct Broken {
    /// Which row of the request, the first one being 0.
    pub row: usize,
    /// Which column.
    pub field: String,
    /// The rule, by the name that it has in findings.
    pub rule: &'static str,
    /// What is wrong, and what to do about it.
    pub message: String,
    /// The value, where there is one.
    pub value: Option<String>,
}

/// What rules are about: the codes that Postgres has for them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// A value is not one of its column's type.
    Type,
    /// Something must be known, and is not.
    Required,
    /// Something must be there once only.
    Unique,
    /// Something that is referred to must be there.
    Reference,
    /// Something cannot be written.
    ReadOnly,
    /// Any other constraint of a contract.
    Check,
    /// Rules of several kinds.
    Several,
}

impl Broken {
    /// A rule that a value of a row breaks.
    pub fn new(row: usize, field: &str, rule: &'static str, message: impl Into<String>) -> Self {
        Self { row, field: field.to_owned(), rule, message: message.into(), value: None }
    }

    /// The same, with the value as it is written or kept.
    pub fn with(mut self, value: Option<impl Into<String>>) -> Self {
        self.value = value.map(Into::into);
        self
    }

    /// The same, with a value.
    pub fn with_value(self, value: &Value) -> Self {
        self.with(value.to_text())
    }

    /// A field's constraint that a value breaks.
    pub fn by(row: usize, field: &str, violation: Violation, written: Option<&str>) -> Self {
        Self::new(row, field, violation.rule, violation.message).with(written)
    }

    fn class(&self) -> Class {
        match self.rule {
            "type" => Class::Type,
            "required" | "key" => Class::Required,
            "unique" | "duplicate" => Class::Unique,
            "reference" | "referenced" => Class::Reference,
            "read_only" => Class::ReadOnly,
            _ => Class::Check,
        }
    }
}

/// Refuses a request whose rows break rules.
pub fn refuse(mut broken: Vec<Broken>) -> Result<(), Problem> {
    let Some(first) = broken.first() else { return Ok(()) };
    let first = first.class();
    let class = match broken.iter().all(|one| one.class() == first) {
        true => first,
        false => Class::Several,
    };
    let count = broken.len();
    broken.sort_by_key(|one| one.row);
    broken.truncate(MOST);
    Err(Problem::Rules { class, count, broken })
}
