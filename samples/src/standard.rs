//! The standard set: the files that are checked in under `relationships/` and `employees/`.

use crate::{Error, employees, relationships};
use std::fs;
use std::path::{Path, PathBuf};

/// Makes the whole set below a folder and returns the paths of the files.
pub fn write_all(folder: &Path) -> Result<Vec<PathBuf>, Error> {
    let mut made = Vec::new();
    let workbooks = subfolder(folder, "relationships")?;
    for version in relationships::Version::ALL {
        let path = workbooks.join(version.file_name());
        relationships::standard(version).write(&path)?;
        made.push(path);
    }
    let tables = subfolder(folder, "employees")?;
    for version in employees::Version::ALL {
        let path = tables.join(version.file_name());
        employees::standard(version).write(&path)?;
        made.push(path);
    }
    Ok(made)
}

fn subfolder(folder: &Path, name: &str) -> Result<PathBuf, Error> {
    let path = folder.join(name);
    fs::create_dir_all(&path)
        .map_err(|source| Error::Folder { path: path.display().to_string(), source })?;
    Ok(path)
}
