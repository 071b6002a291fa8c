//! A random history of a dataset, told to the model and to the loader alike.

use std::sync::{Arc, Mutex};

use fastrand::Rng;
use tolva_loader::{Loader, Progress, Refreshed, Rest};
use tolva_schema::state::{ArrivalState, Origin};

use crate::compare::Watch;
use crate::crash::{interrupted, refresh_and_die, stopped_after};
use crate::file::{Author, File, pick};
use crate::hand::Hand;
use crate::model::Model;
use crate::setting::{Content, Key, Kind, Setting};
use crate::world::{Backend, World};

/// Steps of one history, at least and at most.
const STEPS: std::ops::RangeInclusive<usize> = 10..=15;

/// What happened so far, for whoever reads of a failure.
pub type Log = Arc<Mutex<Vec<String>>>;

pub struct History<'a> {
    world: &'a World,
    rng: Rng,
    model: Model,
    author: Author,
    watch: Watch,
    log: Log,
    /// Polls that a refresh took, to stop the next one at any point of its life.
    polls: usize,
}

/// Plays the history of `seed`; `number` sets its names apart from others in the world.
pub async fn play(world: &World, number: u64, seed: u64, log: Log) {
    let mut rng = Rng::with_seed(seed);
    let setting = Setting::random(&mut rng, number);
    let mut history = History {
        world,
        rng,
        model: Model::new(setting),
        author: Author::new(),
        watch: Watch::default(),
        log,
        polls: 100,
    };
    history.tell(format!("{:?}", history.model.setting));
    history.contract().await;
    for _ in 0..history.rng.usize(STEPS) {
        history.step().await;
    }
}

