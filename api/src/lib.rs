#![doc = include_str!("../README.md")]

mod auth;
mod catalogue;
mod control;
mod count;
mod data;
mod database;
mod health;
mod openapi;
mod options;
mod page;
mod plan;
mod prefer;
mod problem;
mod query;
mod representation;
mod routes;
mod rows;
mod server;
mod snapshot;
mod sql;
mod state;
mod validator;

pub use options::{Options, Read};
pub use problem::Problem;
pub use server::{ApiError, Handle, Server, start};
