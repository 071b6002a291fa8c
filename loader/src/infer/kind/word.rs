//! Words that mean something of their own: unknown, true, false.

use super::Kind;
use crate::infer::column::{Sort, Word};

/// What people write where they know nothing.
const MISSING: &[&str] = &[
    "n/a", "#n/a", "na", "n.a.", "n/d", "s/d", "-", "--", "---", "–", "—", "?", "null", "none",
    "nil", "nan", "unknown", "missing", ".", "..", "\\n",
];
/// Of these, those that mean nothing else in a text column either.
const SURE: &[&str] = &["n/a", "#n/a", "n/d", "s/d", "-", "--", "---", "–", "—", "null", "\\n"];

fn is_one(word: &Word, list: &[&str]) -> bool {
    word.sort == Sort::Text && list.contains(&word.text.to_lowercase().as_str())
}

/// Whether the word may mean that nothing is known.
pub fn may_mean_missing(word: &Word) -> bool {
    is_one(word, MISSING)
}

/// Whether it can mean nothing else.
pub fn means_missing(word: &Word) -> bool {
    is_one(word, SURE)
}

/// Words for true and false that a contract takes unless it names others, but for digits.
const TRUTHS: &[&str] = &["true", "yes", "y", "sí", "si", "verdadero"];
const FALSEHOODS: &[&str] = &["false", "no", "n", "falso"];
/// Other pairs.
const PAIRS: &[(&str, &str)] = &[
    ("ja", "nein"),
    ("j", "n"),
    ("oui", "non"),
    ("wahr", "falsch"),
    ("vrai", "faux"),
    ("sim", "não"),
    ("t", "f"),
    ("on", "off"),
];

/// The boolean that all of `texts` are: both words of a pair, or crosses, if there are several.
pub fn boolean(texts: &[&str], crosses: usize) -> Option<Kind> {
    let words: Vec<String> = texts.iter().map(|text| text.to_lowercase()).collect();
    let all = |list: &[&str]| words.iter().all(|word| list.contains(&word.as_str()));
    let some = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
    if words.is_empty() || all(&["x"]) && crosses > 1 {
        return Some(Kind::Boolean { words: None });
    }
    let known: Vec<&str> = TRUTHS.iter().chain(FALSEHOODS).copied().collect();
    // Of one word alone, only these two say by themselves that the other may come.
    if all(&known) && (some(TRUTHS) && some(FALSEHOODS) || all(&["true", "false"])) {
        return Some(Kind::Boolean { words: None });
    }
    let pair = PAIRS.iter().find(|(yes, no)| all(&[yes, no]) && some(&[yes]) && some(&[no]));
    pair.map(|pair| Kind::Boolean { words: Some(*pair) })
}
