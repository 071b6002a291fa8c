#![doc = include_str!("../README.md")]

mod bus;
mod event;
mod local;

pub use bus::{Bus, BusError, Signal, Subscription};
pub use event::{Event, FILE_ARRIVED};
pub use local::LocalBus;
