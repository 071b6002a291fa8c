//! Values that must be unique: no other line of the file has them, and no row that stays.

use std::collections::HashMap;

use tolva_schema::contract::{Content, Contract, Table};
use tolva_schema::finding::{Finding, Severity};
use tolva_schema::hash::{Hash128, Hasher};
use tolva_schema::value::Value;

use super::line::Line;
use super::report::of_line;
use crate::index::TableIndex;

/// The columns of a table that must be unique.
pub struct Uniques(Vec<Unique>);

/// One of them: its values by hash, with the key (by its fields) that claimed each.
struct Unique {
    column: usize,
    field: usize,
    claimed: HashMap<Hash128, Hash128>,
}

/// A line that asks whether its values are free.
pub struct Asking<'a> {
    /// The line.
    pub line: &'a Line,
    /// The hash of the fields of its key.
    pub flat_key: Hash128,
    /// The hash of its key, where it can be told.
    pub key: Option<Hash128>,
    /// Whether rows that the file does not name go.
    pub snapshot: bool,
}

impl Uniques {
    /// Those of `table`.
    pub fn of(contract: &Contract, table: &Table) -> Self {
        let fields = &contract.sources[table.source].fields;
        let columns = table.columns.iter().enumerate().filter_map(|(column, definition)| {
            match definition.content {
                Content::Field(field) if fields[field].constraints.unique => {
                    Some(Unique { column, field, claimed: HashMap::new() })
                }
                _ => None,
            }
        });
        Self(columns.collect())
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The values of the line that another line has, or a row that stays.
    pub fn check(
        &self,
        asking: &Asking<'_>,
        table: &Table,
        index: &TableIndex,
        hasher: &mut Hasher,
    ) -> Vec<Finding> {
        // A row that a line of this file names has the value of that line now.
        let stays = |key: &Hash128| {
            Some(*key) != asking.key
                && index.entries.get(key).is_none_or(|entry| {
                    entry.deed.is_none() && !(asking.snapshot && entry.mine && !entry.others)
                })
        };
        let mut findings = Vec::new();
        for unique in &self.0 {
            let Some(value) = known(asking.line, unique.field) else { continue };
            let hash = hasher.key([value]);
            let in_file = unique.claimed.get(&hash).is_some_and(|key| *key != asking.flat_key);
            let taken = index.taken.get(&unique.column).and_then(|taken| taken.get(&hash));
            if !in_file && !taken.is_some_and(stays) {
                continue;
            }
            let name = &table.columns[unique.column].name;
            let who = if in_file { "another line" } else { "another row that stays" };
            let mut finding = of_line(
                Severity::Error,
                asking.line.place_of(unique.field),
                "unique",
                format!("{who} has the same {name}; it must be unique"),
            );
            finding.field = Some(name.to_string());
            finding.value = value.to_text();
            findings.push(finding);
        }
        findings
    }

    /// Remembers the values of a line that is taken.
    pub fn claim(&mut self, line: &Line, flat_key: Hash128, hasher: &mut Hasher) {
        for unique in &mut self.0 {
            if let Some(value) = known(line, unique.field) {
                unique.claimed.entry(hasher.key([value])).or_insert(flat_key);
            }
        }
    }
}

fn known(line: &Line, field: usize) -> Option<&Value> {
    line.values[field].as_ref().filter(|value| !value.is_null())
}
