//! What one pass over the inbox found.

use serde::Serialize;

/// What one pass over the inbox found. Paths are below the inbox. What was taken by an earlier pass
/// is not mentioned.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct ScanReport {
    /// Files of which an arrival was made.
    pub taken: Vec<Taken>,
    /// Files that are not taken until somebody does something.
    pub refused: Vec<Refused>,
    /// Files that are not complete.
    pub waiting: Vec<Waiting>,
    /// Files that were taken, but that could not be archived or deleted as their contract asks.
    pub left: Vec<Left>,
}

/// A file of which an arrival was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Taken {
    /// The file.
    pub path: String,
    /// Its dataset.
    pub dataset: String,
    /// The arrival.
    pub arrival: i64,
}

/// A file that is not taken until somebody does something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Refused {
    /// The file.
    pub path: String,
    /// Why, and what to do.
    pub problem: String,
}

/// A file that is not complete.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Waiting {
    /// The file.
    pub path: String,
    /// What it waits for.
    pub reason: String,
}

/// A file that was taken, but not archived or deleted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Left {
    /// The file.
    pub path: String,
    /// Why.
    pub problem: String,
}
