//! Which dataset a file goes to, and what happens to one that goes nowhere.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt as _;
use std::time::Duration;

use crate::house::{EMPLOYEES, House, RELATIONSHIPS, names_in};

/// A contract of another name that takes the same files as the employees'.
fn rival() -> String {
    EMPLOYEES.replacen("\"employees\"", "\"rivals\"", 1)
}

async fn datasets(house: &House) -> Vec<String> {
    house.arrivals().await.into_iter().map(|arrival| arrival.dataset).collect()
}

#[tokio::test]
async fn a_folder_wins_over_a_pattern() {
    let house = House::new().await;
    let running = house.watch().await;
    house.drop_file("relationships/employees.csv", "x");
    house.until_taken(&["relationships/employees.csv"]).await;
    house.drop_file("employees.csv", "x");
    house.until_taken(&["relationships/employees.csv", "employees.csv"]).await;
    assert_eq!(datasets(&house).await, ["relationships", "employees"]);
    running.stop().await;
}

#[tokio::test]
async fn the_longest_literal_pattern_wins_and_a_partition_comes_along() {
    let house = House::new().await;
    let text = rival().replacen("\"employees*.csv\"", "\"employees-{region}.csv\"", 1);
    house.store(&text.replacen("every ", "partition = \"region\"\nevery ", 1)).await;
    house.drop_file("employees-north.csv", "x");
    house.watcher().scan().await.expect("scanned");
    let arrival = house.arrivals().await.remove(0);
    assert_eq!((arrival.dataset.as_str(), arrival.part.as_str()), ("rivals", "north"));
}

#[tokio::test]
async fn a_file_that_no_contract_takes_is_shown_and_taken_once_one_does() {
    let house = House::without_contracts().await;
    house.store(RELATIONSHIPS).await;
    let running = house.watch().await;
    house.drop_file("employees.csv", "x");
    house.until("it is shown", async || house.problem_of("employees.csv").await.is_some()).await;
    let problem = house.problem_of("employees.csv").await.expect("shown");
    assert!(problem.contains("no contract takes a file of this name"), "{problem}");
    assert!(problem.contains("(relationships)"), "{problem}");
    house.store(EMPLOYEES).await;
    house.until_taken(&["employees.csv"]).await;
    assert_eq!(house.problems().await, []);
    house.until("its folder is made", async || house.inbox("employees").is_dir()).await;
    running.stop().await;
}

#[tokio::test]
async fn a_file_that_comes_right_after_its_contract_is_taken_at_once() {
    let mut house = House::without_contracts().await;
    house.pace.contracts = Duration::from_secs(3600);
    let running = house.watch().await;
    house.store(EMPLOYEES).await;
    house.drop_file("employees.csv", "x");
    house.until_taken(&["employees.csv"]).await;
    running.stop().await;
}

#[tokio::test]
async fn a_tie_is_shown_and_resolved_by_moving_the_file() {
    let house = House::new().await;
    house.store(&rival()).await;
    let running = house.watch().await;
    house.drop_file("employees.csv", "x");
    house.until("it is shown", async || house.problem_of("employees.csv").await.is_some()).await;
    let problem = house.problem_of("employees.csv").await.expect("shown");
    assert!(problem.contains("(employees, rivals)"), "{problem}");
    fs::rename(house.inbox("employees.csv"), house.inbox("rivals/employees.csv")).expect("moved");
    house.until_taken(&["rivals/employees.csv"]).await;
    house.until("it is forgotten", async || house.problems().await.is_empty()).await;
    running.stop().await;
}

#[tokio::test]
async fn a_folder_that_is_no_dataset_and_a_name_that_is_no_text_are_shown() {
    let house = House::new().await;
    house.drop_file("employes/employees.csv", "x");
    fs::write(house.inbox("").join(OsStr::from_bytes(b"employees-\xff.csv")), "x")
        .expect("written");
    let report = house.watcher().scan().await.expect("scanned");
    assert_eq!((report.taken.len(), report.refused.len()), (0, 2));
    let problem = house.problem_of("employes/employees.csv").await.expect("shown");
    assert!(problem.contains("`employes` is not named after a dataset"), "{problem}");
    let problem = house.problem_of("employees-\u{fffd}.csv").await.expect("shown");
    assert!(problem.contains("not valid UTF-8"), "{problem}");
}

#[tokio::test]
async fn the_problem_of_a_file_that_went_is_forgotten_and_its_arrival_is_not() {
    let house = House::new().await;
    let watcher = house.watcher();
    let (bad, good) = (house.drop_file("unknown.csv", "x"), house.drop_file("employees.csv", "x"));
    let report = watcher.scan().await.expect("scanned");
    assert_eq!((report.taken.len(), report.refused.len()), (1, 1));
    assert_eq!(watcher.scan().await.expect("scanned").refused, report.refused);
    fs::remove_file(bad).expect("removed");
    fs::remove_file(good).expect("removed");
    assert_eq!(watcher.scan().await.expect("scanned").refused, []);
    assert_eq!(house.problems().await, []);
    assert!(house.ledger.inbox_file("employees.csv").await.expect("read").is_some());
}

#[tokio::test]
async fn what_goes_while_it_is_watched_is_forgotten_likewise() {
    let house = House::new().await;
    let running = house.watch().await;
    let good = house.drop_file("employees.csv", "x");
    house.until_taken(&["employees.csv"]).await;
    let bad = house.drop_file("unknown.csv", "x");
    house.until("it is shown", async || !house.problems().await.is_empty()).await;
    // What went first is dealt with no later than what went last.
    fs::remove_file(good).expect("removed");
    fs::remove_file(bad).expect("removed");
    house.until("it is forgotten", async || house.problems().await.is_empty()).await;
    running.stop().await;
    assert!(house.ledger.inbox_file("employees.csv").await.expect("read").is_some());
}

#[tokio::test]
async fn a_scan_makes_the_folders_where_files_may_be_dropped() {
    let house = House::new().await;
    fs::remove_dir(house.inbox("")).expect("removed");
    house.watcher().scan().await.expect("scanned");
    assert_eq!(names_in(&house.inbox("")), ["employees", "relationships"]);
}
