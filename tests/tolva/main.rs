//! Tolva from end to end: the real program, real files, real databases.
#![allow(clippy::print_stderr, reason = "measured times are told, not asserted closely")]

mod bad_files;
mod checks;
mod collector;
mod column;
mod commands;
mod configuration;
mod content;
mod crash_again;
mod crash_anywhere;
mod crash_landing;
mod crash_loading;
mod credentials;
mod database;
mod exports;
mod house;
mod infer;
mod keys;
mod memory;
mod naughty;
mod persons;
mod pipes;
mod process;
mod readers;
mod roles;
mod rows;
mod schema;
mod service;
mod table;
mod telemetry;
mod texts;
mod together;
mod up;
mod upload;
mod wait;
