//! `Prefer`: what a client would like.

use actix_web::http::header::HeaderMap;

use crate::problem::Problem;

/// How rows are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Count {
    /// All of them.
    Exact,
    /// As many as the database expects.
    Planned,
    /// All of them while they are few, else as many as the database expects.
    Estimated,
}

/// What is done of what a client would like.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Preferences {
    /// How rows are counted, if at all.
    pub count: Option<Count>,
    /// Whether what is not understood is an error.
    strict: Option<bool>,
}

/// What is understood, and has no meaning for a request that reads.
const OF_WRITERS: [&str; 9] = [
    "return=representation",
    "return=minimal",
    "return=headers-only",
    "resolution=merge-duplicates",
    "resolution=ignore-duplicates",
    "missing=default",
    "missing=null",
    "tx=commit",
    "tx=rollback",
];

impl Preferences {
    /// Reads them; what is not understood is passed over, unless `handling=strict` is among them.
    pub fn read(headers: &HeaderMap) -> Result<Self, Problem> {
        let mut found = Self::default();
        let mut unknown = Vec::new();
        for header in headers.get_all("prefer") {
            let text = String::from_utf8_lossy(header.as_bytes());
            for preference in text.split(',').map(str::trim).filter(|text| !text.is_empty()) {
                // Of two that contradict each other the first one counts, as in PostgREST.
                match preference {
                    "count=exact" => found.count = found.count.or(Some(Count::Exact)),
                    "count=planned" => found.count = found.count.or(Some(Count::Planned)),
                    "count=estimated" => found.count = found.count.or(Some(Count::Estimated)),
                    "handling=strict" => found.strict = found.strict.or(Some(true)),
                    "handling=lenient" => found.strict = found.strict.or(Some(false)),
                    other if OF_WRITERS.contains(&other) => {}
                    other if other.starts_with("max-affected=") => {}
                    other => unknown.push(other.to_owned()),
                }
            }
        }
        if found.strict == Some(true) && !unknown.is_empty() {
            return Err(Problem::Preferences { preferences: unknown.join(", ") });
        }
        Ok(found)
    }

    /// What `Preference-Applied` says.
    pub fn applied(&self) -> Option<String> {
        let count = self.count.map(|count| match count {
            Count::Exact => "count=exact",
            Count::Planned => "count=planned",
            Count::Estimated => "count=estimated",
        });
        let handling = self.strict.map(|strict| match strict {
            true => "handling=strict",
            false => "handling=lenient",
        });
        let applied: Vec<&str> = count.into_iter().chain(handling).collect();
        (!applied.is_empty()).then(|| applied.join(", "))
    }
}
