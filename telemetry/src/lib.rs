#![doc = include_str!("../README.md")]

mod gauges;
mod health;
mod heart;
mod logs;
mod metrics;
mod server;
mod traces;
mod vitals;

pub use health::Health;
pub use heart::{Heart, instance, name};
pub use logs::{Telemetry, start};
pub use metrics::{ALL, Kind, Metric};
pub use server::{PROMETHEUS, Server, ServerError, listen};
pub use traces::{current_traceparent, follow};
pub use vitals::{Readiness, Vitals};
