//! What must change in a database so that it fits a contract.

mod columns;
mod loss;
mod moves;
mod names;
mod tables;

use std::fmt;

use serde::Serialize;

use crate::dialect::Dialect;
use crate::relation::Relation;
pub use loss::{Loss, Lost};

/// A table as it was found in a database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LiveTable {
    /// Its name.
    pub name: String,
    /// Its columns.
    pub columns: Vec<LiveColumn>,
    /// Its indexes by their names, each with its columns.
    pub indexes: Vec<(String, Vec<String>)>,
}

/// A column as it was found in a database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LiveColumn {
    /// Its name.
    pub name: String,
    /// Its type, spelled as [`Dialect::type_of`] spells it.
    pub kind: String,
    /// Whether it may be unknown.
    pub nullable: bool,
}

impl LiveTable {
    /// A column by its name.
    pub fn column(&self, name: &str) -> Option<&LiveColumn> {
        self.columns.iter().find(|column| column.name == name)
    }
}

/// One change of a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Step {
    /// The table.
    pub table: String,
    /// What happens, in words.
    pub what: String,
    /// Whether it may lose data; then only a person starts it.
    pub destructive: bool,
    /// The statements.
    pub sql: Vec<String>,
    /// What it would lose, where that was counted in the live database.
    pub loses: Vec<Lost>,
    /// How that is counted, before any step is taken.
    #[serde(skip)]
    pub counting: Vec<Loss>,
    /// What kind of change it is.
    #[serde(skip)]
    pub kind: Kind,
}

/// What follows from a change beside its statements.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Kind {
    /// Nothing.
    #[default]
    Plain,
    /// A table or a column has another name: whoever reads the dataset sees another version of it.
    Rename,
    /// A table goes with its rows, be it to be made anew: what is kept about them goes too.
    DropTable,
    /// Nothing of the database changes, but every row counts as changed at the next load.
    Rehash,
}

impl Step {
    fn new(table: &str, what: String, destructive: bool, sql: Vec<String>) -> Self {
        let (loses, counting, kind) = (Vec::new(), Vec::new(), Kind::Plain);
        Self { table: table.to_owned(), what, destructive, sql, loses, counting, kind }
    }

    fn kind(self, kind: Kind) -> Self {
        Self { kind, ..self }
    }

    fn losing(self, counting: Vec<Loss>) -> Self {
        Self { counting, ..self }
    }

    /// Whether no load may run meanwhile: it would look for what is there no longer.
    pub fn disturbs_loads(&self) -> bool {
        self.destructive || self.kind != Kind::Plain
    }
}

impl fmt::Display for Step {
    /// What happens, and what it would lose as far as that was counted.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)?;
        let lost: Vec<&str> = self.loses.iter().map(|lost| lost.what.as_str()).collect();
        if lost.is_empty() { Ok(()) } else { write!(f, ": {}", lost.join(", ")) }
    }
}

/// Plans the way from `live` to `desired`. `former` are the relations of the contract in force: what
/// a key or a reference was is read there.
pub fn plan(
    dialect: Dialect,
    live: &[LiveTable],
    former: &[Relation],
    desired: &[Relation],
) -> Vec<Step> {
    let (names, mut steps) = names::renames(dialect, live, former, desired);
    let (live, former) = (names.applied(live), names.translated(former, desired));
    let plan = Plan { dialect, names: &names, live: &live, former: &former, desired };
    plan.tables(&mut steps);
    steps
}

/// What a plan is made from, once everything is called by its new name.
struct Plan<'a> {
    dialect: Dialect,
    names: &'a names::Names,
    live: &'a [LiveTable],
    former: &'a [Relation],
    desired: &'a [Relation],
}

impl Plan<'_> {
    fn live(&self, table: &str) -> Option<&LiveTable> {
        self.live.iter().find(|live| live.name == table)
    }

    fn former(&self, table: &str) -> Option<&Relation> {
        self.former.iter().find(|former| former.name == table)
    }

    fn is_desired(&self, table: &str) -> bool {
        self.desired.iter().any(|desired| desired.name == table)
    }
}
