//! What becomes of a file once its arrival is committed.

use std::fs;
use std::time::Duration;

use crate::house::{House, names_in};

#[tokio::test]
async fn a_file_is_archived_beside_the_inbox_under_its_time_and_name() {
    let house = House::new().await;
    house.store_employees_with("after = \"archive\"").await;
    let running = house.watch().await;
    for count in 1..=2 {
        house.drop_file("employees.csv", &format!("version {count}"));
        house.until_taken(&vec!["employees.csv"; count]).await;
        let gone = async || !house.inbox("employees.csv").exists();
        house.until("it is archived", gone).await;
    }
    let archive = house.beside("archive/employees");
    let names = names_in(&archive);
    for (name, content) in names.iter().zip(["version 1", "version 2"]) {
        assert_eq!(fs::read_to_string(archive.join(name)).expect("there"), content);
        // 20251231T235959.999Z-employees.csv
        let (time, file) = name.split_once('-').expect("a time and a name");
        assert_eq!((file, time.len(), time.as_bytes()[8]), ("employees.csv", 20, b'T'), "{name}");
    }
    assert_eq!(names.len(), 2);
    house.stays(&["employees.csv"; 2], Duration::from_millis(300)).await;
    running.stop().await;
}

#[tokio::test]
async fn a_file_is_deleted_with_its_marker() {
    let house = House::new().await;
    house.store_employees_with("after = \"delete\"\nready = \"marker\"").await;
    let running = house.watch().await;
    house.drop_file("employees/one.csv", "one");
    house.drop_file("employees/one.csv.ready", "");
    house.until_taken(&["employees/one.csv"]).await;
    let empty = async || names_in(&house.inbox("employees")).is_empty();
    house.until("nothing is left", empty).await;
    assert_eq!(house.content(house.arrivals().await[0].id).await, "one");
    running.stop().await;
}

#[tokio::test]
async fn a_file_that_cannot_be_archived_stays_and_is_archived_by_a_later_scan() {
    let house = House::new().await;
    house.store_employees_with("after = \"archive\"").await;
    fs::write(house.beside("archive"), "in the way").expect("written");
    house.drop_file("employees.csv", "one");
    let watcher = house.watcher();
    let report = watcher.scan().await.expect("scanned");
    assert_eq!((report.taken.len(), report.left.len()), (1, 1));
    let report = watcher.scan().await.expect("scanned");
    assert_eq!((report.taken.len(), report.left.len()), (0, 1), "taken once");
    fs::remove_file(house.beside("archive")).expect("removed");
    assert_eq!(watcher.scan().await.expect("scanned"), Default::default());
    assert!(!house.inbox("employees.csv").exists());
    assert_eq!(names_in(&house.beside("archive/employees")).len(), 1);
    assert_eq!(house.taken().await, ["employees.csv"]);
}
