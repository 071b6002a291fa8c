//! What a target holds of a dataset, against what the ledger says that it should.

use sea_orm::ConnectionTrait as _;
use serde::Serialize;
use tolva_ledger::Load;
use tolva_schema::contract::{Contract, Partition};
use tolva_schema::control::TOMBSTONE;
use tolva_schema::relation::{ORIGIN, Relation};
use tolva_schema::state::Origin;

use crate::error::LoadError;
use crate::refresh::Loader;
use crate::target::Session;

/// A table as it stands in a target.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Holding {
    /// The table.
    pub table: String,
    /// Its rows that came from files, those among them that were deleted through the API included.
    pub rows: i64,
    /// How many they should be by the ledger; none before the first load.
    pub expected: Option<i64>,
    /// Its columns, without those that Tolva keeps for itself.
    pub columns: Vec<String>,
    /// The first rows in the order of the primary key, as the database writes them.
    pub begins: Vec<Vec<Option<String>>>,
}

impl Loader {
    /// The tables of `contract` in `target`, each with its first `most` rows; nothing where the target
    /// has no URL.
    ///
    /// # Errors
    /// The target or the ledger refused.
    pub async fn holdings(
        &self,
        contract: &Contract,
        target: &str,
        most: usize,
    ) -> Result<Option<Vec<Holding>>, LoadError> {
        let Some(target) = self.targets().get(target) else { return Ok(None) };
        let most_loads = if is_whole(contract) { 1 } else { i64::MAX.unsigned_abs() };
        let loads = self.ledger().applied_loads(&contract.name, &target.name, most_loads).await?;
        let session = target.session().await?;
        let mut holdings = Vec::new();
        for relation in contract.relations() {
            let expected = expected(contract, &loads, &relation.name);
            holdings.push(holding(&session, contract, &relation, expected, most).await?);
        }
        target.give_back(session).await;
        Ok(Some(holdings))
    }
}

/// Whether each file is the whole dataset.
fn is_whole(contract: &Contract) -> bool {
    contract.refresh.is_snapshot() && contract.partition == Partition::None
}

/// A snapshot's last file tells what is there; otherwise it is what came and did not go.
fn expected(contract: &Contract, loads: &[Load], table: &str) -> Option<i64> {
    let count = |load: &Load, what: &str| load.counts[table][what].as_i64().unwrap_or(0);
    let last = loads.first()?;
    if is_whole(contract) {
        let kept = ["inserted", "updated", "unchanged", "held"];
        return Some(kept.iter().map(|what| count(last, what)).sum());
    }
    let loaded = loads.iter().filter(|load| load.state == "loaded");
    Some(loaded.map(|load| count(load, "inserted") - count(load, "deleted")).sum())
}

async fn holding(
    session: &Session,
    contract: &Contract,
    relation: &Relation,
    expected: Option<i64>,
    most: usize,
) -> Result<Holding, LoadError> {
    let dialect = session.dialect;
    let name = dialect.quote(&relation.name);
    let number = |row: Option<sea_orm::QueryResult>| match row {
        Some(row) => row.try_get_by_index::<i64>(0),
        None => Ok(0),
    };
    let sql = format!(
        "SELECT COUNT(*) FROM {name} WHERE {} <> {}",
        dialect.quote(ORIGIN),
        Origin::Api.code()
    );
    let rows = number(session.one(&session.db, sql, Vec::new()).await?)?;
    let sql = format!(
        "SELECT COUNT(*) FROM {TOMBSTONE} WHERE dataset = {} AND table_name = {}",
        dialect.placeholder(1),
        dialect.placeholder(2)
    );
    let values = vec![contract.name.as_str().into(), relation.name.as_str().into()];
    let gone = number(session.one(&session.db, sql, values).await?)?;
    let names = relation.columns.iter().map(|column| column.name.clone());
    let columns: Vec<String> = names.filter(|name| !name.starts_with('_')).collect();
    let kind = if dialect.is_mysql() { "CHAR" } else { "TEXT" };
    let texts: Vec<String> =
        columns.iter().map(|column| format!("CAST({} AS {kind})", dialect.quote(column))).collect();
    let sql = format!(
        "SELECT {} FROM {name} ORDER BY {} LIMIT {most}",
        texts.join(", "),
        dialect.quote_all(&relation.primary_key)
    );
    let begins = session
        .db
        .query_all_raw(session.statement(sql, Vec::new()))
        .await?
        .iter()
        .map(|row| (0..columns.len()).map(|at| row.try_get_by_index(at)).collect())
        .collect::<Result<_, _>>()?;
    Ok(Holding { table: relation.name.clone(), rows: rows + gone, expected, columns, begins })
}
