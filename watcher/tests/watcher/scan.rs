//! What was dropped while nobody watched, and what was taken before.

use std::fs::{self, File};
use std::time::Duration;

use tolva_events::Bus as _;

use crate::house::{House, Running, next_arrival};

#[tokio::test]
async fn files_that_were_there_before_are_taken_in_the_order_of_their_drops() {
    let house = House::new().await;
    // Neither names nor times of modification tell the order, only when a file came here.
    for (name, age) in [("employees-b.csv", 1), ("employees-c.csv", 3), ("employees-a.csv", 2)] {
        let source = house.elsewhere(name);
        fs::write(&source, name).expect("written");
        let modified = std::time::SystemTime::now() - Duration::from_secs(age * 1000);
        File::options()
            .write(true)
            .open(&source)
            .expect("opened")
            .set_modified(modified)
            .expect("set");
        fs::rename(source, house.inbox(name)).expect("moved");
        // Longer than a tick of the file system's clock.
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let running = Running::start(house.watcher());
    house.until_taken(&["employees-b.csv", "employees-c.csv", "employees-a.csv"]).await;
    running.stop().await;
}

#[tokio::test]
async fn a_file_that_was_found_is_not_overtaken_by_a_later_drop() {
    let house = House::new().await;
    house.drop_file("employees-old.csv", "old");
    tokio::time::sleep(Duration::from_millis(20)).await;
    let running = Running::start(house.watcher());
    house.until("the folders are made", async || house.inbox("employees").exists()).await;
    house.drop_file("employees/new.csv", "new");
    house.until_taken(&["employees-old.csv", "employees/new.csv"]).await;
    running.stop().await;
}

#[tokio::test]
async fn a_restart_takes_nothing_twice() {
    let house = House::new().await;
    house.drop_file("employees.csv", "one");
    house.drop_file("relationships/two.csv", "two");
    for _ in 0..2 {
        let running = Running::start(house.watcher());
        house.until("both are taken", async || house.taken().await.len() == 2).await;
        running.stop().await;
        assert!(house.watcher().scan().await.expect("scanned").taken.is_empty());
    }
    let running = house.watch().await;
    house.drop_file("employees.csv", "three");
    house.until("the new one is taken", async || house.taken().await.len() == 3).await;
    running.stop().await;
}

#[tokio::test]
async fn an_inbox_under_another_path_is_the_same_inbox() {
    let house = House::new().await;
    house.drop_file("employees.csv", "one");
    assert_eq!(house.watcher().scan().await.expect("scanned").taken.len(), 1);
    let elsewhere = house.beside("moved");
    fs::rename(house.inbox(""), &elsewhere).expect("moved");
    let watcher = tolva_watcher::Watcher::new(house.ledger.clone(), elsewhere, None);
    assert!(watcher.scan().await.expect("scanned").taken.is_empty());
}

#[tokio::test]
async fn two_watchers_of_one_inbox_make_one_arrival_of_each_drop() {
    let house = House::new().await;
    house.store_employees_with("after = \"archive\"").await;
    let both = [house.watch().await, Running::start(house.watcher())];
    let names: Vec<String> = (0..40).map(|number| format!("employees-{number:02}.csv")).collect();
    for name in &names {
        house.drop_file(name, name);
    }
    house.drop_file("relationships/kept.csv", "x");
    house.until("all are taken", async || house.taken().await.len() > names.len()).await;
    house
        .until("all are archived", async || names.iter().all(|name| !house.inbox(name).exists()))
        .await;
    for running in both {
        running.stop().await;
    }
    assert!(house.watcher().scan().await.expect("scanned").taken.is_empty());
    let mut taken = house.taken().await;
    taken.sort();
    assert_eq!(taken.len(), names.len() + 1, "{taken:?}");
    assert_eq!(taken[..names.len()], names);
}

#[tokio::test]
async fn an_inbox_that_was_replaced_is_watched_again_after_a_scan() {
    let mut house = House::new().await;
    house.pace.scan = Duration::from_millis(100);
    let running = house.watch().await;
    fs::rename(house.inbox(""), house.beside("old inbox")).expect("moved");
    house.until("it is made anew", async || house.inbox("employees").exists()).await;
    house.drop_file("employees/one.csv", "one");
    house.until_taken(&["employees/one.csv"]).await;
    running.stop().await;
}

#[tokio::test]
async fn what_an_earlier_watcher_did_not_publish_is_published_at_the_start() {
    let house = House::new().await;
    let file = house.elsewhere("x.csv");
    fs::write(&file, "x").expect("written");
    let origin = tolva_ledger::ArrivalOrigin::Command;
    let arrival = tolva_watcher::land_file(&house.ledger, &file, "employees", "", origin).await;
    let mut events = house.bus.consume();
    let running = house.watch().await;
    assert_eq!(next_arrival(&mut events).await, arrival.expect("landed"));
    running.stop().await;
}

#[tokio::test]
async fn a_watcher_stops_when_it_is_told_to_and_when_nobody_is_left_to_tell_it() {
    let house = House::new().await;
    house.watch().await.stop().await;
    let (stop, stopped) = tokio::sync::watch::channel(false);
    let watcher = house.watcher();
    drop(stop);
    watcher.run(stopped).await.expect("it stops");
}
