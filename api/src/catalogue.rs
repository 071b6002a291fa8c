//! What the contracts in force let a client see.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::Arc;

use tolva_ledger::StoredContract;
use tolva_schema::contract::Contract;
use tolva_schema::relation::{ForeignKey, Relation, RelationColumn};

use crate::problem::Problem;

/// The name that contracts give to the ledger's own database.
pub const DEFAULT_TARGET: &str = "default";

/// A table as a client sees it: without the columns that are Tolva's own.
#[derive(Debug)]
pub struct Exposed {
    /// Its name.
    pub name: String,
    /// Its columns; the only source of identifiers in a statement.
    pub columns: Vec<RelationColumn>,
    /// The columns that make paging stable.
    pub primary_key: Vec<String>,
    /// The natural key, where that is not the primary one.
    pub unique: Option<Vec<String>>,
    /// What its columns refer to.
    pub foreign_keys: Vec<ForeignKey>,
    /// The dataset that it belongs to.
    pub dataset: String,
    /// The digest of that dataset's contract.
    pub digest: String,
    /// Whether the dataset has private columns, and whether they are here.
    pub private: Private,
    /// Whether its contract lets the API write to it.
    pub writable: bool,
}

/// What is done with the private columns of a dataset.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Private {
    /// It has none.
    None,
    /// They are columns like others.
    Shown,
    /// They are not there.
    Hidden,
}

impl Private {
    /// What is done with those of a dataset, for who may see them or may not.
    pub fn of(contract: &Contract, allowed: bool) -> Self {
        let mut fields = contract.sources.iter().flat_map(|source| &source.fields);
        match fields.any(|field| field.private) {
            false => Self::None,
            true if allowed => Self::Shown,
            true => Self::Hidden,
        }
    }
}

impl Exposed {
    /// A table of a contract in force. With hidden columns goes all that would tell of them: the
    /// references that they are, and the key that they are part of.
    pub fn new(relation: Relation, stored: &StoredContract, private: Private) -> Self {
        let Relation { mut columns, mut foreign_keys, mut unique, .. } = relation;
        let hidden = |column: &RelationColumn| column.private && private == Private::Hidden;
        columns.retain(|column| !column.name.starts_with('_') && !hidden(column));
        let is_here = |name: &String| columns.iter().any(|column| column.name == *name);
        foreign_keys.retain(|key| is_here(&key.column));
        unique = unique.filter(|key| key.iter().all(is_here));
        Self {
            name: relation.name,
            primary_key: relation.primary_key,
            unique,
            foreign_keys,
            dataset: stored.contract.name.to_string(),
            digest: stored.digest.clone(),
            private,
            writable: stored.contract.writable,
            columns,
        }
    }

    /// A column by its name.
    pub fn column(&self, name: &str) -> Result<&RelationColumn, Problem> {
        self.columns.iter().find(|column| column.name == name).ok_or_else(|| {
            let known: Vec<&str> = self.columns.iter().map(|column| column.name.as_str()).collect();
            Problem::UnknownColumn {
                table: self.name.clone(),
                column: name.to_owned(),
                known: known.join(", "),
            }
        })
    }
}

/// The contracts in force and the tables that can be read.
#[derive(Debug)]
pub struct Catalogue {
    contracts: Arc<[StoredContract]>,
    tables: BTreeMap<String, Arc<Exposed>>,
    /// The tables that look otherwise to who may not see private columns.
    cut: BTreeMap<String, Arc<Exposed>>,
}

/// Whether the dataset is kept in the ledger's own database, which is the one that is read.
fn is_here(contract: &Contract) -> bool {
    contract.targets.iter().any(|target| target == DEFAULT_TARGET)
}

impl Catalogue {
    pub fn new(contracts: Vec<StoredContract>) -> Self {
        let (mut tables, mut cut) = (BTreeMap::new(), BTreeMap::new());
        for stored in contracts.iter().filter(|stored| is_here(&stored.contract)) {
            let private = Private::of(&stored.contract, true);
            for relation in stored.contract.relations() {
                let Entry::Vacant(place) = tables.entry(relation.name.clone()) else { continue };
                if private != Private::None {
                    let table = Exposed::new(relation.clone(), stored, Private::Hidden);
                    cut.insert(relation.name.clone(), Arc::new(table));
                }
                place.insert(Arc::new(Exposed::new(relation, stored, private)));
            }
        }
        Self { contracts: contracts.into(), tables, cut }
    }

    /// What is left for who may see the private columns of some datasets only: the others are not
    /// there, whatever is asked.
    pub fn seen(self: &Arc<Self>, may_see: impl Fn(&str) -> bool) -> Arc<Self> {
        let hidden: Vec<_> = self.cut.iter().filter(|(_, cut)| !may_see(&cut.dataset)).collect();
        if hidden.is_empty() {
            return Arc::clone(self);
        }
        let mut tables = self.tables.clone();
        tables.extend(hidden.into_iter().map(|(name, cut)| (name.clone(), Arc::clone(cut))));
        Arc::new(Self { contracts: Arc::clone(&self.contracts), tables, cut: self.cut.clone() })
    }

    /// The contracts in force.
    pub fn contracts(&self) -> &[StoredContract] {
        &self.contracts
    }

    /// The contract in force of a dataset.
    pub fn dataset(&self, name: &str) -> Result<&StoredContract, Problem> {
        self.contracts
            .iter()
            .find(|stored| stored.contract.name == *name)
            .ok_or_else(|| Problem::Missing { kind: "dataset", name: name.to_owned() })
    }

    /// A table that can be read.
    pub fn table(&self, name: &str) -> Result<Arc<Exposed>, Problem> {
        self.tables.get(name).cloned().ok_or_else(|| Problem::UnknownTable {
            table: name.to_owned(),
            hint: self.instead_of(name),
        })
    }

    /// The tables that can be read, by name.
    pub fn tables(&self) -> impl Iterator<Item = &Exposed> {
        self.tables.values().map(AsRef::as_ref)
    }

    /// The tables of a dataset that can be read.
    pub fn tables_of(&self, dataset: &str) -> impl Iterator<Item = &Arc<Exposed>> {
        self.tables.values().filter(move |table| table.dataset == dataset)
    }

    fn instead_of(&self, name: &str) -> String {
        let elsewhere = self.contracts.iter().find(|stored| stored.contract.table(name).is_some());
        if let Some(stored) = elsewhere {
            let targets = stored.contract.targets.join(", ");
            return format!(
                "dataset `{}` keeps it in {targets}; only what is kept in {DEFAULT_TARGET} is served",
                stored.contract.name
            );
        }
        if self.tables.is_empty() {
            return "no contract is in force yet: `tolva schema apply` reads them".to_owned();
        }
        let known: Vec<&str> = self.tables.keys().map(String::as_str).collect();
        format!("the tables are {}", known.join(", "))
    }
}
