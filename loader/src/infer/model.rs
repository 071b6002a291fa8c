//! A contract in the making: what is written down once everything is decided.

use super::kind::Kind;

/// A contract.
#[derive(Debug, Clone, Default)]
pub struct Model {
    /// The dataset.
    pub name: String,
    /// Patterns for its files.
    pub files: Vec<String>,
    /// What a person should know before anything else.
    pub notes: Vec<String>,
    /// Parents first.
    pub sources: Vec<Source>,
    /// Parents first.
    pub tables: Vec<Table>,
    /// Whose labels should agree.
    pub rules: Vec<Rule>,
}

/// A source.
#[derive(Debug, Clone)]
pub struct Source {
    /// Its name.
    pub name: String,
    /// The sheet as TOML, where there is more than one.
    pub sheet: Option<String>,
    /// The sheet's name in the file that was looked at.
    pub place: Option<String>,
    /// Rows that are not read.
    pub skip_rows: u64,
    /// The pattern of the row at which lines end.
    pub stop: Option<String>,
    /// Whether there are columns that no field takes.
    pub has_extra: bool,
    /// How its lines lie.
    pub layout: Layout,
    /// Its fields.
    pub fields: Vec<Field>,
    /// Evidence.
    pub notes: Vec<String>,
}

/// How lines lie.
#[derive(Debug, Clone)]
pub enum Layout {
    /// Below headers that the fields find.
    Headed,
    /// Below the headers of these rows.
    HeadedAt(Vec<u64>),
    /// Without headers.
    Headless,
    /// As cells of a matrix.
    Matrix(Matrix),
}

/// A matrix, by the names of its fields.
#[derive(Debug, Clone)]
pub struct Matrix {
    /// In front of each row.
    pub row_headers: Vec<String>,
    /// Above each column.
    pub column_headers: Vec<String>,
    /// The cell.
    pub value: String,
    /// Whether both ways should agree.
    pub symmetric: bool,
    /// Whether a thing is never related to itself.
    pub doubt_diagonal: bool,
    /// Columns to the left.
    pub skip_columns: u64,
}

/// A field.
#[derive(Debug, Clone)]
pub struct Field {
    /// Its name.
    pub name: String,
    /// Its header, where it differs.
    pub header: Option<String>,
    /// Its column, where no header tells.
    pub position: Option<u32>,
    /// Whether it is the name of the sheet.
    pub is_sheet: bool,
    /// Its type.
    pub kind: Kind,
    /// Whether it must be known.
    pub required: bool,
    /// Characters at most.
    pub max_length: Option<usize>,
    /// Texts for unknown.
    pub missing: Vec<String>,
    /// Whether outer spaces go.
    pub trim: bool,
    /// Digits to pad to.
    pub pad: Option<usize>,
    /// Evidence.
    pub notes: Vec<String>,
}

/// A table.
#[derive(Debug, Clone, Default)]
pub struct Table {
    /// Its name.
    pub name: String,
    /// Its source.
    pub from: String,
    /// The name of its surrogate key, if it has one.
    pub id: Option<String>,
    /// Its natural key, by columns.
    pub key: Vec<String>,
    /// Its columns: name and field. Every one is written: a draft is easier to change so.
    pub columns: Vec<(String, String)>,
    /// Whether every field that no table names is a column too.
    pub rest: bool,
    /// Its references.
    pub references: Vec<Reference>,
    /// Evidence, above the table.
    pub notes: Vec<String>,
    /// Evidence, above the key.
    pub key_notes: Vec<String>,
}

/// A reference.
#[derive(Debug, Clone)]
pub struct Reference {
    /// The column.
    pub column: String,
    /// The table it refers to.
    pub table: String,
}

/// Members of a rule: source, key, value.
#[derive(Debug, Clone)]
pub struct Rule {
    /// Its name.
    pub name: String,
    /// Its members.
    pub members: Vec<(String, String, String)>,
}
