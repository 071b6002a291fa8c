//! From text to a typed value.

use chrono::{NaiveDate, NaiveDateTime, NaiveTime, Timelike};
use rust_decimal::Decimal;

use super::{FieldType, Violation};
use crate::value::Value;

/// Reads text, white space at its ends already gone, as a value of `kind`.
pub(super) fn text(kind: &FieldType, text: &str) -> Result<Value, Violation> {
    match kind {
        FieldType::String => Ok(Value::Text(text.to_owned())),
        FieldType::Integer { group } => integer(text, *group),
        FieldType::Number { decimal, group, scale } => number(text, *decimal, *group, *scale),
        FieldType::Boolean { truths, falsehoods } => boolean(text, truths, falsehoods),
        FieldType::Date { formats } => {
            temporal(text, formats, "date", NaiveDate::parse_from_str).map(Value::Date)
        }
        FieldType::Time { formats } => temporal(text, formats, "time", NaiveTime::parse_from_str)
            .map(|time| Value::Time(time_to_micros(time))),
        FieldType::Datetime { formats } => {
            temporal(text, formats, "datetime", NaiveDateTime::parse_from_str)
                .map(|moment| Value::DateTime(to_micros(moment)))
        }
    }
}

/// Databases keep microseconds; a spreadsheet's fraction of a day carries noise below them.
pub(super) fn to_micros(moment: NaiveDateTime) -> NaiveDateTime {
    let micros = moment.nanosecond() / 1_000;
    moment.with_nanosecond(micros * 1_000).unwrap_or(moment)
}

fn time_to_micros(time: NaiveTime) -> NaiveTime {
    time.with_nanosecond(time.nanosecond() / 1_000 * 1_000).unwrap_or(time)
}

fn integer(text: &str, group: Option<char>) -> Result<Value, Violation> {
    ungrouped(text, group)
        .and_then(|digits| digits.parse().ok())
        .map(Value::Integer)
        .ok_or_else(|| Violation::new("type", "a whole number is expected"))
}

pub(super) fn number(
    text: &str,
    decimal: char,
    group: Option<char>,
    scale: u32,
) -> Result<Value, Violation> {
    let expected = || {
        Violation::new("type", format!("a number with decimal separator `{decimal}` is expected"))
    };
    let (whole, fraction) = match text.split_once(decimal) {
        Some((whole, fraction)) => (whole, fraction),
        None => (text, ""),
    };
    let whole = ungrouped(whole, group).ok_or_else(expected)?;
    if !fraction.bytes().all(|b| b.is_ascii_digit()) || (text.ends_with(decimal)) {
        return Err(expected());
    }
    let spelled = if fraction.is_empty() { whole } else { format!("{whole}.{fraction}") };
    let number = Decimal::from_str_exact(&spelled)
        .map_err(|_| {
            if spelled.len() > 20 {
                Violation::new("type", "a number has at most 28 digits")
            } else {
                expected()
            }
        })?
        .normalize();
    if number.scale() > scale {
        return Err(Violation::new(
            "scale",
            format!("has {} decimals, at most {scale} are kept (`scale`)", number.scale()),
        ));
    }
    Ok(Value::Number(number))
}

/// Digits with an optional sign. Separators are taken only where thousands end, so that `1,5` never
/// becomes 15. A space between thousands may be any of the narrow or unbreakable ones that people's
/// programs write there.
fn ungrouped(text: &str, group: Option<char>) -> Option<String> {
    let (sign, digits) = match text.strip_prefix(['-', '+']) {
        Some(rest) => (if text.starts_with('-') { "-" } else { "" }, rest),
        None => ("", text),
    };
    let groups: Vec<&str> = match group {
        Some(' ') => digits.split([' ', '\u{a0}', '\u{2009}', '\u{202f}']).collect(),
        Some(group) => digits.split(group).collect(),
        None => vec![digits],
    };
    let is_digits = |part: &&str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    if !groups.iter().all(is_digits) {
        return None;
    }
    if groups.len() > 1 && (groups[0].len() > 3 || groups[1..].iter().any(|part| part.len() != 3)) {
        return None;
    }
    Some(format!("{sign}{}", groups.concat()))
}

fn boolean(text: &str, truths: &[String], falsehoods: &[String]) -> Result<Value, Violation> {
    let word = text.to_lowercase();
    if truths.contains(&word) {
        Ok(Value::Boolean(true))
    } else if falsehoods.contains(&word) {
        Ok(Value::Boolean(false))
    } else {
        Err(Violation::new(
            "type",
            format!("must be one of {} or {}", truths.join(", "), falsehoods.join(", ")),
        ))
    }
}

fn temporal<T>(
    text: &str,
    formats: &[String],
    what: &str,
    parse: fn(&str, &str) -> chrono::ParseResult<T>,
) -> Result<T, Violation> {
    formats.iter().find_map(|format| parse(text, format).ok()).ok_or_else(|| {
        Violation::new("type", format!("a {what} in the form {} is expected", formats.join(" or ")))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn separators_count_only_where_thousands_end() {
        let read = |text| number(text, ',', Some('.'), 10).map(|value| value.to_text());
        assert_eq!(read("1.234.567,50"), Ok(Some("1234567.5".into())));
        assert_eq!(read("-12,5"), Ok(Some("-12.5".into())));
        for wrong in ["1.5", "1,", "12.34,5", "", "1e5", "abc", ",5"] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn decimals_are_refused_rather_than_rounded() {
        assert_eq!(number("1.234", '.', None, 2).expect_err("three decimals").rule, "scale");
        assert_eq!(number("1.230", '.', None, 2).map(|v| v.to_text()), Ok(Some("1.23".into())));
        assert!(number("12345678901234567890123456789012", '.', None, 2).is_err());
    }
}
