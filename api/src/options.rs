//! How the API is to behave.

use serde::Deserialize;

/// How the API is to behave: the settings `api.*`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Options {
    /// Where it listens, HOST:PORT; port 0 is any free one.
    pub listen: String,
    /// Who may read.
    pub read: Read,
}

impl Default for Options {
    fn default() -> Self {
        Self { listen: "127.0.0.1:8080".to_owned(), read: Read::default() }
    }
}

/// Who may read. Writing and uploading always need a key or a token.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Read {
    /// Everybody who reaches it.
    #[default]
    Open,
    /// Who has the scope.
    Key,
}
