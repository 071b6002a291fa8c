//! `tolva schema show`: how contracts are understood.

use serde_json::json;
use tolva_loader::catalog::ContractFile;

use super::chosen;
use crate::exit::Exit;

/// Runs the verb.
pub fn run(files: &[ContractFile], dataset: Option<&str>, json: bool) -> miette::Result<Exit> {
    for file in chosen(files, dataset)? {
        let contract = &file.contract;
        if json {
            println!("{}", json!(contract.outline(&file.file)));
            continue;
        }
        println!("{} ({}), digest {}", contract.name, file.file, &contract.digest()[..12]);
        for relation in contract.relations() {
            let columns: Vec<&str> = relation
                .columns
                .iter()
                .map(|column| column.name.as_str())
                .filter(|name| !name.starts_with('_'))
                .collect();
            println!("  {}({})", relation.name, columns.join(", "));
        }
    }
    Ok(Exit::Done)
}
