//! `tolva schema import`: contracts from what other tools know.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::Path;

use miette::{IntoDiagnostic, WrapErr, miette};
use serde_json::json;
use tolva_schema::frictionless::{self, Draft};

use crate::exit::Exit;

/// Runs the verb.
pub fn run(package: &Path, into: Option<&Path>, json: bool) -> miette::Result<Exit> {
    let text = std::fs::read_to_string(package)
        .into_diagnostic()
        .wrap_err_with(|| package.display().to_string())?;
    let drafts =
        frictionless::import(&text).map_err(|error| miette!("{}: {error}", package.display()))?;
    for draft in &drafts {
        let file = format!("{}.toml", draft.dataset);
        if let Some(folder) = into {
            write(&folder.join(&file), draft)?;
        }
        match (json, into) {
            (true, _) => println!(
                "{}",
                json!({ "dataset": draft.dataset, "file": file, "contract": draft.text })
            ),
            (false, Some(folder)) => println!("{}", folder.join(&file).display()),
            (false, None) if drafts.len() == 1 => print!("{}", draft.text),
            (false, None) => println!("# {file}\n{}", draft.text),
        }
    }
    Ok(Exit::Done)
}

/// Nobody's contract is replaced by a draft.
fn write(path: &Path, draft: &Draft) -> miette::Result<()> {
    let written = OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(path)
        .and_then(|mut file| file.write_all(draft.text.as_bytes()));
    written.into_diagnostic().wrap_err_with(|| path.display().to_string())
}
