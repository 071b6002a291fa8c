//! Which contract takes a file.

use crate::contract::{Contract, Partition};

/// Where a file belongs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Route<'a> {
    /// To this dataset, and this partition of it (empty where the dataset has none).
    To {
        /// The dataset's contract name.
        dataset: &'a str,
        /// Its partition.
        partition: String,
    },
    /// To none.
    Nowhere,
    /// To several with equal right.
    Tie(Vec<&'a str>),
}

/// The name without the extension of a packing (`.gz`, `.zst`), which says nothing of its content.
pub fn without_packing(name: &str) -> &str {
    for extension in [".gz", ".zst"] {
        let Some(end) = name.len().checked_sub(extension.len()) else { continue };
        if end > 0 && name.is_char_boundary(end) && name[end..].eq_ignore_ascii_case(extension) {
            return &name[..end];
        }
    }
    name
}

/// Decides where a file belongs: a folder `inbox/<dataset>/` wins, then the pattern with the longest
/// literal part; a tie is for a person to resolve. A packed file belongs where it would belong unpacked.
/// `folder` is the file's folder below the inbox.
pub fn route<'a>(contracts: &'a [Contract], folder: Option<&str>, file: &str) -> Route<'a> {
    if let Some(folder) = folder {
        return match contracts.iter().find(|contract| contract.name == *folder) {
            Some(contract) => to(contract, file),
            None => Route::Nowhere,
        };
    }
    let mut best = 0;
    let mut takers: Vec<&Contract> = Vec::new();
    for contract in contracts {
        let longest = contract
            .files
            .iter()
            .filter(|pattern| pattern.matches(file) || pattern.matches(without_packing(file)))
            .map(|pattern| pattern.literal_length())
            .max();
        match longest {
            Some(length) if takers.is_empty() || length > best => {
                best = length;
                takers = vec![contract];
            }
            Some(length) if length == best => takers.push(contract),
            _ => {}
        }
    }
    match takers[..] {
        [] => Route::Nowhere,
        [contract] => to(contract, file),
        _ => Route::Tie(takers.iter().map(|contract| contract.name.as_str()).collect()),
    }
}

fn to<'a>(contract: &'a Contract, file: &str) -> Route<'a> {
    Route::To { dataset: &contract.name, partition: partition_of(contract, file) }
}

/// The partition that `file` owns in a dataset: empty where the dataset has none. Packing it changes
/// nothing.
pub fn partition_of(contract: &Contract, file: &str) -> String {
    let file = without_packing(file);
    match &contract.partition {
        Partition::None => String::new(),
        Partition::File => file.to_owned(),
        // A file put into the dataset's folder need not match a pattern: its name is its own then.
        Partition::Capture(name) => contract
            .files
            .iter()
            .find_map(|pattern| pattern.capture(file, name))
            .unwrap_or_else(|| file.to_owned()),
    }
}
