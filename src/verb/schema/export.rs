//! `tolva schema export`: contracts for other tools.

use tolva_loader::catalog::ContractFile;
use tolva_schema::frictionless;

use super::chosen;
use crate::exit::Exit;

/// Runs the verb.
pub fn run(files: &[ContractFile], dataset: Option<&str>) -> miette::Result<Exit> {
    let contracts: Vec<_> =
        chosen(files, dataset)?.into_iter().map(|file| &file.contract).collect();
    print!("{}", frictionless::export(&contracts));
    Ok(Exit::Done)
}
