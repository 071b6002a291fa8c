//! `tolva schema infer`: a draft of a contract.

use std::path::Path;

use miette::miette;
use serde_json::json;
use tolva_loader::{Limits, infer};
use tolva_schema::name::Name;

use crate::exit::Exit;

/// Runs the verb.
pub fn run(limits: &Limits, file: &Path, name: Option<&str>, json: bool) -> miette::Result<Exit> {
    let dataset = name.map(Name::new).transpose();
    let dataset = dataset.map_err(|error| miette!("--name: {error}"))?;
    let called = file.file_name().unwrap_or_default().to_string_lossy();
    let draft = infer::draft(file, &called, dataset.as_ref(), limits);
    let draft = draft.map_err(|error| miette!("{}: {error}", file.display()))?;
    if json {
        println!("{}", json!({ "contract": draft }));
    } else {
        print!("{draft}");
    }
    Ok(Exit::Done)
}
