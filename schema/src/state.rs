//! The states of an arrival and the origins of a row.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How far an arrival is, for one target; the arrival itself shows the least finished one.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum ArrivalState {
    /// Its bytes are kept; nobody has begun.
    Landed,
    /// A worker is at it.
    Loading,
    /// It could not be loaded; a person must act.
    Failed,
    /// It was refused; a person may release it.
    Quarantined,
    /// A person decided that it is not to be loaded.
    Discarded,
    /// A newer arrival committed before this one was loaded.
    Superseded,
    /// The target already held exactly this.
    Unchanged,
    /// The target equals it.
    Loaded,
}

impl ArrivalState {
    /// Every state, the least finished first.
    pub const ALL: [Self; 8] = [
        Self::Landed,
        Self::Loading,
        Self::Failed,
        Self::Quarantined,
        Self::Discarded,
        Self::Superseded,
        Self::Unchanged,
        Self::Loaded,
    ];

    /// Whether work is left to do without a person.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Landed | Self::Loading)
    }

    /// Whether the target got what the arrival holds.
    pub fn is_applied(self) -> bool {
        matches!(self, Self::Loaded | Self::Unchanged)
    }

    /// Whether an `upsert` or `append` dataset waits behind it for a person.
    pub fn blocks(self) -> bool {
        matches!(self, Self::Failed | Self::Quarantined)
    }

    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Landed => "landed",
            Self::Loading => "loading",
            Self::Failed => "failed",
            Self::Quarantined => "quarantined",
            Self::Discarded => "discarded",
            Self::Superseded => "superseded",
            Self::Unchanged => "unchanged",
            Self::Loaded => "loaded",
        }
    }
}

impl fmt::Display for ArrivalState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl std::str::FromStr for ArrivalState {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL
            .into_iter()
            .find(|state| state.as_str() == text)
            .ok_or_else(|| format!("no such state: {text}"))
    }
}

/// Where a row comes from, as stored in its `_origin` column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Origin {
    /// A file, untouched since.
    File,
    /// A file, edited through the API since; `_hash` still is that of the file's content.
    Edited,
    /// Created through the API; `_hash` is that of its content when it was created.
    Api,
}

impl Origin {
    /// The number stored.
    pub fn code(self) -> i16 {
        match self {
            Self::File => 0,
            Self::Edited => 1,
            Self::Api => 2,
        }
    }

    /// From the number stored.
    pub fn from_code(code: i16) -> Option<Self> {
        [Self::File, Self::Edited, Self::Api].into_iter().find(|origin| origin.code() == code)
    }
}
