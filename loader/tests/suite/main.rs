//! The loader through its public entrances, the same tests on SQLite, Postgres and MariaDB.

#![recursion_limit = "256"]

mod bad_files;
mod concurrency;
mod constraints;
mod contract_changes;
mod contracts;
mod decisions;
mod dialects;
mod documented;
mod expected;
mod findings;
mod guards;
mod hands;
mod identifiers;
mod infer;
mod keys;
mod layouts;
mod leases;
mod ledger;
mod limits;
mod look;
mod losses;
mod matrix;
mod modes;
mod neighbours;
mod odd;
mod order;
mod partitions;
mod refusals;
mod renames;
mod round_trip;
mod row_table;
mod samples;
mod sheets;
mod smoke;
mod types;
mod types_xlsx;
mod workbook;
mod world;
