#![doc = include_str!("../README.md")]

mod catalogue;
mod control;
mod data;
mod database;
mod health;
mod problem;
mod query;
mod routes;
mod rows;
mod server;
mod sql;
mod state;

pub use problem::Problem;
pub use server::{ApiError, Handle, Server, start};
