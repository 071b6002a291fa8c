//! From a line to the rows it offers, and what becomes of each.

use std::collections::HashSet;

use tolva_schema::contract::{Content, Contract, OnDuplicate, Partition, Table};
use tolva_schema::finding::{Finding, Severity};
use tolva_schema::hash::{Hash128, Hasher};
use tolva_schema::value::Value;

use super::decide::{Absent, Deed, absent, decide};
use super::line::Line;
use super::outcome::{DELETED, TableOutcome, count, doubt, operation, settle_refused, uncount};
use super::report::{Report, of_line};
use super::staged::{Operation, Staged};
use super::unique::Uniques;
use crate::count::TableCounts;
use crate::index::{Presence, TableIndex};

/// One table while a file is read.
pub(super) struct TableState<'a> {
    pub(super) at: usize,
    pub(super) table: &'a Table,
    pub(super) index: TableIndex,
    pub(super) counts: TableCounts,
    pub(super) dead: Vec<u32>,
    pub(super) slots: u32,
    /// Its columns as a row's hash takes them.
    pub(super) hashed: Vec<(usize, String)>,
    pub(super) unique: Uniques,
    /// Rows that stay deleted with a row that their key refers to, by the hash of their key's fields.
    pub(super) buried: HashSet<Hash128>,
}

/// Rows whose lines contradict each other where a contract refuses that: per table, by the hash of
/// their key's fields.
pub type Conflicts = Vec<HashSet<Hash128>>;

/// All tables while a file is read.
pub struct Tables<'a> {
    pub(super) contract: &'a Contract,
    pub(super) states: Vec<TableState<'a>>,
    pub(super) conflicts: Conflicts,
    pub(super) hasher: Hasher,
}

/// A row that a line offers.
pub(super) struct Offer {
    pub(super) table: usize,
    pub(super) hash: Hash128,
    pub(super) flat_key: Hash128,
    /// It was deleted through the API and stays so.
    pub(super) buried: bool,
}

impl<'a> Tables<'a> {
    /// Starts from what the tables hold.
    pub fn new(contract: &'a Contract, indexes: Vec<TableIndex>, conflicts: Conflicts) -> Self {
        let states = contract
            .tables
            .iter()
            .zip(indexes)
            .enumerate()
            .map(|(at, (table, index))| TableState {
                at,
                table,
                index,
                counts: TableCounts::default(),
                dead: Vec::new(),
                slots: 0,
                hashed: table.hashed_columns(),
                unique: Uniques::of(contract, table),
                buried: HashSet::new(),
            })
            .collect();
        Self { contract, states, conflicts, hasher: Hasher::default() }
    }

