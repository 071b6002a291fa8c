//! What is published.

use serde::{Deserialize, Serialize};

/// The kind of the event that an arrival was made.
pub const FILE_ARRIVED: &str = "file.arrived";

/// Something happened to a dataset.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// What happened: [`FILE_ARRIVED`], …
    pub kind: String,
    /// The dataset.
    pub dataset: String,
    /// What else there is to say; never a file's content.
    pub data: serde_json::Value,
}

impl Event {
    /// An event of this kind.
    pub fn new(
        kind: impl Into<String>,
        dataset: impl Into<String>,
        data: serde_json::Value,
    ) -> Self {
        Self { kind: kind.into(), dataset: dataset.into(), data }
    }
}
