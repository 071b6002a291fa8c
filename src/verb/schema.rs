//! `tolva schema`: contracts and the tables that fit them.

mod apply;
mod erd;
mod export;
mod import;
mod infer;
mod jsonschema;
mod plan;
mod show;
mod sql;

use miette::miette;
use tolva_loader::catalog::{self, ContractFile};

use crate::app::report;
use crate::args::SchemaVerb;
use crate::exit::Exit;
use crate::settings::Settings;

/// Runs the verb.
pub async fn run(settings: Settings, verb: SchemaVerb, json: bool) -> miette::Result<Exit> {
    // Some have nothing to do with the contracts that are there.
    match &verb {
        SchemaVerb::Infer { file, name } => {
            return infer::run(&settings.limits, file, name.as_deref(), json);
        }
        SchemaVerb::Import { package, into } => return import::run(package, into.as_deref(), json),
        SchemaVerb::Jsonschema => return Ok(jsonschema::run()),
        _ => {}
    }
    let (files, errors) = catalog::read(&settings.datasets);
    let exit = if errors.is_empty() { Exit::Done } else { Exit::Failed };
    for error in errors {
        eprintln!("{:?}", report(error));
    }
    let done = match verb {
        SchemaVerb::Plan => plan::run(settings, &files, json).await,
        SchemaVerb::Apply { allow_destructive } => {
            apply::run(settings, &files, allow_destructive, json).await
        }
        SchemaVerb::Sql { dialect, dataset } => sql::run(&files, dialect, dataset.as_deref()),
        SchemaVerb::Erd { format, dataset } => erd::run(&files, format, dataset.as_deref()),
        SchemaVerb::Export { dataset } => export::run(&files, dataset.as_deref()),
        SchemaVerb::Infer { .. } | SchemaVerb::Import { .. } | SchemaVerb::Jsonschema => {
            Ok(Exit::Done)
        }
        SchemaVerb::Show { dataset } => show::run(&files, dataset.as_deref(), json),
    }?;
    Ok(done.and(exit))
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
