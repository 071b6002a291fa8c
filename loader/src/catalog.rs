//! The folder of contracts: read, planned against the targets, applied, and stored in the ledger.

mod apply;

use std::path::{Path, PathBuf};

use tolva_schema::contract::{Contract, ContractError};
use tolva_schema::ddl;

pub use apply::Applied;

/// A contract file that cannot be used; the one in force stays.
#[derive(Debug, thiserror::Error)]
pub enum CatalogError {
    /// It cannot be read as a contract.
    #[error(transparent)]
    Contract(#[from] Box<ContractError>),
    /// It does not go together with the others, or with a target.
    #[error("{file}: {message}")]
    Conflict {
        /// The file.
        file: String,
        /// Why.
        message: String,
    },
    /// It cannot be read at all.
    #[error("{file}: {error}")]
    Io {
        /// The file or folder.
        file: String,
        /// Why.
        error: std::io::Error,
    },
}

/// A contract file of the folder.
#[derive(Debug)]
pub struct ContractFile {
    /// Its name.
    pub file: String,
    /// What stands in it.
    pub text: String,
    /// What that means.
    pub contract: Contract,
}

/// Reads every `*.toml` of a folder: the good ones, and what is wrong with the others.
pub fn read(folder: &Path) -> (Vec<ContractFile>, Vec<CatalogError>) {
    let (mut good, mut errors) = (Vec::<ContractFile>::new(), Vec::new());
    let paths = match toml_files(folder) {
        Ok(paths) => paths,
        Err(error) => {
            let file = folder.display().to_string();
            return (good, vec![CatalogError::Io { file, error }]);
        }
    };
    for path in paths {
        let file = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) => {
                errors.push(CatalogError::Io { file, error });
                continue;
            }
        };
        match Contract::parse(&file, &text) {
            Ok(contract) => match conflict(&good, &contract) {
                None => good.push(ContractFile { file, text, contract }),
                Some(message) => errors.push(CatalogError::Conflict { file, message }),
            },
            Err(error) => errors.push(error.into()),
        }
    }
    (good, errors)
}

fn toml_files(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let hidden = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
        if !hidden && path.extension().is_some_and(|extension| extension == "toml") {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths)
}

/// Two datasets cannot share a name, nor a table, nor the name of anything that is made for one.
fn conflict(others: &[ContractFile], contract: &Contract) -> Option<String> {
    for other in others {
        if other.contract.name == contract.name {
            return Some(format!("{} declares the dataset {} already", other.file, contract.name));
        }
        let shared =
            contract.tables.iter().find(|table| other.contract.table(&table.name).is_some());
        if let Some(table) = shared {
            return Some(format!("{} declares the table {} already", other.file, table.name));
        }
        let mut relations = other.contract.relations();
        relations.extend(contract.relations());
        if let Some(message) = ddl::collision(&relations) {
            return Some(format!("with {}, {message}", other.file));
        }
    }
    None
}
