//! From the text in a URL to a value of a column's type.

use chrono::{Datelike, NaiveDate, NaiveDateTime, NaiveTime, Timelike};
use rust_decimal::Decimal;
use tolva_schema::relation::{RelationColumn, SqlType};
use tolva_schema::value::Value;

use crate::problem::Problem;

const DATES: &[&str] = &["%Y-%m-%d"];
const TIMES: &[&str] = &["%H:%M:%S%.f", "%H:%M"];
const DATETIMES: &[&str] = &["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%dT%H:%M"];

/// Reads a value of the column's type; space around it matters in text only.
pub fn read(column: &RelationColumn, text: &str) -> Result<Value, Problem> {
    let trimmed = text.trim();
    let (value, hint) = match column.kind {
        SqlType::Text { .. } | SqlType::Document | SqlType::Hash => {
            let storable = !text.contains('\0');
            (storable.then(|| Value::Text(text.to_owned())), "no text holds a NUL character")
        }
        SqlType::Integer | SqlType::Serial | SqlType::Small => {
            (trimmed.parse().ok().map(Value::Integer), "a whole number of 64 bits, such as 42")
        }
        SqlType::Number { .. } => {
            (number(trimmed).map(Value::Number), "a decimal of at most 28 digits, such as -1.5")
        }
        SqlType::Boolean => (boolean(trimmed).map(Value::Boolean), "true or false"),
        SqlType::Date => (date(trimmed).map(Value::Date), "a day such as 2024-01-31"),
        SqlType::Time => {
            (time(trimmed).map(Value::Time), "a time such as 08:00 or 08:00:00.123456")
        }
        SqlType::Datetime => (
            datetime(trimmed).map(Value::DateTime),
            "a day and a time such as 2024-01-31T08:00:00, without a zone or in UTC (Z)",
        ),
    };
    value.ok_or_else(|| Problem::Value {
        kind: super::kind(column.kind),
        value: text.to_owned(),
        hint,
    })
}

fn number(text: &str) -> Option<Decimal> {
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
        None => (text, 0),
    };
    let digits = mantissa.strip_prefix(['+', '-']).unwrap_or(mantissa);
    let plain = digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
        && digits.bytes().any(|byte| byte.is_ascii_digit());
    if !plain {
        return None;
    }
    let mantissa = Decimal::from_str_exact(mantissa).ok()?;
    if exponent == 0 {
        return Some(mantissa);
    }
    Decimal::from_scientific(&format!("{mantissa}e{exponent}")).ok()
}

/// The words that Postgres takes.
fn boolean(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "t" | "yes" | "y" | "on" | "1" => Some(true),
        "false" | "f" | "no" | "n" | "off" | "0" => Some(false),
        _ => None,
    }
}

/// Years of four digits: their order as text is that of the days.
fn in_range(date: NaiveDate) -> bool {
    (1..=9999).contains(&date.year())
}

/// Whole microseconds, and no second 60: what every database keeps.
fn is_storable(time: NaiveTime) -> bool {
    let nanoseconds = time.nanosecond();
    nanoseconds < 1_000_000_000 && nanoseconds.is_multiple_of(1000)
}

fn date(text: &str) -> Option<NaiveDate> {
    DATES
        .iter()
        .find_map(|format| NaiveDate::parse_from_str(text, format).ok())
        .filter(|date| in_range(*date))
}

fn time(text: &str) -> Option<NaiveTime> {
    TIMES
        .iter()
        .find_map(|format| NaiveTime::parse_from_str(text, format).ok())
        .filter(|time| is_storable(*time))
}

