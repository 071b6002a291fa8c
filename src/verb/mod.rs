//! The verbs.

pub mod check;
pub mod dead;
pub mod discard;
pub mod keys;
pub mod land;
pub mod load;
pub mod prune;
pub mod refresh;
pub mod replay;
pub mod scan;
pub mod schema;
pub mod serve;
pub mod status;
pub mod up;
pub mod watch;
pub mod work;
