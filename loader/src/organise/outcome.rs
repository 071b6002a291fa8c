//! What becomes of a table's rows, counted.

use tolva_schema::contract::Table;
use tolva_schema::hash::Hash128;

use super::decide::Deed;
use super::staged::Operation;
use crate::count::TableCounts;
use crate::index::{Entry, TableIndex};

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
    pub(super) buried: u64,
    pub(super) slots: u32,
}

/// The slot of an entry that is to be deleted.
pub(super) const DELETED: u32 = u32::MAX;

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

pub(super) fn settle_refused(counts: &mut TableCounts, entry: &Entry) {
    let refused = u64::from(entry.refused);
    if entry.deed.is_none() && entry.is_row() {
        counts.held += refused;
    } else {
        counts.rejected += refused;
    }
}

pub(super) fn count(counts: &mut TableCounts, deed: Deed) {
    *counter(counts, deed) += 1;
}

pub(super) fn uncount(counts: &mut TableCounts, deed: Deed) {
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

pub(super) fn operation(deed: Deed) -> Option<Operation> {
    match deed {
        Deed::Insert | Deed::InsertAgain => Some(Operation::Insert),
        Deed::Update | Deed::OverwriteEdit | Deed::AdoptUpdate => Some(Operation::Update),
        Deed::Adopt => Some(Operation::Adopt),
        Deed::Keep | Deed::StayDeleted | Deed::RefuseChange => None,
    }
}

pub(super) fn doubt(deed: Deed, others: bool) -> Option<(&'static str, &'static str)> {
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
