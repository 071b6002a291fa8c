//! A limit given as a share or as a count.

use serde::{Deserialize, Serialize};

/// A share (`0.1`, written with a point) or a count (`10`).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(untagged)]
pub enum Limit {
    /// So many.
    Count(u64),
    /// So large a part of the whole, 0 to 1.
    Share(f64),
}

impl Limit {
    /// Whether `part` of `whole` is more than the limit allows.
    pub fn is_exceeded(self, part: u64, whole: u64) -> bool {
        match self {
            Self::Count(most) => part > most,
            Self::Share(share) => part as f64 > share * whole as f64,
        }
    }
}
