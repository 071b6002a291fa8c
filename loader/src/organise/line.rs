//! A line: what one row of a table, or one cell of a matrix, says about each field of its source.

use tolva_schema::finding::{Finding, Place};
use tolva_schema::value::Value;

/// A line of a source, its cells read as its fields.
#[derive(Debug)]
pub struct Line {
    /// The source's index in the contract.
    pub source: usize,
    /// Where the line stands.
    pub place: Place,
    /// By field: the value, or `None` where the cell could not be read as one.
    pub values: Vec<Option<Value>>,
    /// By field: where its cell stands.
    pub columns: Vec<Option<u32>>,
    /// The rules that it breaks.
    pub errors: Vec<Finding>,
    /// Doubts that count only if it is kept.
    pub doubts: Vec<Finding>,
}

impl Line {
    /// The values of `fields`, if all of them could be read.
    pub fn values_of(&self, fields: &[usize]) -> Option<Vec<Value>> {
        fields.iter().map(|field| self.values[*field].clone()).collect()
    }

    /// The place of a field of the line; of the line itself where the field has none.
    pub fn place_of(&self, field: usize) -> Place {
        Place { column: self.columns[field].or(self.place.column), ..self.place.clone() }
    }
}

/// Takes the lines of a file one by one.
pub trait Sink {
    /// Takes a line.
    fn line(&mut self, line: Line) -> Result<(), Stopped>;
    /// Takes a doubt that belongs to no line.
    fn doubt(&mut self, finding: Finding);
    /// Takes an error that belongs to no line.
    fn error(&mut self, finding: Finding);
    /// Takes a statement that whoever has key `key` has `value`, for rules across sources.
    fn states(
        &mut self,
        source: usize,
        fields: &[usize],
        values: &[Option<Value>],
        places: &[Place],
    );
    /// Takes the number of cells of a matrix that say nothing.
    fn blanks(&mut self, source: usize, count: u64);
}

/// Whoever took the lines is gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stopped;
