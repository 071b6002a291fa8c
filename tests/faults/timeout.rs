//! A load that takes longer than RabbitMQ lets a consumer hold a message.

use std::collections::BTreeSet;
use std::time::Duration;

use crate::dataset::Dataset;
use crate::house::House;
use crate::judge::Judge;
use crate::person::Person;
use crate::wait::until;

/// How long anything may take on a busy machine.
const LIMIT: Duration = Duration::from_secs(90);

const WORKER: usize = 1;

/// What a worker says whose channel was closed.
const TAKEN_AWAY: &str = "the worker hears of no new work";

#[test]
fn a_load_that_outlasts_the_brokers_patience_is_made_once() {
    let mut house = House::build("timeout", |_| &["default"]);
    house.servers.make_impatient();
    house.roles = vec![house.role("watch", &["watch"]), house.role("work", &["work"])];
    let mut person = Person::at(&house.inbox(), 0);
    house.open();
    person.drop_into(Dataset::Stock);
    settle(&house, &person);
    let before = closed(&house);

    let somebody = house.ledger();
    somebody.execute("BEGIN");
    somebody.execute("LOCK TABLE stock_item IN ACCESS EXCLUSIVE MODE");
    person.drop_into(Dataset::Stock);
    // Twice: what was taken away comes again, and is held again.
    let taken_away = until(LIMIT, || match closed(&house) - before {
        2.. => Ok(()),
        so_often => Err(format!("{so_often} channels were closed")),
    });
    taken_away.unwrap_or_else(|why| panic!("{why}\n{}", house.last_words()));
    somebody.execute("COMMIT");

    settle(&house, &person);
    house.roles.iter().for_each(|role| role.terminate());
    house.roles.iter_mut().for_each(|role| role.drained());
    let complaints = judge(&person).complaints(&house);
    assert!(complaints.is_empty(), "{}\n{}", complaints.join("\n"), house.last_words());
    let loads = "SELECT COUNT(*) FROM tolva_load WHERE dataset = 'stock'";
    assert_eq!(house.ledger().one(loads), "2", "none was interrupted, none made twice");
}

fn judge(person: &Person) -> Judge {
    Judge::of(person.drops.clone(), BTreeSet::new())
}

/// Waits until nothing is left to do.
fn settle(house: &House, person: &Person) {
    let judge = judge(person);
    let settled = until(LIMIT, || {
        judge.settled(house)?;
        judge.none_held(house)?;
        judge.no_message(house, false)
    });
    settled.unwrap_or_else(|why| panic!("{}\n{}", why.join("\n"), house.last_words()));
}

/// How often the worker's channel was closed.
fn closed(house: &House) -> usize {
    house.roles[WORKER].log().matches(TAKEN_AWAY).count()
}
