#![doc = include_str!("../README.md")]
// Whole loads are awaited inside of whole refreshes, whose layout an optimised build looks through.
#![recursion_limit = "256"]

pub mod catalog;
mod check;
mod context;
pub mod count;
mod error;
mod guard;
mod heartbeat;
mod holding;
mod index;
pub mod infer;
mod journal;
mod limits;
mod live;
mod load;
mod look;
mod measure;
mod merge;
mod organise;
mod preview;
mod progress;
mod read;
mod refresh;
mod rows;
mod shape;
mod stage;
mod target;
mod worker;

pub use check::Checked;
pub use context::Neighbours;
pub use error::LoadError;
pub use guard::Refusal;
pub use holding::Holding;
pub use journal::{Journal, Noted};
pub use limits::Limits;
pub use look::SheetSeen;
pub use preview::TablePreview;
pub use progress::Progress;
pub use read::ReadError;
pub use refresh::{Loader, Outcome, Refreshed, Rest};
pub use target::{DEFAULT, Target, Targets};
pub use worker::{Work, WorkError, work};
