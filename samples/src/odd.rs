//! Odd files: small ones of the kinds that people have, each odd in one way.

mod binary;
mod book;
mod cells;
mod contract;
mod dates;
mod dialect;
mod disguise;
mod encoding;
mod lines;
mod ods;
mod packed;
mod parity;
mod parts;
mod sheets;
mod structure;
mod values;

use std::fs;
use std::path::{Path, PathBuf};

use crate::Error;
use contract::Contract;

/// The contract of every file that has none of its own.
pub const DEFAULT_CONTRACT: &str = "default.toml";

/// A file of the folder.
#[derive(Debug)]
pub struct Odd {
    /// Where it stands in the folder.
    pub path: PathBuf,
    /// What is in it.
    pub bytes: Vec<u8>,
}

/// Gathers the files of one subfolder.
struct Folder {
    name: &'static str,
    files: Vec<Odd>,
}

impl Folder {
    fn new(name: &'static str) -> Self {
        Self { name, files: Vec::new() }
    }

    /// A file that the default contract reads.
    fn file(&mut self, name: &str, bytes: impl AsRef<[u8]>) {
        let path = Path::new(self.name).join(name);
        self.files.push(Odd { path, bytes: bytes.as_ref().to_vec() });
    }

    /// A file with a contract of its own.
    fn with(&mut self, name: &str, contract: Contract, bytes: impl AsRef<[u8]>) {
        self.file(name, bytes);
        let stem = name.split('.').next().unwrap_or(name);
        self.file(&format!("{stem}.toml"), contract.text());
    }
}

/// Every file that is made by this program, and the contracts.
pub fn all() -> Vec<Odd> {
    let default = contract::items().text().into_bytes();
    let mut files = vec![Odd { path: DEFAULT_CONTRACT.into(), bytes: default }];
    for folder in [
        dialect::files(),
        encoding::files(),
        lines::files(),
        values::files(),
        disguise::files(),
        packed::files(),
        cells::files(),
        dates::files(),
        sheets::files(),
        structure::files(),
        parts::files(),
        ods::files(),
        binary::files(),
        parity::files(),
    ] {
        files.extend(folder.files);
    }
    files
}

/// Writes all files below `out`.
pub fn write_all(out: &Path) -> Result<Vec<PathBuf>, Error> {
    let write = |odd: Odd| {
        let path = out.join(odd.path);
        let made = path.parent().map_or(Ok(()), fs::create_dir_all);
        made.and_then(|()| fs::write(&path, odd.bytes))
            .map(|()| path.clone())
            .map_err(|source| Error::Write { path: path.display().to_string(), source })
    };
    all().into_iter().map(write).collect()
}
