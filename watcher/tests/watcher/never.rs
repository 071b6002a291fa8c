//! What is never taken, neither when it is seen nor when it is found.

use std::fs;
use std::os::unix::fs::symlink;
use std::process::Command;
use std::time::Duration;

use crate::house::House;

/// Everything that is never taken; nothing of it is a problem to be shown, either.
fn drop_everything(house: &House) {
    for name in [
        "~$employees.xlsx",
        ".~lock.employees.csv#",
        ".employees.csv",
        "employees.csv.part",
        "employees.csv.filepart",
        "employees.csv.tmp",
        "employees.csv.crdownload",
        "employees.csv.ready",
    ] {
        house.drop_file(name, "never");
    }
    fs::write(house.elsewhere("employees-target.csv"), "never").expect("written");
    symlink(house.elsewhere("employees-target.csv"), house.inbox("employees-link.csv"))
        .expect("linked");
    symlink(house.elsewhere("nothing"), house.inbox("employees-broken.csv")).expect("linked");
    symlink(house.elsewhere(""), house.inbox("linked-folder")).expect("linked");
    let pipe = Command::new("mkfifo").arg(house.inbox("employees-pipe.csv")).status();
    assert!(pipe.expect("it runs").success());
    fs::create_dir(house.inbox("employees-folder.csv")).expect("made");
    house.drop_file("employees/deeper/employees.csv", "never");
    house.drop_file(".employees/employees.csv", "never");
}

#[tokio::test]
async fn what_is_not_a_plain_file_with_a_final_name_is_not_taken_when_it_is_dropped() {
    let house = House::new().await;
    let running = house.watch().await;
    drop_everything(&house);
    house.drop_file("employees-good.csv", "taken");
    house.until_taken(&["employees-good.csv"]).await;
    house.stays(&["employees-good.csv"], Duration::from_millis(600)).await;
    assert_eq!(house.problems().await, []);
    running.stop().await;
}

#[tokio::test]
async fn what_is_not_a_plain_file_with_a_final_name_is_not_taken_when_it_is_found() {
    let house = House::new().await;
    drop_everything(&house);
    house.drop_file("employees-good.csv", "taken");
    let report = house.watcher().scan().await.expect("scanned");
    let taken: Vec<&str> = report.taken.iter().map(|file| file.path.as_str()).collect();
    assert_eq!(taken, ["employees-good.csv"]);
    assert!(report.refused.is_empty() && report.waiting.is_empty(), "{report:?}");
    assert_eq!(house.problems().await, []);
}

#[tokio::test]
async fn a_link_in_place_of_a_datasets_folder_is_not_followed() {
    let house = House::new().await;
    fs::write(house.elsewhere("secret.csv"), "never").expect("written");
    symlink(house.elsewhere(""), house.inbox("employees")).expect("linked");
    let running = house.watch().await;
    fs::write(house.elsewhere("secret-2.csv"), "never").expect("written");
    house.drop_file("employees.csv", "taken");
    house.until_taken(&["employees.csv"]).await;
    house.stays(&["employees.csv"], Duration::from_millis(600)).await;
    running.stop().await;
}
