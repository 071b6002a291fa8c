#![doc = include_str!("../README.md")]

mod amqp;
mod bus;
mod event;
mod local;
mod outbox;

pub use amqp::{AmqpBus, NAME};
pub use bus::{
    Bus, BusError, Consumer, DELIVERIES, Dead, DeadLetter, Delays, Delivery, Link, PREFETCH, Signal,
};
pub use event::{CONTENT_TYPE, Event, Malformed};
pub use local::LocalBus;
pub use outbox::{PublishError, keep_publishing, publish_outbox};
