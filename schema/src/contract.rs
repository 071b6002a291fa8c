//! Contracts: one TOML file declares one dataset.

mod error;
mod former;
mod limit;
mod source;
mod sources;
mod tables;
mod wire;

use std::time::Duration;

use serde::Serialize;

use crate::field::Field;
use crate::name::Name;
use crate::pattern::FilePattern;
pub use error::ContractError;
pub use limit::Limit;
pub use source::{
    Delimited, Diagonal, Extra, Header, Hidden, Layout, Matrix, Merged, SheetRef, Skip, Source,
    Stop,
};

/// The version of the file format that this program reads.
pub const FORMAT_VERSION: u32 = 1;

/// A dataset, validated: everything that refers to something refers to it by index.
#[derive(Debug, Clone, Serialize)]
pub struct Contract {
    /// The dataset's name.
    pub name: Name,
    /// A title for people. Not part of the digest.
    #[serde(skip)]
    pub title: Option<String>,
    /// Which files feed it.
    pub files: Vec<FilePattern>,
    /// What one file owns.
    pub partition: Partition,
    /// Names of the databases that hold its tables; `default` is the ledger's.
    pub targets: Vec<String>,
    /// Whether rows may be written through the API: only where `default` is the one target.
    pub writable: bool,
    /// How an arrival relates to what is there.
    pub refresh: Refresh,
    /// How old the dataset may become.
    pub every: Duration,
    /// How long a file must have been left alone where no event says that it is complete.
    pub settle: Duration,
    /// What says that a file is complete.
    pub ready: Ready,
    /// What becomes of the file once its arrival is committed.
    pub after: After,
    /// What one refused line means for its file.
    pub on_error: OnError,
    /// More refused lines than this quarantine the file.
    pub max_rejected: Option<Limit>,
    /// Rules across sources.
    pub agreements: Vec<Agreement>,
    /// Where the data is read.
    pub sources: Vec<Source>,
    /// What is made of it: parents before children.
    pub tables: Vec<Table>,
}

/// What one file owns.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Partition {
    /// Every file is the whole dataset.
    None,
    /// Each file name owns its rows.
    File,
    /// The text that this capture of the file pattern matches owns the rows.
    Capture(String),
}

/// How an arrival relates to what is there.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Serialize, serde::Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Refresh {
    /// The file is the whole truth: what it lacks is deleted.
    Snapshot,
    /// The file adds and changes rows; nothing is deleted.
    Upsert,
    /// The file adds rows; one that is there with other content is refused.
    Append,
}

impl Refresh {
    /// Whether only the newest arrival matters.
    pub fn is_snapshot(self) -> bool {
        self == Self::Snapshot
    }
}

/// What says that a file is complete.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Serialize, serde::Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Ready {
    /// It was closed, or left alone for `settle`.
    Closed,
    /// An empty file `<name>.ready` stands beside it.
    Marker,
}

/// What becomes of a file once its arrival is committed.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Serialize, serde::Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum After {
    /// It stays where it is.
    Keep,
    /// It moves to `archive/<dataset>/` beside the inbox.
    Archive,
    /// It is removed.
    Delete,
}

/// What one refused line means for its file.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Serialize, serde::Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum OnError {
    /// The line is left out, the rest is loaded.
    RejectRow,
    /// The file is quarantined.
    Quarantine,
}

/// A rule across sources: whoever has the same key has the same value.
#[derive(Debug, Clone, Serialize)]
pub struct Agreement {
    /// The rule's name in findings.
    pub name: Name,
    /// Source, key field and value field (indices); the first speaks with most weight.
    pub members: Vec<(usize, usize, usize)>,
}

/// A table.
#[derive(Debug, Clone, Serialize)]
pub struct Table {
    /// Its name in the database and in the API.
    pub name: Name,
    /// Its name before, which a table that is there may still have.
    pub was: Option<Name>,
    /// The source that feeds it.
    pub source: usize,
    /// The surrogate key's column, if it has one.
    pub id: Option<Name>,
    /// The natural key: indices into `columns`.
    pub key: Vec<usize>,
    /// Its columns, without the surrogate key.
    pub columns: Vec<Column>,
    /// What happens when two lines with one key differ.
    pub on_duplicate: OnDuplicate,
    /// Fewer rows than this in a file quarantine it.
    pub min_rows: Option<u64>,
    /// A snapshot that deletes a larger share of the rows is quarantined.
    pub max_delete: f64,
}

impl Table {
    /// Whether every column of the natural key is filled by `column`.
    pub fn in_key(&self, column: usize) -> bool {
        self.key.contains(&column)
    }
}

/// A column of a table.
#[derive(Debug, Clone, Serialize)]
pub struct Column {
    /// Its name.
    pub name: Name,
    /// Its name before, which a column that is there may still have.
    pub was: Option<Name>,
    /// What fills it.
    pub content: Content,
    /// The table (index) that it refers to.
    pub references: Option<usize>,
    /// Whether it must be known.
    pub required: bool,
}

/// What fills a column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Content {
    /// A field of the source.
    Field(usize),
    /// The surrogate key of the parent whose natural key these fields hold.
    ParentId(Vec<usize>),
}

impl Content {
    /// The fields of the source that the column is made of.
    pub fn fields(&self) -> &[usize] {
        match self {
            Self::Field(field) => std::slice::from_ref(field),
            Self::ParentId(fields) => fields,
        }
    }
}

/// What happens when two lines with one key differ; always with a finding.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Serialize, serde::Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum OnDuplicate {
    /// The first one stands.
    First,
    /// The last one stands.
    Last,
    /// None of them is taken.
    Refuse,
}

impl Contract {
    /// Reads a contract. `file` names it in errors.
    pub fn parse(file: &str, text: &str) -> Result<Self, Box<ContractError>> {
        wire::read(file, text)
    }

    /// The JSON Schema (draft 7) of the file format, for editors.
    pub fn json_schema() -> String {
        wire::json::schema()
    }

    /// The hash of its meaning: comments, layout, order of keys and titles do not change it.
    pub fn digest(&self) -> String {
        // Serialising these types cannot fail: no map has anything but text as its key.
        let meaning = serde_json::to_vec(self).unwrap_or_default();
        blake3::hash(&meaning).to_hex().to_string()
    }

    /// The tables that refer to `table`, by index.
    pub fn children_of(&self, table: usize) -> impl Iterator<Item = (usize, &Column)> {
        self.tables.iter().enumerate().flat_map(move |(child, definition)| {
            definition
                .columns
                .iter()
                .filter(move |column| column.references == Some(table))
                .map(move |column| (child, column))
        })
    }

    /// The field behind a column that is filled by one.
    pub fn field_of(&self, table: &Table, content: &Content) -> Option<&Field> {
        match content {
            Content::Field(field) => Some(&self.sources[table.source].fields[*field]),
            Content::ParentId(_) => None,
        }
    }

    /// A table by its name.
    pub fn table(&self, name: &str) -> Option<&Table> {
        self.tables.iter().find(|table| table.name == *name)
    }
}
