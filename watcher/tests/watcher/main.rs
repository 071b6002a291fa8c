//! From a dropped file to an arrival and a published event: with real files, a real ledger, and the
//! system's own events.

mod after;
mod complete;
mod drops;
mod failures;
mod full;
mod house;
mod landing;
mod large;
mod many;
mod never;
mod routing;
mod scan;
