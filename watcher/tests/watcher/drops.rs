//! What is dropped while the watcher runs arrives at once.

use std::fs::{self, File};
use std::io::Write as _;
use std::process::Command;
use std::time::{Duration, Instant};

use tolva_events::Bus as _;

use crate::house::{House, next_arrival};

fn system(program: &str, arguments: &[&std::path::Path]) {
    assert!(Command::new(program).args(arguments).status().expect("it runs").success());
}

#[tokio::test]
async fn a_file_that_is_copied_in_arrives_at_once_and_is_published() {
    let house = House::new().await;
    let mut events = house.bus.consume();
    let running = house.watch().await;
    let source = house.elsewhere("employees-today.csv");
    fs::write(&source, "a,b\r\n").expect("written");
    system("cp", &[&source, &house.inbox("")]);
    let dropped = Instant::now();
    house.until_taken(&["employees-today.csv"]).await;
    assert!(dropped.elapsed() < Duration::from_secs(1), "{:?}", dropped.elapsed());
    let arrival = house.arrivals().await.remove(0);
    assert_eq!((arrival.dataset.as_str(), arrival.origin.as_str()), ("employees", "inbox"));
    assert_eq!(house.content(arrival.id).await, "a,b\r\n");
    assert_eq!(next_arrival(&mut events).await, arrival.id);
    let unpublished = async || house.ledger.unpublished().await.expect("read") == 0;
    house.until("the event is marked as published", unpublished).await;
    running.stop().await;
}

#[tokio::test]
async fn a_file_that_is_moved_in_arrives() {
    let house = House::new().await;
    let running = house.watch().await;
    let source = house.elsewhere("x");
    fs::write(&source, "one").expect("written");
    system("mv", &[&source, &house.inbox("employees.csv")]);
    house.until_taken(&["employees.csv"]).await;
    running.stop().await;
}

#[tokio::test]
async fn a_file_that_is_renamed_from_a_temporary_name_arrives() {
    let house = House::new().await;
    let running = house.watch().await;
    let part = house.drop_file("employees.csv.part", "one");
    fs::rename(part, house.inbox("employees.csv")).expect("renamed");
    house.until_taken(&["employees.csv"]).await;
    running.stop().await;
}

#[tokio::test]
async fn a_file_that_is_linked_in_arrives() {
    let house = House::new().await;
    let running = house.watch().await;
    let source = house.elsewhere("x");
    fs::write(&source, "one").expect("written");
    fs::hard_link(&source, house.inbox("employees.csv")).expect("linked");
    house.until_taken(&["employees.csv"]).await;
    running.stop().await;
}

#[tokio::test]
async fn a_file_that_is_written_slowly_is_taken_when_it_is_closed_and_no_scan_takes_it_before() {
    let mut house = House::new().await;
    house.pace.scan = Duration::from_millis(30);
    let running = house.watch().await;
    let mut file = File::create(house.inbox("employees-slow.csv")).expect("made");
    file.write_all(b"first half, ").expect("written");
    house.drop_file("employees-other.csv", "x");
    house.until_taken(&["employees-other.csv"]).await;
    house.stays(&["employees-other.csv"], Duration::from_secs(1)).await;
    file.write_all(b"second half").expect("written");
    drop(file);
    house.until_taken(&["employees-other.csv", "employees-slow.csv"]).await;
    let arrival = house.arrivals().await.remove(1).id;
    assert_eq!(house.content(arrival).await, "first half, second half");
    running.stop().await;
}

#[tokio::test]
async fn a_file_that_is_moved_in_before_it_is_closed_is_taken_when_it_is_closed() {
    let mut house = House::new().await;
    house.pace.scan = Duration::from_millis(30);
    let running = house.watch().await;
    let mut file = File::create(house.inbox("upload.part")).expect("made");
    file.write_all(b"first half, ").expect("written");
    fs::rename(house.inbox("upload.part"), house.inbox("employees.csv")).expect("renamed");
    house.drop_file("employees-other.csv", "x");
    house.until_taken(&["employees-other.csv"]).await;
    house.stays(&["employees-other.csv"], Duration::from_secs(1)).await;
    file.write_all(b"second half").expect("written");
    drop(file);
    house.until_taken(&["employees-other.csv", "employees.csv"]).await;
    running.stop().await;
}

#[tokio::test]
async fn a_file_that_is_overwritten_is_a_new_arrival_even_with_the_same_bytes() {
    let house = House::new().await;
    let running = house.watch().await;
    for count in 1..=3 {
        house.drop_file("employees.csv", "the same");
        house.until_taken(&vec!["employees.csv"; count]).await;
    }
    let arrivals = house.arrivals().await;
    assert!(arrivals.iter().all(|arrival| arrival.sha256 == arrivals[0].sha256));
    running.stop().await;
}

#[tokio::test]
async fn a_file_that_is_opened_for_writing_and_left_as_it_was_is_no_new_drop() {
    let house = House::new().await;
    let running = house.watch().await;
    let path = house.drop_file("employees.csv", "one");
    house.until_taken(&["employees.csv"]).await;
    drop(File::options().append(true).open(path).expect("opened"));
    house.drop_file("employees-2.csv", "two");
    house.until_taken(&["employees.csv", "employees-2.csv"]).await;
    running.stop().await;
}

#[tokio::test]
async fn a_folder_that_appears_later_is_watched_with_what_it_brings_along() {
    let house = House::new().await;
    let running = house.watch().await;
    fs::remove_dir(house.inbox("employees")).expect("it was made, and is empty");
    fs::create_dir(house.inbox("employees")).expect("made");
    house.drop_file("employees/at once.csv", "1");
    house.until_taken(&["employees/at once.csv"]).await;
    house.drop_file("employees/later.csv", "2");
    house.until_taken(&["employees/at once.csv", "employees/later.csv"]).await;
    fs::remove_dir_all(house.inbox("relationships")).expect("it was made");
    fs::create_dir(house.elsewhere("moved")).expect("made");
    fs::write(house.elsewhere("moved/inside.csv"), "3").expect("written");
    fs::rename(house.elsewhere("moved"), house.inbox("relationships")).expect("moved");
    let all = ["employees/at once.csv", "employees/later.csv", "relationships/inside.csv"];
    house.until_taken(&all).await;
    running.stop().await;
}
