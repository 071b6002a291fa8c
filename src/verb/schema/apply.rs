//! `tolva schema apply`: makes the changes and puts the contracts in force.

use miette::IntoDiagnostic;
use serde_json::json;
use tolva_loader::catalog::{Applied, ContractFile};

use crate::app::App;
use crate::exit::Exit;
use crate::settings::Settings;

/// Runs the verb.
pub async fn run(
    settings: Settings,
    files: &[ContractFile],
    allow_destructive: bool,
    json: bool,
) -> miette::Result<Exit> {
    let app = App::open(settings).await?;
    let mut exit = Exit::Done;
    for file in files {
        let name = &file.contract.name;
        let applied = app.loader.apply(file, allow_destructive).await.into_diagnostic()?;
        let (word, plans) = match applied {
            Applied::Same => ("in force already", Default::default()),
            Applied::InForce(plans) => ("in force", plans),
            Applied::Waiting(_) => {
                exit = Exit::Failed;
                let counted = app.loader.plan(&file.contract).await.into_diagnostic()?;
                ("waits for --allow-destructive", counted)
            }
        };
        if json {
            println!("{}", json!({ "dataset": name, "state": word, "targets": plans }));
            continue;
        }
        println!("{name}: {word}");
        for (target, steps) in plans {
            for step in steps {
                println!("  {target}: {step}");
            }
        }
    }
    Ok(exit)
}
