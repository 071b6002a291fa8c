//! What Tolva knows of itself: datasets, arrivals, loads.

pub mod arrivals;
pub mod changes;
pub mod datasets;
pub mod findings;
pub mod loads;
mod parameters;
