//! Answers that are asked for again and again, in memory: each of one version, so that none is ever out of
//! date, and all together bounded.

use quick_cache::Weighter;
use quick_cache::sync::Cache;

use crate::rows::Head;

/// What an answer weighs beside its body, about.
const OVERHEAD: u64 = 512;
/// How many answers of the largest size must have room: one alone does not drive out all others.
const AT_ONCE: u64 = 8;

/// Answers by their tags. A tag is of the dataset's version, its contract and the request.
pub struct Hot {
    answers: Option<Cache<String, Head, Weight>>,
    most: u64,
}

#[derive(Debug, Clone)]
struct Weight;

impl Weighter<String, Head> for Weight {
    fn weight(&self, tag: &String, head: &Head) -> u64 {
        OVERHEAD + (tag.len() + head.whole.as_ref().map_or(0, |whole| whole.len())) as u64
    }
}

impl Hot {
    /// Keeps so many bytes at most; nothing if there are none.
    pub fn new(bytes: u64) -> Self {
        let items = usize::try_from(bytes / 4096).unwrap_or(usize::MAX).max(1);
        let answers = (bytes > 0).then(|| Cache::with_weighter(items, bytes, Weight));
        Self { answers, most: bytes / AT_ONCE }
    }

    /// The answer with this tag.
    pub fn get(&self, tag: &str) -> Option<Head> {
        self.answers.as_ref()?.get(tag)
    }

    /// Keeps an answer that is there as a whole, unless it is large.
    pub fn keep(&self, tag: String, head: &Head) {
        let Some(answers) = &self.answers else { return };
        if head.whole.as_ref().is_some_and(|whole| whole.len() as u64 <= self.most) {
            answers.insert(tag, head.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(bytes: usize) -> Head {
        let whole = Some(vec![b'x'; bytes].into());
        Head { version: None, known: false, rows: 1, total: None, next: None, whole }
    }

    #[test]
    fn memory_is_bounded() {
        let hot = Hot::new(100_000);
        for number in 0..1000 {
            hot.keep(number.to_string(), &head(5000));
        }
        let kept = (0..1000).filter(|number| hot.get(&number.to_string()).is_some()).count();
        assert!((1..=20).contains(&kept), "{kept}");
        hot.keep("large".to_owned(), &head(50_000));
        assert!(hot.get("large").is_none());
    }

    #[test]
    fn nothing_is_kept_if_it_is_not_wanted() {
        let hot = Hot::new(0);
        hot.keep("a".to_owned(), &head(1));
        assert!(hot.get("a").is_none());
    }
}
