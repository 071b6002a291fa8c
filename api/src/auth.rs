//! Who asks, and what that one may do.

mod caller;
mod credential;
mod jwks;
mod token;

pub use caller::Caller;
pub use token::Tokens;
