//! The reference model: what the tables and arrivals must be, in the words of the design and without
//! a thought for speed, order of statements or crashes.

use std::collections::BTreeMap;

use tolva_schema::state::{ArrivalState, Origin};

use crate::file::File;
use crate::load::{self, Counts, Verdict};
use crate::setting::{Content, Key, Kind, Setting};

/// A row of a table.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// What readers see.
    pub shown: Content,
    /// What a file said (or whoever created the row): the next file is compared with this.
    pub told: Content,
    pub origin: Origin,
}

/// One table.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Table {
    pub rows: BTreeMap<Key, Row>,
    /// Rows of a file that a person deleted: what the file had said.
    pub tombstones: BTreeMap<Key, Content>,
}

/// All tables of the dataset.
#[derive(Debug, Clone, Default)]
pub struct Tables(BTreeMap<Kind, Table>);

impl Tables {
    pub fn get(&self, kind: Kind) -> &Table {
        static NONE: Table = Table { rows: BTreeMap::new(), tombstones: BTreeMap::new() };
        self.0.get(&kind).unwrap_or(&NONE)
    }

    pub fn of(&mut self, kind: Kind) -> &mut Table {
        self.0.entry(kind).or_default()
    }

    /// Whether a row refers to this one.
    pub fn is_referred_to(&self, kind: Kind, key: &Key) -> bool {
        let refers = |child: &Kind| {
            child.references().iter().any(|(column, parent)| {
                let names_it = |row: &Row| row.shown.get(column) == key.first();
                *parent == kind && self.get(*child).rows.values().any(names_it)
            })
        };
        Kind::ALL.iter().any(refers)
    }

    /// Takes a row out. Graves of links belong to the row of their thing, and end with it: a thing
    /// that comes back comes back with its links.
    pub fn remove(&mut self, kind: Kind, key: &Key) -> Option<Row> {
        if kind == Kind::Thing {
            self.of(Kind::Link).tombstones.retain(|link, _| link[0] != key[0]);
        }
        self.of(kind).rows.remove(key)
    }
}

/// One drop of a file.
#[derive(Debug, Clone)]
pub struct Arrival {
    /// Its number in the ledger.
    pub id: i64,
    pub file: File,
    pub state: ArrivalState,
    /// A person let it past the guards.
    pub released: bool,
    /// A later arrival takes its place.
    pub replaced: bool,
    /// The contract by which it was loaded.
    pub by: Option<Setting>,
}

/// What the target holds.
#[derive(Debug, Clone)]
struct Held {
    /// The arrival, by its place.
    place: usize,
    by: Setting,
    counts: BTreeMap<Kind, Counts>,
}

/// One load: the arrival, how it ended, what it counted.
#[derive(Debug, Clone)]
pub struct Load {
    pub arrival: i64,
    pub state: ArrivalState,
    pub counts: BTreeMap<Kind, Counts>,
    /// The version that it made, if its changes are recorded row by row: a first load's are not.
    pub version: Option<i64>,
}

/// A dataset.
#[derive(Debug, Clone)]
pub struct Model {
    pub setting: Setting,
    pub tables: Tables,
    pub arrivals: Vec<Arrival>,
    pub version: i64,
    held: Option<Held>,
}

impl Model {
    pub fn new(setting: Setting) -> Self {
        let (tables, arrivals) = (Tables::default(), Vec::new());
        Self { setting, tables, arrivals, version: 0, held: None }
    }

    pub fn arrive(&mut self, id: i64, file: File, released: bool) {
        let state = ArrivalState::Landed;
        self.arrivals.push(Arrival { id, file, state, released, replaced: false, by: None });
    }

    /// Everything that the dataset needs now.
    pub fn refresh(&mut self) -> Vec<Load> {
        let mut loads = Vec::new();
        while let Some(place) = self.next() {
            loads.push(self.load(place));
        }
        loads
    }

