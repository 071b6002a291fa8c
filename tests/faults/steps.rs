//! Watcher and worker are separate processes with RabbitMQ between them; one of them is killed at a
//! step on a file's way, and started again.

use std::collections::BTreeSet;
use std::os::unix::process::ExitStatusExt;
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::Duration;

use crate::dataset::{Dataset, Version};
use crate::house::{House, TARGETS};
use crate::judge::{Judge, content};
use crate::person::Person;
use crate::wait::until;

/// How long anything may take on a busy machine.
const LIMIT: Duration = Duration::from_secs(90);

/// Who is killed, by its place in the house.
const WATCHER: usize = 0;
const WORKER: usize = 1;

/// Whether the target has committed when the step is reached.
const BEFORE: bool = false;
const AFTER: bool = true;

/// One test per step and target: the step, who is killed there, how often it is passed first, and
/// whether the tables are new by then.
macro_rules! steps {
    ($($name:ident: $point:literal, $who:ident, $skip:literal, $committed:ident;)*) => {
        mod in_postgres {
            use super::*;
            $(#[test] fn $name() { step("default", $point, $who, $skip, $committed); })*
        }
        mod in_mariadb {
            use super::*;
            $(#[test] fn $name() { step("mysql", $point, $who, $skip, $committed); })*
        }
    };
}

steps! {
    a_watcher_is_killed_while_it_stores_the_bytes: "chunk-stored", WATCHER, 0, BEFORE;
    a_watcher_is_killed_when_it_has_stored_the_bytes: "bytes-stored", WATCHER, 0, BEFORE;
    a_watcher_is_killed_before_the_arrival_is_committed: "before-arrival", WATCHER, 0, BEFORE;
    a_watcher_is_killed_when_the_arrival_is_committed: "after-arrival", WATCHER, 0, BEFORE;
    a_watcher_is_killed_before_it_publishes: "claimed-events", WATCHER, 0, BEFORE;
    a_watcher_is_killed_when_it_has_published: "published", WATCHER, 0, BEFORE;
    a_worker_is_killed_when_it_has_the_lease: "leased", WORKER, 0, BEFORE;
    a_worker_is_killed_when_it_has_begun: "begun", WORKER, 0, BEFORE;
    a_worker_is_killed_when_it_has_compared: "compared", WORKER, 0, BEFORE;
    a_worker_is_killed_when_it_has_staged: "staged", WORKER, 0, BEFORE;
    a_worker_is_killed_before_it_merges: "before-merge", WORKER, 0, BEFORE;
    a_worker_is_killed_when_one_table_is_merged: "merge-table", WORKER, 0, BEFORE;
    a_worker_is_killed_when_all_tables_are_merged: "merge-table", WORKER, 1, BEFORE;
    a_worker_is_killed_among_deletions: "merge-delete", WORKER, 0, BEFORE;
    a_worker_is_killed_before_it_commits: "before-commit", WORKER, 0, BEFORE;
    a_worker_is_killed_when_it_has_committed: "after-commit", WORKER, 0, AFTER;
    a_worker_is_killed_before_it_tells_the_ledger: "before-ledger", WORKER, 0, AFTER;
    a_worker_is_killed_when_it_has_told_the_ledger: "after-ledger", WORKER, 0, AFTER;
    a_worker_is_killed_before_it_acknowledges: "before-ack", WORKER, 0, AFTER;
    a_worker_is_killed_when_it_has_acknowledged: "after-ack", WORKER, 0, AFTER;
}

/// One house for all steps, one step at a time.
struct World {
    house: House,
    person: Person,
}

static WORLD: OnceLock<Mutex<World>> = OnceLock::new();

impl World {
    fn build() -> Self {
        let mut house = House::build("steps", |dataset| match dataset {
            Dataset::Branches => &["mysql"],
            _ => &["default"],
        });
        house.roles = vec![house.role("watch", &["watch"]), house.role("work", &["work"])];
        let person = Person::at(&house.inbox(), 0);
        let mut world = Self { house, person };
        world.house.open();
        for dataset in [Dataset::Stock, Dataset::Branches] {
            world.person.drop_into(dataset);
        }
        world.settle();
        world
    }

    /// What the tables of a dataset are to hold.
    fn expected(&self, dataset: Dataset) -> Vec<String> {
        let drops = self.person.drops.iter().filter(|drop| drop.dataset == dataset);
        let versions: Vec<Version> = drops.map(|drop| drop.version.clone()).collect();
        dataset.content(&versions).lines()
    }

    /// Waits until nothing is left to do, and finds everything as it should be.
    fn settle(&self) {
        let judge = Judge::of(self.person.drops.clone(), BTreeSet::new());
        let settled = until(LIMIT, || {
            judge.settled(&self.house)?;
            judge.no_message(&self.house, false)
        });
        settled.unwrap_or_else(|why| panic!("{}\n{}", why.join("\n"), self.house.last_words()));
        let complaints = judge.complaints(&self.house);
        assert!(complaints.is_empty(), "{}\n{}", complaints.join("\n"), self.house.last_words());
    }
}

fn step(target: &str, point: &str, who: usize, skip: u32, committed: bool) {
    let world = WORLD.get_or_init(|| Mutex::new(World::build()));
    let mut world = world.lock().unwrap_or_else(PoisonError::into_inner);
    let world = &mut *world;
    let (_, server) = TARGETS.into_iter().find(|(name, _)| *name == target).expect("known");
    let dataset = if target == "mysql" { Dataset::Branches } else { Dataset::Stock };
    let database = world.house.database(server);
    let before = content(dataset, &database);
    assert_eq!(before, world.expected(dataset), "what the step before left");

    if who == WATCHER {
        // Workers publish what is in the outbox, too.
        world.house.roles[WORKER].freeze();
    }
    let role = &mut world.house.roles[who];
    role.kill();
    role.start_until(point, skip);
    world.person.drop_into(dataset);
    let role = &mut world.house.roles[who];
    let ended = until(LIMIT, || role.ended().ok_or("it goes on"));
    let signal = ended.map(|status| status.signal());
    assert_eq!(signal, Ok(Some(6)), "it was to be killed: {}", role.last_words());

    let after = world.expected(dataset);
    assert_ne!(before, after);
    let there = if committed { &after } else { &before };
    assert_eq!(&content(dataset, &database), there, "neither the one nor the other");
    // Half a minute by the clock each, which the test need not wait for.
    let ledger = world.house.ledger();
    ledger.execute("UPDATE tolva_lease SET expires_at = 0");
    ledger.execute("UPDATE tolva_outbox SET claimed_until = 0 WHERE published_at IS NULL");
    world.house.roles[who].start();
    if who == WATCHER {
        world.house.roles[WORKER].thaw();
    }
    world.settle();
}
