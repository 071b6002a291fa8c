//! What each rule and each code means, and what a person does about it: the one table behind the
//! grouped findings of the command line and behind `docs/findings.md`.

mod failures;
mod findings;
mod refusals;

pub use failures::FAILURES;
pub use findings::{AGREE, FINDINGS};
pub use refusals::REFUSALS;

/// A rule or a code, in words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Advice {
    /// Its stable name.
    pub code: &'static str,
    /// What it means.
    pub meaning: &'static str,
    /// What to do.
    pub todo: &'static str,
}

impl Advice {
    const fn new(code: &'static str, meaning: &'static str, todo: &'static str) -> Self {
        Self { code, meaning, todo }
    }
}

/// What a finding of `rule` means. A rule that is not Tolva's own is one that a contract names: a
/// `[[rule]]`.
pub fn of_finding(rule: &str) -> &'static Advice {
    FINDINGS.iter().find(|advice| advice.code == rule).unwrap_or(&AGREE)
}

/// What it means that a load was refused or failed with `code`.
pub fn of_code(code: &str) -> Option<&'static Advice> {
    REFUSALS.iter().chain(FAILURES).find(|advice| advice.code == code)
}
