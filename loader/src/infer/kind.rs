//! The type that all the values of a column allow, and no more: what could be read in two ways stays
//! text, since a wrong guess would change what the file says.

mod moment;
mod number;
mod word;

use super::column::{Sort, Word};
use super::name::words as parts;
use moment::Moments;
use number::Numbers;

/// A type, with what a contract must say about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// Text.
    Text,
    /// A whole number.
    Integer {
        /// What stands between thousands.
        group: Option<char>,
    },
    /// An exact decimal.
    Number {
        /// What stands before the decimals.
        decimal: char,
        /// What stands between thousands.
        group: Option<char>,
        /// The decimals kept, where the default is too few.
        scale: Option<u32>,
    },
    /// True or false; the words, where the default ones do not do.
    Boolean {
        /// For true and for false.
        words: Option<(&'static str, &'static str)>,
    },
    /// A day; the formats, where the default one does not do.
    Date(Vec<String>),
    /// A time of day.
    Time(Vec<String>),
    /// A day and a time.
    Datetime(Vec<String>),
}

/// What was decided about a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// Its type.
    pub kind: Kind,
    /// Texts that mean unknown.
    pub missing: Vec<String>,
    /// Digits to pad to, where a spreadsheet took zeros away.
    pub pad: Option<usize>,
    /// Why, where it is not plain; what a person may want to change.
    pub notes: Vec<String>,
    /// Whether another decimal separator, known from elsewhere, would decide it.
    pub wants_decimal: bool,
}

impl Decision {
    fn text(note: impl Into<String>) -> Self {
        let mut decision = Self::of(Kind::Text);
        decision.notes.push(note.into());
        decision
    }

    /// Text, whatever it looks like.
    pub fn plain() -> Self {
        Self::of(Kind::Text)
    }

    /// True or false, in the words that a contract takes unless it names others.
    pub fn boolean() -> Self {
        Self::of(Kind::Boolean { words: None })
    }

    fn of(kind: Kind) -> Self {
        Self { kind, missing: Vec::new(), pad: None, notes: Vec::new(), wants_decimal: false }
    }
}

/// Decides about a column called `name`. `decimal` is the separator that other columns of the sheet
/// are known to have.
pub fn decide(name: &str, words: &[Word], decimal: Option<char>) -> Decision {
    let broken: usize =
        words.iter().filter(|word| word.sort == Sort::Broken).map(|word| word.count).sum();
    let words: Vec<&Word> = words.iter().filter(|word| word.sort != Sort::Broken).collect();
    let mut decision = decide_sound(name, &words, decimal);
    if broken > 0 {
        decision.notes.push(format!("{broken} cells hold errors and are refused"));
    }
    decision
}

fn decide_sound(name: &str, words: &[&Word], decimal: Option<char>) -> Decision {
    if words.is_empty() {
        return Decision::text("always blank here");
    }
    let (missing, said): (Vec<&Word>, Vec<&Word>) =
        words.iter().partition(|word| word::may_mean_missing(word));
    let texts = |words: &[&Word]| words.iter().map(|word| word.text.clone()).collect::<Vec<_>>();
    if said.is_empty() {
        let mut decision = Decision::of(Kind::Text);
        decision.notes.push(format!("nothing but {}", texts(&missing).join(", ")));
        return decision;
    }
    let mut decision = typed(name, &said, decimal);
    if decision.kind == Kind::Text {
        // In a text column, a word such as `None` may be just that.
        let sure = missing.into_iter().filter(|word| word::means_missing(word));
        decision.missing = texts(&sure.collect::<Vec<_>>());
    } else {
        decision.missing = texts(&missing);
    }
    decision
}

/// `words` are not empty.
fn typed(name: &str, words: &[&Word], decimal: Option<char>) -> Decision {
    let only = |sorts: &[Sort]| words.iter().all(|word| sorts.contains(&word.sort));
    let texts: Vec<&str> = words
        .iter()
        .filter(|word| word.sort == Sort::Text)
        .map(|word| word.text.as_str())
        .collect();
    if only(&[Sort::Text, Sort::Boolean])
        && let Some(kind) = word::boolean(&texts, words.iter().map(|word| word.count).sum())
    {
        return Decision::of(kind);
    }
    if only(&[Sort::Text, Sort::Number]) {
        return digits(name, words, &texts, decimal);
    }
    let moments = if only(&[Sort::Text, Sort::Day]) {
        moment::days(&texts)
    } else if only(&[Sort::Text, Sort::Time]) {
        moment::times(&texts)
    } else if only(&[Sort::Text, Sort::Day, Sort::Moment]) {
        moment::moments(&texts)
    } else {
        Moments::None
    };
    match moments {
        Moments::Are(kind) => Decision::of(kind),
        Moments::Either(one, other) => Decision::text(either(&one, &other)),
        Moments::Zoned => Decision::text(ZONED),
        Moments::None => Decision::text("cells of several kinds"),
    }
}

