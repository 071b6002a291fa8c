//! What Tolva knows of itself: datasets, arrivals, loads.

pub mod arrivals;
mod change;
pub mod changes;
pub mod datasets;
pub mod events;
pub mod findings;
pub mod loads;
mod parameters;
pub mod since;
mod veil;

pub use change::Change;
pub use datasets::DatasetEntry;
pub use findings::FindingEntry;
pub use parameters::Parameters;
