//! From a line to the rows it offers, and what becomes of each.

use std::collections::HashSet;

use tolva_schema::contract::{Content, Contract, OnDuplicate, Partition, Table};
use tolva_schema::finding::{Finding, Severity};
use tolva_schema::hash::{Hash128, Hasher};
use tolva_schema::state::Origin;
use tolva_schema::value::Value;

use super::decide::{Absent, Deed, Existing, absent, decide};
use super::line::Line;
use super::report::{Report, of_line};
use super::staged::{Operation, Staged};
use super::unique::{Asking, Uniques};
use crate::count::TableCounts;
use crate::index::{Entry, Presence, TableIndex};

/// One table when a file was read.
pub struct TableOutcome {
    /// Its definition.
    pub table: Table,
    /// What it holds and what is offered.
    pub index: TableIndex,
    /// What happens to its rows.
    pub counts: TableCounts,
    /// Staged rows that a later line took the place of.
    pub dead: Vec<u32>,
    /// Rows that stay deleted with a row that their key refers to.
    buried: u64,
    slots: u32,
}

/// One table while a file is read.
struct TableState<'a> {
    at: usize,
    table: &'a Table,
    index: TableIndex,
    counts: TableCounts,
    dead: Vec<u32>,
    slots: u32,
    by_name: Vec<usize>,
    unique: Uniques,
    /// Rows that stay deleted with a row that their key refers to, by the hash of their key's fields.
    buried: HashSet<Hash128>,
}

/// Rows whose lines contradict each other where a contract refuses that: per table, by the hash of
/// their key's fields.
pub type Conflicts = Vec<HashSet<Hash128>>;

/// All tables while a file is read.
pub struct Tables<'a> {
    contract: &'a Contract,
    states: Vec<TableState<'a>>,
    conflicts: Conflicts,
    hasher: Hasher,
}

/// A row that a line offers.
struct Offer {
    table: usize,
    hash: Hash128,
    flat_key: Hash128,
    /// It was deleted through the API and stays so.
    buried: bool,
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
                by_name: table.columns_by_name(),
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

    /// What the line offers to each table, if every table can take it.
    fn plan(&mut self, line: &Line) -> Result<Vec<Offer>, Vec<Finding>> {
        let mut offers: Vec<Offer> = Vec::new();
        let mut errors = Vec::new();
        for at in 0..self.states.len() {
            let table = self.states[at].table;
            if table.source != line.source {
                continue;
            }
            let fields = key_fields(table);
            let key = values(line, &fields);
            if key.iter().all(Value::is_null) {
                continue;
            }
            if let Some(blank) = key.iter().position(Value::is_null) {
                let name = &self.contract.sources[table.source].fields[fields[blank]].name;
                let message = format!("`{name}` is part of the key of {} and is blank", table.name);
                errors.push(of_line(Severity::Error, line.place_of(fields[blank]), "key", message));
                continue;
            }
            let (hash, flat_key) = (self.row_hash(at, line), self.hasher.key(&key));
            let mut offer = Offer { table: at, hash, flat_key, buried: false };
            offer.buried = self.stays_deleted(at, line, &offer, &offers);
            if self.conflicts.get(at).is_some_and(|set| set.contains(&offer.flat_key)) {
                errors.push(of_line(
                    Severity::Error,
                    line.place_of(fields[0]),
                    "duplicate",
                    format!(
                        "several lines describe this {} differently; keep one of them",
                        table.name
                    ),
                ));
            }
            self.check_unique(at, line, &offer, &mut errors);
            if !offer.buried && self.writes(at, line, &offer) {
                self.check_references(at, line, &offers, &mut errors);
                self.check_append(at, line, &offer, &mut errors);
            }
            offers.push(offer);
        }
        if !errors.is_empty() {
            return Err(errors);
        }
        for offer in &offers {
            self.states[offer.table].unique.claim(line, offer.flat_key, &mut self.hasher);
        }
        Ok(offers)
    }

