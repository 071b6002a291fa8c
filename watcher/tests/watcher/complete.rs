//! When a file is complete.

use std::fs::{self, File};
use std::io::Write as _;
use std::time::{Duration, Instant};

use crate::house::House;

/// A workbook as far as its frame goes.
fn workbook() -> Vec<u8> {
    let mut bytes = b"PK\x03\x04 sheets PK\x05\x06".to_vec();
    bytes.resize(bytes.len() + 18, 0);
    bytes
}

#[tokio::test]
async fn a_file_waits_for_its_marker_and_its_marker_is_not_taken() {
    let house = House::new().await;
    house.store_employees_with("ready = \"marker\"").await;
    let running = house.watch().await;
    house.drop_file("employees.csv", "one");
    house.until("it is shown", async || house.problem_of("employees.csv").await.is_some()).await;
    let problem = house.problem_of("employees.csv").await.expect("shown");
    assert!(problem.contains("waits for its marker"), "{problem}");
    assert_eq!(house.watcher().scan().await.expect("scanned").waiting.len(), 1);
    house.drop_file("employees.csv.ready", "");
    house.until_taken(&["employees.csv"]).await;
    assert_eq!(house.problems().await, []);
    running.stop().await;
}

#[tokio::test]
async fn a_marker_of_an_earlier_drop_says_nothing_about_a_new_one() {
    let house = House::new().await;
    house.store_employees_with("ready = \"marker\"").await;
    let running = house.watch().await;
    house.drop_file("employees.csv", "one");
    house.drop_file("employees.csv.ready", "");
    house.until_taken(&["employees.csv"]).await;
    house.drop_file("employees.csv", "two");
    house.until("it waits", async || house.problem_of("employees.csv").await.is_some()).await;
    let problem = house.problem_of("employees.csv").await.expect("shown");
    assert!(problem.contains("older than the file"), "{problem}");
    house.drop_file("employees.csv.ready", "");
    house.until_taken(&["employees.csv", "employees.csv"]).await;
    running.stop().await;
}

#[tokio::test]
async fn a_marked_file_is_found_by_a_scan() {
    let house = House::new().await;
    house.store_employees_with("ready = \"marker\"").await;
    house.drop_file("employees.csv", "one");
    house.drop_file("employees.csv.ready", "");
    house.drop_file("employees-2.csv", "two");
    let report = house.watcher().scan().await.expect("scanned");
    assert_eq!((report.taken.len(), report.waiting.len()), (1, 1));
    assert_eq!(report.taken[0].path, "employees.csv");
}

#[tokio::test]
async fn a_longer_settle_holds_back_a_file_that_was_closed() {
    let house = House::new().await;
    house.store_employees_with("settle = \"900ms\"").await;
    let running = house.watch().await;
    let dropped = Instant::now();
    house.drop_file("employees.csv", "one");
    house.until_taken(&["employees.csv"]).await;
    assert!(dropped.elapsed() >= Duration::from_millis(900), "{:?}", dropped.elapsed());
    running.stop().await;
}

#[tokio::test]
async fn a_scan_looks_twice_and_does_not_take_what_changes_in_between() {
    let house = House::new().await;
    let mut file = File::create(house.inbox("employees.csv")).expect("made");
    file.write_all(b"x").expect("written");
    house.drop_file("employees-still.csv", "x");
    let watcher = house.watcher();
    let scan = watcher.scan();
    let write = async {
        for _ in 0..30 {
            file.write_all(b"x").expect("written");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let start = Instant::now();
    let (report, ()) = tokio::join!(
        async {
            let report = scan.await.expect("scanned");
            assert!(start.elapsed() >= Duration::from_millis(250), "{:?}", start.elapsed());
            report
        },
        write
    );
    assert_eq!(report.taken.len(), 1);
    assert_eq!(report.waiting[0].reason, "it is still changing");
    assert_eq!(house.taken().await, ["employees-still.csv"]);
}

#[tokio::test]
async fn a_workbook_without_its_end_is_taken_at_once_only_when_it_was_closed() {
    let mut house = House::new().await;
    house.pace.torn = Duration::from_secs(4);
    let half = &workbook()[..20];
    fs::write(house.inbox("relationships-found.xlsx"), half).expect("written");
    fs::write(house.inbox("relationships-whole.xlsx"), workbook()).expect("written");
    let start = Instant::now();
    let running = house.watch().await;
    fs::write(house.inbox("relationships-closed.xlsx"), half).expect("written");
    let first = ["relationships-whole.xlsx", "relationships-closed.xlsx"];
    house.until_taken(&first).await;
    assert!(start.elapsed() < house.pace.torn, "{:?}", start.elapsed());
    house.until_taken(&[first[0], first[1], "relationships-found.xlsx"]).await;
    assert!(start.elapsed() >= house.pace.torn, "{:?}", start.elapsed());
    running.stop().await;
}
