//! The first rows that a file gives to the tables of its contract, whatever is there already.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use serde::Serialize;
use tolva_schema::contract::{Content, Contract};

use crate::index::TableIndex;
use crate::limits::Limits;
use crate::organise::staged::Staged;
use crate::organise::{self, Input};
use crate::progress::Progress;
use crate::refresh::Loader;

/// Parents whose keys are remembered, to be shown in place of surrogate keys.
const PARENTS: usize = 10_000;

/// Rows of a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TablePreview {
    /// The table.
    pub table: String,
    /// Its columns, without the surrogate key.
    pub columns: Vec<String>,
    /// Rows; what is unknown is `null`. A reference by surrogate key shows the key of what it means.
    pub rows: Vec<Vec<Option<String>>>,
}

impl Loader {
    /// The first `most` rows of each table from the file at `path`, called `name`. As many as can be
    /// read: what keeps the rest from being read is [`Loader::check`]'s to tell.
    pub async fn preview(
        &self,
        contract: &Contract,
        path: &Path,
        name: &str,
        most: usize,
    ) -> Vec<TablePreview> {
        let (contract, path, name) = (contract.clone(), path.to_owned(), name.to_owned());
        let limits = Arc::clone(self.limits());
        let read =
            tokio::task::spawn_blocking(move || read(&contract, &path, &name, &limits, most));
        read.await.unwrap_or_default()
    }
}

fn read(
    contract: &Contract,
    path: &Path,
    name: &str,
    limits: &Limits,
    most: usize,
) -> Vec<TablePreview> {
    let mut tables: Vec<TablePreview> = contract
        .tables
        .iter()
        .map(|table| TablePreview {
            table: table.name.to_string(),
            columns: table.columns.iter().map(|column| column.name.to_string()).collect(),
            rows: Vec::new(),
        })
        .collect();
    let mut keys: HashMap<(usize, i64), String> = HashMap::new();
    let indexes = contract.tables.iter().map(|_| TableIndex::default()).collect();
    let input = Input { path, name, limits };
    let mut take = |staged: Staged| {
        let table = &contract.tables[staged.table];
        let text = |at: usize| staged.values.get(at).and_then(|value| value.to_text());
        if table.id.is_some() && keys.len() < PARENTS {
            let key: Vec<String> = table.key.iter().filter_map(|at| text(*at)).collect();
            keys.insert((staged.table, staged.id), key.join(", "));
        }
        let shown = &mut tables[staged.table].rows;
        if shown.len() < most {
            let columns = table.columns.iter().enumerate().map(|(at, column)| {
                let (text, parent) = (text(at)?, column.references);
                let is_id = matches!(column.content, Content::ParentId(_));
                let known = parent.filter(|_| is_id).zip(text.parse().ok());
                Some(known.and_then(|key| keys.get(&key)).cloned().unwrap_or(text))
            });
            shown.push(columns.collect());
        }
        tables.iter().any(|table| table.rows.len() < most)
    };
    // That it was stopped, or that the file cannot be read to its end, takes nothing from what was.
    drop(organise::organise(contract, indexes, input, &Progress::default(), &mut take));
    tables
}
