//! Sources: where lines stand in a file, and how.

use serde::Serialize;

use crate::field::Field;
use crate::name::Name;
use crate::pattern::FilePattern;

/// A place in a file where lines of one shape stand.
#[derive(Debug, Clone, Serialize)]
pub struct Source {
    /// Its name in the contract.
    pub name: Name,
    /// The sheets: alternatives, the first that matches any is taken, with all that it matches.
    /// Empty: the first sheet. Ignored for text files.
    pub sheets: Vec<SheetRef>,
    /// How text files are written.
    pub text: Delimited,
    /// Which cells of a merged range hold its value.
    pub merged: Merged,
    /// What is done with hidden rows, columns and sheets.
    pub hidden: Hidden,
    /// Reading ends at the first row that one of these describes.
    pub stop: Vec<Stop>,
    /// Rows that are not read.
    pub skip_rows: Skip,
    /// Columns that are not read.
    pub skip_columns: Skip,
    /// How its lines lie.
    pub layout: Layout,
    /// Its fields.
    pub fields: Vec<Field>,
}

/// Rows or columns that are left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, serde::Deserialize, schemars::JsonSchema)]
#[serde(untagged)]
pub enum Skip {
    /// So many at the start.
    Leading(u64),
    /// These, 1-based.
    These(Vec<u64>),
}

impl Skip {
    /// Whether row or column `position` (1-based) is left out.
    pub fn covers(&self, position: u64) -> bool {
        match self {
            Self::Leading(count) => position <= *count,
            Self::These(list) => list.contains(&position),
        }
    }
}

/// How a contract names a sheet.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum SheetRef {
    /// Its place in the workbook, 1-based.
    Index(usize),
    /// Its name, or a pattern with `*` and `?` for every sheet that it matches; without regard to
    /// case.
    Name(FilePattern),
}

/// How the lines of a source lie.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Layout {
    /// One line per row.
    Table {
        /// Where the headers stand.
        header: Header,
        /// What a column without a field means.
        extra: Extra,
    },
    /// One line per cell where a row and a column cross.
    Matrix(Matrix),
}

/// Where the headers of a table stand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Header {
    /// In the first row that names every required field.
    Detect,
    /// In these rows, 1-based and ascending: texts above one another make one header.
    Rows(Vec<u64>),
    /// Nowhere: columns go by position, and lines start in the first row (and column) whose cells
    /// can be read as all the required fields.
    None,
}

/// What a column without a field means.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Serialize, serde::Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Extra {
    /// Nothing.
    Ignore,
    /// A warning.
    Warn,
    /// The file is quarantined.
    Refuse,
}

/// A matrix: every field is named by the axis it comes from. Indices into the source's fields.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Matrix {
    /// The leading columns of each row, from the left.
    pub row_headers: Vec<usize>,
    /// The leading rows of each column, from the top.
    pub column_headers: Vec<usize>,
    /// The cell itself; a blank one makes no line.
    pub value: usize,
    /// Whether A→B and B→A should agree where both are known (a warning where not).
    pub symmetric: bool,
    /// What a cell of one thing with itself means.
    pub diagonal: Diagonal,
}

/// What a cell where row and column have the same key means.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Serialize, serde::Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Diagonal {
    /// The same as every other cell.
    Keep,
    /// False makes no line; anything else makes one, with a warning.
    Doubt,
}

/// How delimited text is written. What is `None` is found out by looking at the file, or is not used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Delimited {
    /// What separates fields; found out.
    pub delimiter: Option<u8>,
    /// What encloses fields; not used.
    pub quote: Option<u8>,
    /// What makes the next character an ordinary one; not used: a quote within quotes is doubled.
    pub escape: Option<u8>,
    /// What begins a line that is not read; not used.
    pub comment: Option<u8>,
    /// The encoding's name in the WHATWG Encoding Standard (<https://encoding.spec.whatwg.org/>);
    /// found out.
    pub encoding: Option<String>,
}

/// Which cells of a merged range hold its value.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Serialize, serde::Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Merged {
    /// The upper left one.
    First,
    /// All of them.
    Fill,
}

/// What is done with what a workbook hides.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Serialize, serde::Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Hidden {
    /// It is read like everything else.
    Read,
    /// It is left out.
    Skip,
}

/// A row at which reading ends.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Stop {
    /// One in which nothing is written.
    Blank,
    /// One whose first written cell matches.
    Matches(FilePattern),
}
