//! Drafting: from a file to a contract that reads it, for a person to correct.
//!
//! A draft keeps to what the file proves. What it only suggests stands beside it as a comment, since a
//! rule that today's file happens to obey would refuse tomorrow's.

mod column;
mod compose;
mod dataset;
mod depend;
mod header;
mod key;
mod kind;
mod lines;
mod matrix;
mod model;
mod name;
mod proof;
mod refer;
pub(crate) mod sheets;
mod split;
mod table;
mod write;

use std::path::Path;

use tolva_schema::name::Name;

use crate::limits::Limits;
use crate::read::ReadError;

/// Drafts a contract for the file at `path`, called `name`; for the dataset `dataset`, or one that is
/// called like the file.
pub fn draft(
    path: &Path,
    name: &str,
    dataset: Option<&Name>,
    limits: &Limits,
) -> Result<String, ReadError> {
    let sheets = sheets::read(path, name, limits)?;
    let nothing = || ReadError::NoLines { place: "the file".to_owned() };
    for normalised in [true, false] {
        let model = compose::compose(&sheets, name, dataset.map(Name::as_str), normalised);
        if let Some(text) = proof::proven(model.ok_or_else(nothing)?, path, name, limits) {
            return Ok(text);
        }
    }
    Err(nothing())
}