fn datetime(text: &str) -> Option<NaiveDateTime> {
    let text = text.strip_suffix(['Z', 'z']).unwrap_or(text);
    let text = match text.split_once(' ') {
        Some((day, time)) => format!("{day}T{time}"),
        None => text.to_owned(),
    };
    if let Some(day) = date(&text) {
        return Some(NaiveDateTime::from(day));
    }
    DATETIMES
        .iter()
        .find_map(|format| NaiveDateTime::parse_from_str(&text, format).ok())
        .filter(|moment| in_range(moment.date()) && is_storable(moment.time()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_as(kind: SqlType, text: &str) -> Option<String> {
        let column = RelationColumn { name: "c".to_owned(), kind, nullable: true, private: false };
        read(&column, text).ok().and_then(|value| value.to_text())
    }

    #[test]
    fn decimals_are_exact_or_refused() {
        let number = |text| read_as(SqlType::Number { scale: 10 }, text);
        assert_eq!(number(" 1.50 ").as_deref(), Some("1.5"));
        assert_eq!(number("-0.2").as_deref(), Some("-0.2"));
        assert_eq!(number("+12e-3").as_deref(), Some("0.012"));
        assert_eq!(number("1e3").as_deref(), Some("1000"));
        assert_eq!(
            number("1234567890123456.123456789012").as_deref(),
            Some("1234567890123456.123456789012")
        );
        for wrong in [
            "",
            ".",
            "-",
            "1,5",
            "1_000",
            "0x1",
            "NaN",
            "1e",
            "1e99",
            "--1",
            "1.2.3",
            "1 2",
            "0.12345678901234567890123456789012345",
            "123456789012345678901234567890123",
        ] {
            assert_eq!(number(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn integers_have_64_bits() {
        let integer = |text| read_as(SqlType::Integer, text);
        assert_eq!(integer(" -42").as_deref(), Some("-42"));
        assert_eq!(integer("9223372036854775807").as_deref(), Some("9223372036854775807"));
        for wrong in ["", "9223372036854775808", "1.0", "1e3", "ten", "1;"] {
            assert_eq!(integer(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn times_take_the_spellings_of_iso_8601() {
        let datetime = |text| read_as(SqlType::Datetime, text);
        for same in [
            "2024-01-31T08:00:00",
            "2024-01-31 08:00",
            "2024-01-31T08:00:00.000Z",
            "2024-01-31T08:00Z",
        ] {
            assert_eq!(datetime(same).as_deref(), Some("2024-01-31T08:00:00"), "{same}");
        }
        assert_eq!(datetime("2024-01-31").as_deref(), Some("2024-01-31T00:00:00"));
        for wrong in
            ["2024-01-31T08:00:00+01:00", "2024-02-30", "now", "2024-01-31T08:00:00.0000001"]
        {
            assert_eq!(datetime(wrong), None, "{wrong}");
        }
        let time = |text| read_as(SqlType::Time, text);
        assert_eq!(time("08:30").as_deref(), Some("08:30:00"));
        assert_eq!(time("08:30:00.5").as_deref(), Some("08:30:00.500"));
        for wrong in ["8", "24:00", "23:59:60", "08:30:00Z"] {
            assert_eq!(time(wrong), None, "{wrong}");
        }
        let date = |text| read_as(SqlType::Date, text);
        assert_eq!(date("2024-2-3").as_deref(), Some("2024-02-03"));
        for wrong in ["10000-01-01", "0000-01-01", "2024-01", "31/01/2024"] {
            assert_eq!(date(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn truth_takes_the_words_of_postgres() {
        let boolean = |text| read_as(SqlType::Boolean, text);
        assert_eq!(boolean("TRUE").as_deref(), Some("1"));
        assert_eq!(boolean("f").as_deref(), Some("0"));
        assert_eq!(boolean("2"), None);
        assert_eq!(boolean(""), None);
    }

    #[test]
    fn text_is_taken_as_it_is_unless_no_database_can_hold_it() {
        let text = |text| read_as(SqlType::Text { max: None, indexed: false }, text);
        assert_eq!(text(" a ").as_deref(), Some(" a "));
        assert_eq!(text("a\0"), None);
    }
}