    /// The tables at the end.
    pub fn into_outcomes(self) -> Vec<TableOutcome> {
        let outcome = |state: TableState<'_>| TableOutcome {
            table: state.table.clone(),
            index: state.index,
            counts: state.counts,
            dead: state.dead,
            buried: state.buried.len() as u64,
            slots: state.slots,
        };
        self.states.into_iter().map(outcome).collect()
    }

    /// Takes a good line: gives the rows to stage, or the rules that it breaks as a row.
    pub fn offer(&mut self, line: &Line, report: &mut Report) -> Result<Vec<Staged>, Vec<Finding>> {
        let offers = self.plan(line)?;
        let mut staged = Vec::with_capacity(offers.len());
        for offer in offers {
            self.carry_out(line, &offer, report, &mut staged);
        }
        Ok(staged)
    }

    fn carry_out(
        &mut self,
        line: &Line,
        offer: &Offer,
        report: &mut Report,
        staged: &mut Vec<Staged>,
    ) {
        let key = self.key_hash(offer.table, line);
        let row = self.row_values(offer.table, line);
        let refresh = self.contract.refresh;
        let state = &mut self.states[offer.table];
        state.counts.offered += 1;
        let Some(key) = key else {
            // The plan resolved every parent, and those of this line were carried out before it: only
            // a row that stays away with its parent has no key.
            if state.buried.insert(offer.flat_key) {
                state.counts.unchanged += 1;
            } else {
                state.counts.duplicate += 1;
            }
            return;
        };
        let last_id = state.index.last_id;
        let entry = state.index.entry(key);
        if let Some(before) = entry.deed {
            state.counts.duplicate += 1;
            if entry.offered == offer.hash {
                return;
            }
            let first = entry.line;
            let replaced = state.table.on_duplicate == OnDuplicate::Last && !offer.buried;
            let kept = if replaced { "this one" } else { "that one" };
            report.warn(of_line(
                Severity::Warning,
                line.place.clone(),
                "duplicate",
                format!(
                    "line {first} describes the same {} differently; {kept} is kept",
                    state.table.name
                ),
            ));
            if !replaced {
                return;
            }
            uncount(&mut state.counts, before);
            if operation(before).is_some() {
                state.dead.push(entry.slot);
            }
        }
        let deed = match entry.deed {
            _ if offer.buried => Deed::StayDeleted,
            // Lines before have counted on it being there.
            Some(Deed::InsertAgain) => Deed::InsertAgain,
            _ => decide(refresh, entry.existing(offer.hash)),
        };
        entry.offered = offer.hash;
        entry.line = line.place.row.unwrap_or(0) as u32;
        if entry.deed.is_none()
            && matches!(deed, Deed::Insert | Deed::InsertAgain)
            && state.table.id.is_some()
        {
            entry.id = last_id + 1;
        }
        entry.deed = Some(deed);
        entry.slot = state.slots;
        let (id, others) = (entry.id, entry.others);
        state.index.last_id = last_id.max(id);
        count(&mut state.counts, deed);
        if let Some(doubt) = doubt(deed, others) {
            let message = format!("{} {}", state.table.name, doubt.1);
            report.warn(of_line(Severity::Warning, line.place.clone(), doubt.0, message));
        }
        if let Some(operation) = operation(deed) {
            staged.push(Staged {
                table: offer.table,
                slot: state.slots,
                operation,
                id,
                values: row,
                hash: offer.hash,
            });
            state.slots += 1;
        }
    }

    /// The row's columns as they are stored, ids of parents included.
    fn row_values(&mut self, at: usize, line: &Line) -> Vec<Value> {
        let table = self.states[at].table;
        table
            .columns
            .iter()
            .map(|column| match (&column.content, column.references) {
                (Content::ParentId(fields), Some(parent)) => line
                    .values_of(fields)
                    .filter(|key| !key.iter().any(Value::is_null))
                    .and_then(|key| self.parent_id(parent, &key))
                    .map_or(Value::Null, Value::Integer),
                (content, _) => line.values[content.fields()[0]].clone().unwrap_or(Value::Null),
            })
            .collect()
    }

    /// Takes a refused line: the rows that it names are neither changed nor deleted.
    pub fn refuse(&mut self, line: &Line) {
        for at in 0..self.states.len() {
            let table = self.states[at].table;
            if table.source != line.source {
                continue;
            }
            let fields = key_fields(table);
            let is_blank = |field: &usize| line.values[*field].as_ref().is_some_and(Value::is_null);
            if fields.iter().all(is_blank) {
                continue;
            }
            let key = self.key_hash(at, line);
            let state = &mut self.states[at];
            state.counts.offered += 1;
            match key.and_then(|key| state.index.entries.get_mut(&key)) {
                // Whether it is held or rejected depends on whether a good line names it too.
                Some(entry) => entry.refused += 1,
                None => state.counts.rejected += 1,
            }
        }
    }

    /// Counts the cells of a matrix that say nothing.
    pub fn blanks(&mut self, source: usize, count: u64) {
        for state in self.states.iter_mut().filter(|state| state.table.source == source) {
            state.counts.blank += count;
        }
    }

    /// After the last line: what no line named. Gives the rows to stage for deletion; those of tables
    /// without surrogate keys are found by their keys later.
    pub fn finish(&mut self, report: &mut Report, stage: &mut dyn FnMut(Staged) -> bool) -> bool {
        let refresh = self.contract.refresh;
        let partitioned = self.contract.partition != Partition::None;
        for state in &mut self.states {
            for entry in state.index.entries.values_mut() {
                settle_refused(&mut state.counts, entry);
                let Presence::Row(origin) = entry.presence else { continue };
                if entry.deed.is_some() || entry.refused > 0 {
                    continue;
                }
                let owned = !partitioned || entry.mine && !entry.others;
                let gone = absent(refresh, origin, owned);
                if gone == Absent::Keep {
                    continue;
                }
                state.counts.deleted += 1;
                entry.slot = DELETED;
                if gone == Absent::DeleteEdited {
                    let message = format!(
                        "{} {} was edited through the API and is no longer in the file; it is \
                         deleted, its content stands in the changes",
                        state.table.name, entry.id
                    );
                    report.warn(of_line(
                        Severity::Warning,
                        Default::default(),
                        "edit_deleted",
                        message,
                    ));
                }
                if state.table.id.is_some() {
                    let deletion = Staged {
                        table: state.at,
                        slot: state.slots,
                        operation: Operation::Delete,
                        id: entry.id,
                        values: Vec::new(),
                        hash: entry.hash,
                    };
                    state.slots += 1;
                    if !stage(deletion) {
                        return false;
                    }
                }
            }
        }
        true
    }
}

/// The fields of the source that make the natural key.
pub fn key_fields(table: &Table) -> Vec<usize> {
    table.key.iter().flat_map(|part| table.columns[*part].content.fields()).copied().collect()
}

pub(super) fn values(line: &Line, fields: &[usize]) -> Vec<Value> {
    fields.iter().map(|field| line.values[*field].clone().unwrap_or(Value::Null)).collect()
}
