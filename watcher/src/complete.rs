//! Whether a file is complete: a pure decision.

use std::fmt;
use std::time::Duration;

/// Time between two looks where no contract says otherwise. A contract that asks for more means it
/// for every file, also for those that were seen to be closed.
pub(crate) const SETTLE: Duration = Duration::from_millis(250);
/// Time until a file that is being written is looked at again; its close is an event of its own.
const WRITING: Duration = Duration::from_secs(5);

/// What is known of a file.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Evidence {
    /// It was seen being closed or moved in, and not written to since.
    pub announced: bool,
    /// Somebody writes to it and has not closed it.
    pub writing: bool,
    /// How long ago it was first seen as it is now.
    pub quiet: Duration,
    /// What the contract asks for.
    pub settle: Duration,
    /// Its marker, where the contract asks for one.
    pub marker: Option<Marker>,
}

/// The state of a marker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Marker {
    /// It is there, and not older than the file.
    There,
    /// It is there, but was made for what the file was before.
    Old,
    /// It is not there.
    Missing,
}

/// What a file waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reason {
    /// That it is closed.
    Writing,
    /// A second look that agrees with the first.
    Settling,
    /// It changed between two looks.
    Changed,
    /// Its end, or that nothing happens to it for a long time.
    Torn,
    /// Its marker.
    Marker(Marker),
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Writing => "it is being written",
            Self::Settling => "it is looked at once more",
            Self::Changed => "it is still changing",
            Self::Torn => "it is empty or a workbook without its end",
            Self::Marker(Marker::Old) => "its marker is older than the file: write the marker anew",
            Self::Marker(_) => {
                "it waits for its marker: a file of the same name with `.ready` added"
            }
        })
    }
}

/// What is to be done with a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It is complete.
    Take,
    /// It is complete if it looks whole.
    TakeIfWhole,
    /// Look again after this time.
    Wait(Reason, Duration),
}

/// Decides whether a file is complete.
pub(crate) fn decide(evidence: &Evidence) -> Verdict {
    let &Evidence { announced, writing, quiet, settle, marker } = evidence;
    if let Some(state @ (Marker::Missing | Marker::Old)) = marker {
        return Verdict::Wait(Reason::Marker(state), settle);
    }
    if writing {
        return Verdict::Wait(Reason::Writing, WRITING);
    }
    if announced && (settle <= SETTLE || quiet >= settle) {
        return Verdict::Take;
    }
    if quiet < settle {
        return Verdict::Wait(Reason::Settling, settle - quiet);
    }
    Verdict::TakeIfWhole
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Evidence, Marker, Reason, SETTLE, Verdict, WRITING, decide};

    const FOUND: Evidence = Evidence {
        announced: false,
        writing: false,
        quiet: Duration::ZERO,
        settle: SETTLE,
        marker: None,
    };
    const LONG: Duration = Duration::from_secs(5);

    #[test]
    fn a_file_that_was_closed_is_complete_at_once() {
        assert_eq!(decide(&Evidence { announced: true, ..FOUND }), Verdict::Take);
    }

    #[test]
    fn a_file_that_was_found_is_complete_when_a_second_look_agrees() {
        assert_eq!(decide(&FOUND), Verdict::Wait(Reason::Settling, SETTLE));
        let nearly = Evidence { quiet: SETTLE - Duration::from_millis(1), ..FOUND };
        assert_eq!(decide(&nearly), Verdict::Wait(Reason::Settling, Duration::from_millis(1)));
        assert_eq!(decide(&Evidence { quiet: SETTLE, ..FOUND }), Verdict::TakeIfWhole);
    }

    #[test]
    fn a_longer_settle_goes_for_files_that_were_closed_too() {
        let closed = Evidence { announced: true, settle: LONG, quiet: SETTLE, ..FOUND };
        assert_eq!(decide(&closed), Verdict::Wait(Reason::Settling, LONG - SETTLE));
        assert_eq!(decide(&Evidence { quiet: LONG, ..closed }), Verdict::Take);
    }

    #[test]
    fn a_file_without_its_marker_waits_however_long_it_was_left_alone() {
        for state in [Marker::Missing, Marker::Old] {
            let marked = Evidence { announced: true, quiet: LONG, marker: Some(state), ..FOUND };
            assert_eq!(decide(&marked), Verdict::Wait(Reason::Marker(state), SETTLE));
        }
        let there = Evidence { announced: true, marker: Some(Marker::There), ..FOUND };
        assert_eq!(decide(&there), Verdict::Take);
    }

    #[test]
    fn a_file_that_is_being_written_waits_for_its_close() {
        let open = Evidence { announced: true, writing: true, quiet: LONG, ..FOUND };
        assert_eq!(decide(&open), Verdict::Wait(Reason::Writing, WRITING));
    }
}
