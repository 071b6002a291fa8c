//! Hold, pay, confirm or release: the booking's life with duplicate and late webhooks, lost replies, crashes and expired holds.
//!
//! The proposed rules keep three invariants, asserted at every step or at the end; each naive variant drops one rule and is
//! shown to fail.

use std::sync::OnceLock;

use crate::inputs::*;
use crate::json::{Json, object};
use crate::rng::{Rng, Zipf};
use crate::station::Agenda;
use crate::stats::Estimate;

const ATTEMPTS: usize = 20_000;
const RATE_PER_S: f64 = 12.0;
const TYPES: usize = 30;
const NIGHTS: usize = 30;
const CAP: i32 = 8;
/// Time between a naive check, made on a copy, and its write: the copy is behind, and the guest reads the page.
const RACE_MS: f64 = 1500.0;

/// Which rules are in force.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Variant {
    /// All of them.
    Correct,
    /// Availability is read first and written later, without looking again.
    Check,
    /// A repeated capture carries a new key, a repeated webhook is not recognised.
    Retry,
    /// The provider captures at once, and a webhook that finds its hold expired is ignored.
    Late,
    /// The booking is confirmed when the guest comes back, whatever the provider said.
    Redirect,
}

/// What an attempt has become.
#[derive(Clone, Copy, Debug, PartialEq)]
enum State {
    New,
    Refused,
    Held,
    Expired,
    Sold,
    Confirmed,
    Voided,
}

#[derive(Clone, Debug)]
struct Attempt {
    rows: Vec<usize>,
    state: State,
    seen: bool,
    authorised: bool,
    charges: u32,
    captured: bool,
    voided: bool,
}

#[derive(Clone, Copy, Default)]
struct Row {
    held: i32,
    sold: i32,
}

enum Event {
    Hold(usize),
    Write(usize),
    Expire(usize),
    Paid(usize, bool),
    Webhook(usize),
    Capture(usize, bool),
    Void(usize),
}

/// What a replication counted.
#[derive(Clone, Copy, Debug, Default)]
pub struct Counts {
    /// Attempts to book.
    pub attempts: u64,
    /// Attempts that got a hold.
    pub holds: u64,
    /// Bookings confirmed.
    pub confirmed: u64,
    /// Room-nights sold above the cap.
    pub oversold: u64,
    /// Bookings charged more than once.
    pub double_charged: u64,
    /// Charges that nobody got a booking for.
    pub charged_without_booking: u64,
    /// Bookings that were not charged.
    pub booked_without_charge: u64,
    /// Holds that ran out.
    pub expired: u64,
    /// Authorisations that came after their hold ran out; of those, sold again, and voided.
    pub late_authorised: u64,
    /// Late authorisations for which there was still room.
    pub late_resold: u64,
    /// Late authorisations that were voided.
    pub late_voided: u64,
    /// Webhooks that came twice.
    pub duplicates: u64,
    /// Steps at which the cap was exceeded by held and sold rooms together.
    pub cap_broken: u64,
}

struct World {
    variant: Variant,
    rows: Vec<Row>,
    attempts: Vec<Attempt>,
    counts: Counts,
}

impl World {
    fn room(&self, who: usize) -> bool {
        self.attempts[who].rows.iter().all(|r| self.rows[*r].held + self.rows[*r].sold < CAP)
    }

    fn change(&mut self, who: usize, held: i32, sold: i32) {
        for k in 0..self.attempts[who].rows.len() {
            let row = &mut self.rows[self.attempts[who].rows[k]];
            row.held += held;
            row.sold += sold;
            if row.held + row.sold > CAP {
                self.counts.cap_broken += 1;
                assert!(self.variant == Variant::Check, "the cap is broken by {:?}", self.variant);
            }
        }
    }
}

/// One replication of a variant.
pub fn replicate(variant: Variant, rng: &mut Rng) -> Counts {
    let types = Zipf::new(TYPES, ZIPF);
    let nights = Zipf::new(NIGHTS, 0.5);
    let mut world = World {
        variant,
        rows: vec![Row::default(); TYPES * NIGHTS],
        attempts: Vec::new(),
        counts: Counts::default(),
    };
    let mut agenda = Agenda::default();
    let mut now = 0.0;
    for who in 0..ATTEMPTS {
        now += rng.exponential(1000.0 / RATE_PER_S);
        let (kind, first) = (types.draw(rng), nights.draw(rng));
        let stay = 1 + rng.below(4);
        let rows = (first..(first + stay).min(NIGHTS)).map(|night| kind * NIGHTS + night).collect();
        world.attempts.push(Attempt {
            rows,
            state: State::New,
            seen: false,
            authorised: false,
            charges: 0,
            captured: false,
            voided: false,
        });
        agenda.plan(now, Event::Hold(who));
    }
    world.counts.attempts = ATTEMPTS as u64;
    while let Some((now, event)) = agenda.pop() {
        step(&mut world, &mut agenda, now, event, rng);
    }
    finish(world)
}