impl History<'_> {
    fn tell(&self, what: String) {
        self.log.lock().expect("the log").push(what);
    }

    async fn step(&mut self) {
        match self.rng.u32(0..100) {
            0..=24 => {
                self.arrive().await;
                self.refresh().await;
            }
            25..=30 => {
                self.arrive_again().await;
                self.refresh().await;
            }
            31..=36 => {
                for _ in 0..self.rng.usize(2..4) {
                    self.arrive().await;
                }
                self.check(&[], None).await;
                if self.rng.bool() {
                    self.refresh().await;
                }
            }
            37..=43 => self.replay(false).await,
            44..=48 => self.replay(true).await,
            49..=52 => self.discard().await,
            53..=61 => self.edit().await,
            62..=67 => self.create().await,
            68..=71 => self.delete().await,
            72..=79 => self.uproot().await,
            80..=83 => self.change_contract().await,
            84..=91 => self.crash().await,
            92..=94 => self.race().await,
            _ => self.meanwhile().await,
        }
    }

    async fn contract(&self) {
        let dataset = self.model.setting.dataset();
        self.world.contract(&format!("{dataset}.toml"), &self.model.setting.contract()).await;
    }

    /// A file lands.
    async fn arrive(&mut self) {
        let file = self.author.write(&mut self.rng);
        self.land(file).await;
    }

    /// The newest file lands again.
    async fn arrive_again(&mut self) {
        let newest = self.model.arrivals.last().map(|arrival| arrival.file.clone());
        self.land(newest.unwrap_or_default()).await;
    }

    async fn land(&mut self, file: File) {
        let bytes = file.bytes();
        let id = self.world.land(&self.model.setting.dataset(), "stock.csv", &bytes).await;
        self.tell(format!("arrival {id}:\n{}", String::from_utf8_lossy(&bytes)));
        self.model.arrive(id, file, false);
    }

    /// A replay of any arrival, or the release of a quarantined one.
    async fn replay(&mut self, release: bool) {
        let may = |state| !release || state == ArrivalState::Quarantined;
        let Some(place) = self.any_arrival(may) else { return };
        let old = self.model.arrivals[place].clone();
        let new = self.world.ledger.replay(old.id, release).await.expect("it is replayed");
        self.tell(format!("arrival {new} replays {}, released: {release}", old.id));
        self.model.arrivals[place].replaced = true;
        self.model.arrive(new, old.file, release);
        self.refresh().await;
    }

    async fn discard(&mut self) {
        let may = |state| matches!(state, ArrivalState::Landed | ArrivalState::Quarantined);
        let Some(place) = self.any_arrival(may) else { return };
        let arrival = &mut self.model.arrivals[place];
        arrival.state = ArrivalState::Discarded;
        let id = arrival.id;
        self.tell(format!("arrival {id} is discarded"));
        self.world.ledger.discard(id).await.expect("it is discarded");
        self.refresh().await;
    }

    fn any_arrival(&mut self, may: impl Fn(ArrivalState) -> bool) -> Option<usize> {
        let all = self.model.arrivals.iter().enumerate();
        let places: Vec<usize> =
            all.filter(|(_, arrival)| may(arrival.state)).map(|(place, _)| place).collect();
        (!places.is_empty()).then(|| places[self.rng.usize(0..places.len())])
    }

    async fn change_contract(&mut self) {
        if self.rng.bool() {
            self.model.setting.extra = true;
        } else {
            let least = [None, Some(2), Some(5)];
            self.model.setting.min_rows = least[self.rng.usize(0..least.len())];
        }
        self.tell(format!("{:?}", self.model.setting));
        self.contract().await;
        self.refresh().await;
    }

    async fn run(&mut self, loader: &Loader) -> Refreshed {
        let progress = Progress::default();
        let dataset = self.model.setting.dataset();
        let refresh = loader.refresh(&dataset, self.world.target, &progress);
        let (refreshed, polls) = stopped_after(refresh, usize::MAX).await;
        let refreshed = refreshed.expect("it is not stopped").expect("the refresh runs");
        if !refreshed.outcomes.is_empty() {
            self.polls = polls;
        }
        refreshed
    }

    async fn refresh(&mut self) {
        self.tell("refresh".to_owned());
        let loads = self.model.refresh();
        let refreshed = self.run(&self.world.loader.clone()).await;
        self.check(&loads, Some(refreshed)).await;
    }

    /// A loader of another process.
    fn other_loader(&self, owner: &str) -> Loader {
        Loader::new(self.world.ledger.clone(), self.world.loader.targets().clone(), owner)
    }

    /// A worker dies in the middle of its work; another one takes over when the lease has run out.
    async fn crash(&mut self) {
        if self.rng.u32(0..4) == 0 {
            self.arrive_again().await;
        } else {
            self.arrive().await;
        }
        // The new process connects to everything first.
        let polls = self.rng.usize(1..50 + self.polls * 5 / 4);
        let loads = self.model.refresh();
        let dataset = self.model.setting.dataset();
        let finished = refresh_and_die(self.world, dataset, polls).await;
        self.tell(format!("killed after {polls} of about {} polls: {}", self.polls, !finished));
        // What was on its way to a server when its client died arrives long before a lease runs out.
        self.settle().await;
        let heir = self.other_loader("heir");
        for _ in 0..50 {
            self.ledger("UPDATE tolva_lease SET expires_at = 0 WHERE owner IS NOT NULL").await;
            match self.run(&heir).await.rest {
                Rest::Done | Rest::Blocked(_) => break,
                rest => {
                    self.tell(format!("{rest:?}"));
                    self.ledger("UPDATE tolva_arrival_target SET not_before = 0").await;
                    self.settle().await;
                }
            }
        }
        self.check(&loads, None).await;
    }

    async fn settle(&self) {
        let wait = if self.world.backend == Backend::Sqlite { 3 } else { 15 };
        tokio::time::sleep(std::time::Duration::from_millis(wait)).await;
    }

    async fn ledger(&self, sql: &str) {
        use sea_orm::ConnectionTrait;
        self.world.ledger.db().execute_unprepared(sql).await.expect("the ledger takes it");
    }

    /// Two workers hear of the same arrival.
    async fn race(&mut self) {
        self.arrive().await;
        self.tell("race".to_owned());
        let loads = self.model.refresh();
        let (dataset, target) = (self.model.setting.dataset(), self.world.target);
        let progress = Progress::default();
        let (one, two) = (self.other_loader("one"), self.other_loader("two"));
        let (one, two) = tokio::join!(
            one.refresh(&dataset, target, &progress),
            two.refresh(&dataset, target, &progress)
        );
        let mut both = one.expect("the refresh runs");
        both.outcomes.extend(two.expect("the refresh runs").outcomes);
        self.check(&loads, Some(both)).await;
    }

    /// A person edits a row while a file is loaded: one of them comes first.
    async fn meanwhile(&mut self) {
        let calm = |kind: Kind, origin: Origin| kind != Kind::Thing && origin != Origin::Api;
        let Some((kind, key)) = self.any_row(calm) else { return };
        // A dataset of MySQL cannot be written through the API.
        if self.world.backend == Backend::Mysql {
            return;
        }
        let content = self.other_content(kind, &key);
        if self.model.tables.get(kind).rows[&key].shown == content {
            return;
        }
        self.arrive().await;
        self.tell(format!("refresh, and meanwhile {kind:?} {key:?} becomes {content:?}"));
        let mut later = self.model.clone();
        self.model.edit(kind, &key, content.clone());
        let mut loads = self.model.refresh();
        let later_loads = later.refresh();
        later.edit(kind, &key, content.clone());
        let (dataset, target) = (self.model.setting.dataset(), self.world.target);
        let polls = self.rng.usize(1..10 + self.polls);
        let (loader, progress) = (self.other_loader("busy"), Progress::default());
        let refresh = loader.refresh(&dataset, target, &progress);
        let edit = self.hand();
        let edit = edit.edit(kind, &key, &content);
        let refreshed = interrupted(refresh, polls, edit).await;
        let refreshed = refreshed.expect("the refresh runs");
        let first = self.watch.is_like(self.world, &self.model).await;
        let last = self.watch.is_like(self.world, &later).await;
        if last && !first {
            (self.model, loads) = (later, later_loads);
        } else if last {
            // Nobody can tell who came first, and so which version is the load's.
            loads.iter_mut().for_each(|load| load.version = None);
        }
        self.check(&loads, Some(refreshed)).await;
    }

    fn hand(&self) -> Hand<'_> {
        let writable = self.world.backend != Backend::Mysql;
        Hand {
            ledger: writable.then(|| self.world.ledger.clone()),
            db: &self.world.db,
            dialect: self.world.dialect,
            setting: &self.model.setting,
            seen: &self.watch.seen,
        }
    }

    async fn edit(&mut self) {
        let Some((kind, key)) = self.any_row(|_, _| true) else { return };
        let content = self.other_content(kind, &key);
        // To write what is there already changes nothing.
        if self.model.tables.get(kind).rows[&key].shown != content {
            self.put(kind, key, content).await;
        }
    }

    async fn put(&mut self, kind: Kind, key: Key, content: Content) {
        self.tell(format!("{kind:?} {key:?} is edited: {content:?}"));
        self.hand().edit(kind, &key, &content).await;
        self.model.edit(kind, &key, content);
        self.check(&[], None).await;
    }

    async fn create(&mut self) {
        let kind = Kind::ALL[self.rng.usize(0..Kind::ALL.len())];
        let key: Key = match kind {
            Kind::Link => {
                let both = (self.row_of(Kind::Thing), self.row_of(Kind::Tag));
                let (Some(thing), Some(tag)) = both else { return };
                vec![thing[0].clone(), tag[0].clone()]
            }
            Kind::Owner => vec![["ann", "bob", "cid", "eve"][self.rng.usize(0..4)].to_owned()],
            Kind::Tag => vec![pick(&mut self.rng, "tag")],
            Kind::Thing => vec![pick(&mut self.rng, "code")],
        };
        if self.model.tables.get(kind).rows.contains_key(&key) {
            return;
        }
        let content = self.other_content(kind, &key);
        self.tell(format!("{kind:?} {key:?} is created: {content:?}"));
        let id = self.watch.next_id(kind);
        self.hand().create(kind, &content, id).await;
        self.model.create(kind, content);
        self.check(&[], None).await;
    }

    async fn delete(&mut self) {
        let Some((kind, key)) = self.any_row(|_, _| true) else { return };
        if !self.model.tables.is_referred_to(kind, &key) {
            self.take_out(kind, key).await;
        }
    }

    /// A row is deleted after what referred to it was.
    async fn uproot(&mut self) {
        let Some((kind, key)) = self.any_row(|kind, _| kind != Kind::Link) else { return };
        for child in [Kind::Link, Kind::Thing] {
            let column = child.references().iter().find(|(_, parent)| *parent == kind);
            let Some((column, _)) = column else { continue };
            let rows = self.model.tables.get(child).rows.clone();
            for (own, mut row) in rows {
                if row.shown.get(column) != key.first() {
                    continue;
                }
                if child == Kind::Link {
                    self.take_out(child, own).await;
                } else {
                    row.shown.remove(column);
                    self.put(child, own, row.shown).await;
                }
            }
        }
        self.take_out(kind, key).await;
    }

    async fn take_out(&mut self, kind: Kind, key: Key) {
        self.tell(format!("{kind:?} {key:?} is deleted"));
        self.hand().delete(kind, &key).await;
        self.watch.bury(&self.model.setting, kind, &key);
        self.model.delete(kind, &key);
        self.check(&[], None).await;
    }

    fn row_of(&mut self, kind: Kind) -> Option<Key> {
        self.any_row(|other, _| other == kind).map(|(_, key)| key)
    }

    fn any_row(&mut self, may: impl Fn(Kind, Origin) -> bool) -> Option<(Kind, Key)> {
        let mut all = Vec::new();
        for kind in Kind::ALL {
            let rows = &self.model.tables.get(kind).rows;
            let some = rows.iter().filter(|(_, row)| may(kind, row.origin));
            all.extend(some.map(|(key, _)| (kind, key.clone())));
        }
        (!all.is_empty()).then(|| all.swap_remove(self.rng.usize(0..all.len())))
    }

    /// Any content for a row with this key.
    fn other_content(&mut self, kind: Kind, key: &Key) -> Content {
        let mut content: Content = kind.key().iter().copied().zip(key.iter().cloned()).collect();
        for (column, field) in kind.columns(self.model.setting.extra) {
            let text = match column {
                _ if content.contains_key(column) => continue,
                "owner_id" => self.row_of(Kind::Owner).map_or(String::new(), |key| key[0].clone()),
                _ => pick(&mut self.rng, field),
            };
            if !text.is_empty() {
                content.insert(column, text);
            }
        }
        content
    }

    async fn check(&mut self, loads: &[crate::model::Load], refreshed: Option<Refreshed>) {
        self.watch.check(self.world, &self.model, loads, refreshed.as_ref()).await;
    }
}
