//! `/v1/datasets`: what the contracts in force declare, and how fresh it is.

use actix_web::{HttpRequest, HttpResponse, web};
use schemars::JsonSchema;
use serde::Serialize;
use tolva_ledger::{Freshness, StoredContract, Target, rfc3339};
use tolva_schema::dialect::Dialect;
use tolva_schema::scope::Scope;

use super::parameters::Parameters;
use crate::auth::Caller;
use crate::catalogue::{DEFAULT_TARGET, Exposed, Private};
use crate::problem::Problem;
use crate::query::kind;
use crate::state::State;

/// A dataset.
#[derive(Serialize, JsonSchema)]
pub struct DatasetEntry {
    name: String,
    title: Option<String>,
    digest: String,
    every_seconds: u64,
    late: bool,
    targets: Vec<TargetEntry>,
    tables: Vec<TableEntry>,
}

/// A database that holds it.
#[derive(Serialize, JsonSchema)]
struct TargetEntry {
    name: String,
    dialect: Option<Dialect>,
    skipped: bool,
    refreshed_at: Option<String>,
    late: bool,
}

/// A table of it.
#[derive(Serialize, JsonSchema)]
struct TableEntry {
    name: String,
    primary_key: Vec<String>,
    key: Vec<String>,
    columns: Vec<ColumnEntry>,
}

/// A column of that.
#[derive(Serialize, JsonSchema)]
struct ColumnEntry {
    name: String,
    #[serde(rename = "type")]
    kind: &'static str,
    nullable: bool,
    references: Option<Reference>,
}

/// What a column refers to.
#[derive(Serialize, JsonSchema)]
struct Reference {
    table: String,
    column: String,
}

/// What the ledger knows of targets, read once for all datasets.
struct Known {
    dialect: Dialect,
    targets: Vec<Target>,
    freshness: Vec<Freshness>,
}

impl Known {
    async fn read(state: &State) -> Result<Self, Problem> {
        let (targets, freshness) = state
            .ask(|ledger| async move {
                let targets = ledger.targets().await?;
                Ok::<_, tolva_ledger::LedgerError>((targets, ledger.freshness().await?))
            })
            .await?;
        Ok(Self { dialect: state.ledger().dialect(), targets, freshness })
    }

    fn target(&self, stored: &StoredContract, name: &str) -> TargetEntry {
        let contract = &stored.contract;
        let known = self.targets.iter().find(|target| target.name == name);
        let is_default = name == DEFAULT_TARGET;
        let skipped = !is_default && known.is_some_and(|target| target.dialect.is_none());
        let dialect =
            if is_default { Some(self.dialect) } else { known.and_then(|target| target.dialect) };
        let mut all = self.freshness.iter();
        let fresh = all.find(|one| contract.name == *one.dataset && one.target == name);
        TargetEntry {
            name: name.to_owned(),
            dialect,
            skipped,
            refreshed_at: fresh.and_then(|one| one.refreshed_at).map(rfc3339),
            late: fresh.is_some_and(|one| one.late),
        }
    }
}

fn entry(stored: &StoredContract, known: &Known, caller: &Caller) -> DatasetEntry {
    let contract = &stored.contract;
    let private = Private::of(contract, caller.may(Scope::Private, &contract.name));
    let targets: Vec<TargetEntry> =
        contract.targets.iter().map(|name| known.target(stored, name)).collect();
    DatasetEntry {
        name: contract.name.to_string(),
        title: contract.title.clone(),
        digest: stored.digest.clone(),
        every_seconds: contract.every.as_secs(),
        late: targets.iter().any(|target| target.late),
        targets,
        tables: contract
            .relations()
            .into_iter()
            .map(|relation| table(Exposed::new(relation, stored, private)))
            .collect(),
    }
}

fn table(exposed: Exposed) -> TableEntry {
    let foreign_keys = exposed.foreign_keys;
    let columns = exposed
        .columns
        .into_iter()
        .map(|column| ColumnEntry {
            references: foreign_keys.iter().find(|key| key.column == column.name).map(|key| {
                Reference { table: key.parent.clone(), column: key.parent_column.clone() }
            }),
            name: column.name,
            kind: kind(column.kind),
            nullable: column.nullable,
        })
        .collect();
    TableEntry {
        name: exposed.name,
        key: exposed.unique.unwrap_or_else(|| exposed.primary_key.clone()),
        primary_key: exposed.primary_key,
        columns,
    }
}

/// Every dataset.
pub async fn list(
    state: web::Data<State>,
    request: HttpRequest,
    caller: Caller,
) -> Result<HttpResponse, Problem> {
    Parameters::read(request.query_string(), &[])?;
    let catalogue = state.catalogue().await?;
    let known = Known::read(&state).await?;
    let entries: Vec<DatasetEntry> = catalogue
        .contracts()
        .iter()
        .filter(|stored| caller.may(Scope::Read, &stored.contract.name))
        .map(|stored| entry(stored, &known, &caller))
        .collect();
    Ok(HttpResponse::Ok().json(entries))
}

/// One dataset.
pub async fn one(
    state: web::Data<State>,
    request: HttpRequest,
    caller: Caller,
    name: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    Parameters::read(request.query_string(), &[])?;
    let catalogue = state.catalogue().await?;
    let stored = catalogue.dataset(&name)?;
    caller.require(Scope::Read, &stored.contract.name)?;
    let known = Known::read(&state).await?;
    Ok(HttpResponse::Ok().json(entry(stored, &known, &caller)))
}
