//! Parts of a process that are ready, or say why not.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

/// Which parts of a process are ready; cheap to clone, and to set from anywhere.
#[derive(Debug, Clone, Default)]
pub struct Health(Arc<RwLock<Parts>>);

/// Why each part is not ready; nothing for one that is.
pub(crate) type Parts = BTreeMap<&'static str, Option<String>>;

impl Health {
    /// Nothing is known, and nothing is waited for.
    pub fn new() -> Self {
        Self::default()
    }

    /// A part is ready.
    pub fn ready(&self, part: &'static str) {
        self.set(part, None);
    }

    /// A part is not ready, and this is why; no password may stand in it.
    pub fn waits(&self, part: &'static str, why: impl Into<String>) {
        self.set(part, Some(why.into()));
    }

    fn set(&self, part: &'static str, state: Option<String>) {
        // What is said again and again takes nobody's time.
        let same = |parts: &Parts| parts.get(part) == Some(&state);
        if !same(&self.0.read().unwrap_or_else(PoisonError::into_inner)) {
            self.0.write().unwrap_or_else(PoisonError::into_inner).insert(part, state);
        }
    }

    pub(crate) fn parts(&self) -> Parts {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
