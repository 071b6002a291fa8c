//! What must be true in the end, by what the person remembers and what the databases hold.

use std::collections::{BTreeMap, BTreeSet};

use crate::accounts;
use crate::broker;
use crate::database::Db;
use crate::dataset::{Dataset, Version};
use crate::house::{House, TARGETS};
use crate::person::Dropped;
use crate::servers::Server;

/// Whoever is to be convinced.
pub struct Judge {
    pub drops: Vec<Dropped>,
    /// Messages that nobody could read.
    poison: BTreeSet<String>,
}

/// An arrival as the ledger tells it.
struct Arrival {
    id: u64,
    dataset: String,
    path: String,
    sha256: String,
    /// The state by target.
    states: BTreeMap<String, String>,
}

impl Judge {
    /// Who knows what was dropped, and which messages nobody could read.
    pub fn of(drops: Vec<Dropped>, poison: BTreeSet<String>) -> Self {
        Self { drops, poison }
    }

    /// Whether nothing is left to be done; else, what is.
    pub fn settled(&self, house: &House) -> Result<(), Vec<String>> {
        let ledger = house.ledger();
        let arrivals = arrivals(&ledger);
        let mut open = self.lost(&arrivals);
        for arrival in &arrivals {
            let dataset = Dataset::ALL.into_iter().find(|one| one.name() == arrival.dataset);
            for &target in (house.targets)(dataset.expect("there are no others")) {
                let state = arrival.states.get(target).map_or("landed", String::as_str);
                if ["landed", "loading"].contains(&state) {
                    open.push(format!("{} ({}) is {state} in {target}", arrival.id, arrival.path));
                }
            }
        }
        for (what, sql) in [
            ("leases held", "SELECT COUNT(*) FROM tolva_lease WHERE owner IS NOT NULL"),
            ("loads that did not end", "SELECT COUNT(*) FROM tolva_load WHERE state = 'loading'"),
            ("events unpublished", "SELECT COUNT(*) FROM tolva_outbox WHERE published_at IS NULL"),
        ] {
            let count = ledger.one(sql);
            if count != "0" {
                open.push(format!("{count} {what}"));
            }
        }
        open.extend(staged(house));
        if open.is_empty() { Ok(()) } else { Err(open) }
    }

    /// Everything that is not as it must be, once everybody has stopped.
    pub fn complaints(&self, house: &House) -> Vec<String> {
        let mut complaints = self.settled(house).err().unwrap_or_default();
        let ledger = house.ledger();
        let arrivals = arrivals(&ledger);
        complaints.extend(self.taken_too_often(&arrivals));
        complaints.extend(self.wrong_ends(&arrivals));
        match broker::dead(house.servers.url(Server::Rabbitmq)) {
            Ok(dead) if dead == self.poison => {}
            told => complaints.push(format!("dead are {told:?} instead of {:?}", self.poison)),
        }
        for (target, server) in TARGETS {
            let database = house.database(server);
            let here = |dataset: &Dataset| (house.targets)(*dataset).contains(&target);
            for dataset in Dataset::ALL.into_iter().filter(here) {
                complaints.extend(self.wrong_content(dataset, target, &database));
                complaints.extend(accounts::complaints(dataset, target, &ledger, &database));
            }
        }
        complaints
    }

    /// Whether no message is left for the workers; how many there are that were put off. These are
    /// hints of work that is done by now, for which the long run waits.
    pub fn no_message(&self, house: &House, long: bool) -> Result<u32, Vec<String>> {
        match broker::waiting(house.servers.url(Server::Rabbitmq)) {
            Ok((0, put_off)) if put_off == 0 || !long => Ok(put_off),
            told => Err(vec![format!("messages ready and put off: {told:?}")]),
        }
    }

    /// Whether no worker has a message that it did not acknowledge.
    pub fn none_held(&self, house: &House) -> Result<(), Vec<String>> {
        match house.servers.unacknowledged() {
            0 => Ok(()),
            some => Err(vec![format!("{some} messages are not acknowledged")]),
        }
    }

    /// Messages that came back when the workers stopped: beyond those that were put off, every one of
    /// them would be one that nobody acknowledged.
    pub fn come_back(&self, house: &House, put_off: u32) -> Option<String> {
        match broker::waiting(house.servers.url(Server::Rabbitmq)) {
            Ok((ready, still)) if ready + still <= put_off => None,
            told => {
                Some(format!("{put_off} messages were put off; ready and put off are {told:?}"))
            }
        }
    }

    /// Complete drops of which nobody knows. What a later one took the place of may have been missed.
    fn lost(&self, arrivals: &[Arrival]) -> Vec<String> {
        let known = |drop: &&Dropped| {
            !arrivals.iter().any(|one| one.path == drop.path && one.sha256 == drop.sha256)
        };
        let lost = self.drops.iter().filter(|drop| !drop.overwritten).filter(known);
        lost.map(|drop| format!("{} was never taken", drop.path)).collect()
    }

