//! A disk that is full: a file that finds no room is kept in mind until there is some.
#![allow(clippy::print_stderr, reason = "a test that cannot run says so")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use tolva_ledger::{Arrival, Consequence, Ledger, Stamp};

use crate::house::{EMPLOYEES, House, RELATIONSHIPS, Running};

/// A small file system in memory.
struct Disk(PathBuf);

impl Disk {
    /// None where this user may not mount one.
    fn mount(at: &Path, size: &str) -> Option<Self> {
        fs::create_dir(at).expect("made");
        let options = format!("size={size}");
        let arguments = ["-t", "tmpfs", "-o", &options, "none"];
        let mounted = Command::new("mount").args(arguments).arg(at).output();
        mounted.is_ok_and(|mounted| mounted.status.success()).then(|| Self(at.to_owned()))
    }

    fn resize(&self, size: &str) {
        let options = format!("remount,size={size}");
        let done = Command::new("mount").args(["-o", &options]).arg(&self.0).status();
        assert!(done.expect("mount is there").success());
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        drop(Command::new("umount").arg("--lazy").arg(&self.0).status());
    }
}

/// Bytes that cannot be made shorter.
fn noise(length: usize) -> Vec<u8> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()[3]
    };
    (0..length).map(|_| next()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_finds_no_room_is_taken_once_there_is_some() {
    let mut house = House::without_contracts().await;
    let Some(disk) = Disk::mount(&house.beside("disk"), "6m") else {
        eprintln!("not run: this user may not mount a small file system");
        return;
    };
    let database = house.beside("disk/ledger.db");
    let ledger = Ledger::open(&format!("sqlite://{}", database.display())).await;
    house.ledger = ledger.expect("a ledger");
    house.store(EMPLOYEES).await;
    house.store(RELATIONSHIPS).await;
    let running = Running::start(house.watcher());
    let large = noise(12 << 20);
    fs::write(house.elsewhere("large"), &large).expect("written");
    house.until("the folder is made", async || house.inbox("employees").exists()).await;
    fs::rename(house.elsewhere("large"), house.inbox("employees/large.csv")).expect("moved");
    // Not even a word about it finds room then: the log has to tell.
    house
        .until("the disk is full", async || {
            let told = house.ledger.record_problem("test", Stamp::default(), "x").await;
            told.is_err_and(|error| error.consequence() == Consequence::Retry)
        })
        .await;
    house.drop_file("relationships/small.csv", "small");
    house.stays(&[], Duration::from_millis(500)).await;
    disk.resize("200m");
    let both = BTreeSet::from(["employees/large.csv", "relationships/small.csv"]);
    house
        .until("both are taken", async || {
            let taken = house.taken().await;
            taken.len() == 2 && both == taken.iter().map(String::as_str).collect()
        })
        .await;
    let arrivals = house.arrivals().await;
    let is_large = |arrival: &&Arrival| arrival.size == large.len() as i64;
    let arrival = arrivals.iter().find(is_large).expect("it is whole");
    let mut kept = Vec::new();
    house.ledger.fetch_bytes(arrival.id, &mut kept).await.expect("kept");
    assert!(kept == large, "the bytes are the same");
    running.stop().await;
    house.ledger.db().clone().close().await.expect("closed");
}
