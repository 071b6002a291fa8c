//! The statements that were run, for whoever wants to show them.

use std::sync::{Arc, Mutex, PoisonError};

use serde::Serialize;

/// Statements that are kept; a refresh of one dataset has far fewer.
const MOST: usize = 1_000;

/// Notes the statements that targets are sent, if it is asked to. Values are bound, so none is in them.
#[derive(Debug, Clone, Default)]
pub struct Journal(Option<Arc<Mutex<Vec<Noted>>>>);

/// A statement that was run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Noted {
    /// The target.
    pub target: String,
    /// The statement.
    pub sql: String,
    /// How often it was run.
    pub times: u64,
}

impl Journal {
    /// One that keeps what is noted.
    pub fn keeping() -> Self {
        Self(Some(Arc::default()))
    }

    /// What was noted, in the order in which each was run first.
    pub fn noted(&self) -> Vec<Noted> {
        let Some(list) = &self.0 else { return Vec::new() };
        list.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn note(&self, target: &str, sql: &str) {
        let Some(list) = &self.0 else { return };
        let mut list = list.lock().unwrap_or_else(PoisonError::into_inner);
        let known = list.iter_mut().find(|one| one.target == target && one.sql == sql);
        if let Some(known) = known {
            known.times += 1;
        } else if list.len() < MOST {
            list.push(Noted { target: target.to_owned(), sql: sql.to_owned(), times: 1 });
        }
    }
}
