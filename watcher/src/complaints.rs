//! Saying something once.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// What was said about what; the same is not said again.
#[derive(Debug, Default)]
pub(crate) struct Complaints {
    said: Mutex<HashMap<String, String>>,
}

impl Complaints {
    /// Whether this is new about `about`.
    pub fn is_new(&self, about: &str, text: &str) -> bool {
        let mut said = self.said.lock().unwrap_or_else(PoisonError::into_inner);
        said.insert(about.to_owned(), text.to_owned()).as_deref() != Some(text)
    }

    /// Nothing is wrong with `about` any more.
    pub fn clear(&self, about: &str) {
        self.said.lock().unwrap_or_else(PoisonError::into_inner).remove(about);
    }
}
