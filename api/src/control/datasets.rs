//! `/v1/datasets`: what the contracts in force declare, and how fresh it is.

use std::collections::BTreeMap;

use actix_web::{HttpRequest, HttpResponse, web};
use serde::Serialize;
use tolva_ledger::{StoredContract, Target, now_ms, rfc3339};
use tolva_schema::dialect::Dialect;

use super::parameters::Parameters;
use crate::catalogue::{DEFAULT_TARGET, Exposed};
use crate::problem::Problem;
use crate::query::kind;
use crate::state::State;

/// A dataset.
#[derive(Serialize)]
struct Entry {
    name: String,
    title: Option<String>,
    digest: String,
    every_seconds: u64,
    late: bool,
    targets: Vec<TargetEntry>,
    tables: Vec<TableEntry>,
}

/// A database that holds it.
#[derive(Serialize)]
struct TargetEntry {
    name: String,
    dialect: Option<Dialect>,
    skipped: bool,
    refreshed_at: Option<String>,
    late: bool,
}

/// A table of it.
#[derive(Serialize)]
struct TableEntry {
    name: String,
    primary_key: Vec<String>,
    key: Vec<String>,
    columns: Vec<ColumnEntry>,
}

/// A column of that.
#[derive(Serialize)]
struct ColumnEntry {
    name: String,
    #[serde(rename = "type")]
    kind: &'static str,
    nullable: bool,
    references: Option<Reference>,
}

/// What a column refers to.
#[derive(Serialize)]
struct Reference {
    table: String,
    column: String,
}

/// What the ledger knows of targets, read once for all datasets.
struct Freshness {
    dialect: Dialect,
    targets: Vec<Target>,
    refreshed: BTreeMap<(String, String), i64>,
    now: i64,
}

impl Freshness {
    async fn read(state: &State) -> Result<Self, Problem> {
        let (targets, refreshed) = state
            .ask(|ledger| async move {
                Ok::<_, tolva_ledger::LedgerError>((
                    ledger.targets().await?,
                    ledger.refreshed_at().await?,
                ))
            })
            .await?;
        Ok(Self {
            dialect: state.ledger().dialect(),
            targets,
            refreshed: refreshed
                .into_iter()
                .map(|(dataset, target, at)| ((dataset, target), at))
                .collect(),
            now: now_ms(),
        })
    }

    fn target(&self, stored: &StoredContract, name: &str) -> TargetEntry {
        let contract = &stored.contract;
        let known = self.targets.iter().find(|target| target.name == name);
        let is_default = name == DEFAULT_TARGET;
        let skipped = !is_default && known.is_some_and(|target| target.dialect.is_none());
        let dialect =
            if is_default { Some(self.dialect) } else { known.and_then(|target| target.dialect) };
        let at = self.refreshed.get(&(contract.name.to_string(), name.to_owned())).copied();
        TargetEntry {
            name: name.to_owned(),
            dialect,
            skipped,
            refreshed_at: at.map(rfc3339),
            late: !skipped
                && is_late(at.unwrap_or(stored.stored_at), contract.every.as_millis(), self.now),
        }
    }
}

/// Whether a target is older than promised. One that was never refreshed is as old as its contract.
fn is_late(since: i64, every_ms: u128, now: i64) -> bool {
    u128::from(now.saturating_sub(since).max(0).unsigned_abs()) > every_ms
}

fn entry(stored: &StoredContract, freshness: &Freshness) -> Entry {
    let contract = &stored.contract;
    let targets: Vec<TargetEntry> =
        contract.targets.iter().map(|name| freshness.target(stored, name)).collect();
    Entry {
        name: contract.name.to_string(),
        title: contract.title.clone(),
        digest: stored.digest.clone(),
        every_seconds: contract.every.as_secs(),
        late: targets.iter().any(|target| target.late),
        targets,
        tables: contract
            .relations()
            .into_iter()
            .map(|relation| table(Exposed::new(relation, stored)))
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
pub async fn list(state: web::Data<State>, request: HttpRequest) -> Result<HttpResponse, Problem> {
    Parameters::read(request.query_string(), &[])?;
    let catalogue = state.catalogue().await?;
    let freshness = Freshness::read(&state).await?;
    let entries: Vec<Entry> =
        catalogue.contracts().iter().map(|stored| entry(stored, &freshness)).collect();
    Ok(HttpResponse::Ok().json(entries))
}

/// One dataset.
pub async fn one(
    state: web::Data<State>,
    request: HttpRequest,
    name: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    Parameters::read(request.query_string(), &[])?;
    let catalogue = state.catalogue().await?;
    let stored = catalogue.dataset(&name)?;
    let freshness = Freshness::read(&state).await?;
    Ok(HttpResponse::Ok().json(entry(stored, &freshness)))
}

#[cfg(test)]
mod tests {
    use super::is_late;

    #[test]
    fn late_is_older_than_promised() {
        assert!(!is_late(1_000, 500, 1_500));
        assert!(is_late(1_000, 500, 1_501));
        assert!(!is_late(2_000, 500, 1_000), "a clock that went back is no delay");
    }
}