    /// *snapshot*: the newest arrival that is not quarantined or failed. *upsert*, *append*: every
    /// arrival in sequence; a refused one stops the dataset until a person acts. A changed contract
    /// reloads the newest good arrival.
    fn next(&self) -> Option<usize> {
        let waits = |place: &usize| self.arrivals[*place].state == ArrivalState::Landed;
        let outdated = |place: &usize| {
            let arrival = &self.arrivals[*place];
            arrival.state.is_applied() && arrival.by.as_ref() != Some(&self.setting)
        };
        let places = 0..self.arrivals.len();
        if self.setting.refresh.is_snapshot() {
            let good = |place: &usize| {
                !matches!(
                    self.arrivals[*place].state,
                    ArrivalState::Quarantined | ArrivalState::Discarded
                )
            };
            return places.rev().find(good).filter(|place| waits(place) || outdated(place));
        }
        for place in places.clone() {
            let arrival = &self.arrivals[place];
            if arrival.state == ArrivalState::Quarantined && !arrival.replaced {
                return None;
            }
            if waits(&place) {
                return Some(place);
            }
        }
        let applied = |place: &usize| self.arrivals[*place].state.is_applied();
        places.rev().find(applied).filter(outdated)
    }

    fn load(&mut self, place: usize) -> Load {
        let (arrival, before) = (self.arrivals[place].clone(), self.version);
        let (state, counts) = self.outcome(place, &arrival);
        let version = (before > 0 && self.version > before).then_some(self.version);
        self.arrivals[place].state = state;
        self.arrivals[place].by = Some(self.setting.clone());
        if state.is_applied() && self.setting.refresh.is_snapshot() {
            let older = &mut self.arrivals[..place];
            for waiting in older.iter_mut().filter(|one| one.state == ArrivalState::Landed) {
                waiting.state = ArrivalState::Superseded;
            }
        }
        Load { arrival: arrival.id, state, counts, version }
    }

    fn outcome(
        &mut self,
        place: usize,
        arrival: &Arrival,
    ) -> (ArrivalState, BTreeMap<Kind, Counts>) {
        if let Some(held) = &mut self.held {
            // What arrived later wins, whatever became of it since.
            if held.place > place {
                return (ArrivalState::Superseded, BTreeMap::new());
            }
            if held.by == self.setting && self.arrivals[held.place].file == arrival.file {
                held.place = place;
                held.counts.values_mut().for_each(Counts::again);
                return (ArrivalState::Unchanged, held.counts.clone());
            }
        }
        match load::load(&self.setting, &self.tables, &arrival.file, arrival.released) {
            Verdict::Refused(counts) => (ArrivalState::Quarantined, counts),
            Verdict::Loaded(tables, counts) => {
                self.tables = tables;
                if self.version == 0 || counts.values().any(Counts::changed) {
                    self.version += 1;
                }
                let by = self.setting.clone();
                self.held = Some(Held { place, by, counts: counts.clone() });
                (ArrivalState::Loaded, counts)
            }
        }
    }

    /// An edit through the API. Where there is no row, or it says nothing new, nothing is done.
    pub fn edit(&mut self, kind: Kind, key: &Key, content: Content) {
        let Some(row) = self.tables.of(kind).rows.get_mut(key) else { return };
        if row.shown == content {
            return;
        }
        self.version += 1;
        row.shown = content;
        if row.origin == Origin::Api {
            // Nobody else has said anything about it.
            row.told = row.shown.clone();
        } else {
            row.origin = Origin::Edited;
        }
    }

    /// A row created through the API.
    pub fn create(&mut self, kind: Kind, content: Content) {
        self.version += 1;
        let table = self.tables.of(kind);
        let key = kind.key_of(&content);
        table.tombstones.remove(&key);
        let row = Row { shown: content.clone(), told: content, origin: Origin::Api };
        table.rows.insert(key, row);
    }

    /// A row deleted through the API: it leaves a tombstone if it came from a file.
    pub fn delete(&mut self, kind: Kind, key: &Key) {
        self.version += 1;
        if let Some(row) = self.tables.remove(kind, key)
            && row.origin != Origin::Api
        {
            self.tables.of(kind).tombstones.insert(key.clone(), row.told);
        }
    }
}
