//! A discrete-event simulation of the hotel's architecture.
//!
//! Inputs come from the dossier's model ([`inputs`]); what is printed is what the dossier says. Times of services and of the
//! network are inputs, not measurements: the simulation tells what follows from them.
//!
//! - [`rng`], [`stats`], [`station`], [`json`]: the machine
//! - [`validate`]: the machine against Erlang C and Little's law
//! - [`latency`], [`knee`], [`flash`], [`ttl`], [`hotroom`], [`saga`], [`loss`]: one experiment each

pub mod flash;
pub mod hotroom;
pub mod inputs;
pub mod json;
pub mod knee;
pub mod latency;
pub mod loss;
pub mod rng;
pub mod saga;
pub mod station;
pub mod stats;
pub mod ttl;
pub mod validate;

use json::{Json, object};

/// Runs every experiment and returns all figures.
pub fn run() -> Json {
    let knee = knee::run();
    let knee_at = knee::at(&knee);
    let ttl = ttl::run();
    let ttl_chosen = ttl::chosen(&ttl);
    object([
        ("inputs_digest", Json::Text(inputs::DIGEST.into())),
        ("seed", Json::Number(inputs::SEED as f64)),
        ("replications", Json::Number(inputs::REPLICATIONS as f64)),
        ("validation", validate::run()),
        ("latency", latency::run()),
        ("knee", knee),
        ("knee_at", Json::Number(knee_at)),
        ("flash", flash::timelines()),
        ("flash_summary", flash::summary()),
        ("ttl", ttl),
        ("ttl_chosen", ttl_chosen),
        ("hotroom", hotroom::run()),
        ("invariants", saga::variants()),
        ("sagas", saga::counts()),
        ("region_loss", loss::region()),
        ("zone_loss", loss::zone()),
    ])
}
