//! Patterns of `like` and `ilike`.

use crate::problem::Problem;

/// Longest pattern, in bytes: SQLite takes 50,000, and spells it longer.
const MAX_LENGTH: usize = 10_000;

/// One part of a pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Piece {
    /// This character.
    Exactly(char),
    /// Any one character.
    One,
    /// Any number of characters.
    Any,
}

/// A pattern, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern(pub Vec<Piece>);

impl Pattern {
    /// Reads a pattern as PostgREST does: `*` becomes `%`, then it is one of SQL's `LIKE`, where `_`
    /// is any one character and `\` takes the next one literally.
    pub fn read(text: &str) -> Result<Self, Problem> {
        if text.len() > MAX_LENGTH {
            return Err(Problem::Query {
                message: "the pattern is too long".to_owned(),
                details: format!("it has {} bytes, and {MAX_LENGTH} are possible", text.len()),
                hint: None,
            });
        }
        let mut pieces = Vec::new();
        let mut characters = text.chars().map(|one| if one == '*' { '%' } else { one });
        while let Some(one) = characters.next() {
            pieces.push(match one {
                '%' => Piece::Any,
                '_' => Piece::One,
                '\\' => Piece::Exactly(characters.next().ok_or(Problem::PatternEnd)?),
                other => Piece::Exactly(other),
            });
        }
        pieces.dedup_by(|a, b| *a == Piece::Any && *b == Piece::Any);
        Ok(Self(pieces))
    }

    /// As Postgres writes it, for `LIKE` and `ILIKE`.
    pub fn like(&self) -> String {
        let mut text = String::new();
        for piece in &self.0 {
            match piece {
                Piece::Any => text.push('%'),
                Piece::One => text.push('_'),
                Piece::Exactly(one) => {
                    if matches!(one, '%' | '_' | '\\') {
                        text.push('\\');
                    }
                    text.push(*one);
                }
            }
        }
        text
    }

    /// As SQLite's `GLOB` writes it, which minds case; without regard to case, every letter becomes
    /// the set of its cases. SQLite's `LIKE` knows the cases of ASCII only.
    pub fn glob(&self, mind_case: bool) -> String {
        let mut text = String::new();
        for piece in &self.0 {
            match piece {
                Piece::Any => text.push('*'),
                Piece::One => text.push('?'),
                Piece::Exactly(one @ ('*' | '?' | '[')) => text.extend(['[', *one, ']']),
                Piece::Exactly(one) if mind_case => text.push(*one),
                Piece::Exactly(one) => push_cases(&mut text, *one),
            }
        }
        text
    }
}

fn push_cases(text: &mut String, one: char) {
    let mut cases = vec![one];
    for other in [single(one.to_lowercase()), single(one.to_uppercase())].into_iter().flatten() {
        if !cases.contains(&other) {
            cases.push(other);
        }
    }
    if cases.len() == 1 {
        text.push(one);
    } else {
        text.push('[');
        text.extend(cases);
        text.push(']');
    }
}

fn single(mut characters: impl Iterator<Item = char>) -> Option<char> {
    let first = characters.next();
    if characters.next().is_some() { None } else { first }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pattern(text: &str) -> Pattern {
        Pattern::read(text).expect("a pattern")
    }

    #[test]
    fn each_dialect_gets_its_own_spelling_of_a_pattern() {
        let read = pattern(r"a*b%_\%\_\\[?]\**");
        assert_eq!(read.like(), r"a%b%_\%\_\\[?]\%%");
        assert_eq!(read.glob(true), r"a*b*?%_\[[][?]]%*");
    }

    #[test]
    fn without_case_a_letter_is_a_set_of_its_cases_and_of_no_other_letter() {
        assert_eq!(pattern("ñB1é*ß").glob(false), "[ñÑ][Bb]1[éÉ]*ß");
    }

    #[test]
    fn a_pattern_must_not_end_inside_an_escape() {
        assert!(matches!(Pattern::read(r"a\"), Err(Problem::PatternEnd)));
        assert!(Pattern::read(r"a\\").is_ok());
        assert!(Pattern::read(&"x".repeat(MAX_LENGTH + 1)).is_err());
    }
}
