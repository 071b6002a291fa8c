//! `ETag` and `If-None-Match`: whether a client has what it asks for.

use std::num::NonZeroU32;

use actix_web::HttpRequest;
use actix_web::http::header::{ACCEPT_ENCODING, IF_NONE_MATCH, RANGE};
use chrono::DateTime;
use tolva_schema::hash::Hash128;

use crate::catalogue::{Exposed, Private};
use crate::snapshot::Version;

/// Which answer is asked for, and which ones the client has.
#[derive(Debug, Clone)]
pub struct Validator {
    seed: String,
    known: Option<String>,
}

impl Validator {
    /// Everything that the answer depends on beside the version of the dataset; `most` is how many rows
    /// an answer may have.
    pub fn read(request: &HttpRequest, table: &Exposed, most: Option<NonZeroU32>) -> Self {
        let header = |name: &str| -> String {
            let all = request.headers().get_all(name);
            all.map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned() + "\n").collect()
        };
        let mut parameters: Vec<&str> = request.query_string().split('&').collect();
        parameters.sort_unstable();
        let seed = [
            env!("CARGO_PKG_VERSION"),
            &table.digest,
            // Who sees more of a table has other answers.
            if table.private == Private::Hidden { "cut" } else { "" },
            &most.map(|most| most.to_string()).unwrap_or_default(),
            request.path(),
            &parameters.join("&"),
            &header("accept"),
            // The bytes of a packed answer are others.
            &header(ACCEPT_ENCODING.as_str()),
            &header("prefer"),
            // PostgREST takes the range from the headers of a GET only, and HEAD tells of the same.
            &header(RANGE.as_str()),
        ]
        .join("\0");
        let known = header(IF_NONE_MATCH.as_str());
        Self { seed, known: Some(known).filter(|known| !known.trim().is_empty()) }
    }

    /// The tag of the answer at this version.
    pub fn tag(&self, version: Version) -> String {
        let text = format!("{}\0{}", version.number, self.seed);
        format!("\"{}\"", Hash128::of(text.as_bytes()).to_hex())
    }

    /// Whether the client has the answer at this version.
    pub fn is_known(&self, version: Version) -> bool {
        let tag = self.tag(version);
        self.known.as_deref().is_some_and(|known| {
            known
                .split([',', '\n'])
                .map(|one| one.trim().trim_start_matches("W/"))
                .any(|one| one == "*" || one == tag)
        })
    }
}

/// When a version was made, as HTTP writes it.
pub fn last_modified(version: Version) -> Option<String> {
    // HTTP knows whole seconds: what was made within one was not there at its beginning.
    let seconds = version.made_at?.div_euclid(1000).saturating_add(1);
    let moment = DateTime::from_timestamp(seconds, 0)?;
    Some(moment.format("%a, %d %b %Y %H:%M:%S GMT").to_string())
}
