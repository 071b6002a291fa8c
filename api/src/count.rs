//! How many rows there are.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use tolva_schema::dialect::Dialect;

use crate::database::Trouble;
use crate::plan::Node;
use crate::prefer::Count;
use crate::problem::Problem;
use crate::snapshot::{Snapshot, Version};
use crate::sql;

/// Up to so many rows, an estimate is a count.
const FEW: i64 = 1000;

/// What tables held when they were counted last.
#[derive(Debug, Default)]
pub struct Totals(Mutex<BTreeMap<String, Total>>);

#[derive(Debug)]
struct Total {
    digest: String,
    version: i64,
    rows: i64,
}

impl Totals {
    /// How many rows a node has of a table of which all is asked for, if it was counted at this version.
    pub fn known(&self, node: &Node, version: Option<Version>) -> Option<i64> {
        let totals = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let total = totals.get(&node.table.name)?;
        let same = node.is_whole()
            && total.digest == node.table.digest
            && version.is_some_and(|version| version.number == total.version);
        same.then_some(total.rows)
    }

    /// Keeps a count. There is one for each table, so that memory is bounded by contracts.
    pub fn keep(&self, node: &Node, version: Option<Version>, rows: i64) {
        let Some(version) = version.filter(|_| node.is_whole()) else {
            return;
        };
        let digest = node.table.digest.clone();
        let total = Total { digest, version: version.number, rows };
        let mut totals = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        totals.insert(node.table.name.clone(), total);
    }
}

/// Counts the rows as it is asked for.
pub async fn total(
    snapshot: &Snapshot,
    dialect: Dialect,
    totals: &Totals,
    node: &Node,
    version: Option<Version>,
    how: Count,
) -> Result<i64, Trouble> {
    if let Some(known) = totals.known(node, version) {
        return Ok(known);
    }
    if let Some(rows) = kept(snapshot, node, version).await? {
        totals.keep(node, version, rows);
        return Ok(rows);
    }
    // SQLite expects nothing.
    let how = if dialect == Dialect::Sqlite { Count::Exact } else { how };
    match how {
        Count::Exact => {
            let rows = snapshot.number(sql::count(dialect, node, None)?).await?;
            totals.keep(node, version, rows);
            Ok(rows)
        }
        Count::Planned => planned(snapshot, node).await,
        Count::Estimated => {
            let rows = snapshot.number(sql::count(dialect, node, Some(FEW + 1))?).await?;
            if rows <= FEW { Ok(rows) } else { Ok(planned(snapshot, node).await?.max(rows)) }
        }
    }
}

/// How many rows loads and writers say that a table has of which all is asked for.
pub async fn kept(
    snapshot: &Snapshot,
    node: &Node,
    version: Option<Version>,
) -> Result<Option<i64>, Trouble> {
    // Before the first load there is no table of them.
    if !node.is_whole() || version.is_none() {
        return Ok(None);
    }
    Ok(snapshot.rows_of_table(&node.table.name).await?)
}

async fn planned(snapshot: &Snapshot, node: &Node) -> Result<i64, Trouble> {
    let plan = snapshot.json(sql::plan(node)?).await?;
    plan[0]["Plan"]["Plan Rows"].as_i64().ok_or_else(|| {
        let cause = format!("the plan tells no number of rows: {plan}");
        Problem::Internal { cause }.into()
    })
}
