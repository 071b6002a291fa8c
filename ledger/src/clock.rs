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

/// The ledger time of an RFC 3339 text; none if it is not one.
pub fn parse_rfc3339(text: &str) -> Option<i64> {
    DateTime::parse_from_rfc3339(text).ok().map(|moment| moment.timestamp_millis())
}
