//! What happens while a large file is being read.

use std::fs::File;
use std::io::Write as _;
use std::time::{Duration, Instant};

use sea_orm::{ConnectionTrait as _, DbBackend, Statement};

use crate::house::House;

const SIZE: usize = 48 << 20;

/// Drops a large file and waits until the watcher reads it.
async fn drop_large_file(house: &House) {
    house.drop_file("employees.csv", &"x".repeat(SIZE));
    let start = Instant::now();
    let query = "SELECT 1 FROM tolva_chunk LIMIT 1";
    let db = house.ledger.db();
    let statement = || Statement::from_string(DbBackend::Sqlite, query);
    while db.query_one_raw(statement()).await.expect("read").is_none() {
        assert!(start.elapsed() < Duration::from_secs(60), "it is not read");
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    assert!(house.arrivals().await.is_empty(), "too fast for this test: make the file larger");
}

#[tokio::test]
async fn a_file_that_changes_while_it_is_read_arrives_only_as_it_is_in_the_end() {
    let house = House::new().await;
    let running = house.watch().await;
    drop_large_file(&house).await;
    let mut file = File::options().append(true).open(house.inbox("employees.csv")).expect("open");
    file.write_all(b"the end").expect("written");
    drop(file);
    house.until_taken(&["employees.csv"]).await;
    assert_eq!(house.arrivals().await[0].size, (SIZE + "the end".len()) as i64);
    running.stop().await;
    house.watcher().scan().await.expect("scanned");
    assert_eq!(house.taken().await, ["employees.csv"]);
}

#[tokio::test]
async fn a_watcher_that_is_stopped_finishes_the_file_that_it_is_taking() {
    let house = House::new().await;
    let running = house.watch().await;
    drop_large_file(&house).await;
    running.stop().await;
    assert_eq!(house.taken().await, ["employees.csv"]);
}