fn step(world: &mut World, agenda: &mut Agenda<Event>, now: f64, event: Event, rng: &mut Rng) {
    let variant = world.variant;
    match event {
        Event::Hold(who) => {
            if world.attempts[who].state != State::New {
                return; // The same key: the first answer is given again.
            }
            if !world.room(who) {
                world.attempts[who].state = State::Refused;
            } else if variant == Variant::Check {
                world.attempts[who].state = State::Held;
                agenda.plan(now + rng.lognormal(RACE_MS, 0.5), Event::Write(who));
            } else {
                world.change(who, 1, 0);
                held(world, agenda, now, who, rng);
            }
        }
        Event::Write(who) => {
            world.change(who, 1, 0);
            held(world, agenda, now, who, rng);
        }
        Event::Expire(who) => {
            if world.attempts[who].state == State::Held {
                world.change(who, -1, 0);
                world.attempts[who].state = State::Expired;
                world.counts.expired += 1;
            }
        }
        Event::Paid(who, declined) => {
            if variant == Variant::Redirect && world.attempts[who].state == State::Held {
                world.change(who, -1, 1);
                world.attempts[who].state = State::Confirmed;
                if !declined {
                    world.attempts[who].charges += 1;
                }
                return;
            }
            if declined {
                return;
            }
            world.attempts[who].authorised = true;
            if variant == Variant::Late {
                world.attempts[who].charges += 1;
            }
            let mut at = now + rng.exponential(1000.0);
            if rng.chance(LATE) {
                at += rng.lognormal(LATE_S * 1000.0, 1.0);
            }
            agenda.plan(at, Event::Webhook(who));
            if rng.chance(DUPLICATE) {
                agenda.plan(at + rng.exponential(30_000.0), Event::Webhook(who));
            }
        }
        Event::Webhook(who) => webhook(world, agenda, now, who, rng),
        Event::Capture(who, repeated) => {
            let attempt = &mut world.attempts[who];
            // The provider captures once per key; the proposal derives the key from the reservation.
            if !attempt.captured || (variant == Variant::Retry && repeated) {
                attempt.captured = true;
                attempt.charges += 1;
            }
            if rng.chance(LOST_REPLY) {
                agenda.plan(now + 5_000.0, Event::Capture(who, true));
            } else if attempt.state == State::Sold {
                attempt.state = State::Confirmed;
            }
        }
        Event::Void(who) => {
            world.attempts[who].voided = true;
            if rng.chance(LOST_REPLY) {
                agenda.plan(now + 5_000.0, Event::Void(who));
            } else {
                world.attempts[who].state = State::Voided;
            }
        }
    }
}

/// A hold stands: it will run out, its reply may be lost, its guest leaves or pays.
fn held(world: &mut World, agenda: &mut Agenda<Event>, now: f64, who: usize, rng: &mut Rng) {
    world.attempts[who].state = State::Held;
    world.counts.holds += 1;
    agenda.plan(now + HOLD_MINUTES * 60_000.0, Event::Expire(who));
    if rng.chance(LOST_REPLY) {
        agenda.plan(now + 2_000.0, Event::Hold(who));
    }
    if rng.chance(ABANDON) {
        return;
    }
    let mut pays =
        now + rng.lognormal(TYPING_S * 1000.0, TYPING_CV) + rng.lognormal(PSP_MS, PSP_CV);
    if rng.chance(CHALLENGE_SHARE) {
        pays += rng.lognormal(CHALLENGE_S * 1000.0, CHALLENGE_CV);
    }
    agenda.plan(pays, Event::Paid(who, rng.chance(DECLINE)));
}