    /// Whether the row was deleted through the API and stays so. The first line that names it
    /// decides: what lines before have done with it is not undone. A row whose key refers to one that
    /// stays deleted stays away with it.
    fn stays_deleted(&mut self, at: usize, line: &Line, offer: &Offer, offers: &[Offer]) -> bool {
        if self.states[at].buried.contains(&offer.flat_key) {
            return true;
        }
        if let Some(entry) = self.entry_of(at, line) {
            if let Some(deed) = entry.deed {
                return deed == Deed::StayDeleted;
            }
            if entry.existing(offer.hash) == (Existing::Tombstone { same: true }) {
                return true;
            }
        }
        let table = self.states[at].table;
        table.key.iter().map(|part| &table.columns[*part]).any(|column| {
            column.references.is_some_and(|parent| {
                let fields = column.content.fields();
                match self.offer_of(parent, fields, offers) {
                    Some(offer) => offer.buried,
                    None => {
                        let key = values(line, fields);
                        let flat_key = self.hasher.key(&key);
                        self.states[parent].buried.contains(&flat_key)
                            || self.parent_key(parent, &key).is_some_and(|key| {
                                let entry = self.states[parent].index.entries.get(&key);
                                entry.is_some_and(|entry| entry.deed == Some(Deed::StayDeleted))
                            })
                    }
                }
            })
        })
    }

