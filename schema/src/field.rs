//! Fields: what a contract says of one column of a source.
//!
//! Names of types and constraints follow Frictionless Table Schema
//! (<https://specs.frictionlessdata.io/table-schema/>).

mod parse;
mod read;
mod written;

use regex::Regex;
use serde::{Serialize, Serializer};

use crate::name::Name;
use crate::value::Value;
pub use read::{Reading, Violation};

/// Decimal digits that a `number` may have altogether: what [`rust_decimal::Decimal`] holds.
pub const NUMBER_PRECISION: u32 = 28;
/// Digits behind the decimal point unless the field says otherwise.
pub const DEFAULT_SCALE: u32 = 10;

/// The type of a field.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "type", rename_all = "lowercase")]
pub enum FieldType {
    /// Text.
    String,
    /// A whole number of 64 bits.
    Integer {
        /// What stands between thousands (`groupChar`).
        group: Option<char>,
    },
    /// An exact decimal.
    Number {
        /// What stands before the decimals (`decimalChar`).
        decimal: char,
        /// What stands between thousands (`groupChar`).
        group: Option<char>,
        /// Digits kept behind the decimal point; more are refused, never rounded.
        scale: u32,
    },
    /// True or false, in declared words.
    Boolean {
        /// Words for true, in lower case.
        truths: Vec<String>,
        /// Words for false, in lower case.
        falsehoods: Vec<String>,
    },
    /// A day; formats as in strftime.
    Date {
        /// Tried in order.
        formats: Vec<String>,
    },
    /// A time of day.
    Time {
        /// Tried in order.
        formats: Vec<String>,
    },
    /// A day and a time.
    Datetime {
        /// Tried in order.
        formats: Vec<String>,
    },
}

/// What is done to text before it is checked, in the order in which a contract lists them.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Serialize, serde::Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Transform {
    /// White space at both ends is dropped.
    Trim,
    /// Runs of white space become one space.
    Collapse,
    /// To upper case.
    Upper,
    /// To lower case.
    Lower,
}

/// Zeros (or another character) in front of what lost them.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Serialize, serde::Deserialize, schemars::JsonSchema,
)]
#[serde(deny_unknown_fields)]
pub struct Pad {
    /// Characters that the value has when whole.
    pub to: usize,
    /// The character put in front.
    #[serde(default = "zero")]
    pub with: char,
}

fn zero() -> char {
    '0'
}

/// A regular expression that prints as its source. Linear in time by construction.
#[derive(Debug, Clone)]
pub struct Pattern(pub Regex);

impl Serialize for Pattern {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0.as_str())
    }
}

/// The constraints of a field, as in Frictionless Table Schema.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Constraints {
    /// Unknown is refused.
    pub required: bool,
    /// No two rows of the table hold the same known value.
    pub unique: bool,
    /// The text matches.
    pub pattern: Option<Pattern>,
    /// One of these.
    #[serde(rename = "enum")]
    pub one_of: Option<Vec<String>>,
    /// Characters at least.
    pub min_length: Option<usize>,
    /// Characters at most.
    pub max_length: Option<usize>,
    /// At least this.
    #[serde(serialize_with = "as_text")]
    pub minimum: Option<Value>,
    /// At most this.
    #[serde(serialize_with = "as_text")]
    pub maximum: Option<Value>,
}

fn as_text<S: Serializer>(value: &Option<Value>, serializer: S) -> Result<S::Ok, S::Error> {
    value.as_ref().and_then(Value::to_text).serialize(serializer)
}

/// Where a field stands in its source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Locator {
    /// Under one of these headers (compared without case and outer white space).
    Headers(Vec<String>),
    /// In this column, 1-based, of a source without headers.
    Position(u32),
    /// Given by the layout: an axis or the cell of a matrix.
    Layout,
    /// Nowhere: the name of the sheet is the value.
    Sheet,
}

/// One field of a source.
#[derive(Debug, Clone, Serialize)]
pub struct Field {
    /// Its name in the contract, and of the column made of it unless the table renames it.
    pub name: Name,
    /// Its name before.
    pub was: Option<Name>,
    /// Where it stands.
    pub locator: Locator,
    /// Its type.
    #[serde(flatten)]
    pub kind: FieldType,
    /// What it must satisfy.
    pub constraints: Constraints,
    /// Texts that mean unknown, after the transforms.
    pub missing: Vec<String>,
    /// What is done to the text first.
    pub transforms: Vec<Transform>,
    /// Zeros put back.
    pub pad: Option<Pad>,
    /// Whether its values are shown only to who is allowed to see them.
    // What is not private has the digest that it had when nothing was.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub private: bool,
}
