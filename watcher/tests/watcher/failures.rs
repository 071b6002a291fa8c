//! What fails is tried again, and nothing is lost meanwhile.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use sea_orm::ConnectionTrait as _;
use tokio::sync::watch;
use tolva_events::{Bus, BusError, Consumer, Dead, Event, Link, LocalBus};

use crate::house::{House, Running, next_arrival};

/// A bus that is away until it is put up.
struct Shaky {
    up: AtomicBool,
    bus: LocalBus,
}

#[async_trait]
impl Bus for Shaky {
    async fn publish(&self, events: &[Event]) -> Vec<Result<(), BusError>> {
        if self.up.load(Ordering::SeqCst) {
            return self.bus.publish(events).await;
        }
        events.iter().map(|_| Err(BusError::Unavailable("it is away".to_owned()))).collect()
    }

    fn consume(&self) -> Box<dyn Consumer> {
        self.bus.consume()
    }

    async fn dead(&self, limit: usize) -> Result<Dead, BusError> {
        self.bus.dead(limit).await
    }

    async fn revive(&self) -> Result<u64, BusError> {
        self.bus.revive().await
    }

    async fn bury(&self) -> Result<u64, BusError> {
        self.bus.bury().await
    }

    fn link(&self) -> watch::Receiver<Link> {
        self.bus.link()
    }
}

#[tokio::test]
async fn what_the_bus_refuses_stays_in_the_outbox_and_is_published_when_it_is_back() {
    let house = House::new().await;
    let bus = Arc::new(Shaky { up: AtomicBool::new(false), bus: LocalBus::new() });
    let mut events = bus.consume();
    house.drop_file("employees-1.csv", "one");
    let report = house.watcher_on(bus.clone()).scan().await.expect("scanned all the same");
    assert_eq!(report.taken.len(), 1);
    let running = Running::start(house.watcher_on(bus.clone()));
    house.drop_file("employees-2.csv", "two");
    house.until_taken(&["employees-1.csv", "employees-2.csv"]).await;
    assert_eq!(house.ledger.unpublished().await.expect("read"), 2);
    bus.up.store(true, Ordering::SeqCst);
    for arrival in house.arrivals().await {
        assert_eq!(next_arrival(&mut events).await, arrival.id);
    }
    running.stop().await;
}

#[tokio::test]
async fn a_ledger_that_is_away_is_waited_for_and_the_order_is_kept() {
    let house = House::new().await;
    let running = house.watch().await;
    for table in ["tolva_inbox", "tolva_contract"] {
        let rename = format!("ALTER TABLE {table} RENAME TO {table}_away");
        house.ledger.db().execute_unprepared(&rename).await.expect("renamed");
        let names = ["1", "2"].map(|number| format!("{table}/{number}.csv"));
        let folder = house.inbox("employees");
        // Time for some tries, with the first file alone and with both.
        for (name, time) in names.iter().zip([300, 900]) {
            std::fs::write(folder.join(name.replace('/', "-")), name).expect("written");
            tokio::time::sleep(std::time::Duration::from_millis(time)).await;
        }
        let rename = format!("ALTER TABLE {table}_away RENAME TO {table}");
        house.ledger.db().execute_unprepared(&rename).await.expect("renamed");
        let last = format!("employees/{}", names[1].replace('/', "-"));
        house.until("they are taken", async || house.taken().await.contains(&last)).await;
    }
    let expected = [
        "employees/tolva_inbox-1.csv",
        "employees/tolva_inbox-2.csv",
        "employees/tolva_contract-1.csv",
        "employees/tolva_contract-2.csv",
    ];
    assert_eq!(house.taken().await, expected);
    running.stop().await;
}

#[tokio::test]
async fn a_scan_without_a_ledger_fails_and_the_next_one_takes_everything() {
    let house = House::new().await;
    house.drop_file("employees.csv", "one");
    let watcher = house.watcher();
    let db = house.ledger.db();
    db.execute_unprepared("ALTER TABLE tolva_arrival RENAME TO away").await.expect("renamed");
    watcher.scan().await.expect_err("the ledger refuses");
    db.execute_unprepared("ALTER TABLE away RENAME TO tolva_arrival").await.expect("renamed");
    assert_eq!(watcher.scan().await.expect("scanned").taken.len(), 1);
}

#[tokio::test]
async fn an_inbox_that_cannot_be_made_is_an_error_that_names_it() {
    let house = House::new().await;
    house.drop_file("file", "in the way");
    let inbox = house.inbox("file/inbox");
    let watcher = tolva_watcher::Watcher::new(house.ledger.clone(), inbox, None);
    let error = watcher.scan().await.expect_err("refused").to_string();
    assert!(error.contains("file/inbox") && error.contains("check `inbox`"), "{error}");
    let (_stop, stopped) = watch::channel(false);
    watcher.run(stopped).await.expect_err("refused");
}