    /// What the line itself offers to `parent`, where the key stands in these fields.
    fn offer_of<'o>(
        &self,
        parent: usize,
        fields: &[usize],
        offers: &'o [Offer],
    ) -> Option<&'o Offer> {
        let is_it = |offer: &&Offer| {
            offer.table == parent && key_fields(self.states[parent].table) == fields
        };
        offers.iter().find(is_it)
    }

    /// Whether the line, if it is taken, puts content into the table. One that does not needs no
    /// parents: an edited row may have left the one that the file still names.
    fn writes(&mut self, at: usize, line: &Line, offer: &Offer) -> bool {
        let last = self.states[at].table.on_duplicate == OnDuplicate::Last;
        let Some(entry) = self.entry_of(at, line) else { return true };
        if entry.deed.is_some() && (!last || entry.offered == offer.hash) {
            return false;
        }
        !matches!(entry.existing(offer.hash), Existing::Row { same: true, .. })
    }

    fn check_references(
        &mut self,
        at: usize,
        line: &Line,
        offers: &[Offer],
        errors: &mut Vec<Finding>,
    ) {
        let table = self.states[at].table;
        for column in &table.columns {
            let Some(parent) = column.references else { continue };
            let fields = column.content.fields();
            let key = values(line, fields);
            if key.iter().all(Value::is_null) {
                continue;
            }
            let resolved = match self.offer_of(parent, fields, offers) {
                Some(offer) => !offer.buried,
                None => self.resolve(parent, &key).is_some(),
            };
            if !resolved {
                let name = &self.states[parent].table.name;
                let texts: Vec<String> = key.iter().filter_map(Value::to_text).collect();
                let key = texts.join(", ");
                let mut finding = of_line(
                    Severity::Error,
                    line.place_of(fields[0]),
                    "reference",
                    format!("there is no {name} {key}; add it, or correct this"),
                );
                finding.field = Some(column.name.to_string());
                finding.value = Some(key);
                errors.push(finding);
            }
        }
    }

    fn check_unique(&mut self, at: usize, line: &Line, offer: &Offer, errors: &mut Vec<Finding>) {
        if self.states[at].unique.is_empty() {
            return;
        }
        let asking = Asking {
            line,
            flat_key: offer.flat_key,
            key: self.key_hash(at, line),
            snapshot: self.contract.refresh.is_snapshot(),
        };
        let state = &self.states[at];
        errors.extend(state.unique.check(&asking, state.table, &state.index, &mut self.hasher));
    }

    fn check_append(&mut self, at: usize, line: &Line, offer: &Offer, errors: &mut Vec<Finding>) {
        let refresh = self.contract.refresh;
        let refused = self
            .entry_of(at, line)
            .is_some_and(|entry| decide(refresh, entry.existing(offer.hash)) == Deed::RefuseChange);
        if refused {
            errors.push(of_line(
                Severity::Error,
                line.place.clone(),
                "append",
                format!(
                    "this {} is there already with other content, and an append changes nothing",
                    self.states[at].table.name
                ),
            ));
        }
    }

    /// The entry of the row that the line offers to a table, where its key can be told.
    fn entry_of(&mut self, at: usize, line: &Line) -> Option<&Entry> {
        let hash = self.key_hash(at, line)?;
        self.states[at].index.entries.get(&hash)
    }

    /// The hash of the key that the line has for a table; `None` while a parent's id is not known.
    fn key_hash(&mut self, at: usize, line: &Line) -> Option<Hash128> {
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
    fn parent_key(&mut self, parent: usize, flat: &[Value]) -> Option<Hash128> {
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
    fn parent_id(&mut self, parent: usize, flat: &[Value]) -> Option<i64> {
        let key = self.parent_key(parent, flat)?;
        let entry = self.states[parent].index.entries.get(&key)?;
        let comes = entry.deed.is_some_and(|deed| deed != Deed::StayDeleted);
        (entry.is_row() || comes).then_some(entry.id)
    }

    /// The row of `parent` with this key, if it will be there when the load is done.
    fn resolve(&mut self, parent: usize, flat: &[Value]) -> Option<i64> {
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

    fn row_hash(&mut self, at: usize, line: &Line) -> Hash128 {
        let state = &self.states[at];
        let columns: Vec<(&str, Vec<Value>)> = state
            .by_name
            .iter()
            .map(|column| &state.table.columns[*column])
            .map(|column| (column.name.as_str(), values(line, column.content.fields())))
            .collect();
        self.hasher.row(columns.iter().map(|(name, values)| (*name, &values[..])))
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

/// The slot of an entry that is to be deleted.
const DELETED: u32 = u32::MAX;

impl TableOutcome {
    /// Whether the row with this key is to be deleted.
    pub fn is_deleted(&self, key: Hash128) -> bool {
        let entry = self.index.entries.get(&key);
        entry.is_some_and(|entry| entry.deed.is_none() && entry.slot == DELETED)
    }

    /// The next free place in the staged rows.
    pub fn next_slot(&mut self) -> u32 {
        self.slots += 1;
        self.slots - 1
    }

    /// Rows that good lines offer.
    pub fn good_rows(&self) -> u64 {
        let offered = self.index.entries.values().filter(|entry| entry.deed.is_some()).count();
        offered as u64 + self.buried
    }
}

/// The fields of the source that make the natural key.
pub fn key_fields(table: &Table) -> Vec<usize> {
    table.key.iter().flat_map(|part| table.columns[*part].content.fields()).copied().collect()
}

fn values(line: &Line, fields: &[usize]) -> Vec<Value> {
    fields.iter().map(|field| line.values[*field].clone().unwrap_or(Value::Null)).collect()
}

fn settle_refused(counts: &mut TableCounts, entry: &Entry) {
    let refused = u64::from(entry.refused);
    if entry.deed.is_none() && entry.is_row() {
        counts.held += refused;
    } else {
        counts.rejected += refused;
    }
}

fn count(counts: &mut TableCounts, deed: Deed) {
    *counter(counts, deed) += 1;
}

fn uncount(counts: &mut TableCounts, deed: Deed) {
    *counter(counts, deed) -= 1;
}

fn counter(counts: &mut TableCounts, deed: Deed) -> &mut u64 {
    match deed {
        Deed::Insert | Deed::InsertAgain => &mut counts.inserted,
        Deed::Update | Deed::OverwriteEdit | Deed::AdoptUpdate => &mut counts.updated,
        Deed::Keep | Deed::Adopt | Deed::StayDeleted => &mut counts.unchanged,
        // The plan refused the line.
        Deed::RefuseChange => &mut counts.rejected,
    }
}

fn operation(deed: Deed) -> Option<Operation> {
    match deed {
        Deed::Insert | Deed::InsertAgain => Some(Operation::Insert),
        Deed::Update | Deed::OverwriteEdit | Deed::AdoptUpdate => Some(Operation::Update),
        Deed::Adopt => Some(Operation::Adopt),
        Deed::Keep | Deed::StayDeleted | Deed::RefuseChange => None,
    }
}

fn doubt(deed: Deed, others: bool) -> Option<(&'static str, &'static str)> {
    match deed {
        Deed::OverwriteEdit => Some((
            "edit_overwritten",
            "was edited through the API; the file's new content takes its place, the edit stands in \
             the changes",
        )),
        Deed::InsertAgain => Some((
            "inserted_again",
            "was deleted through the API; the file has new content for it, so it is there again",
        )),
        Deed::Update if others => Some((
            "shared_row",
            "stands in another file too, with other content; this file is newer",
        )),
        _ => None,
    }
}
