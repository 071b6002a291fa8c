//! The scripts in `schema/sql/` are what the contracts in `datasets/` say.

use std::path::{Path, PathBuf};

use tolva_schema::contract::Contract;
use tolva_schema::dialect::Dialect;
use tolva_schema::script;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn contracts() -> Vec<Contract> {
    let folder = std::fs::read_dir(root().join("datasets")).expect("the contracts are there");
    let mut paths: Vec<PathBuf> = folder
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "toml"))
        .collect();
    paths.sort();
    paths
        .iter()
        .map(|path| {
            let text = std::fs::read_to_string(path).expect("a contract");
            Contract::parse(&path.to_string_lossy(), &text).expect("valid")
        })
        .collect()
}

#[test]
fn the_generated_scripts_are_up_to_date() {
    let contracts = contracts();
    let contracts: Vec<&Contract> = contracts.iter().collect();
    for dialect in Dialect::ALL {
        let path = root().join(format!("schema/sql/{dialect}.sql"));
        let kept = std::fs::read_to_string(&path).expect("the script is there");
        assert!(
            kept == script::write(dialect, &contracts),
            "{} is out of date: tolva schema sql --dialect {dialect} > schema/sql/{dialect}.sql",
            path.display()
        );
    }
}
