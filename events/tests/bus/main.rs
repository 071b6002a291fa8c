//! What a bus promises, for every bus there is: one suite, instantiated for each.

mod amqp;
mod envelope;
mod kit;

use std::time::Duration;

use kit::{Kit, arrival_of, arrived, other};
use tolva_events::{DELIVERIES, Delays, Link, PREFETCH};

/// Runs each test on every kind of bus.
macro_rules! on_every_bus {
    ($($name:ident),* $(,)?) => {
        mod local { $( #[tokio::test] async fn $name() { super::$name(crate::kit::Kit::local()).await; } )* }
        mod rabbitmq { $( #[tokio::test] async fn $name() { super::$name(crate::kit::Kit::rabbitmq()).await; } )* }
    };
}

on_every_bus!(
    an_event_of_work_goes_to_one_consumer_and_none_is_left_out,
    what_was_published_before_anybody_consumes_waits,
    a_delivery_that_is_dropped_comes_again,
    what_a_consumer_holds_when_it_ends_goes_to_another,
    a_consumer_that_stops_waiting_loses_nothing,
    what_is_put_off_comes_again_later_and_tells_how_often,
    what_is_refused_is_shown_with_its_reason_and_can_be_revived_and_buried,
    an_event_that_nobody_waits_for_is_taken_and_given_to_no_worker,
    a_consumer_holds_a_bounded_number_of_deliveries,
    an_event_arrives_as_it_was_published,
    the_link_is_up_once_the_bus_was_used,
    what_comes_back_too_often_is_dead,
);

async fn an_event_of_work_goes_to_one_consumer_and_none_is_left_out(kit: Kit) {
    let (mut one, mut two) = (kit.consumer().await, kit.consumer().await);
    let events: Vec<_> = (0..20).map(arrived).collect();
    kit.publish(&events).await;
    let mut seen = Vec::new();
    while seen.len() < events.len() {
        let delivery = tokio::select! {
            delivery = kit::delivery(&mut one) => delivery,
            delivery = kit::delivery(&mut two) => delivery,
        };
        seen.push(arrival_of(&delivery.event));
        delivery.done().await;
    }
    seen.sort_unstable();
    assert_eq!(seen, (0..20).collect::<Vec<_>>());
    kit.is_empty().await;
}

async fn what_was_published_before_anybody_consumes_waits(kit: Kit) {
    kit.publish(&[arrived(1), arrived(2)]).await;
    let mut late = kit.consumer().await;
    for number in [1, 2] {
        let delivery = kit::delivery(&mut late).await;
        assert_eq!(arrival_of(&delivery.event), number);
        delivery.done().await;
    }
}

async fn a_delivery_that_is_dropped_comes_again(kit: Kit) {
    let mut consumer = kit.consumer().await;
    kit.publish(&[arrived(1)]).await;
    drop(kit::delivery(&mut consumer).await);
    let again = kit::delivery(&mut consumer).await;
    assert_eq!((arrival_of(&again.event), again.attempt), (1, 0));
    again.done().await;
    kit.is_empty().await;
}

async fn what_a_consumer_holds_when_it_ends_goes_to_another(kit: Kit) {
    let mut first = kit.consumer().await;
    kit.publish(&[arrived(1)]).await;
    let held = kit::delivery(&mut first).await;
    drop(first);
    drop(held);
    let mut second = kit.consumer().await;
    let again = kit::delivery(&mut second).await;
    assert_eq!(arrival_of(&again.event), 1);
    again.done().await;
}

async fn a_consumer_that_stops_waiting_loses_nothing(kit: Kit) {
    let mut consumer = kit.consumer().await;
    tokio::select! {
        biased;
        delivery = kit::delivery(&mut consumer) => panic!("nothing was published, got {delivery:?}"),
        () = std::future::ready(()) => {}
    }
    kit.publish(&[arrived(1)]).await;
    let delivery = kit::delivery(&mut consumer).await;
    assert_eq!(arrival_of(&delivery.event), 1);
    delivery.done().await;
}

async fn what_is_put_off_comes_again_later_and_tells_how_often(kit: Kit) {
    let mut consumer = kit.consumer().await;
    kit.publish(&[arrived(1)]).await;
    let mut waited = Vec::new();
    for attempt in 0..7 {
        let delivery = kit::delivery(&mut consumer).await;
        assert_eq!((arrival_of(&delivery.event), delivery.attempt), (1, attempt));
        let start = std::time::Instant::now();
        delivery.later().await;
        // The next one of the same event.
        kit.publish(&[other()]).await;
        waited.push(start);
    }
    let last = kit::delivery(&mut consumer).await;
    assert_eq!(last.attempt, 7);
    // Three times the first delay, three times the second, then the third: no less.
    let Delays([short, middle, long]) = kit.delays;
    for (at, least) in [short, short, short, middle, middle, middle, long].into_iter().enumerate() {
        let until =
            waited.get(at + 1).map_or_else(|| waited[at].elapsed(), |next| *next - waited[at]);
        assert!(until >= least, "{at}: {until:?} of {least:?}");
    }
    last.done().await;
    kit.is_empty().await;
}

async fn what_is_refused_is_shown_with_its_reason_and_can_be_revived_and_buried(kit: Kit) {
    let mut consumer = kit.consumer().await;
    kit.publish(&[arrived(1), arrived(2)]).await;
    for _ in 0..2 {
        kit::delivery(&mut consumer).await.refuse("nobody understands it").await;
    }
    for limit in [1, 10] {
        let dead = kit.bus.dead(limit).await.expect("asked");
        assert_eq!((dead.count, dead.letters.len()), (2, limit.min(2)));
        assert_eq!(dead.letters[0].reason, "nobody understands it");
        assert!(dead.letters[0].body.contains("\"arrival\":1"), "{:?}", dead.letters);
    }
    assert_eq!(kit.bus.revive().await.expect("revived"), 2);
    for number in [1, 2] {
        let delivery = kit::delivery(&mut consumer).await;
        assert_eq!((arrival_of(&delivery.event), delivery.attempt), (number, 0));
        delivery.refuse("still not").await;
    }
    assert_eq!(kit.bus.dead(1).await.expect("asked").letters[0].reason, "still not");
    assert_eq!(kit.bus.bury().await.expect("buried"), 2);
    assert_eq!(kit.bus.dead(1).await.expect("asked"), Default::default());
}

async fn an_event_that_nobody_waits_for_is_taken_and_given_to_no_worker(kit: Kit) {
    let mut consumer = kit.consumer().await;
    kit.publish(&[other(), arrived(1)]).await;
    let delivery = kit::delivery(&mut consumer).await;
    assert_eq!(arrival_of(&delivery.event), 1);
    delivery.done().await;
    kit.is_empty().await;
}

async fn a_consumer_holds_a_bounded_number_of_deliveries(kit: Kit) {
    let mut consumer = kit.consumer().await;
    let most = i64::from(PREFETCH);
    kit.publish(&(0..=most).map(arrived).collect::<Vec<_>>()).await;
    let mut held = Vec::new();
    for _ in 0..most {
        held.push(kit::delivery(&mut consumer).await);
    }
    let more = tokio::time::timeout(Duration::from_millis(300), kit::delivery(&mut consumer));
    assert!(more.await.is_err(), "it holds no more");
    held.remove(0).done().await;
    held.push(kit::delivery(&mut consumer).await);
    for delivery in held {
        delivery.done().await;
    }
    kit.is_empty().await;
}

async fn an_event_arrives_as_it_was_published(kit: Kit) {
    let mut consumer = kit.consumer().await;
    let mut event = arrived(7);
    event.trace = Some("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01".to_owned());
    kit.publish(std::slice::from_ref(&event)).await;
    let delivery = kit::delivery(&mut consumer).await;
    assert_eq!(*delivery.event, event);
    delivery.later().await;
    let again = kit::delivery(&mut consumer).await;
    assert_eq!(*again.event, event, "and again, after it was put off");
    again.done().await;
}

async fn the_link_is_up_once_the_bus_was_used(kit: Kit) {
    kit.publish(&[other()]).await;
    assert_eq!(*kit.bus.link().borrow(), Link::Up);
}

async fn what_comes_back_too_often_is_dead(kit: Kit) {
    let mut consumer = kit.consumer().await;
    kit.publish(&[arrived(1), arrived(2)]).await;
    let (mut first, mut second) = (0, 0);
    while second == 0 || first <= DELIVERIES {
        let delivery = kit::delivery(&mut consumer).await;
        match arrival_of(&delivery.event) {
            1 => {
                first += 1;
                drop(delivery);
            }
            _ => {
                second += 1;
                delivery.done().await;
            }
        }
    }
    let dead = kit.until_dead(1).await;
    assert!(dead.letters[0].reason.contains("never settled"), "{dead:?}");
    assert!(dead.letters[0].body.contains("\"arrival\":1"), "{dead:?}");
}
