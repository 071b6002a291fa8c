//! The table that is written to, as its contract has it.

use std::sync::Arc;

use tolva_ledger::StoredContract;
use tolva_schema::contract::{Contract, Table};
use tolva_schema::field::Field;
use tolva_schema::hash::{Hash128, Hasher};
use tolva_schema::relation::{Relation, RelationColumn};
use tolva_schema::state::Origin;
use tolva_schema::value::Value;

use crate::catalogue::{Catalogue, Exposed};
use crate::problem::Problem;

/// A row of a contract's table.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// The surrogate key; 0 in tables without.
    pub id: i64,
    /// By the columns of the contract's table.
    pub values: Vec<Value>,
}

/// A row that is there.
#[derive(Debug, Clone)]
pub struct Stored {
    /// What it holds.
    pub row: Row,
    /// The hash that is kept with it.
    pub hash: Hash128,
    /// Where it comes from.
    pub origin: Origin,
}

/// The table that is written to.
pub struct Subject<'c> {
    /// Its contract, as it is in force.
    pub stored: &'c StoredContract,
    /// Its place among the contract's tables.
    pub at: usize,
    relation: Relation,
    /// What its client sees of it: without columns that are kept from it.
    exposed: Arc<Exposed>,
}

impl<'c> Subject<'c> {
    /// The table, if it can be written to.
    ///
    /// # Errors
    /// [`Problem::NotWritable`] when its contract does not say so.
    pub fn find(catalogue: &'c Catalogue, exposed: Arc<Exposed>) -> Result<Self, Problem> {
        let stored = catalogue.dataset(&exposed.dataset)?;
        let contract = &stored.contract;
        let at = contract.tables.iter().position(|table| table.name == *exposed.name);
        match at {
            Some(at) if contract.writable => {
                let relation = contract.relation(&contract.tables[at]);
                Ok(Self { stored, at, relation, exposed })
            }
            _ => Err(Problem::NotWritable {
                table: exposed.name.clone(),
                dataset: exposed.dataset.clone(),
            }),
        }
    }

    /// Its contract.
    pub fn contract(&self) -> &'c Contract {
        &self.stored.contract
    }

    /// Its definition.
    pub fn table(&self) -> &'c Table {
        &self.contract().tables[self.at]
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.relation.name
    }

    /// The dataset that it belongs to.
    pub fn dataset(&self) -> &'c str {
        &self.contract().name
    }

    /// The name of the surrogate key, if it has one.
    pub fn id(&self) -> Option<&'c str> {
        self.table().id.as_deref()
    }

    /// The name of a column of the contract's table.
    pub fn column(&self, at: usize) -> &'c str {
        &self.table().columns[at].name
    }

    /// The field behind a column, if it is made of one.
    pub fn field(&self, at: usize) -> Option<&'c Field> {
        self.contract().field_of(self.table(), &self.table().columns[at].content)
    }

    /// Whether a column is kept from the client, who then does not write to it either.
    pub fn is_hidden(&self, at: usize) -> bool {
        let name = self.column(at);
        !self.exposed.columns.iter().any(|column| column.name == name)
    }

    /// The names of the columns that the client knows.
    pub fn known(&self) -> String {
        let names: Vec<&str> =
            self.exposed.columns.iter().map(|column| column.name.as_str()).collect();
        names.join(", ")
    }

    /// The columns that a contract fills, the surrogate key first.
    pub fn columns(&self) -> impl Iterator<Item = &RelationColumn> {
        self.relation.columns.iter().filter(|column| !column.name.starts_with('_'))
    }

    /// A column of the contract's table as the database has it.
    pub fn relation_column(&self, at: usize) -> &RelationColumn {
        &self.relation.columns[at + usize::from(self.id().is_some())]
    }

    /// The columns of the primary key as the database has them.
    pub fn primary_key(&self) -> Vec<RelationColumn> {
        let names = self.relation.primary_key.iter();
        names.filter_map(|name| self.relation.column(name)).cloned().collect()
    }

    /// The names of the columns of the natural key.
    pub fn key_names(&self) -> Vec<&'c str> {
        self.table().key.iter().map(|at| self.column(*at)).collect()
    }

    /// What the primary key of a row is.
    pub fn primary_key_of(&self, row: &Row) -> Vec<Value> {
        if self.id().is_some() { vec![Value::Integer(row.id)] } else { self.key_of(row) }
    }

    /// What the natural key of a row is.
    pub fn key_of(&self, row: &Row) -> Vec<Value> {
        self.table().key.iter().map(|at| row.values[*at].clone()).collect()
    }

    /// The hash of a row's natural key.
    pub fn key_hash(&self, row: &Row) -> Hash128 {
        Hasher::default().key(&self.key_of(row))
    }

    /// The columns' values of a row, the surrogate key first.
    pub fn all_values<'r>(&self, row: &'r Row) -> impl Iterator<Item = Value> + 'r {
        let id = self.id().map(|_| Value::Integer(row.id));
        id.into_iter().chain(row.values.iter().cloned())
    }
}
