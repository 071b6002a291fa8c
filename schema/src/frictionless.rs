//! Frictionless Data Packages (<https://datapackage.org>, versions 1 and 2): contracts written as
//! `datapackage.json`, and contracts drafted from one.
//!
//! A resource stands for a table: its path and dialect say where its lines stand, its Table Schema what
//! they hold. What a Data Package has no word for, but a table's shape needs, is said in properties of
//! our own (`tolva:…`), as the standard allows; whoever does not know them may leave them unread.

mod bound;
mod dialect;
mod export;
mod field;
mod import;
mod key;
mod names;
mod order;
mod package;
mod sketch;
mod write;

pub use export::export;
pub use import::{Draft, ImportError, import};

/// The properties that the standard does not have.
mod hint {
    /// Of a resource: the dataset that it belongs to.
    pub const DATASET: &str = "tolva:dataset";
    /// Of a resource: patterns of the files that feed it.
    pub const FILES: &str = "tolva:files";
    /// Of a resource: alternatives for the sheet, where it is not one name or number.
    pub const SHEET: &str = "tolva:sheet";
    /// Of a resource: the axes of a matrix.
    pub const MATRIX: &str = "tolva:matrix";
    /// Of a schema: the column of the surrogate key.
    pub const ID: &str = "tolva:id";
    /// Of a schema: the columns of the key, where they are not the fields of `primaryKey`.
    pub const KEY: &str = "tolva:key";
    /// Of a field and of a foreign key: the column made of it; `false`: none.
    pub const COLUMN: &str = "tolva:column";
    /// Of a field: the place of its column, from 1, where that is not its place in the list.
    pub const POSITION: &str = "tolva:position";
    /// Of a field: `sheet`, if the name of the sheet is its value.
    pub const FROM: &str = "tolva:from";
    /// Of a field: formats of dates and times, where there are several.
    pub const FORMATS: &str = "tolva:formats";
}
