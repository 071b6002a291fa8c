//! What most verbs need: the ledger, the targets, the contracts in force.

use std::path::Path;
use std::sync::Arc;

use miette::{IntoDiagnostic, miette};
use tolva_events::{AmqpBus, Bus};
use tolva_ledger::{Ledger, StoredContract};
use tolva_loader::catalog::{Applied, CatalogError};
use tolva_loader::{Journal, LoadError, Loader, Targets};
use tolva_schema::contract::Contract;
use tolva_schema::routing::{Route, partition_of, route};

use crate::opening;
use crate::settings::Settings;

/// The opened parts.
pub struct App {
    /// The configuration.
    pub settings: Settings,
    /// The ledger.
    pub ledger: Ledger,
    /// The loader over it.
    pub loader: Loader,
    /// The statements that targets were sent.
    pub journal: Journal,
}

impl App {
    /// Opens the ledger; makes the folder of an embedded database.
    pub async fn open(settings: Settings) -> miette::Result<Self> {
        Self::noting(settings, Journal::default()).await
    }

    /// The same, with every statement that a target is sent noted in `journal`.
    pub async fn noting(settings: Settings, journal: Journal) -> miette::Result<Self> {
        let ledger = opening::ledger(&settings).await?;
        Ok(Self::with(ledger, settings, journal))
    }

    /// The parts over a ledger that is open.
    pub fn over(ledger: Ledger, settings: Settings) -> Self {
        Self::with(ledger, settings, Journal::default())
    }

    fn with(ledger: Ledger, settings: Settings, journal: Journal) -> Self {
        let ledger = ledger.with_trace(tolva_telemetry::current_traceparent);
        let targets = Targets::new(&settings.database.url, &settings.target_urls());
        let targets = targets.with_journal(&journal);
        let loader = Loader::new(ledger.clone(), targets, &tolva_telemetry::name())
            .with_limits(settings.limits.clone());
        Self { settings, ledger, loader, journal }
    }

    /// The broker, if one is configured.
    pub fn bus(&self) -> miette::Result<Option<Arc<dyn Bus>>> {
        bus(&self.settings)
    }

    /// Reads the folder of contracts, puts in force what loses nothing, and tells what is wrong with
    /// the rest: whatever was in force stays so.
    pub async fn sync(&self) -> Result<(), LoadError> {
        let folder = &self.settings.datasets;
        if !folder.exists() {
            return Ok(());
        }
        let (applied, errors) = self.loader.sync(folder).await?;
        for error in errors {
            eprintln!("{:?}", report(error));
        }
        for (dataset, outcome) in applied {
            if let Applied::Waiting(plans) = outcome {
                let steps = plans.into_values().flatten().filter(|step| step.destructive);
                let what: Vec<String> = steps.map(|step| step.to_string()).collect();
                tracing::warn!(
                    dataset,
                    "the new contract waits for `tolva schema apply --allow-destructive`: {}",
                    what.join("; ")
                );
            }
        }
        Ok(())
    }

    /// The contract that takes a file, and the partition it owns. Its folder may name the dataset.
    pub async fn contract_for(
        &self,
        file: &Path,
        dataset: Option<&str>,
    ) -> miette::Result<(StoredContract, String)> {
        let contracts = self.ledger.contracts().await.into_diagnostic()?;
        let list: Vec<_> = contracts.iter().map(|stored| stored.contract.clone()).collect();
        let chosen = choose(&list, &self.settings, file, dataset)?;
        let part = partition_of(chosen, &file.file_name().unwrap_or_default().to_string_lossy());
        let stored = contracts.into_iter().find(|stored| stored.contract.name == chosen.name);
        let stored = stored.ok_or_else(|| miette!("there is no dataset {}", chosen.name))?;
        Ok((stored, part))
    }

    /// The names of the datasets meant: those given, or all.
    pub async fn datasets(&self, given: Vec<String>) -> miette::Result<Vec<StoredContract>> {
        let contracts = self.ledger.contracts().await.into_diagnostic()?;
        for name in &given {
            if !contracts.iter().any(|stored| stored.contract.name == **name) {
                return Err(miette!("there is no dataset {name}; `tolva status` lists them"));
            }
        }
        let meant = |stored: &StoredContract| {
            given.is_empty() || given.iter().any(|name| stored.contract.name == **name)
        };
        Ok(contracts.into_iter().filter(meant).collect())
    }
}

/// The broker, if one is configured. Nothing is connected to yet.
pub fn bus(settings: &Settings) -> miette::Result<Option<Arc<dyn Bus>>> {
    let Some(url) = &settings.broker.url else { return Ok(None) };
    let bus = AmqpBus::new(url, &settings.broker.name).into_diagnostic()?;
    Ok(Some(Arc::new(bus)))
}

/// The contract among `list` that takes a file: that of `dataset`, else that which the file's folder
/// or its name tells.
pub fn choose<'a>(
    list: &'a [Contract],
    settings: &Settings,
    file: &Path,
    dataset: Option<&str>,
) -> miette::Result<&'a Contract> {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let folder = file.parent().and_then(Path::file_name).map(|name| name.to_string_lossy());
    let known = || {
        let names: Vec<&str> = list.iter().map(|contract| contract.name.as_str()).collect();
        if names.is_empty() {
            format!("no contract is in force; put one into {}", settings.datasets.display())
        } else {
            format!("the datasets are {}", names.join(", "))
        }
    };
    let folder = folder.filter(|folder| list.iter().any(|one| one.name == **folder));
    let chosen = match dataset {
        Some(dataset) => dataset.to_owned(),
        None => match route(list, folder.as_deref(), &name) {
            Route::To { dataset, .. } => dataset.to_owned(),
            Route::Nowhere => {
                return Err(miette!(
                    help = "name the dataset with --dataset",
                    "no contract takes {name}; {}",
                    known()
                ));
            }
            Route::Tie(names) => {
                return Err(miette!(
                    help = "name the dataset with --dataset",
                    "{} take {name} with equal right",
                    names.join(" and ")
                ));
            }
        },
    };
    list.iter()
        .find(|contract| contract.name == *chosen)
        .ok_or_else(|| miette!("there is no dataset {chosen}; {}", known()))
}

/// An error of a contract file, with its source text where there is one.
pub fn report(error: CatalogError) -> miette::Report {
    match error {
        CatalogError::Contract(error) => miette::Report::new(*error),
        other => miette!("{other}"),
    }
}
