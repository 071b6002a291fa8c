//! Bounds of dates and times, which are written as the field's values are.

use chrono::{NaiveDate, NaiveDateTime, NaiveTime};

use crate::field::FieldType;
use crate::value::Value;

/// The bound as the values of the field are written.
pub fn spelled(kind: &FieldType, bound: &Value) -> Option<String> {
    match (kind, bound) {
        (FieldType::Date { formats }, Value::Date(day)) => {
            formats.first().map(|format| day.format(format).to_string())
        }
        (FieldType::Time { formats }, Value::Time(time)) => {
            formats.first().map(|format| time.format(format).to_string())
        }
        (FieldType::Datetime { formats }, Value::DateTime(moment)) => {
            formats.first().map(|format| moment.format(format).to_string())
        }
        _ => bound.to_text(),
    }
}

/// A bound in ISO 8601, as many packages have it whatever their format, spelled in `format`; any
/// other one as it is.
pub fn respelled(kind: &str, bound: &str, format: &str) -> String {
    let spelled = match kind {
        "date" => NaiveDate::parse_from_str(bound, "%Y-%m-%d")
            .ok()
            .map(|day| day.format(format).to_string()),
        "time" => NaiveTime::parse_from_str(bound.trim_end_matches('Z'), "%H:%M:%S%.f")
            .ok()
            .map(|time| time.format(format).to_string()),
        "datetime" => {
            NaiveDateTime::parse_from_str(bound.trim_end_matches('Z'), "%Y-%m-%dT%H:%M:%S%.f")
                .ok()
                .map(|moment| moment.format(format).to_string())
        }
        _ => None,
    };
    spelled.unwrap_or_else(|| bound.to_owned())
}
