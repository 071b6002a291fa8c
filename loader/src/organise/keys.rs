//! The keys of rows that a line names, and what they find.

use tolva_schema::contract::{Content, Partition};
use tolva_schema::hash::Hash128;
use tolva_schema::state::Origin;
use tolva_schema::value::Value;

use super::decide::Deed;
use super::line::Line;
use super::tables::{Tables, values};
use crate::index::{Entry, Presence};

impl Tables<'_> {
    /// The entry of the row that the line offers to a table, where its key can be told.
    pub(super) fn entry_of(&mut self, at: usize, line: &Line) -> Option<&Entry> {
        let hash = self.key_hash(at, line)?;
        self.states[at].index.entries.get(&hash)
    }

    /// The hash of the key that the line has for a table; `None` while a parent's id is not known.
    pub(super) fn key_hash(&mut self, at: usize, line: &Line) -> Option<Hash128> {
        let table = self.states[at].table;
        let mut key = Vec::with_capacity(table.key.len());
        for part in &table.key {
            let column = &table.columns[*part];
            key.push(match (&column.content, column.references) {
                (Content::ParentId(fields), Some(parent)) => {
                    let natural: Option<Vec<Value>> = line.values_of(fields);
                    Value::Integer(self.parent_id(parent, &natural?)?)
                }
                (content, _) => line.values[content.fields()[0]].clone()?,
            });
        }
        if key.iter().any(Value::is_null) {
            return None;
        }
        Some(self.hasher.key(&key))
    }

    /// The hash of a parent's key whose fields have these values.
    pub(super) fn parent_key(&mut self, parent: usize, flat: &[Value]) -> Option<Hash128> {
        let table = self.states[parent].table;
        let mut rest = flat;
        let mut key = Vec::with_capacity(table.key.len());
        for part in &table.key {
            let column = &table.columns[*part];
            let (own, others) = rest.split_at_checked(column.content.fields().len())?;
            rest = others;
            key.push(match (&column.content, column.references) {
                (Content::ParentId(_), Some(grandparent)) => {
                    Value::Integer(self.parent_id(grandparent, own)?)
                }
                _ => own.first()?.clone(),
            });
        }
        Some(self.hasher.key(&key))
    }

    /// The id of the row of `parent` with this key, whether it may be referred to or not.
    pub(super) fn parent_id(&mut self, parent: usize, flat: &[Value]) -> Option<i64> {
        let key = self.parent_key(parent, flat)?;
        let entry = self.states[parent].index.entries.get(&key)?;
        let comes = entry.deed.is_some_and(|deed| deed != Deed::StayDeleted);
        (entry.is_row() || comes).then_some(entry.id)
    }

    /// The row of `parent` with this key, if it will be there when the load is done.
    pub(super) fn resolve(&mut self, parent: usize, flat: &[Value]) -> Option<i64> {
        let key = self.parent_key(parent, flat)?;
        let snapshot = self.contract.refresh.is_snapshot();
        let partitioned = self.contract.partition != Partition::None;
        let entry = self.states[parent].index.entries.get(&key)?;
        let stays = match entry.presence {
            Presence::Row(Origin::Api) => true,
            Presence::Row(_) => {
                !snapshot
                    || entry.deed.is_some()
                    || entry.refused > 0
                    || partitioned && (entry.others || !entry.mine)
            }
            Presence::New | Presence::Tombstone => {
                entry.deed.is_some_and(|deed| deed != Deed::StayDeleted)
            }
        };
        stays.then_some(entry.id)
    }

    pub(super) fn row_hash(&mut self, at: usize, line: &Line) -> Hash128 {
        let state = &self.states[at];
        let columns: Vec<(&str, Vec<Value>)> = state
            .hashed
            .iter()
            .map(|(at, name)| {
                (name.as_str(), values(line, state.table.columns[*at].content.fields()))
            })
            .collect();
        self.hasher.row(columns.iter().map(|(name, values)| (*name, &values[..])))
    }
}
