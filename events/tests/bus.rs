//! A bus tells everyone who listens, and says so when it could not.

use std::sync::Arc;

use serde_json::json;
use tolva_events::{Bus, Event, FILE_ARRIVED, LocalBus, Signal};

fn arrived(number: u64) -> Event {
    Event::new(FILE_ARRIVED, "employees", json!({ "arrival": number }))
}

#[tokio::test]
async fn every_listener_gets_every_event_in_order() {
    let bus: Arc<dyn Bus> = Arc::new(LocalBus::new());
    let mut listeners = [bus.subscribe(), bus.subscribe()];
    for number in 0..3 {
        bus.publish(arrived(number)).await.expect("published");
    }
    for listener in &mut listeners {
        for number in 0..3 {
            assert_eq!(listener.next().await, Some(Signal::Event(arrived(number))));
        }
    }
}

#[tokio::test]
async fn an_event_that_nobody_hears_is_no_error_and_is_not_kept() {
    let bus = LocalBus::new();
    bus.publish(arrived(1)).await.expect("published");
    let mut late = bus.subscribe();
    bus.publish(arrived(2)).await.expect("published");
    assert_eq!(late.next().await, Some(Signal::Event(arrived(2))));
}

#[tokio::test]
async fn a_listener_that_is_too_slow_is_told_so_and_goes_on_with_the_newest() {
    let bus = LocalBus::with_capacity(2);
    let mut slow = bus.subscribe();
    for number in 0..10 {
        bus.publish(arrived(number)).await.expect("published");
    }
    assert_eq!(slow.next().await, Some(Signal::Lagged));
    assert_eq!(slow.next().await, Some(Signal::Event(arrived(8))));
    assert_eq!(slow.next().await, Some(Signal::Event(arrived(9))));
}

#[tokio::test]
async fn a_listener_that_stops_waiting_loses_nothing() {
    let bus = LocalBus::new();
    let mut listener = bus.subscribe();
    tokio::select! {
        biased;
        signal = listener.next() => panic!("nothing was published, got {signal:?}"),
        () = std::future::ready(()) => {}
    }
    bus.publish(arrived(1)).await.expect("published");
    assert_eq!(listener.next().await, Some(Signal::Event(arrived(1))));
}

#[tokio::test]
async fn a_listener_learns_that_the_bus_is_closed_after_its_last_event() {
    let bus = LocalBus::new();
    let mut listener = bus.subscribe();
    let handle = bus.clone();
    drop(bus);
    handle.publish(arrived(1)).await.expect("published");
    drop(handle);
    assert_eq!(listener.next().await, Some(Signal::Event(arrived(1))));
    assert_eq!(listener.next().await, None);
}

#[test]
fn an_event_survives_json() {
    let text = serde_json::to_string(&arrived(7)).expect("written");
    assert_eq!(text, r#"{"kind":"file.arrived","dataset":"employees","data":{"arrival":7}}"#);
    assert_eq!(serde_json::from_str::<Event>(&text).expect("read"), arrived(7));
}
