//! Sources and fields as they are written.

use schemars::JsonSchema;
use serde::Deserialize;
use toml::Spanned;

use super::json;
use crate::contract::{Diagonal, Extra, Hidden, Merged, Skip};
use crate::field::{Pad, Transform};

/// One, or a list.
#[derive(Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum OneOrMany<T> {
    One(T),
    Many(Vec<T>),
}

impl<T> OneOrMany<T> {
    pub fn into_vec(self) -> Vec<T> {
        match self {
            Self::One(one) => vec![one],
            Self::Many(many) => many,
        }
    }
}

#[derive(Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum WireSheet {
    /// Its place in the workbook, from 1.
    #[schemars(extend("minimum" = 1))]
    Index(usize),
    /// Its name, or a pattern with `*` and `?` for every sheet that it matches.
    Name(String),
}

#[derive(Deserialize, JsonSchema, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum WireLayout {
    /// One line a row.
    Table,
    /// One line for each cell where a row and a column cross.
    Matrix,
}

#[derive(Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum WireHeader {
    /// The number of its row, from 1.
    #[schemars(extend("minimum" = 1))]
    Row(u64),
    /// The numbers of its rows, from the top: texts above one another are joined by a space.
    #[schemars(extend("minItems" = 1))]
    Rows(Vec<u64>),
    /// `detect`: the first row that names every required field. `none`: columns go by position, and
    /// lines start where the required fields can be read.
    #[schemars(extend("enum" = ["detect", "none"]))]
    Word(String),
}

/// Where lines of one shape stand in a file.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WireSource {
    /// Its name, which tables and rules refer to.
    #[schemars(with = "json::NameText", example = &"lines")]
    pub name: Spanned<String>,
    /// The sheet of a workbook: a name, a pattern, a number from 1, or a list of these, of which the
    /// first that matches anything is taken. The first sheet unless given.
    #[schemars(with = "Option<OneOrMany<WireSheet>>", example = &"2024-*")]
    pub sheet: Option<Spanned<OneOrMany<WireSheet>>>,
    /// What separates the fields of a text: one ASCII character. `detect` finds it out among comma,
    /// semicolon, tab and vertical bar.
    #[schemars(with = "Option<String>", extend("default" = "detect"), example = &";")]
    pub delimiter: Option<Spanned<String>>,
    /// What encloses fields of a text: one ASCII character, or `none`.
    #[schemars(with = "Option<String>", extend("default" = "\""), example = &"none")]
    pub quote: Option<Spanned<String>>,
    /// What makes the next character of a text an ordinary one: one ASCII character, or `none`: a
    /// quote within quotes is doubled.
    #[schemars(with = "Option<String>", extend("default" = "none"), example = &"\\")]
    pub escape: Option<Spanned<String>>,
    /// Lines of a text that begin with it are not read: one ASCII character, or `none`.
    #[schemars(with = "Option<String>", extend("default" = "none"), example = &"#")]
    pub comment: Option<Spanned<String>>,
    /// The encoding of a text, by its name in the WHATWG Encoding Standard; `detect` finds it out.
    #[schemars(with = "Option<String>", extend("default" = "detect"), example = &"windows-1252")]
    pub encoding: Option<Spanned<String>>,
    /// What stands before decimals, in every number of the source that does not say it itself.
    #[serde(rename = "decimalChar")]
    #[schemars(extend("default" = "."), example = &",")]
    pub decimal_char: Option<char>,
    /// What stands between thousands, in every number and integer of the source that does not say it
    /// itself.
    #[serde(rename = "groupChar")]
    #[schemars(example = &".")]
    pub group_char: Option<char>,
    /// Which cells of a merged range hold its value.
    #[schemars(extend("default" = "first"))]
    pub merged: Option<Merged>,
    /// What is done with hidden rows, columns and sheets.
    #[schemars(extend("default" = "read"))]
    pub hidden: Option<Hidden>,
    /// Reading ends at the first row whose first written cell matches one of these patterns (case does
    /// not matter); an empty text stands for a blank row.
    #[schemars(with = "Option<OneOrMany<String>>", example = &"Total*")]
    pub stop: Option<Spanned<OneOrMany<String>>>,
    /// How the lines lie.
    #[serde(default = "table_layout")]
    #[schemars(extend("default" = "table"))]
    pub layout: WireLayout,
    /// Where the headers stand.
    #[schemars(with = "Option<WireHeader>", extend("default" = "detect"))]
    pub header: Option<Spanned<WireHeader>>,
    /// What a column means that no field takes.
    #[schemars(extend("default" = "warn"))]
    pub extra: Option<Extra>,
    /// Rows that are not read: so many at the start, or a list of their numbers.
    #[schemars(extend("default" = 0))]
    pub skip_rows: Option<Skip>,
    /// Columns that are not read: so many at the start, or a list of their numbers.
    #[schemars(extend("default" = 0))]
    pub skip_columns: Option<Skip>,
    /// Of a matrix: one or two fields, the leading columns of each row.
    #[schemars(with = "Option<Vec<json::NameText>>", extend("minItems" = 1, "maxItems" = 2))]
    pub row_headers: Option<Vec<Spanned<String>>>,
    /// Of a matrix: one or two fields, the leading rows of each column.
    #[schemars(with = "Option<Vec<json::NameText>>", extend("minItems" = 1, "maxItems" = 2))]
    pub column_headers: Option<Vec<Spanned<String>>>,
    /// Of a matrix: the field of its cells.
    #[schemars(with = "Option<json::NameText>")]
    pub value: Option<Spanned<String>>,
    /// Of a matrix of booleans: warns where A→B and B→A contradict.
    #[schemars(extend("default" = false))]
    pub symmetric: Option<bool>,
    /// Of a matrix of booleans: what a cell of one thing with itself means.
    #[schemars(extend("default" = "keep"))]
    pub diagonal: Option<Diagonal>,
    /// One for each column that is read.
    #[schemars(with = "Vec<WireField>")]
    pub fields: Vec<Spanned<WireField>>,
}

