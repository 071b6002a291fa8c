//! What a table holds, as the comparison needs it: a hash of each key, a hash of each content.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher as StdHasher};

use tolva_schema::hash::Hash128;
use tolva_schema::state::Origin;

use crate::organise::decide::{Deed, Existing};

/// Keys are hashes already; hashing them again would only cost time.
#[derive(Debug, Default)]
pub struct KeyHasher(u64);

impl StdHasher for KeyHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        // A Hash128 writes its length and its bytes; the bytes decide.
        for chunk in bytes.chunks(8) {
            let mut word = [0; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            self.0 = self.0.rotate_left(5) ^ u64::from_le_bytes(word);
        }
    }
}

/// A row of the table, or one that is offered, or both.
#[derive(Debug, Clone, Copy)]
pub struct Entry {
    /// The content that a file gave the row in the table (or under its tombstone).
    pub hash: Hash128,
    /// The content offered.
    pub offered: Hash128,
    /// The surrogate key; 0 in tables without.
    pub id: i64,
    /// Whether, and how, the table knows the row.
    pub presence: Presence,
    /// Whether this file's partition offered the row before.
    pub mine: bool,
    /// Whether another partition offers it.
    pub others: bool,
    /// What the good line that offers it did.
    pub deed: Option<Deed>,
    /// The staged row that does it.
    pub slot: u32,
    /// The row of the file that offers it.
    pub line: u32,
    /// Refused lines that name it.
    pub refused: u32,
}

/// How the table knows a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    /// Not at all.
    New,
    /// It is there.
    Row(Origin),
    /// It was deleted through the API.
    Tombstone,
}

impl Entry {
    /// A row that is only offered.
    pub fn new() -> Self {
        Self {
            hash: Hash128([0; 16]),
            offered: Hash128([0; 16]),
            id: 0,
            presence: Presence::New,
            mine: false,
            others: false,
            deed: None,
            slot: 0,
            line: 0,
            refused: 0,
        }
    }

    /// The row as a decision about content `offered` sees it.
    pub fn existing(&self, offered: Hash128) -> Existing {
        let same = self.hash == offered;
        match self.presence {
            Presence::New => Existing::None,
            Presence::Row(origin) => Existing::Row { origin, same },
            Presence::Tombstone => Existing::Tombstone { same },
        }
    }

    /// Whether the table holds the row now.
    pub fn is_row(&self) -> bool {
        matches!(self.presence, Presence::Row(_))
    }
}

/// What one table holds.
#[derive(Debug, Default)]
pub struct TableIndex {
    /// By the hash of the natural key.
    pub entries: HashMap<Hash128, Entry, BuildHasherDefault<KeyHasher>>,
    /// The last surrogate key that was given.
    pub last_id: i64,
    /// Of columns that must be unique, by their place among the table's: the values of rows that stay
    /// unless a line changes them, by hash, with the key of their row.
    pub taken: HashMap<usize, HashMap<Hash128, Hash128>>,
}

impl TableIndex {
    /// The entry of `key`, new if there was none.
    pub fn entry(&mut self, key: Hash128) -> &mut Entry {
        self.entries.entry(key).or_insert_with(Entry::new)
    }

    /// Rows that files own, or own together with an edit.
    pub fn file_rows(&self, partitioned: bool) -> u64 {
        let owned = |entry: &&Entry| {
            matches!(entry.presence, Presence::Row(Origin::File | Origin::Edited))
                && (!partitioned || entry.mine)
        };
        self.entries.values().filter(owned).count() as u64
    }
}
