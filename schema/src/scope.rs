//! What a key or a token lets its holder do, and with which datasets.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use serde::{Serialize, Serializer};

/// A kind of access.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// Read tables, and what is known of their loads.
    Read,
    /// Write to tables whose contract says `writable`.
    Write,
    /// Upload files.
    Upload,
    /// See columns that a contract calls `private`.
    Private,
    /// All of it, and to decide on arrivals.
    Admin,
}

impl Scope {
    /// Every one of them.
    pub const ALL: [Self; 5] = [Self::Read, Self::Write, Self::Upload, Self::Private, Self::Admin];

    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
            Self::Upload => "upload",
            Self::Private => "private",
            Self::Admin => "admin",
        }
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Why a text names no scope.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is no scope: read, write, upload, private and admin are, each alone or with a dataset \
     (`write:employees`)"
)]
pub struct NoScope(String);

/// Scopes as they are written: words with spaces or commas between them, each alone (of all
/// datasets) or with a dataset, as in `read write:employees`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scopes(BTreeSet<(Scope, Option<String>)>);

impl Scopes {
    /// Whether they include a scope for a dataset.
    pub fn include(&self, scope: Scope, dataset: &str) -> bool {
        self.0.iter().any(|(held, of)| {
            (*held == scope || *held == Scope::Admin)
                && of.as_deref().is_none_or(|of| of == dataset)
        })
    }

    /// Whether they include a scope for every dataset there is or will be.
    pub fn include_all(&self, scope: Scope) -> bool {
        self.0.iter().any(|(held, of)| (*held == scope || *held == Scope::Admin) && of.is_none())
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The words.
    pub fn words(&self) -> impl Iterator<Item = String> + '_ {
        self.0.iter().map(|(scope, of)| match of {
            Some(dataset) => format!("{scope}:{dataset}"),
            None => scope.to_string(),
        })
    }
}

impl FromStr for Scopes {
    type Err = NoScope;
    fn from_str(text: &str) -> Result<Self, NoScope> {
        let words = text.split([' ', ',']).filter(|word| !word.is_empty());
        words.map(read).collect::<Result<_, _>>().map(Self)
    }
}

fn read(word: &str) -> Result<(Scope, Option<String>), NoScope> {
    let (name, dataset) = match word.split_once(':') {
        Some((name, dataset)) => (name, Some(dataset)),
        None => (word, None),
    };
    let scope = Scope::ALL.into_iter().find(|scope| scope.as_str() == name);
    match (scope, dataset) {
        (Some(scope), None | Some("*")) => Ok((scope, None)),
        (Some(scope), Some(dataset)) if !dataset.is_empty() => {
            Ok((scope, Some(dataset.to_owned())))
        }
        _ => Err(NoScope(word.to_owned())),
    }
}

impl fmt::Display for Scopes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.words().collect::<Vec<_>>().join(" "))
    }
}

impl Serialize for Scopes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.words())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scope_is_of_one_dataset_or_of_all() {
        let scopes: Scopes = "read, write:employees upload:*".parse().expect("scopes");
        assert_eq!(scopes.to_string(), "read write:employees upload");
        assert!(scopes.include(Scope::Read, "any") && scopes.include(Scope::Upload, "any"));
        assert!(scopes.include(Scope::Write, "employees"));
        assert!(!scopes.include(Scope::Write, "employee"));
        assert!(!scopes.include_all(Scope::Write) && scopes.include_all(Scope::Read));
        assert!(!scopes.include(Scope::Private, "employees"));
    }

    #[test]
    fn an_administrator_may_everything_there() {
        let scopes: Scopes = "admin:employees".parse().expect("scopes");
        assert!(Scope::ALL.into_iter().all(|scope| scopes.include(scope, "employees")));
        assert!(Scope::ALL.into_iter().all(|scope| !scopes.include(scope, "other")));
    }

    #[test]
    fn what_is_no_scope_is_named() {
        for wrong in ["reads", "read:", ":employees", "READ"] {
            let error = Scopes::from_str(wrong).expect_err(wrong);
            assert!(error.to_string().starts_with(&format!("`{wrong}` is no scope")), "{error}");
        }
    }
}
