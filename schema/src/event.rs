//! What is told of a dataset when something happened to it: the kinds of events and their bodies.
//!
//! A body never carries a file or a cell: it says what happened and where to look. How events travel
//! is the matter of the crate `events`; the schemas of the bodies are in `docs/events/`.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::count::TableCounts;

/// What happened, by its name on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// `file.arrived`
    FileArrived,
    /// `dataset.refreshed`
    DatasetRefreshed,
    /// `file.quarantined`
    FileQuarantined,
    /// `load.failed`
    LoadFailed,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 4] =
        [Self::FileArrived, Self::DatasetRefreshed, Self::FileQuarantined, Self::LoadFailed];

    /// Its name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::FileArrived => "file.arrived",
            Self::DatasetRefreshed => "dataset.refreshed",
            Self::FileQuarantined => "file.quarantined",
            Self::LoadFailed => "load.failed",
        }
    }
}

impl std::fmt::Display for Kind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl std::str::FromStr for Kind {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL
            .into_iter()
            .find(|kind| kind.as_str() == text)
            .ok_or_else(|| format!("no event is called {text:?}"))
    }
}

/// What there is to say of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Body {
    /// A file was taken: the dataset has work.
    FileArrived(FileArrived),
    /// A load changed a target.
    DatasetRefreshed(DatasetRefreshed),
    /// A file was refused, and a person decides.
    FileQuarantined(Refused),
    /// A load failed, and will not succeed by itself.
    LoadFailed(Refused),
}

impl Body {
    /// Its kind.
    pub fn kind(&self) -> Kind {
        match self {
            Self::FileArrived(_) => Kind::FileArrived,
            Self::DatasetRefreshed(_) => Kind::DatasetRefreshed,
            Self::FileQuarantined(_) => Kind::FileQuarantined,
            Self::LoadFailed(_) => Kind::LoadFailed,
        }
    }

    /// The dataset that it tells of.
    pub fn dataset(&self) -> &str {
        match self {
            Self::FileArrived(body) => &body.dataset,
            Self::DatasetRefreshed(body) => &body.dataset,
            Self::FileQuarantined(body) | Self::LoadFailed(body) => &body.dataset,
        }
    }

    /// Reads the body of an event of this kind. Members that nobody knows are left out: a newer
    /// version may tell more.
    ///
    /// # Errors
    /// What is missing or of another type.
    pub fn read(kind: Kind, data: serde_json::Value) -> Result<Self, serde_json::Error> {
        Ok(match kind {
            Kind::FileArrived => Self::FileArrived(serde_json::from_value(data)?),
            Kind::DatasetRefreshed => Self::DatasetRefreshed(serde_json::from_value(data)?),
            Kind::FileQuarantined => Self::FileQuarantined(serde_json::from_value(data)?),
            Kind::LoadFailed => Self::LoadFailed(serde_json::from_value(data)?),
        })
    }
}

/// The JSON Schema of the bodies of this kind.
pub fn schema(kind: Kind) -> serde_json::Value {
    let schema = match kind {
        Kind::FileArrived => schemars::schema_for!(FileArrived),
        Kind::DatasetRefreshed => schemars::schema_for!(DatasetRefreshed),
        Kind::FileQuarantined | Kind::LoadFailed => schemars::schema_for!(Refused),
    };
    let mut schema = schema.to_value();
    schema["title"] = kind.as_str().into();
    schema
}

/// A file was taken and its bytes are kept: the dataset has work.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FileArrived {
    /// The dataset.
    pub dataset: String,
    /// The arrival's number, as in `tolva status` and `/v1/arrivals/{id}`.
    pub arrival: i64,
}

/// A load was committed and changed the target's tables.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DatasetRefreshed {
    /// The dataset.
    pub dataset: String,
    /// The arrival that was loaded.
    pub arrival: i64,
    /// The load's number, as in `/v1/loads/{id}`, `…/findings` and `…/changes`.
    pub load: i64,
    /// The target, by its name in the contract.
    pub target: String,
    /// Lines or rows of the file that were read.
    pub read: u64,
    /// Lines of the file that were refused; each has a finding.
    pub rejected: u64,
    /// Doubts that were recorded.
    pub warnings: u64,
    /// What happened to the rows of each table, by the table's name.
    #[schemars(with = "BTreeMap<String, TableCounts>")]
    pub tables: serde_json::Value,
}

/// A file that was not loaded into a target.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Refused {
    /// The dataset.
    pub dataset: String,
    /// The arrival.
    pub arrival: i64,
    /// The load's number, as in `/v1/loads/{id}` and `…/findings`.
    pub load: i64,
    /// The target, by its name in the contract.
    pub target: String,
    /// The stable code of the reason.
    pub code: String,
    /// The reason in words, and what to do.
    pub message: String,
}
