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

/// What a client that writes is told of the rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Return {
    /// Nothing.
    Minimal,
    /// Where the new row is.
    HeadersOnly,
    /// The rows.
    Representation,
}

/// What becomes of a row that is to be made and is there already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resolution {
    /// It takes what is given.
    Merge,
    /// It stays.
    Ignore,
}

/// What is done of what a client would like.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Preferences {
    /// How rows are counted, if at all.
    pub count: Option<Count>,
    /// What is told of written rows.
    pub returning: Option<Return>,
    /// What becomes of rows that are there already.
    pub resolution: Option<Resolution>,
    /// Whether what a request only tries is given up.
    rollback: Option<bool>,
    /// Whether what a row lacks takes its column's default: no contract has any but the unknown.
    missing: Option<bool>,
    /// Rows that may be affected.
    affected: Option<u64>,
    /// Whether what is not understood is an error.
    strict: Option<bool>,
}

/// What kind of request has preferences.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Request {
    /// Rows are read.
    Read,
    /// Rows are made.
    Insert,
    /// Rows are changed.
    Update,
    /// One row is put.
    Put,
    /// Rows are deleted.
    Delete,
}

impl Preferences {
    /// Reads them; what is not understood is passed over, unless `handling=strict` is among them.
    pub fn read(headers: &HeaderMap) -> Result<Self, Problem> {
        let mut found = Self::default();
        let mut unknown = Vec::new();
        for header in headers.get_all("prefer") {
            let text = String::from_utf8_lossy(header.as_bytes());
            for preference in text.split(',').map(str::trim).filter(|text| !text.is_empty()) {
                if !found.take(preference) {
                    unknown.push(preference.to_owned());
                }
            }
        }
        if found.strict == Some(true) && !unknown.is_empty() {
            return Err(Problem::Preferences { preferences: unknown.join(", ") });
        }
        Ok(found)
    }

    /// Takes one; false if it is not understood. Of two that contradict each other the first one counts,
    /// as in PostgREST.
    fn take(&mut self, preference: &str) -> bool {
        fn first<T>(place: &mut Option<T>, value: T) {
            place.get_or_insert(value);
        }
        match preference {
            "count=exact" => first(&mut self.count, Count::Exact),
            "count=planned" => first(&mut self.count, Count::Planned),
            "count=estimated" => first(&mut self.count, Count::Estimated),
            "return=minimal" => first(&mut self.returning, Return::Minimal),
            "return=headers-only" => first(&mut self.returning, Return::HeadersOnly),
            "return=representation" => first(&mut self.returning, Return::Representation),
            "resolution=merge-duplicates" => first(&mut self.resolution, Resolution::Merge),
            "resolution=ignore-duplicates" => first(&mut self.resolution, Resolution::Ignore),
            "missing=default" => first(&mut self.missing, true),
            "missing=null" => first(&mut self.missing, false),
            "tx=commit" => first(&mut self.rollback, false),
            "tx=rollback" => first(&mut self.rollback, true),
            "handling=strict" => first(&mut self.strict, true),
            "handling=lenient" => first(&mut self.strict, false),
            other => match other.strip_prefix("max-affected=").map(str::parse) {
                Some(Ok(most)) => first(&mut self.affected, most),
                _ => return false,
            },
        }
        true
    }

    /// Whether what is written is kept.
    pub fn keeps(&self) -> bool {
        self.rollback != Some(true)
    }

    /// Rows that may be affected at most: only who is strict is held to it, as in PostgREST.
    pub fn most_affected(&self) -> Option<u64> {
        self.affected.filter(|_| self.strict == Some(true))
    }

    /// What `Preference-Applied` says of a request, in the order in which PostgREST says it.
    pub fn applied(&self, request: Request) -> Option<String> {
        let writes = request != Request::Read;
        let inserts = request == Request::Insert;
        let resolution = self.resolution.filter(|_| inserts).map(|resolution| match resolution {
            Resolution::Merge => "resolution=merge-duplicates",
            Resolution::Ignore => "resolution=ignore-duplicates",
        });
        let fills = inserts || request == Request::Update;
        let missing = self.missing.filter(|_| fills).map(|default| match default {
            true => "missing=default",
            false => "missing=null",
        });
        let returning = self.returning.filter(|_| writes).map(|returning| match returning {
            Return::Minimal => "return=minimal",
            Return::HeadersOnly => "return=headers-only",
            Return::Representation => "return=representation",
        });
        let count = self.count.map(|count| match count {
            Count::Exact => "count=exact",
            Count::Planned => "count=planned",
            Count::Estimated => "count=estimated",
        });
        let rollback = self.rollback.filter(|_| writes).map(|rollback| match rollback {
            true => "tx=rollback",
            false => "tx=commit",
        });
        let handling = self.strict.map(|strict| match strict {
            true => "handling=strict",
            false => "handling=lenient",
        });
        let bounded = matches!(request, Request::Update | Request::Delete);
        let affected =
            self.most_affected().filter(|_| bounded).map(|most| format!("max-affected={most}"));
        let applied: Vec<String> = [resolution, missing, returning, count, rollback, handling]
            .into_iter()
            .flatten()
            .map(str::to_owned)
            .chain(affected)
            .collect();
        (!applied.is_empty()).then(|| applied.join(", "))
    }
}
