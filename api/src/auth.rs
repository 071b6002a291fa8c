//! Who asks, and what that one may do.

mod caller;
mod credential;

pub use caller::Caller;
