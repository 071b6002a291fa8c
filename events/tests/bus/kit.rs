//! A bus of a test's own.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use tolva_events::{AmqpBus, Bus, Consumer, Dead, Delays, Delivery, Event, LocalBus, Signal};
use tolva_schema::event::{Body, DatasetRefreshed, FileArrived};

/// How long anything may take on a busy machine.
const DEADLINE: Duration = Duration::from_secs(60);

pub struct Kit {
    pub bus: Arc<dyn Bus>,
    pub delays: Delays,
    /// What its exchanges and queues begin with.
    pub name: String,
}

static NUMBER: AtomicU32 = AtomicU32::new(0);

/// The URL of the broker.
pub fn broker() -> String {
    let variable = "TOLVA_TEST_RABBITMQ";
    std::env::var(variable)
        .unwrap_or_else(|_| panic!("{variable} is not set: run ./test, which starts the servers"))
}

impl Kit {
    const DELAYS: Delays =
        Delays([Duration::from_millis(20), Duration::from_millis(40), Duration::from_millis(80)]);

    pub fn local() -> Self {
        let bus = Arc::new(LocalBus::with_delays(Self::DELAYS));
        Self { bus, delays: Self::DELAYS, name: String::new() }
    }

    pub fn rabbitmq() -> Self {
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("test-{}-{number}", std::process::id());
        let bus = AmqpBus::with_delays(&broker(), &name, Self::DELAYS).expect("a URL");
        Self { bus: Arc::new(bus), delays: Self::DELAYS, name }
    }

    /// Publishes, and expects that all of it was taken.
    pub async fn publish(&self, events: &[Event]) {
        let told = self.bus.publish(events).await;
        assert!(told.len() == events.len() && told.iter().all(Result::is_ok), "{told:?}");
    }

    pub async fn consumer(&self) -> Box<dyn Consumer> {
        self.bus.consume()
    }

    /// Expects that nothing waits, and that nothing is dead.
    pub async fn is_empty(&self) {
        let mut consumer = self.bus.consume();
        let more = tokio::time::timeout(Duration::from_millis(200), delivery(&mut consumer)).await;
        assert!(more.is_err(), "something is left: {more:?}");
        assert_eq!(self.bus.dead(1).await.expect("asked").count, 0);
    }

    /// Waits until so many are dead.
    pub async fn until_dead(&self, count: u64) -> Dead {
        let start = Instant::now();
        loop {
            let dead = self.bus.dead(10).await.expect("asked");
            if dead.count == count {
                return dead;
            }
            assert!(start.elapsed() < DEADLINE, "{dead:?}");
            // The broker buries when it has time.
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

/// The next delivery.
pub async fn delivery(consumer: &mut Box<dyn Consumer>) -> Delivery {
    let next = async {
        loop {
            match consumer.next().await {
                Some(Signal::Delivery(delivery)) => return delivery,
                Some(Signal::Lagged) => {}
                None => panic!("the bus is closed"),
            }
        }
    };
    tokio::time::timeout(DEADLINE, next).await.expect("a delivery")
}

fn event(body: Body) -> Event {
    let time = chrono::DateTime::from_timestamp_millis(1_764_000_000_123).expect("a time");
    Event { id: uuid::Uuid::now_v7().to_string(), time, body, trace: None }
}

pub fn arrived(arrival: i64) -> Event {
    event(Body::FileArrived(FileArrived { dataset: "employees".to_owned(), arrival }))
}

/// One that tells of no work.
pub fn other() -> Event {
    event(Body::DatasetRefreshed(DatasetRefreshed {
        dataset: "employees".to_owned(),
        arrival: 1,
        load: 1,
        target: "default".to_owned(),
        read: 3,
        rejected: 0,
        warnings: 0,
        tables: serde_json::json!({ "employee": { "offered": 3, "inserted": 3 } }),
    }))
}

pub fn arrival_of(event: &Event) -> i64 {
    let Body::FileArrived(body) = &event.body else { panic!("{event:?}") };
    body.arrival
}
