//! `tolva schema sql`: scripts for an administrator.

use miette::miette;
use tolva_loader::catalog::ContractFile;
use tolva_schema::dialect::Dialect;
use tolva_schema::script;

use super::chosen;
use crate::exit::Exit;

/// Runs the verb.
pub fn run(
    files: &[ContractFile],
    dialect: Dialect,
    dataset: Option<&str>,
) -> miette::Result<Exit> {
    let contracts: Vec<_> =
        chosen(files, dataset)?.into_iter().map(|file| &file.contract).collect();
    if let Some(reason) = contracts.iter().find_map(|contract| contract.unfit_for(dialect)) {
        return Err(miette!("{reason}"));
    }
    print!("{}", script::write(dialect, &contracts));
    Ok(Exit::Done)
}
