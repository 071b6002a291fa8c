//! Why a file is not taken, in words that say what to do.

use std::io;

use tolva_ledger::LedgerError;
use tolva_schema::contract::Contract;

/// Its name is not text.
pub(crate) const NOT_UTF8: &str =
    "its name, or its folder's, is not valid UTF-8: rename it, then it is taken";

/// No contract takes it.
pub(crate) fn nowhere(contracts: &[Contract], folder: Option<&str>) -> String {
    if contracts.is_empty() {
        return "no contract is in force yet: add one to the folder `datasets`; the file is then \
                taken by itself"
            .to_owned();
    }
    let names = list(contracts.iter().map(|contract| contract.name.as_str()));
    match folder {
        Some(folder) => format!(
            "its folder `{folder}` is not named after a dataset: move it to the folder of one \
             ({names}), or add a contract with this name"
        ),
        None => format!(
            "no contract takes a file of this name: move it to the folder of its dataset \
             ({names}), or add a pattern to `files` in the contract"
        ),
    }
}

/// Several contracts take it.
pub(crate) fn tie(datasets: &[&str]) -> String {
    let names = list(datasets.iter().copied());
    format!(
        "several contracts take it with equal right ({names}): move it to the folder of one of \
         them, or make a pattern more particular"
    )
}

/// It cannot be read.
pub(crate) fn unreadable(error: &io::Error) -> String {
    format!("it cannot be read ({error}): check its permissions and the disk; it is tried again")
}

/// The ledger answers, but does not take this file.
pub(crate) fn not_kept(error: &LedgerError) -> String {
    format!("its bytes cannot be kept ({error}): check the ledger's database; it is tried again")
}

fn list<'a>(names: impl Iterator<Item = &'a str>) -> String {
    names.collect::<Vec<_>>().join(", ")
}
