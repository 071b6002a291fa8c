//! The statements that make the databases and the users of each role, least privilege first.
//!
//! Who may do what is the table in the design's section 11: the watcher inserts arrivals and reads
//! contracts, the API reads, and writes where a contract is `writable`, workers own.

use crate::contract::Contract;
use crate::dialect::Dialect;

/// Ledger tables in which whoever takes files writes: the watcher, and the API for uploads. The bytes
/// of a file that is known already are taken back, hence the deletions.
const ARRIVING: &str = "tolva_arrival, tolva_blob, tolva_chunk, tolva_outbox, tolva_inbox";
const TAKEN_BACK: &str = "tolva_blob, tolva_chunk, tolva_inbox";
const MARKED: &str = "tolva_blob, tolva_outbox, tolva_inbox";
/// Ledger tables that both read: contracts, and how their own arrivals fared.
const FOLLOWED: &str = "tolva_contract, tolva_target, tolva_arrival_target, tolva_load, tolva_finding, \
                        seaql_migrations";
/// The ledger table in which every watcher and worker says that it lives.
const HEARD: &str = "tolva_heartbeat";
/// Control tables that the API reads beside the data.
const SERVED: &str = "tolva_applied, tolva_version, tolva_change, tolva_tombstone, \
                      tolva_sequence, tolva_rows, tolva_key";
/// Control tables to which the API adds when it writes to a dataset: what has changed, what was deleted
/// that a file still offers, which ids are given. Of what is there it changes these columns only; the
/// fencing token is not among them.
const RECORDED: &str = "tolva_change, tolva_version, tolva_tombstone, tolva_sequence";
const RAISED: [&str; 4] = [
    "(version) ON tolva_version",
    "(hash) ON tolva_tombstone",
    "(last_id) ON tolva_sequence",
    "(row_count) ON tolva_rows",
];
/// The one in which it deletes: a row that is made again is not deleted any more.
const FORGOTTEN: &str = "tolva_tombstone";

/// Statements that make database and users; run once, by an administrator. They set no password:
/// the last lines say how to.
pub fn setup(dialect: Dialect) -> String {
    match dialect {
        Dialect::Sqlite => {
            "-- SQLite has no users: the file's permissions decide who may read and write.\n"
                .to_owned()
        }
        Dialect::Postgres => "\
CREATE ROLE tolva_work LOGIN;
CREATE ROLE tolva_watch LOGIN;
CREATE ROLE tolva_api LOGIN;
CREATE DATABASE tolva OWNER tolva_work;
REVOKE ALL ON DATABASE tolva FROM PUBLIC;
GRANT CONNECT ON DATABASE tolva TO tolva_watch, tolva_api;
-- Nobody can log in until each role is given a password of its own, for example in psql:
--   \\password tolva_work
\\connect tolva
ALTER SCHEMA public OWNER TO tolva_work;
GRANT USAGE ON SCHEMA public TO tolva_watch, tolva_api;
SET ROLE tolva_work;
"
        .to_owned(),
        Dialect::Mysql | Dialect::Mariadb => format!(
            "\
CREATE DATABASE tolva CHARACTER SET utf8mb4{};
CREATE USER 'tolva_work'@'%' ACCOUNT LOCK;
GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, ALTER, DROP, INDEX, REFERENCES,
  CREATE TEMPORARY TABLES ON tolva.* TO 'tolva_work'@'%';
-- Nobody can log in until the user is given a password:
--   ALTER USER 'tolva_work'@'%' IDENTIFIED BY '…' ACCOUNT UNLOCK;
USE tolva;
",
            dialect.binary_collation()
        ),
    }
}

/// Statements that let the roles of Postgres at the ledger; empty for the other dialects, where only
/// the worker logs in.
pub fn ledger(dialect: Dialect) -> String {
    if dialect != Dialect::Postgres {
        return String::new();
    }
    format!(
        "\
GRANT SELECT, INSERT ON {ARRIVING} TO tolva_watch, tolva_api;
GRANT UPDATE ON {MARKED} TO tolva_watch, tolva_api;
GRANT DELETE ON {TAKEN_BACK} TO tolva_watch, tolva_api;
GRANT SELECT ON {FOLLOWED} TO tolva_watch, tolva_api;
GRANT SELECT ON {HEARD} TO tolva_watch, tolva_api;
GRANT INSERT, UPDATE ON {HEARD} TO tolva_watch;
GRANT SELECT ON {SERVED} TO tolva_api;
GRANT INSERT ON {RECORDED} TO tolva_api;
{}GRANT DELETE ON {FORGOTTEN} TO tolva_api;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO tolva_watch, tolva_api;
",
        RAISED.map(|column| format!("GRANT UPDATE {column} TO tolva_api;\n")).concat()
    )
}

/// Statements that let the API read the tables of a dataset, and write to them if the contract says so.
/// They may be run again when it has changed.
pub fn dataset(dialect: Dialect, contract: &Contract) -> String {
    if dialect != Dialect::Postgres {
        return String::new();
    }
    let tables = dialect.quote_all(contract.tables.iter().map(|table| table.name.as_str()));
    let written = "INSERT, UPDATE, DELETE";
    if contract.writable {
        format!("GRANT SELECT, {written} ON {tables} TO tolva_api;\n")
    } else {
        format!(
            "GRANT SELECT ON {tables} TO tolva_api;\nREVOKE {written} ON {tables} FROM tolva_api;\n"
        )
    }
}
