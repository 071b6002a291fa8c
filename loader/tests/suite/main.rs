//! The loader through its public entrances, the same tests on SQLite, Postgres and MariaDB.

mod smoke;
mod world;
