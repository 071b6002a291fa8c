//! Tolva among faults that are really injected: processes killed and frozen, servers stopped, killed
//! and frozen, connections cut in mid-statement, a disk that fills, messages that come twice and in
//! another order. What is injected and how it is judged stands in `docs/faults.md`.
#![allow(clippy::print_stderr, reason = "the seed and what was injected are told")]

mod accounts;
mod broker;
#[path = "../tolva/database.rs"]
#[expect(dead_code, reason = "this suite has servers of its own")]
mod database;
mod dataset;
mod fault;
mod house;
mod judge;
mod person;
mod proxy;
mod role;
mod servers;
#[cfg(feature = "kill-points")]
mod steps;
mod storm;
mod timeout;
mod wait;
