//! What people see in a terminal.

pub mod arrival;
pub mod bar;
pub mod counts;
pub mod findings;
pub mod status;
