//! A contract on its way from a package to TOML.

use super::package::Matrix;

/// A contract.
#[derive(Debug, Clone)]
pub struct Sketch {
    pub name: String,
    pub title: Option<String>,
    pub files: Vec<String>,
    pub sources: Vec<SourceSketch>,
    pub tables: Vec<TableSketch>,
}

/// A key and its value, spelled in TOML.
pub type Pair = (&'static str, String);

/// A source.
#[derive(Debug, Clone)]
pub struct SourceSketch {
    pub name: String,
    pub notes: Vec<String>,
    /// Where it stands and how it is written: sources that agree in this may be one.
    pub place: Vec<Pair>,
    /// Whether columns go by position.
    pub by_position: bool,
    pub matrix: Option<Matrix>,
    pub fields: Vec<FieldSketch>,
}

/// A field.
#[derive(Debug, Clone)]
pub struct FieldSketch {
    pub name: String,
    /// What the package calls it, which is what stands in the file.
    pub original: String,
    pub position: u32,
    /// Whether it goes by its position, although there are headers.
    pub by_position: bool,
    /// Whether the name of the sheet is its value.
    pub from_sheet: bool,
    pub kind: &'static str,
    pub required: bool,
    pub pairs: Vec<Pair>,
    pub notes: Vec<String>,
}

impl FieldSketch {
    /// Whether both say the same of the same column of a file.
    pub fn agrees(&self, other: &Self) -> bool {
        (self.original == other.original, self.kind, self.required, &self.pairs)
            == (true, other.kind, other.required, &other.pairs)
    }
}

/// A table.
#[derive(Debug, Clone)]
pub struct TableSketch {
    pub name: String,
    pub notes: Vec<String>,
    /// The source (index).
    pub from: usize,
    pub id: Option<String>,
    /// Columns.
    pub key: Vec<String>,
    /// The fields behind the key.
    pub key_fields: Vec<String>,
    /// Columns and the fields that they are made of.
    pub columns: Vec<(String, String)>,
    pub references: Vec<ReferenceSketch>,
}

/// A reference.
#[derive(Debug, Clone)]
pub struct ReferenceSketch {
    pub column: String,
    pub parent: String,
    /// For a new column of a table with another source than its parent.
    pub by: Option<Vec<String>>,
}
