//! What rows refer to: it must be there, and its natural key is part of what they are.

use std::collections::{BTreeSet, HashMap};

use futures_util::future::{BoxFuture, FutureExt};
use tolva_ledger::stored;
use tolva_schema::contract::{Content, Contract, Table};
use tolva_schema::hash::{Hash128, Hasher};
use tolva_schema::relation::RelationColumn;
use tolva_schema::value::Value;

use super::broken::Broken;
use super::subject::{Row, Subject};
use super::transaction::Writing;
use crate::database::Trouble;
use crate::plan::Keys;

/// The natural keys of rows, by what refers to them: their ids, or the keys themselves.
type Found = HashMap<String, Vec<Value>>;

/// What the rows of a request refer to, by the column that does.
pub struct Parents(HashMap<usize, Found>);

impl Parents {
    /// Looks up what rows refer to.
    pub async fn of(
        writing: &Writing,
        subject: &Subject<'_>,
        rows: &[&Row],
    ) -> Result<Self, Trouble> {
        let mut all = HashMap::new();
        for (at, column) in subject.table().columns.iter().enumerate() {
            let Some(parent) = column.references else { continue };
            let wanted = rows.iter().map(|row| &row.values[at]).filter(|value| !value.is_null());
            let wanted: BTreeSet<String> = wanted.filter_map(Value::to_text).collect();
            let by_id = matches!(column.content, Content::ParentId(_));
            all.insert(at, naturals(writing, subject.contract(), parent, by_id, wanted).await?);
        }
        Ok(Self(all))
    }

    /// The rules about references that a row breaks; `changed` tells whether a column is new in it.
    pub fn check(
        &self,
        subject: &Subject<'_>,
        number: usize,
        row: &Row,
        changed: impl Fn(usize) -> bool,
        broken: &mut Vec<Broken>,
    ) {
        for (at, found) in &self.0 {
            let Some(text) = row.values[*at].to_text().filter(|_| changed(*at)) else { continue };
            if found.contains_key(&text) {
                continue;
            }
            let parent = subject.table().columns[*at].references;
            let parent = parent.map_or("", |parent| &subject.contract().tables[parent].name);
            let message = format!("there is no {parent} {text}; add it, or correct this");
            let name = subject.column(*at);
            broken.push(Broken::new(number, name, "reference", message).with(Some(text)));
        }
    }

    /// The hash of a row's content, as a file's row with the same content has it.
    pub fn hash(&self, subject: &Subject<'_>, row: &Row) -> Hash128 {
        let columns: Vec<(String, Vec<Value>)> = subject
            .table()
            .hashed_columns()
            .into_iter()
            .map(|(at, name)| (name, self.content(subject, at, &row.values[at])))
            .collect();
        Hasher::default().row(columns.iter().map(|(name, values)| (name.as_str(), &values[..])))
    }

    /// What a file says for a column: the natural key of what an id refers to.
    fn content(&self, subject: &Subject<'_>, at: usize, value: &Value) -> Vec<Value> {
        let natural = match subject.table().columns[at].content {
            Content::ParentId(_) => {
                let text = value.to_text();
                text.and_then(|text| self.0.get(&at)?.get(&text).cloned())
            }
            Content::Field(_) => None,
        };
        natural.unwrap_or_else(|| vec![value.clone()])
    }
}

/// The natural keys of a table's rows, spelled out where they refer to other tables in their turn.
fn naturals<'f>(
    writing: &'f Writing,
    contract: &'f Contract,
    table: usize,
    by_id: bool,
    wanted: BTreeSet<String>,
) -> BoxFuture<'f, Result<Found, Trouble>> {
    async move {
        if wanted.is_empty() {
            return Ok(Found::new());
        }
        let definition = &contract.tables[table];
        let key = key_columns(contract, definition);
        let relation = contract.relation(definition);
        let by = match definition.id.as_deref().filter(|_| by_id) {
            Some(id) => relation.column(id).cloned(),
            None => key.first().cloned(),
        };
        let Some(by) = by else { return Ok(Found::new()) };
        let keys = Keys::spelled(by.clone(), wanted);
        let mut text = writing.text();
        text.push("SELECT ");
        text.push_column(0, &by.name);
        for column in &key {
            text.push(", ");
            text.push_column(0, &column.name);
        }
        text.push(" FROM ");
        text.push_name(&relation.name);
        text.push(" AS ");
        text.push_table(0);
        text.push(" WHERE ");
        text.push_keys(0, &keys);
        let mut found = Vec::new();
        for row in writing.rows(text.finish()?).await? {
            let value = |column: &RelationColumn, at| {
                stored::value(writing.dialect(), column.kind, &row, at)
            };
            let own = value(&by, 0)?.to_text().unwrap_or_default();
            let values = key.iter().zip(1..).map(|(column, at)| value(column, at));
            found.push((own, values.collect::<Result<Vec<_>, _>>()?));
        }
        spell_out(writing, contract, definition, found).await
    }
    .boxed()
}

/// Puts in place of each id in a natural key the natural key that it stands for.
async fn spell_out(
    writing: &Writing,
    contract: &Contract,
    table: &Table,
    found: Vec<(String, Vec<Value>)>,
) -> Result<Found, Trouble> {
    let mut parents: HashMap<usize, Found> = HashMap::new();
    for (place, at) in table.key.iter().enumerate() {
        let column = &table.columns[*at];
        if let (Content::ParentId(_), Some(parent)) = (&column.content, column.references) {
            let ids = found.iter().filter_map(|(_, key)| key[place].to_text()).collect();
            parents.insert(place, naturals(writing, contract, parent, true, ids).await?);
        }
    }
    let spelled = found.into_iter().map(|(own, key)| {
        let mut flat = Vec::new();
        for (place, value) in key.into_iter().enumerate() {
            let natural = parents.get(&place).zip(value.to_text());
            match natural.and_then(|(parents, id)| parents.get(&id)) {
                Some(natural) => flat.extend(natural.iter().cloned()),
                None => flat.push(value),
            }
        }
        (own, flat)
    });
    Ok(spelled.collect())
}

fn key_columns(contract: &Contract, table: &Table) -> Vec<RelationColumn> {
    let relation = contract.relation(table);
    let names = table.key.iter().map(|at| &table.columns[*at].name);
    names.filter_map(|name| relation.column(name).cloned()).collect()
}