fn webhook(world: &mut World, agenda: &mut Agenda<Event>, now: f64, who: usize, rng: &mut Rng) {
    let variant = world.variant;
    if world.attempts[who].seen {
        world.counts.duplicates += 1;
        if variant == Variant::Retry
            && matches!(world.attempts[who].state, State::Sold | State::Confirmed)
        {
            agenda.plan(now + rng.lognormal(PSP_MS, PSP_CV), Event::Capture(who, true));
        }
        return; // A unique constraint on the event's id: a repeat changes nothing.
    }
    world.attempts[who].seen = true;
    // The process may die between its commit and the next call; the recovery sweep repeats the call a minute later.
    let next = now + rng.lognormal(PSP_MS, PSP_CV) + if rng.chance(CRASH) { 60_000.0 } else { 0.0 };
    match world.attempts[who].state {
        State::Held => {
            world.change(who, -1, 1);
            world.attempts[who].state =
                if variant == Variant::Late { State::Confirmed } else { State::Sold };
            if variant != Variant::Late {
                agenda.plan(next, Event::Capture(who, false));
            }
        }
        State::Expired if variant != Variant::Late => {
            world.counts.late_authorised += 1;
            if world.room(who) {
                world.change(who, 0, 1);
                world.attempts[who].state = State::Sold;
                world.counts.late_resold += 1;
                agenda.plan(next, Event::Capture(who, false));
            } else {
                world.counts.late_voided += 1;
                agenda.plan(next, Event::Void(who));
            }
        }
        _ => {}
    }
}

fn finish(world: World) -> Counts {
    let World { variant, rows, attempts, mut counts } = world;
    counts.oversold = rows.iter().map(|r| (r.sold - CAP).max(0) as u64).sum();
    for attempt in &attempts {
        let booked = attempt.state == State::Confirmed;
        counts.confirmed += u64::from(booked);
        counts.double_charged += u64::from(attempt.charges > 1);
        counts.charged_without_booking += u64::from(attempt.charges > 0 && !booked);
        counts.booked_without_charge += u64::from(booked && attempt.charges == 0);
        if variant == Variant::Correct {
            assert!(attempt.state != State::Sold, "a sale was neither captured nor released");
            assert_eq!(booked, attempt.charges == 1, "captured and confirmed are not the same");
            assert!(!(attempt.voided && attempt.captured), "captured and voided");
            assert!(
                !attempt.authorised || booked || attempt.voided,
                "an authorisation was left hanging"
            );
        }
    }
    if variant == Variant::Correct {
        assert!(rows.iter().all(|r| r.held == 0), "a hold was never released");
        assert_eq!(counts.oversold + counts.cap_broken + counts.double_charged, 0);
    }
    counts
}

fn all(variant: Variant) -> &'static Vec<Counts> {
    static RUNS: OnceLock<Vec<(Variant, Vec<Counts>)>> = OnceLock::new();
    let runs = RUNS.get_or_init(|| {
        [Variant::Correct, Variant::Check, Variant::Retry, Variant::Late, Variant::Redirect]
            .map(|v| (v, (0..REPLICATIONS).map(|k| replicate(v, &mut Rng::of(1000, k))).collect()))
            .to_vec()
    });
    &runs.iter().find(|(v, _)| *v == variant).expect("every variant was run").1
}

/// What each variant broke, over all replications.
pub fn variants() -> Json {
    let row = |variant| {
        let sum = |of: &dyn Fn(&Counts) -> u64| {
            Json::Number(all(variant).iter().map(of).sum::<u64>() as f64)
        };
        object([
            ("attempts", sum(&|c| c.attempts)),
            ("confirmed", sum(&|c| c.confirmed)),
            ("oversold", sum(&|c| c.oversold)),
            ("double_charged", sum(&|c| c.double_charged)),
            ("charged_without_booking", sum(&|c| c.charged_without_booking)),
            ("booked_without_charge", sum(&|c| c.booked_without_charge)),
        ])
    };
    object([
        ("correct", row(Variant::Correct)),
        ("naive_check", row(Variant::Check)),
        ("naive_retry", row(Variant::Retry)),
        ("naive_late", row(Variant::Late)),
        ("naive_redirect", row(Variant::Redirect)),
    ])
}

/// How often the proposed rules met each case, per replication, and the sums the text names.
pub fn counts() -> Json {
    let sum = |of: &dyn Fn(&Counts) -> u64| {
        Json::Number(all(Variant::Correct).iter().map(of).sum::<u64>() as f64)
    };
    let confirmed: Vec<f64> = all(Variant::Correct).iter().map(|c| c.confirmed as f64).collect();
    object([
        ("holds", sum(&|c| c.holds)),
        ("expired", sum(&|c| c.expired)),
        ("duplicates", sum(&|c| c.duplicates)),
        ("late_authorised", sum(&|c| c.late_authorised)),
        ("late_resold", sum(&|c| c.late_resold)),
        ("late_voided", sum(&|c| c.late_voided)),
        ("confirmed_each", Estimate::of(&confirmed).json()),
    ])
}
