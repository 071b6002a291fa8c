//! Exit codes.

use std::process::ExitCode;

/// How the program ends. Usage errors end with 2, which clap sees to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// All went well.
    Done,
    /// Something failed.
    Failed,
    /// A file was quarantined or would be.
    Quarantined,
    /// A dataset is late.
    Late,
}

impl Exit {
    /// The worse of two ends.
    pub fn and(self, other: Self) -> Self {
        let rank = |exit| match exit {
            Self::Done => 0,
            Self::Late => 1,
            Self::Quarantined => 2,
            Self::Failed => 3,
        };
        if rank(other) > rank(self) { other } else { self }
    }

    /// The code.
    pub fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Failed => 1,
            Self::Quarantined => 3,
            Self::Late => 4,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}
