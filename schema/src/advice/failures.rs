//! The codes with which a load fails, or waits to be tried again.

use super::Advice;

/// Every code of a load that could not be done, by name.
pub const FAILURES: &[Advice] = &[
    Advice::new(
        "database",
        "the target's database refused a statement",
        "read its message; mend the database or its rights, then `tolva replay` the arrival",
    ),
    Advice::new(
        "io",
        "the bytes of the file could not be read",
        "look at the disk; the load is tried again by itself",
    ),
    Advice::new(
        "ledger",
        "the ledger does not hold what the load needs, such as the bytes of a pruned arrival",
        "drop the file again",
    ),
    Advice::new(
        "panic",
        "the program met something that it does not expect: a mistake of Tolva's",
        "keep the file and report it; newer files are loaded",
    ),
    Advice::new(
        "retry",
        "something passed by, such as a lost connection",
        "nothing: the load is tried again by itself",
    ),
    Advice::new(
        "schema",
        "the tables must change in a way that may lose data",
        "look at `tolva schema plan`, then `tolva schema apply --allow-destructive`",
    ),
    Advice::new(
        "unfit",
        "the target's database cannot hold what the contract declares",
        "change the contract as the message says",
    ),
];
