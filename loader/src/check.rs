//! Checking a file: the same reading and the same rules as a load, and no table is touched.

use std::path::Path;
use std::sync::Arc;

use tolva_schema::contract::Contract;
use tolva_schema::finding::Finding;
use tolva_schema::plan::LiveColumn;
use tolva_schema::relation::{Relation, RelationColumn};

use crate::count::Summary;
use crate::error::LoadError;
use crate::guard::{self, Refusal};
use crate::index::TableIndex;
use crate::organise::{self, Input};
use crate::progress::Progress;
use crate::refresh::Loader;
use crate::target::DEFAULT;
use crate::{live, rows};

/// What a load of the file would do.
#[derive(Debug)]
pub struct Checked {
    /// Lines and rows.
    pub summary: Summary,
    /// What was found.
    pub findings: Vec<Finding>,
    /// Why the file would be quarantined.
    pub refusal: Option<Refusal>,
}

impl Loader {
    /// Checks the file at `path`, called `name`, against what the default target holds.
    pub async fn check(
        &self,
        contract: &Contract,
        path: &Path,
        name: &str,
        part: &str,
        progress: &Progress,
    ) -> Result<Checked, LoadError> {
        let indexes = self.indexes(contract, part).await?;
        let contract = Arc::new(contract.clone());
        let (path, name, progress) = (path.to_owned(), name.to_owned(), progress.clone());
        let limits = Arc::clone(self.limits());
        let work = move || {
            let input = Input { path: &path, name: &name, limits: &limits };
            match organise::organise(&contract, indexes, input, &progress, &mut |_| true) {
                Ok(organised) => {
                    let refusal = guard::refusal(&contract, &organised.tables, organised.totals);
                    let tables = organised
                        .tables
                        .iter()
                        .map(|table| (table.table.name.to_string(), table.counts))
                        .collect();
                    let summary =
                        Summary { totals: organised.totals, tables, ..Default::default() };
                    Ok(Checked { summary, findings: organised.findings, refusal })
                }
                Err(error) => match LoadError::from(error) {
                    LoadError::Quarantine { code, message } => Ok(Checked {
                        summary: Summary::default(),
                        findings: Vec::new(),
                        refusal: Some(Refusal { code, message }),
                    }),
                    other => Err(other),
                },
            }
        };
        tokio::task::spawn_blocking(work)
            .await
            .map_err(|panic| LoadError::Failed { code: "panic", message: panic.to_string() })?
    }

    /// What the default target holds; nothing where its tables are not made yet.
    async fn indexes(&self, contract: &Contract, part: &str) -> Result<Vec<TableIndex>, LoadError> {
        let mut indexes: Vec<TableIndex> =
            contract.tables.iter().map(|_| TableIndex::default()).collect();
        let Some(target) = self.targets().get(DEFAULT) else { return Ok(indexes) };
        let session = target.session().await?;
        let live = live::tables(&session, &session.db).await?;
        let is_it = |live: &LiveColumn, column: &RelationColumn| {
            live.name == column.name && live.kind == session.dialect.type_of(column.kind)
        };
        let fits = |table: &Relation| {
            live.iter().any(|live| {
                live.name == table.name
                    && table
                        .columns
                        .iter()
                        .all(|column| live.columns.iter().any(|live| is_it(live, column)))
            })
        };
        if contract.relations().iter().all(fits) {
            for (at, index) in indexes.iter_mut().enumerate() {
                *index = rows::index(&session, contract, at, part).await?;
            }
        }
        target.give_back(session).await;
        Ok(indexes)
    }
}
