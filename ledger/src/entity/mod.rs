//! The ledger's tables.

pub mod arrival;
pub mod arrival_target;
pub mod blob;
pub mod chunk;
pub mod contract;
pub mod finding;
pub mod heartbeat;
pub mod inbox;
pub mod key;
pub mod lease;
pub mod load;
pub mod outbox;
pub mod target;
