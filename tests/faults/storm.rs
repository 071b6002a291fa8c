//! Files are dropped while everything around them fails; then it is judged what became of them.

use std::collections::{BTreeMap, BTreeSet};
use std::thread;
use std::time::{Duration, Instant};

use fastrand::Rng;

use crate::fault::{Fault, poison};
use crate::house::House;
use crate::judge::{Judge, discard_refused};
use crate::person::{Dropped, Dropping, Person};
use crate::servers::Server;
use crate::wait::until;

/// What is chosen where nobody asks for something else: chance belongs to whoever wants it.
const SEED: u64 = 20_261_123;
/// The short run, which is part of every test run.
const MINUTES: f64 = 0.4;
const FILES: usize = 240;
/// Faults that last at the same time.
const AT_ONCE: usize = 3;

/// How long and how hard.
#[derive(Debug, Clone, Copy)]
struct Plan {
    seed: u64,
    minutes: f64,
    files: usize,
}

impl Plan {
    /// From the environment; see `docs/faults.md`.
    fn read() -> Self {
        fn of<T: std::str::FromStr>(variable: &str) -> Option<T> {
            let text = std::env::var(variable).ok()?;
            Some(text.parse().unwrap_or_else(|_| panic!("{variable}={text} is no number")))
        }
        Self {
            seed: of("TOLVA_FAULT_SEED").unwrap_or(SEED),
            minutes: of("TOLVA_FAULT_MINUTES").unwrap_or(MINUTES),
            files: of("TOLVA_FAULT_FILES").unwrap_or(FILES),
        }
    }

    fn time(self) -> Duration {
        Duration::from_secs_f64(self.minutes * 60.0)
    }

    fn is_long(self) -> bool {
        self.minutes >= 2.0
    }
}

#[test]
fn every_file_ends_well_whatever_fails_around_it() {
    let plan = Plan::read();
    eprintln!("{plan:?} (TOLVA_FAULT_SEED={} repeats its choices)", plan.seed);
    let mut house = House::build(&format!("storm-{}", plan.seed), |_| &["default", "mysql"]);
    let person = Person::at(&house.inbox(), plan.seed);
    house.roles =
        [("watch-1", "watch"), ("watch-2", "watch"), ("work-1", "work"), ("work-2", "work")]
            .map(|(name, verb)| house.role(name, &[verb]))
            .into();
    house.open();

    let mut storm = Storm::new(house, plan);
    let drops = storm.rage(person);
    let Storm { mut house, tally, poison, .. } = storm;
    let judge = Judge::of(drops, poison);
    // The longest time for which a message is put off is ten minutes.
    let limit = Duration::from_secs(if plan.is_long() { 1_200 } else { 120 });
    let settled = until(limit, || {
        discard_refused(&house);
        judge.settled(&house)?;
        judge.none_held(&house)?;
        judge.no_message(&house, plan.is_long())
    });
    let put_off =
        settled.unwrap_or_else(|why| panic!("{}\n{}", why.join("\n"), house.last_words()));
    stop(&mut house);
    let mut complaints = judge.complaints(&house);
    complaints.extend(judge.come_back(&house, put_off));
    assert!(complaints.is_empty(), "{}\n{}", complaints.join("\n"), house.last_words());

    let faults: usize = tally.values().sum();
    eprintln!("{} files, {faults} faults, {} minutes:", judge.drops.len(), plan.minutes);
    for (kind, count) in &tally {
        eprintln!("  {count:5} {kind}");
    }
    eprintln!("  {}", judge.summary(&house));
    drop(std::fs::remove_dir_all(&house.logs));
}

/// Everybody is asked to end, and does.
fn stop(house: &mut House) {
    house.roles.iter().for_each(|role| role.terminate());
    house.roles.iter_mut().for_each(|role| role.drained());
}

/// A house in which one thing after the other fails.
struct Storm {
    house: House,
    plan: Plan,
    /// What comes next; nothing else asks it, so that a seed gives the same faults in the same order.
    choices: Rng,
    random: Rng,
    /// What lasts, and until when.
    lasting: Vec<(Fault, Instant)>,
    tally: BTreeMap<String, usize>,
    /// Messages that nobody could read.
    poison: BTreeSet<String>,
}

impl Storm {
    fn new(house: House, plan: Plan) -> Self {
        let [choices, random] = [1, 2].map(|number| Rng::with_seed(plan.seed ^ number));
        let (lasting, tally, poison) = Default::default();
        Self { house, plan, choices, random, lasting, tally, poison }
    }

    /// Lets things fail for as long as files are dropped; everything works again in the end.
    fn rage(&mut self, person: Person) -> Vec<Dropped> {
        let end = Instant::now() + self.plan.time();
        let dropping = Dropping::start(person, self.plan.files, self.plan.time());
        while Instant::now() < end && dropping.goes_on() {
            self.end_faults(Instant::now());
            self.roles_live();
            if self.lasting.len() < AT_ONCE {
                self.begin_fault();
            }
            self.decide();
            thread::sleep(Duration::from_millis(self.random.u64(20..400)));
        }
        let mut person = dropping.end();
        self.end_faults(end + Duration::from_secs(3600));
        self.roles_live();
        person.last_versions();
        person.drops
    }

    fn begin_fault(&mut self) {
        let fault = Fault::any(&mut self.choices, self.house.roles.len());
        if self.lasting.iter().any(|(other, _)| fault.excludes(*other)) {
            return;
        }
        let begun = fault.begin(&mut self.house, &mut self.random, self.plan.is_long());
        match begun {
            Ok(lasts) => {
                if fault.expires_leases(self.plan.is_long()) && self.calm(Server::Postgres) {
                    let all = "UPDATE tolva_lease SET expires_at = 0 WHERE owner IS NOT NULL";
                    self.house.ledger().execute(all);
                }
                if let Fault::Poison(number) = fault {
                    self.poison.insert(poison(number));
                }
                eprintln!("{fault:?} for {lasts} ms");
                *self.tally.entry(fault.kind()).or_default() += 1;
                self.lasting.push((fault, Instant::now() + Duration::from_millis(lasts)));
            }
            Err(why) => eprintln!("{fault:?} could not be: {why}"),
        }
    }

    /// Ends what has lasted long enough.
    fn end_faults(&mut self, now: Instant) {
        let over: Vec<_> = self.lasting.extract_if(.., |(_, until)| *until <= now).collect();
        for (fault, _) in over {
            fault.end(&mut self.house);
        }
    }

    /// Whether nothing is the matter with a server.
    fn calm(&self, server: Server) -> bool {
        !self.lasting.iter().any(|(fault, _)| fault.excludes(Fault::ServerKilled(server)))
    }

    /// A role may wait for as long as it has to, but not end.
    fn roles_live(&mut self) {
        let asked = |at| self.lasting.iter().any(|(fault, _)| *fault == Fault::RoleAsked(at));
        for (at, role) in self.house.roles.iter_mut().enumerate() {
            if let Some(status) = role.ended()
                && !asked(at)
            {
                panic!("{} ended by itself: {status}\n{}", role.name, role.last_words());
            }
        }
    }

    /// A person discards what was refused where the rest waits for that.
    fn decide(&mut self) {
        if self.calm(Server::Postgres) && self.random.u8(..12) == 0 {
            discard_refused(&self.house);
        }
    }
}