fn table_layout() -> WireLayout {
    WireLayout::Table
}

/// What a field takes its value from, where it is no column.
#[derive(Deserialize, JsonSchema, Clone, Copy)]
#[serde(rename_all = "lowercase")]
pub enum WireFrom {
    /// The name of the sheet.
    Sheet,
}

#[derive(Deserialize, JsonSchema, Clone, Copy)]
#[serde(rename_all = "lowercase")]
pub enum WireType {
    /// Text.
    String,
    /// A whole number of 64 bits.
    Integer,
    /// An exact decimal of 28 digits at most.
    Number,
    /// True or false.
    Boolean,
    /// A day.
    Date,
    /// A time of day.
    Time,
    /// A day and a time, without a zone.
    Datetime,
}

/// What is known of one column of a source.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct WireField {
    /// Its name, and that of the column made of it.
    #[schemars(with = "json::NameText", example = &"zip")]
    pub name: Spanned<String>,
    /// The header where it differs from the name: one text or a list; case and outer spaces do not
    /// matter.
    #[schemars(example = &"ZIP code")]
    pub header: Option<OneOrMany<String>>,
    /// The column, from 1, instead of a header.
    #[schemars(with = "Option<u32>", extend("minimum" = 1))]
    pub position: Option<Spanned<u32>>,
    /// What the value is taken from, where that is no column.
    pub from: Option<WireFrom>,
    /// The name with which it began, if it was renamed: the column keeps its values.
    #[schemars(with = "Option<json::NameText>")]
    pub was: Option<Spanned<String>>,
    /// What its values are.
    #[serde(rename = "type", default = "string_type")]
    #[schemars(extend("default" = "string"))]
    pub kind: WireType,
    /// Whether an unknown value is refused.
    #[serde(default)]
    pub required: bool,
    /// Whether no value may stand in two rows.
    #[serde(default)]
    pub unique: bool,
    /// Whether the API shows its values only to who has the scope `private`.
    #[serde(default)]
    pub private: bool,
    /// A regular expression that texts match.
    #[schemars(with = "Option<String>", example = &"^[A-Z]{2}$")]
    pub pattern: Option<Spanned<String>>,
    /// The only values that are allowed.
    #[serde(rename = "enum")]
    pub one_of: Option<Vec<String>>,
    /// Characters that a text has at least.
    pub min_length: Option<usize>,
    /// Characters that a text has at most. Keys in MySQL need one, of 768 at most.
    pub max_length: Option<usize>,
    /// Numbers, dates and times are at least this.
    #[schemars(with = "Option<json::Bound>")]
    pub minimum: Option<Spanned<toml::Value>>,
    /// Numbers, dates and times are at most this.
    #[schemars(with = "Option<json::Bound>")]
    pub maximum: Option<Spanned<toml::Value>>,
    /// Texts that mean unknown.
    #[schemars(extend("default" = [""]), example = ["", "n/a"])]
    pub missing_values: Option<Vec<String>>,
    /// What is done to the text first, in this order.
    #[serde(default)]
    #[schemars(example = ["trim"])]
    pub transforms: Vec<Transform>,
    /// Zeros that a spreadsheet took away are put back in front of digits.
    #[schemars(extend("examples" = [{ "to": 5 }]))]
    pub pad: Option<Pad>,
    /// What stands before the decimals of a number.
    #[schemars(example = &",")]
    pub decimal_char: Option<char>,
    /// What stands between the thousands of a number or an integer.
    #[schemars(example = &".")]
    pub group_char: Option<char>,
    /// Decimals that a number has at most; more are refused, never rounded.
    #[schemars(with = "Option<u32>", extend("default" = 10, "maximum" = 28))]
    pub scale: Option<Spanned<u32>>,
    /// Words for true; case does not matter.
    #[schemars(example = ["yes"])]
    pub true_values: Option<Vec<String>>,
    /// Words for false; case does not matter.
    #[schemars(example = ["no"])]
    pub false_values: Option<Vec<String>>,
    /// How dates and times are written, as in strftime: one or a list.
    #[schemars(with = "Option<OneOrMany<String>>", example = &"%d/%m/%Y")]
    pub format: Option<Spanned<OneOrMany<String>>>,
}

fn string_type() -> WireType {
    WireType::String
}
