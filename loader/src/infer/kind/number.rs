//! Numbers: which character separates decimals, which one thousands.

use std::collections::BTreeSet;

use super::Kind;

/// What texts are as numbers.
#[derive(Debug, PartialEq, Eq)]
pub enum Numbers {
    /// Numbers of one kind.
    Are(Kind),
    /// Numbers that two readings understand differently; one of them.
    Either(String),
    /// Digits that must stay text, and why.
    Text(String),
    /// No numbers.
    None,
}

/// From so many digits on, programs that count in floating point lose some.
const MOST_DIGITS: usize = 15;
/// Decimals that a contract keeps unless it says otherwise, and at most.
const DEFAULT_SCALE: usize = 10;
const MOST_SCALE: usize = 28;

/// Ways to write a number: what stands before decimals, and between thousands.
const READINGS: &[(char, Option<char>)] = &[
    ('.', None),
    (',', None),
    ('.', Some(',')),
    (',', Some('.')),
    ('.', Some(' ')),
    (',', Some(' ')),
    ('.', Some('\u{a0}')),
    (',', Some('\u{a0}')),
    ('.', Some('\u{202f}')),
    (',', Some('\u{202f}')),
    ('.', Some('\'')),
    ('.', Some('’')),
];

/// A number in one reading.
struct Read {
    spelled: String,
    whole: usize,
    decimals: usize,
    zero_led: bool,
}

/// Decides what `texts`, beside cells of a spreadsheet that are numbers themselves, are. `decimal` is
/// the separator that other columns have.
pub fn numbers(texts: &[&str], cells: &[&str], decimal: Option<char>) -> Numbers {
    let Some(cells) = cells.iter().map(|cell| read(cell, '.', None)).collect::<Option<Vec<_>>>()
    else {
        return Numbers::None;
    };
    let fits: Vec<(char, Option<char>, Vec<Read>)> = READINGS
        .iter()
        .filter_map(|(decimal, group)| {
            let read = texts.iter().map(|text| read(text, *decimal, *group));
            Some((*decimal, *group, read.collect::<Option<Vec<_>>>()?))
        })
        .collect();
    let values: BTreeSet<Vec<&str>> = fits
        .iter()
        .map(|(_, _, read)| read.iter().map(|read| read.spelled.as_str()).collect())
        .collect();
    let chosen = match values.len() {
        0 => return Numbers::None,
        1 => fits.first(),
        _ => fits.iter().find(|(point, _, _)| Some(*point) == decimal),
    };
    let Some((point, group, read)) = chosen else {
        let example = texts.iter().find(|text| text.contains(['.', ',']));
        return Numbers::Either(example.copied().unwrap_or_default().to_owned());
    };
    let all = || read.iter().chain(&cells);
    if all().any(|read| read.zero_led) {
        return Numbers::Text("zeros in front would be lost in a number".to_owned());
    }
    if all().any(|read| read.whole > MOST_DIGITS) {
        return Numbers::Text(format!("more than {MOST_DIGITS} digits"));
    }
    let decimals = all().map(|read| read.decimals).max().unwrap_or(0);
    let used = group.filter(|group| texts.iter().any(|text| text.contains(*group)));
    Numbers::Are(if decimals == 0 && !texts.iter().any(|text| text.contains(*point)) {
        Kind::Integer { group: used }
    } else {
        let scale = match decimals {
            // A spreadsheet's fraction has up to fifteen digits tomorrow, if it has many today.
            0..5 => None,
            5..=DEFAULT_SCALE if cells.is_empty() => None,
            5..=15 => Some(15),
            16..=MOST_SCALE => Some(MOST_SCALE as u32),
            _ => return Numbers::Text(format!("more than {MOST_SCALE} decimals")),
        };
        let whole = all().map(|read| read.whole).max().unwrap_or(0);
        if whole + scale.unwrap_or(0) as usize > MOST_SCALE {
            return Numbers::Text("too many digits".to_owned());
        }
        Kind::Number { decimal: *point, group: used, scale }
    })
}

/// Reads a number the way a contract does.
fn read(text: &str, decimal: char, group: Option<char>) -> Option<Read> {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (whole, fraction) = match unsigned.split_once(decimal) {
        Some((whole, fraction)) if !fraction.is_empty() => (whole, fraction),
        Some(_) => return None,
        None => (unsigned, ""),
    };
    let groups: Vec<&str> = match group {
        Some(group) => whole.split(group).collect(),
        None => vec![whole],
    };
    let is_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if groups.iter().any(|part| part.is_empty() || !is_digits(part)) || !is_digits(fraction) {
        return None;
    }
    let zero_led = groups[0].len() > 1 && groups[0].starts_with('0');
    if groups.len() > 1 {
        let whole_groups = groups[1..].iter().all(|part| part.len() == 3);
        if groups[0].len() > 3 || groups[0].starts_with('0') || !whole_groups {
            return None;
        }
    }
    let digits = groups.concat();
    let sign = if text.starts_with('-') { "-" } else { "" };
    Some(Read {
        whole: digits.len(),
        decimals: fraction.trim_end_matches('0').len(),
        spelled: format!("{sign}{digits}.{}", fraction.trim_end_matches('0')),
        zero_led,
    })
}