    /// Each drop makes one arrival at most, and nothing else makes one: not half of a file, either.
    fn taken_too_often(&self, arrivals: &[Arrival]) -> Vec<String> {
        let mut counts: BTreeMap<(&str, &str), (usize, usize)> = BTreeMap::new();
        for arrival in arrivals {
            counts.entry((&arrival.path, &arrival.sha256)).or_default().0 += 1;
        }
        for drop in &self.drops {
            counts.entry((&drop.path, &drop.sha256)).or_default().1 += 1;
        }
        let more = counts.into_iter().filter(|(_, (arrived, dropped))| arrived > dropped);
        more.map(|((path, sha256), (arrived, dropped))| {
            format!("{path} ({sha256}) arrived {arrived} times and was dropped {dropped} times")
        })
        .collect()
    }

    /// Arrivals whose end does not fit what they are.
    fn wrong_ends(&self, arrivals: &[Arrival]) -> Vec<String> {
        let mut wrong = Vec::new();
        for arrival in arrivals {
            let made_it =
                |drop: &&Dropped| drop.path == arrival.path && drop.sha256 == arrival.sha256;
            let Some(drop) = self.drops.iter().find(made_it) else { continue };
            let good = drop.version.rows.is_some();
            let allowed: &[&str] = match (good, drop.dataset.waits_for_a_person()) {
                (true, true) => &["loaded", "unchanged"],
                (false, true) => &["discarded"],
                (true, false) => &["loaded", "unchanged", "superseded"],
                (false, false) => &["quarantined", "superseded"],
            };
            for (target, state) in &arrival.states {
                if !allowed.contains(&state.as_str()) {
                    let what = if good { "good" } else { "bad" };
                    wrong.push(format!(
                        "arrival {} ({}), which is {what}, is {state} in {target}",
                        arrival.id, arrival.path
                    ));
                }
            }
        }
        wrong
    }

    fn wrong_content(&self, dataset: Dataset, target: &str, database: &Db) -> Vec<String> {
        let drops = self.drops.iter().filter(|drop| drop.dataset == dataset);
        let versions: Vec<Version> = drops.map(|drop| drop.version.clone()).collect();
        let expected = dataset.content(&versions).lines();
        let found = content(dataset, database);
        if expected == found {
            return Vec::new();
        }
        let missing: Vec<_> = expected.iter().filter(|row| !found.contains(row)).take(5).collect();
        let surplus: Vec<_> = found.iter().filter(|row| !expected.contains(row)).take(5).collect();
        vec![format!(
            "{} in {target}: {} rows instead of {}; missing {missing:?}, surplus {surplus:?}",
            dataset.name(),
            found.len(),
            expected.len()
        )]
    }

    /// What the run came to.
    pub fn summary(&self, house: &House) -> String {
        let count = |what: &str| house.ledger().one(&format!("SELECT COUNT(*) FROM {what}"));
        format!(
            "{} arrivals, {} loads, of which {} were interrupted",
            count("tolva_arrival"),
            count("tolva_load"),
            count("tolva_load WHERE state = 'interrupted'")
        )
    }
}

/// The rows of a dataset's tables, as [`crate::dataset::Content::lines`] gives them.
pub fn content(dataset: Dataset, database: &Db) -> Vec<String> {
    let name = dataset.name();
    let mut lines = database.rows(&format!(
        "SELECT i.number, i.text, s.name FROM {name}_item i \
         LEFT JOIN {name}_shelf s ON s.id = i.shelf_id"
    ));
    lines.extend(database.rows(&format!("SELECT name FROM {name}_shelf")));
    lines.sort();
    lines
}

/// A person discards what was refused in datasets where everything else waits for that. It may not
/// be possible at the moment: there is always another one.
pub fn discard_refused(house: &House) {
    let refused = "SELECT DISTINCT a.id FROM tolva_arrival a \
                   JOIN tolva_arrival_target t ON t.arrival_id = a.id \
                   WHERE t.state = 'quarantined' AND a.dataset IN ('entries', 'prices')";
    for id in house.ledger().try_rows(refused).unwrap_or_default() {
        house.run(&["discard", &id]);
    }
}

fn arrivals(ledger: &Db) -> Vec<Arrival> {
    let mut arrivals: Vec<Arrival> = ledger
        .rows("SELECT id, dataset, path, sha256 FROM tolva_arrival ORDER BY id")
        .iter()
        .map(|row| {
            let mut parts = row.split('|').map(str::to_owned);
            let mut next = || parts.next().expect("four columns");
            let id = next().parse().expect("a number");
            Arrival { id, dataset: next(), path: next(), sha256: next(), states: BTreeMap::new() }
        })
        .collect();
    for row in ledger.rows("SELECT arrival_id, target, state FROM tolva_arrival_target") {
        let [id, target, state] = row.split('|').collect::<Vec<_>>()[..] else { panic!("{row}") };
        let id: u64 = id.parse().expect("a number");
        if let Ok(at) = arrivals.binary_search_by_key(&id, |arrival| arrival.id) {
            arrivals[at].states.insert(target.to_owned(), state.to_owned());
        }
    }
    arrivals
}

/// Staging tables, wherever they are.
fn staged(house: &House) -> Vec<String> {
    let mut left = Vec::new();
    for (server, sql) in [
        (Server::Postgres, "SELECT COUNT(*) FROM pg_class WHERE relname LIKE 'tolva_stage%'"),
        (
            Server::Mariadb,
            "SELECT COUNT(*) FROM information_schema.tables WHERE table_name LIKE 'tolva_stage%'",
        ),
    ] {
        let count = house.database(server).one(sql);
        if count != "0" {
            left.push(format!("{count} staging tables in {server}"));
        }
    }
    left
}
