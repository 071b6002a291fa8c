//! Compares what is there with what the model says.

use std::collections::BTreeMap;

use tolva_loader::Refreshed;
use tolva_schema::hash::Hash128;
use tolva_schema::state::{ArrivalState, Origin};

use crate::hand::{hash, row_key};
use crate::load::Counts;
use crate::model::{Load, Model};
use crate::seen::Seen;
use crate::setting::{Content, Key, Kind, Setting};
use crate::world::{Backend, World};

/// Watches one dataset through its history.
#[derive(Debug, Default)]
pub struct Watch {
    pub seen: Seen,
    /// The highest id that each table ever had.
    highest: BTreeMap<Kind, i64>,
    /// Whose row key a tombstone holds; of a link, with the id of its thing.
    graves: BTreeMap<(String, String), (Kind, Key, Option<i64>)>,
}

/// Rows as they are compared: what is shown, whose it is, the hash of what was told.
type Rows = BTreeMap<(Kind, Key), (Content, Origin, Hash128)>;

fn rows_of(model: &Model) -> Rows {
    let mut rows = Rows::new();
    for kind in Kind::ALL {
        for (key, row) in &model.tables.get(kind).rows {
            let told = hash(&row.told);
            rows.insert((kind, key.clone()), (row.shown.clone(), row.origin, told));
        }
    }
    rows
}

fn rows_in(seen: &Seen) -> Rows {
    let all = seen.rows.iter();
    all.map(|(key, row)| (key.clone(), (row.content.clone(), row.origin, row.hash))).collect()
}

impl Watch {
    /// An id that no row has had.
    pub fn next_id(&self, kind: Kind) -> i64 {
        self.highest.get(&kind).copied().unwrap_or(0) + 1
    }

    /// Remembers whose tombstone is about to be made.
    pub fn bury(&mut self, setting: &Setting, kind: Kind, key: &Key) {
        let grave = row_key(kind, key, &self.seen.ids).to_hex();
        let thing = (kind == Kind::Link).then(|| self.thing_of(key)).flatten();
        self.graves.insert((setting.table(kind), grave), (kind, key.clone(), thing));
    }

    fn thing_of(&self, link: &Key) -> Option<i64> {
        self.seen.ids.get(&(Kind::Thing, vec![link[0].clone()])).copied()
    }

    /// Whether the rows and the version are those of the model.
    pub async fn is_like(&self, world: &World, model: &Model) -> bool {
        let seen = Seen::look(world, &model.setting).await;
        seen.version == model.version && rows_in(&seen) == rows_of(model)
    }

    /// Compares everything. `refreshed` is what the loader told, unless it died in between.
    pub async fn check(
        &mut self,
        world: &World,
        model: &Model,
        loads: &[Load],
        refreshed: Option<&Refreshed>,
    ) {
        let seen = Seen::look(world, &model.setting).await;
        assert_eq!(rows_in(&seen), rows_of(model), "rows");
        self.check_ids(&seen);
        self.seen = seen;
        self.check_tombstones(model);
        assert_eq!(self.seen.version, model.version, "the version");
        check_arrivals(world, model).await;
        check_loads(world, model, loads, refreshed).await;
        check_nothing_left(world, model).await;
    }

    /// An id lives as long as its row, and no other row ever has it.
    fn check_ids(&mut self, now: &Seen) {
        let before = self.highest.clone();
        for ((kind, key), id) in &now.ids {
            match self.seen.ids.get(&(*kind, key.clone())) {
                Some(old) => assert_eq!(id, old, "the id of {kind:?} {key:?}"),
                None => assert!(
                    *id > before.get(kind).copied().unwrap_or(0),
                    "{kind:?} {key:?} has the id {id} of a row that is gone"
                ),
            }
            let highest = self.highest.entry(*kind).or_default();
            *highest = (*highest).max(*id);
        }
    }

