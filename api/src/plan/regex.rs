//! Regular expressions that both databases understand alike, and that take no longer for being odd.

use regex::RegexBuilder;

use crate::problem::Problem;

/// Longest expression, in bytes.
const MAX_LENGTH: usize = 1000;
/// Largest automaton, in bytes.
const MAX_SIZE: usize = 1 << 20;

/// Refuses what is no regular expression, what would have to look back or ahead, and escapes that
/// mean one thing in Postgres and another in SQLite.
pub fn check(text: &str) -> Result<(), Problem> {
    let wrong = |details: String| Problem::Pattern { details };
    if text.len() > MAX_LENGTH {
        return Err(wrong(format!("it has {} bytes, and {MAX_LENGTH} are possible", text.len())));
    }
    let mut characters = text.chars().peekable();
    while let Some(one) = characters.next() {
        match one {
            '\\' => match characters.next() {
                Some('d' | 'D' | 'w' | 'W' | 's' | 'S') => {}
                Some(escaped) if !escaped.is_alphanumeric() => {}
                Some(escaped) => return Err(wrong(format!("\\{escaped} is not possible here"))),
                None => return Err(wrong("it ends with a backslash".to_owned())),
            },
            '(' if characters.peek() == Some(&'?') => {
                characters.next();
                if characters.peek() != Some(&':') {
                    return Err(wrong("of the groups with (? only (?:…) is possible".to_owned()));
                }
            }
            _ => {}
        }
    }
    match RegexBuilder::new(text).size_limit(MAX_SIZE).build() {
        Ok(_) => Ok(()),
        Err(regex::Error::CompiledTooBig(_)) => Err(wrong("it is too large".to_owned())),
        Err(error) => {
            let text = error.to_string();
            Err(wrong(text.lines().last().unwrap_or_default().trim().to_owned()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::check;

    #[test]
    fn what_one_database_takes_for_something_else_is_refused() {
        for fine in ["", "^a", "a|b", r"\d+\.\s*$", "[[:alpha:]]{2,3}", "(?:a(b))*", "Ñ.", r"\\"] {
            assert!(check(fine).is_ok(), "{fine}");
        }
        for wrong in ["(", "[a", "*", r"\", r"a\b", r"(a)\1", "(?=a)", "(?i)a", r"\p{L}", "a{2,1}"]
        {
            assert!(check(wrong).is_err(), "{wrong}");
        }
        assert!(check(&"a".repeat(1001)).is_err());
        assert!(check("((a{100}){100}){100}").is_err());
    }
}
