//! The outline of a contract: what other tools need of it, with names where the contract has places.
//!
//! `tolva schema show --json` prints it, the diagrams ([`crate::erd`]) are drawn from it. Its shape is
//! documented in `docs/schema-show.md`: keys are added, and neither renamed nor taken away without a
//! new [`SHAPE`].

mod source;
mod table;

use serde::Serialize;

use crate::checks::Check;
use crate::contract::{Contract, Partition, Refresh};
pub(crate) use source::type_name;
pub use source::{FieldOutline, MatrixOutline, SourceOutline};
pub use table::{ColumnOutline, Reference, TableOutline};

/// The version of the outline's shape.
pub const SHAPE: u32 = 1;

/// What other tools need of a contract.
#[derive(Debug, Clone, Serialize)]
pub struct Outline {
    /// The version of this shape: [`SHAPE`].
    pub shape: u32,
    /// The dataset's name.
    pub dataset: String,
    /// Its title, for people.
    pub title: Option<String>,
    /// The contract's digest.
    pub digest: String,
    /// The file that the contract was read from.
    pub file: String,
    /// Patterns of the files that feed it.
    pub files: Vec<String>,
    /// What one file owns: nothing for the whole dataset, `file`, or the name of a capture.
    pub partition: Option<String>,
    /// Databases that hold its tables.
    pub targets: Vec<String>,
    /// Whether rows may be written through the API.
    pub writable: bool,
    /// How a file relates to what is there.
    pub refresh: Refresh,
    /// How old the dataset may become, in seconds.
    pub every: u64,
    /// Where lines stand.
    pub sources: Vec<SourceOutline>,
    /// What is made of them, parents first.
    pub tables: Vec<TableOutline>,
    /// What a file is held against.
    pub checks: Vec<Check>,
}

impl Contract {
    /// The outline; `file` is where the contract was read from.
    pub fn outline(&self, file: &str) -> Outline {
        Outline {
            shape: SHAPE,
            dataset: self.name.to_string(),
            title: self.title.clone(),
            digest: self.digest(),
            file: file.to_owned(),
            files: self.files.iter().map(|pattern| pattern.as_str().to_owned()).collect(),
            partition: match &self.partition {
                Partition::None => None,
                Partition::File => Some("file".to_owned()),
                Partition::Capture(capture) => Some(capture.clone()),
            },
            targets: self.targets.clone(),
            writable: self.writable,
            refresh: self.refresh,
            // A part of a second counts as one: nothing is late at once.
            every: self.every.as_millis().div_ceil(1000) as u64,
            sources: self.sources.iter().map(SourceOutline::of).collect(),
            tables: self.tables.iter().map(|table| TableOutline::of(self, table)).collect(),
            checks: self.checks(),
        }
    }
}