    fn check_tombstones(&self, model: &Model) {
        let mut actual: BTreeMap<(Kind, Key), String> = BTreeMap::new();
        for (table, row, hash) in &self.seen.tombstones {
            let grave = &self.graves[&(table.clone(), row.clone())];
            let (kind, key, thing) = grave;
            // The grave of a link whose thing is gone as well means nothing any more.
            if *kind != Kind::Link || self.thing_of(key) == *thing {
                actual.insert((*kind, key.clone()), hash.clone());
            }
        }
        let mut expected = BTreeMap::new();
        for kind in Kind::ALL {
            for (key, told) in &model.tables.get(kind).tombstones {
                expected.insert((kind, key.clone()), hash(told).to_hex());
            }
        }
        assert_eq!(actual, expected, "tombstones");
    }
}

async fn check_arrivals(world: &World, model: &Model) {
    let dataset = model.setting.dataset();
    let arrivals = world.ledger.arrivals(Some(&dataset), 1_000).await.expect("the ledger is read");
    let actual: BTreeMap<i64, ArrivalState> =
        arrivals.iter().map(|arrival| (arrival.id, arrival.state)).collect();
    let expected: BTreeMap<i64, ArrivalState> =
        model.arrivals.iter().map(|arrival| (arrival.id, arrival.state)).collect();
    assert_eq!(actual, expected, "states of arrivals");
}

async fn check_loads(world: &World, model: &Model, loads: &[Load], refreshed: Option<&Refreshed>) {
    if let Some(refreshed) = refreshed {
        let told: Vec<(i64, ArrivalState)> =
            refreshed.outcomes.iter().map(|one| (one.arrival, one.report.state)).collect();
        let expected: Vec<(i64, ArrivalState)> =
            loads.iter().map(|load| (load.arrival, load.state)).collect();
        assert_eq!(told, expected, "loads, {:?}", refreshed.rest);
    }
    for load in loads {
        let last = world.ledger.loads(Some(load.arrival), 1).await.expect("the ledger is read");
        assert_eq!(last[0].state, load.state.as_str(), "the load of {}", load.arrival);
        let mut counts: BTreeMap<String, Counts> =
            serde_json::from_value(last[0].counts.clone()).expect("counts");
        for (kind, expected) in &load.counts {
            let actual = counts.remove(&model.setting.table(*kind));
            assert_eq!(actual.as_ref(), Some(expected), "counts of {kind:?} by {}", load.arrival);
            assert!(expected.add_up(), "{expected:?}");
        }
        assert_eq!(counts, BTreeMap::new(), "counts of {}", load.arrival);
        check_changes(world, model, load).await;
    }
}

/// Every row that a load changed is in the record of changes.
async fn check_changes(world: &World, model: &Model, load: &Load) {
    let Some(version) = load.version else { return };
    let number = if world.dialect.is_mysql() { "CHAR" } else { "TEXT" };
    let sql = format!(
        "SELECT CAST(COUNT(*) AS {number}) FROM tolva_change WHERE dataset = '{}' AND version = {version}",
        model.setting.dataset()
    );
    let changes = world.query(&sql, 1).await[0][0].clone().expect("a count");
    let made = load.counts.values().map(|one| one.inserted + one.updated + one.deleted);
    assert_eq!(changes, made.sum::<u64>().to_string(), "changes of {}", load.arrival);
}

/// No lease, and no table of rows on their way.
async fn check_nothing_left(world: &World, model: &Model) {
    use sea_orm::ConnectionTrait;
    let db = world.ledger.db();
    let sql = format!(
        "SELECT owner FROM tolva_lease WHERE owner IS NOT NULL AND dataset = '{}'",
        model.setting.dataset()
    );
    let statement = sea_orm::Statement::from_string(db.get_database_backend(), sql);
    let held = db.query_all_raw(statement).await.expect("the ledger is read");
    assert!(held.is_empty(), "a lease is held by nobody");
    if world.backend == Backend::Postgres {
        // A connection that was cut takes a moment to go, and its tables with it.
        let sql = "SELECT relname::text FROM pg_class WHERE relname LIKE 'tolva_stage%'";
        for _ in 0..200 {
            if world.query(sql, 1).await.is_empty() {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
        panic!("staged rows are left");
    }
}
