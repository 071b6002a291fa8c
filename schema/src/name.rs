//! Names that a contract may give to datasets, sources, tables and columns.

use std::fmt;

use serde::Serialize;

/// Longest name that all three databases accept for a table or a column (Postgres: 63 bytes, less
/// what staging tables put in front).
pub const MAX_LENGTH: usize = 48;

/// How names of control tables begin, of the ledger's migrations, and of SQLite's own tables.
const RESERVED: [&str; 3] = ["tolva_", "seaql_", "sqlite_"];

/// Why a text cannot be a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NameError {
    /// Nothing but lower-case ASCII letters, digits and `_`, a letter first.
    Characters,
    /// Longer than [`MAX_LENGTH`].
    Length,
    /// `tolva_…` is kept for control tables, and databases keep names for themselves.
    Reserved,
}

impl fmt::Display for NameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Characters => {
                f.write_str("a name starts with a letter a-z and holds only a-z, 0-9 and _")
            }
            Self::Length => write!(f, "a name has at most {MAX_LENGTH} characters"),
            Self::Reserved => {
                f.write_str("names that start with `tolva_` belong to the control tables")?;
                f.write_str(", and those that start with `seaql_` or `sqlite_` to the database")
            }
        }
    }
}

/// A checked name: safe as an identifier in every dialect once quoted.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub struct Name(String);

impl Name {
    /// Checks `text`; a leading letter keeps `_hash` and its like for Tolva itself.
    pub fn new(text: &str) -> Result<Self, NameError> {
        let mut bytes = text.bytes();
        let first = bytes.next().is_some_and(|b| b.is_ascii_lowercase());
        if !first || !bytes.all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_') {
            return Err(NameError::Characters);
        }
        if text.len() > MAX_LENGTH {
            return Err(NameError::Length);
        }
        if RESERVED.iter().any(|start| text.starts_with(start)) {
            return Err(NameError::Reserved);
        }
        Ok(Self(text.to_owned()))
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::ops::Deref for Name {
    type Target = str;
    fn deref(&self) -> &str {
        &self.0
    }
}

impl PartialEq<str> for Name {
    fn eq(&self, other: &str) -> bool {
        self.0 == other
    }
}