const ZONED: &str = "moments with a time zone, which a datetime does not keep";

fn either(one: &str, other: &str) -> String {
    format!(
        "days that can be read in two ways; say which by a type and its format: \"{one}\" or \
         \"{other}\"…"
    )
}

/// Texts and numbers.
fn digits(name: &str, words: &[&Word], texts: &[&str], decimal: Option<char>) -> Decision {
    let all: Vec<&str> = words.iter().map(|word| word.text.as_str()).collect();
    if let Some(decision) = identifier(name, words, &all) {
        return decision;
    }
    let dated = parts(name).any(|part| DATED.contains(&part));
    if dated && moment::compact(&all) {
        return Decision::of(Kind::Date(vec!["%Y%m%d".to_owned()]));
    }
    // A spreadsheet's own numbers have a point; what separates is told by the texts beside them.
    let cells: Vec<&str> = words
        .iter()
        .filter(|word| word.sort == Sort::Number)
        .map(|word| word.text.as_str())
        .collect();
    match number::numbers(texts, &cells, decimal) {
        Numbers::Are(kind) => {
            let mut decision = Decision::of(kind);
            let zero_or_one = all.len() == 2 && all.contains(&"0") && all.contains(&"1");
            if zero_or_one && parts(name).next().is_some_and(|part| ASKING.contains(&part)) {
                decision.kind = Kind::Boolean { words: None };
            } else if zero_or_one {
                decision.notes.push("only 0 and 1: a boolean?".to_owned());
            }
            decision
        }
        Numbers::Either(example) => Decision {
            wants_decimal: true,
            ..Decision::text(format!(
                "is {example} a thousand or a fraction? say so: type = \"number\", and decimalChar \
                 or groupChar"
            ))
        },
        Numbers::Text(note) => Decision::text(note),
        Numbers::None if cells.is_empty() => {
            let moments = [moment::days, moment::times, moment::moments]
                .map(|of| of(texts))
                .into_iter()
                .find(|moments| *moments != Moments::None);
            match moments {
                Some(Moments::Are(kind)) => Decision::of(kind),
                Some(Moments::Either(one, other)) => Decision::text(either(&one, &other)),
                Some(Moments::Zoned) => Decision::text(ZONED),
                _ => Decision::of(Kind::Text),
            }
        }
        Numbers::None => Decision::text("numbers and texts"),
    }
}

/// Words of headers over digits that are no quantities.
const ZIPS: &[&str] = &["zip", "zipcode", "postcode", "postal", "plz", "cp", "postleitzahl"];
const PHONES: &[&str] = &[
    "phone",
    "telephone",
    "tel",
    "fax",
    "mobile",
    "movil",
    "telefono",
    "telefon",
    "celular",
    "handy",
    "cellphone",
];
const NUMBERED: &[&str] =
    &["iban", "isbn", "ean", "gtin", "upc", "ssn", "sku", "dni", "nif", "barcode", "account"];
const DATED: &[&str] = &["date", "day", "fecha", "datum", "dia", "tag", "jour"];
const ASKING: &[&str] = &["is", "has", "can", "was", "active", "enabled", "deleted", "flag"];

/// Whether the name is of something whose digits are not to be counted with: a telephone, a ZIP code.
pub fn is_contact(name: &str) -> bool {
    parts(name).any(|part| PHONES.contains(&part) || ZIPS.contains(&part))
}

/// Digits that say who or where rather than how many.
fn identifier(name: &str, words: &[&Word], all: &[&str]) -> Option<Decision> {
    let is_digits = |text: &&str| text.bytes().all(|byte| byte.is_ascii_digit());
    if !all.iter().all(|text| is_digits(&text.trim_start_matches('+'))) {
        return None;
    }
    let has = |list: &[&str]| parts(name).any(|part| list.contains(&part));
    let longest = all.iter().map(|text| text.len()).max().unwrap_or(0);
    if has(ZIPS) {
        let mut decision = Decision::of(Kind::Text);
        let short: usize =
            words.iter().filter(|word| word.text.len() < 5).map(|word| word.count).sum();
        let lines: usize = words.iter().map(|word| word.count).sum();
        if longest == 5 && short * 2 < lines && all.iter().all(is_digits) {
            decision.pad = Some(5);
            if short > 0 {
                decision.notes.push(format!("{short} lines lost zeros in front"));
            }
        }
        return Some(decision);
    }
    if has(PHONES) || has(NUMBERED) {
        return Some(Decision::text("digits that are no quantity"));
    }
    let international = |text: &&str| text.starts_with('+') && text.len() > 7;
    if all.iter().any(international) {
        return Some(Decision::text("telephone numbers?"));
    }
    None
}

#[cfg(test)]
mod tests;
