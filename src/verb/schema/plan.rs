//! `tolva schema plan`: what the contracts would change.

use miette::IntoDiagnostic;
use serde_json::json;
use tolva_loader::catalog::ContractFile;

use crate::app::App;
use crate::exit::Exit;
use crate::settings::Settings;

/// Runs the verb.
pub async fn run(settings: Settings, files: &[ContractFile], json: bool) -> miette::Result<Exit> {
    let app = App::open(settings).await?;
    for file in files {
        let name = &file.contract.name;
        let plans = app.loader.plan(&file.contract).await.into_diagnostic()?;
        if json {
            println!("{}", json!({ "dataset": name, "targets": plans }));
            continue;
        }
        for (target, steps) in plans {
            if steps.is_empty() {
                println!("{name} → {target}: nothing to do");
            }
            for step in steps {
                let mark = if step.destructive { " (destructive)" } else { "" };
                println!("{name} → {target}: {step}{mark}");
                for statement in step.sql {
                    println!("    {};", statement.replace('\n', "\n    "));
                }
            }
        }
    }
    Ok(Exit::Done)
}
