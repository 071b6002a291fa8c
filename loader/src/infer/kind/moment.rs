//! Days and times: which format all the texts have, if it is only one.

use chrono::{Datelike, NaiveDate, NaiveTime, Timelike};

use super::Kind;

/// What texts are as days or times.
#[derive(Debug, PartialEq, Eq)]
pub enum Moments {
    /// All of them, in one way.
    Are(Kind),
    /// Days that two formats understand differently.
    Either(String, String),
    /// With a zone, which the type does not keep.
    Zoned,
    /// No days or times.
    None,
}

/// Formats of days. With month names first and last, `%B` takes short ones too.
const DAYS: &[&str] = &[
    "%Y-%m-%d",
    "%Y/%m/%d",
    "%Y.%m.%d",
    "%d/%m/%Y",
    "%m/%d/%Y",
    "%d-%m-%Y",
    "%m-%d-%Y",
    "%d.%m.%Y",
    "%d/%m/%y",
    "%m/%d/%y",
    "%y/%m/%d",
    "%d-%m-%y",
    "%m-%d-%y",
    "%y-%m-%d",
    "%d.%m.%y",
    "%d %B %Y",
    "%d. %B %Y",
    "%B %d, %Y",
    "%B %d %Y",
    "%d-%B-%Y",
    "%d-%B-%y",
];
/// Formats of times of day, the plainest first.
const TIMES: &[&str] = &["%H:%M:%S", "%H:%M", "%H:%M:%S%.f", "%I:%M %p", "%I:%M:%S %p"];
/// The default formats of a contract.
const DAY: &str = "%Y-%m-%d";
const TIME: &str = "%H:%M:%S";

/// Years that a file speaks of: others come of reading it wrongly.
const YEARS: std::ops::RangeInclusive<i32> = 1600..=2999;

fn is_day(text: &str, format: &str) -> bool {
    NaiveDate::parse_from_str(text, format).is_ok_and(|day| YEARS.contains(&day.year()))
}

fn is_time(text: &str, format: &str) -> bool {
    // So chrono tells a leap second, which is refused.
    NaiveTime::parse_from_str(text, format).is_ok_and(|time| time.nanosecond() < 1_000_000_000)
}

fn day_formats(texts: &[&str]) -> Vec<&'static str> {
    let fits = |format: &&&str| texts.iter().all(|text| is_day(text, format));
    DAYS.iter().filter(fits).copied().collect()
}

/// One format for all, or two with and without seconds.
fn time_formats(texts: &[&str]) -> Option<Vec<&'static str>> {
    let one = TIMES.iter().find(|format| texts.iter().all(|text| is_time(text, format)));
    let both = ["%H:%M:%S%.f", "%H:%M"];
    match one {
        Some(one) => Some(vec![one]),
        None => {
            let fits = |text: &&str| both.iter().any(|format| is_time(text, format));
            texts.iter().all(fits).then(|| both.to_vec())
        }
    }
}

fn owned(formats: Vec<&str>, default: &str) -> Vec<String> {
    match formats[..] {
        [only] if only == default => Vec::new(),
        _ => formats.into_iter().map(str::to_owned).collect(),
    }
}

/// Days, as texts beside a spreadsheet's own.
pub fn days(texts: &[&str]) -> Moments {
    if texts.is_empty() {
        return Moments::Are(Kind::Date(Vec::new()));
    }
    match day_formats(texts)[..] {
        [] => Moments::None,
        [only] => Moments::Are(Kind::Date(owned(vec![only], DAY))),
        [one, other, ..] => Moments::Either(one.to_owned(), other.to_owned()),
    }
}

/// Whether all are days written as eight digits.
pub fn compact(texts: &[&str]) -> bool {
    texts.iter().all(|text| text.len() == 8 && is_day(text, "%Y%m%d"))
}

/// Times of day.
pub fn times(texts: &[&str]) -> Moments {
    if texts.is_empty() {
        return Moments::Are(Kind::Time(Vec::new()));
    }
    match time_formats(texts) {
        Some(formats) => Moments::Are(Kind::Time(owned(formats, TIME))),
        None => Moments::None,
    }
}

/// Days with a time.
pub fn moments(texts: &[&str]) -> Moments {
    if texts.is_empty() {
        return Moments::Are(Kind::Datetime(Vec::new()));
    }
    for separator in ['T', ' '] {
        let Some(parts) =
            texts.iter().map(|text| split(text, separator)).collect::<Option<Vec<_>>>()
        else {
            continue;
        };
        let (days, times): (Vec<&str>, Vec<&str>) = parts.into_iter().unzip();
        let zulu = times.iter().all(|time| time.ends_with('Z'));
        let times: Vec<&str> = match zulu {
            true => times.iter().map(|time| time.trim_end_matches('Z')).collect(),
            false => times,
        };
        let Some(clocks) = time_formats(&times) else {
            let zoned = |time: &&str| {
                time.ends_with('Z') || time.contains('+') || time.matches('-').count() == 1
            };
            if !day_formats(&days).is_empty() && times.iter().all(zoned) {
                return Moments::Zoned;
            }
            continue;
        };
        let end = if zulu { "Z" } else { "" };
        return match day_formats(&days)[..] {
            [] => continue,
            [day] => {
                let join = |clock: &&str| format!("{day}{separator}{clock}{end}");
                let formats: Vec<String> = clocks.iter().map(join).collect();
                let formats = formats.iter().map(String::as_str).collect();
                Moments::Are(Kind::Datetime(owned(formats, "%Y-%m-%dT%H:%M:%S")))
            }
            [one, other, ..] => Moments::Either(one.to_owned(), other.to_owned()),
        };
    }
    Moments::None
}

/// The day and the time of a text: parted by the last separator before the clock's first colon.
fn split(text: &str, separator: char) -> Option<(&str, &str)> {
    let colon = text.find(':')?;
    let at = text[..colon].rfind(separator)?;
    Some((&text[..at], &text[at + separator.len_utf8()..]))
}
