#![doc = include_str!("../README.md")]

mod after;
mod aside;
mod complaints;
mod complete;
mod error;
mod hints;
mod intake;
mod land;
mod listing;
mod look;
mod looks;
mod names;
mod noting;
mod place;
mod problem;
mod report;
mod rounds;
mod run;
mod scan;
mod streak;
mod take;
mod unseen;
mod watcher;
mod watches;
mod workbook;
mod writing;

pub use error::WatcherError;
pub use land::land_file;
pub use report::{Left, Refused, ScanReport, Taken, Waiting};
pub use unseen::Unseen;
pub use watcher::{Pace, Watcher};
