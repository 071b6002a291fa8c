#![doc = include_str!("../README.md")]

mod address;
mod auth;
mod catalogue;
mod control;
mod cors;
mod count;
mod data;
mod database;
mod guard;
mod health;
mod hot;
mod kept;
mod openapi;
mod options;
mod page;
mod plan;
mod prefer;
mod problem;
mod query;
mod rate;
mod representation;
mod routes;
mod rows;
mod server;
mod snapshot;
mod sql;
mod state;
mod tls;
mod upload;
mod validator;
mod versions;
mod write;

pub use options::{Jwt, Limits, Network, Options, Rate, Read, Tls};
pub use problem::Problem;
pub use server::{ApiError, Handle, Server, start};
