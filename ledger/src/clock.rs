//! Times in the ledger: milliseconds since 1970, UTC.

use chrono::{DateTime, SecondsFormat, Utc};

/// Now.
pub fn now_ms() -> i64 {
    Utc::now().timestamp_millis()
}

/// A ledger time as RFC 3339.
pub fn rfc3339(ms: i64) -> String {
    DateTime::from_timestamp_millis(ms)
        .unwrap_or_default()
        .to_rfc3339_opts(SecondsFormat::Millis, true)
}
