//! What can go wrong, from the table of codes in the README.

use std::collections::BTreeMap;

use serde_json::{Value, json};

/// The table; a test compares it with the code.
const README: &str = include_str!("../../README.md");

/// The body of every error.
pub fn schema() -> Value {
    json!({
        "type": "object",
        "description": "Why a request could not be answered.",
        "required": ["code", "message", "details", "hint"],
        "properties": {
            "code": {
                "type": "string",
                "description": "Stable: PostgREST's, Postgres' or Tolva's own.",
                "enum": codes().into_iter().map(|(code, _, _)| code).collect::<Vec<_>>(),
            },
            "message": { "type": "string" },
            "details": { "description": "More about it: mostly a text." },
            "hint": { "type": ["string", "null"], "description": "What to do about it." },
        },
    })
}

/// An answer for each status that an error has.
pub fn responses() -> Value {
    let mut by_status: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (code, status, meaning) in codes() {
        by_status.entry(status).or_default().push(format!("`{code}`: {meaning}"));
    }
    by_status
        .into_iter()
        .map(|(status, meanings)| {
            let content = json!({
                "schema": { "$ref": "#/components/schemas/Problem" },
            });
            let response = json!({
                "description": meanings.join("; "),
                "content": { "application/json": content },
            });
            (status.to_owned(), response)
        })
        .collect::<serde_json::Map<_, _>>()
        .into()
}

/// Code, status and meaning of each error.
fn codes() -> Vec<(&'static str, &'static str, &'static str)> {
    README
        .lines()
        .filter_map(|line| {
            let (code, rest) = line.strip_prefix("| `")?.split_once("` | ")?;
            let (status, meaning) = rest.split_once(" | ")?;
            status.parse::<u16>().ok()?;
            Some((code, status, meaning.trim_end_matches(" |")))
        })
        .collect()
}
