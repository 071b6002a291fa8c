//! Parameters of control resources.

use crate::problem::Problem;
use crate::query::pairs;

/// Entries given when nobody says how many.
const DEFAULT_LIMIT: u64 = 100;
/// Entries given at most.
const MAX_LIMIT: u64 = 1000;

/// Parameters by name.
pub struct Parameters(Vec<(String, String)>);

impl Parameters {
    /// Reads the query part of a URL; every name must be one of `known`, and stand there once.
    pub fn read(text: &str, known: &[&str]) -> Result<Self, Problem> {
        let pairs = pairs(text)?;
        for (at, (name, _)) in pairs.iter().enumerate() {
            let details = if !known.contains(&name.as_str()) {
                "there is no such parameter here"
            } else if pairs[..at].iter().any(|(earlier, _)| earlier == name) {
                "it is given twice"
            } else {
                continue;
            };
            let hint = if known.is_empty() {
                "this resource takes none".to_owned()
            } else {
                format!("this resource takes {}", known.join(", "))
            };
            return Err(wrong(name, details, hint));
        }
        Ok(Self(pairs))
    }

    /// The value of a parameter; one that is empty counts as absent.
    pub fn text(&self, name: &str) -> Option<&str> {
        let (_, value) = self.0.iter().find(|(known, _)| known == name)?;
        Some(value.as_str()).filter(|value| !value.is_empty())
    }

    /// The number of something.
    pub fn number(&self, name: &str) -> Result<Option<i64>, Problem> {
        let Some(text) = self.text(name) else {
            return Ok(None);
        };
        match text.parse() {
            Ok(number) if number >= 0 => Ok(Some(number)),
            _ => Err(wrong(name, &format!("{text} is no number"), format!("{name}=1"))),
        }
    }

    /// How many entries are wanted.
    pub fn limit(&self) -> Result<u64, Problem> {
        match self.number("limit")? {
            None => Ok(DEFAULT_LIMIT),
            Some(limit) if limit.unsigned_abs() <= MAX_LIMIT => Ok(limit.unsigned_abs()),
            Some(limit) => Err(wrong(
                "limit",
                &format!("{limit} is too many"),
                format!("{MAX_LIMIT} at most; offset leads to the rest where there is one"),
            )),
        }
    }

    /// How many entries are left out at the start.
    pub fn offset(&self) -> Result<u64, Problem> {
        Ok(self.number("offset")?.unwrap_or(0).unsigned_abs())
    }
}

/// The number in a path; what is none names nothing.
pub fn number_in_path(kind: &'static str, text: &str) -> Result<i64, Problem> {
    text.parse().map_err(|_| Problem::Missing { kind, name: text.to_owned() })
}

fn wrong(name: &str, details: &str, hint: String) -> Problem {
    Problem::Parameter { name: name.to_owned(), details: details.to_owned(), hint }
}
