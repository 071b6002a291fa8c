//! What is in the folder.

use std::fs;
use std::path::{Path, PathBuf};

use crate::world::samples;

/// A file that is loaded.
#[derive(Debug, Clone)]
pub struct Case {
    pub path: PathBuf,
}

impl Case {
    /// The name under which it is dropped.
    pub fn name(&self) -> String {
        self.path.file_name().expect("a file").to_string_lossy().into_owned()
    }

    /// What it is called among the others.
    pub fn shown(&self) -> String {
        self.path.strip_prefix(folder()).expect("in the folder").display().to_string()
    }

    fn beside(&self, extension: &str) -> PathBuf {
        let name = self.name();
        let stem = name.split('.').next().expect("a stem");
        self.path.with_file_name(format!("{stem}.{extension}"))
    }

    /// Its own contract, or that of the folder.
    pub fn contract(&self) -> String {
        fs::read_to_string(self.beside("toml"))
            .or_else(|_| fs::read_to_string(folder().join("default.toml")))
            .expect("a contract")
    }

    /// Where its outcome is written down. Files that differ only in what follows the first point of
    /// their names end alike.
    pub fn expectation(&self) -> PathBuf {
        self.beside("expect")
    }
}

/// The folder of odd files.
pub fn folder() -> PathBuf {
    samples().join("odd")
}

/// The subfolders.
pub fn subfolders() -> Vec<PathBuf> {
    let entries = fs::read_dir(folder()).expect("the folder is read");
    let mut found: Vec<PathBuf> =
        entries.map(|entry| entry.expect("an entry").path()).filter(|path| path.is_dir()).collect();
    found.sort();
    found
}

/// What one of the subfolders holds.
pub fn files(subfolder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(subfolder).expect("a folder is read");
    let mut found: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    found.sort();
    found
}

/// Every file that is loaded.
pub fn all() -> Vec<Case> {
    let is_case = |path: &PathBuf| {
        let extension = path.extension().unwrap_or_default();
        extension != "toml" && extension != "expect"
    };
    let files = subfolders().into_iter().flat_map(|subfolder| files(&subfolder));
    files.filter(is_case).map(|path| Case { path }).collect()
}
