//! `tolva schema`: contracts and the tables that fit them.

use miette::{IntoDiagnostic, miette};
use serde_json::json;
use tolva_loader::catalog::{self, Applied, ContractFile};
use tolva_schema::dialect::Dialect;
use tolva_schema::script;

use crate::app::{App, report};
use crate::args::SchemaVerb;
use crate::exit::Exit;
use crate::settings::Settings;

/// Runs the verb.
pub async fn run(settings: Settings, verb: SchemaVerb, json: bool) -> miette::Result<Exit> {
    let (files, errors) = catalog::read(&settings.datasets);
    let exit = if errors.is_empty() { Exit::Done } else { Exit::Failed };
    for error in errors {
        eprintln!("{:?}", report(error));
    }
    let done = match verb {
        SchemaVerb::Plan => plan(settings, &files, json).await,
        SchemaVerb::Apply { allow_destructive } => {
            apply(settings, &files, allow_destructive, json).await
        }
        SchemaVerb::Sql { dialect, dataset } => sql(&files, dialect, dataset.as_deref()),
        SchemaVerb::Show { dataset } => show(&files, dataset.as_deref(), json),
    }?;
    Ok(done.and(exit))
}

async fn plan(settings: Settings, files: &[ContractFile], json: bool) -> miette::Result<Exit> {
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
                println!("{name} → {target}: {}{mark}", step.what);
                for statement in step.sql {
                    println!("    {};", statement.replace('\n', "\n    "));
                }
            }
        }
    }
    Ok(Exit::Done)
}

async fn apply(
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
            Applied::Waiting(plans) => {
                exit = Exit::Failed;
                ("waits for --allow-destructive", plans)
            }
        };
        if json {
            println!("{}", json!({ "dataset": name, "state": word, "targets": plans }));
            continue;
        }
        println!("{name}: {word}");
        for (target, steps) in plans {
            for step in steps {
                println!("  {target}: {}", step.what);
            }
        }
    }
    Ok(exit)
}

fn chosen<'a>(
    files: &'a [ContractFile],
    dataset: Option<&str>,
) -> miette::Result<Vec<&'a ContractFile>> {
    let meant = |file: &&ContractFile| dataset.is_none_or(|name| file.contract.name == *name);
    let chosen: Vec<&ContractFile> = files.iter().filter(meant).collect();
    match dataset {
        Some(name) if chosen.is_empty() => Err(miette!("no contract declares the dataset {name}")),
        _ => Ok(chosen),
    }
}

fn sql(files: &[ContractFile], dialect: Dialect, dataset: Option<&str>) -> miette::Result<Exit> {
    let contracts: Vec<_> =
        chosen(files, dataset)?.into_iter().map(|file| &file.contract).collect();
    if let Some(reason) = contracts.iter().find_map(|contract| contract.unfit_for(dialect)) {
        return Err(miette!("{reason}"));
    }
    print!("{}", script::write(dialect, &contracts));
    Ok(Exit::Done)
}

fn show(files: &[ContractFile], dataset: Option<&str>, json: bool) -> miette::Result<Exit> {
    for file in chosen(files, dataset)? {
        let contract = &file.contract;
        if json {
            println!(
                "{}",
                json!({ "digest": contract.digest(), "title": contract.title, "contract": contract })
            );
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
