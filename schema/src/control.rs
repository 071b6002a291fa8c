//! The control tables that every target holds beside its data.

use crate::hash::Hash128;
use crate::relation::{Relation, RelationColumn, SqlType};

/// What was applied last, per dataset and partition: committed with the data.
pub const APPLIED: &str = "tolva_applied";
/// The version of each dataset here, and the highest fencing token seen.
pub const VERSION: &str = "tolva_version";
/// The channel of Postgres on which whoever raises a version says of which dataset.
pub const VERSION_CHANNEL: &str = "tolva_version";
/// Every row that was inserted, updated or deleted.
pub const CHANGE: &str = "tolva_change";
/// Rows that were deleted through the API while a file still offers them.
pub const TOMBSTONE: &str = "tolva_tombstone";
/// Which partitions offer a row, for datasets that have partitions.
pub const MEMBER: &str = "tolva_member";
/// How many rows each table has; a table that is not in it has to be counted.
pub const ROWS: &str = "tolva_rows";
/// The last surrogate key given, per table: ids of deleted rows are not given again.
pub const SEQUENCE: &str = "tolva_sequence";

const NAME: SqlType = SqlType::Text { max: Some(64), indexed: true };
const PARTITION: SqlType = SqlType::Text { max: Some(255), indexed: true };
const SHORT: SqlType = SqlType::Text { max: Some(64), indexed: false };

fn relation(
    name: &str,
    columns: &[(&str, SqlType, bool)],
    key: &[&str],
    indexes: &[&str],
) -> Relation {
    Relation {
        name: name.to_owned(),
        columns: columns
            .iter()
            .map(|(name, kind, nullable)| RelationColumn {
                name: (*name).to_owned(),
                kind: *kind,
                nullable: *nullable,
                private: false,
            })
            .collect(),
        primary_key: key.iter().map(|name| (*name).to_owned()).collect(),
        unique: None,
        foreign_keys: Vec::new(),
        indexes: indexes.iter().map(|name| (*name).to_owned()).collect(),
        was: None,
        columns_were: Vec::new(),
    }
}

/// The control tables of a target.
pub fn relations() -> Vec<Relation> {
    vec![
        relation(
            APPLIED,
            &[
                ("dataset", NAME, false),
                ("part", PARTITION, false),
                ("sequence", SqlType::Integer, false),
                ("sha256", SHORT, false),
                ("digest", SHORT, false),
                ("token", SqlType::Integer, false),
                ("load_id", SqlType::Integer, false),
                ("version", SqlType::Integer, false),
                ("counts", SqlType::Document, false),
            ],
            &["dataset", "part"],
            // With many partitions the newest load is found by it.
            &["load_id"],
        ),
        relation(
            VERSION,
            &[
                ("dataset", NAME, false),
                ("version", SqlType::Integer, false),
                ("token", SqlType::Integer, false),
            ],
            &["dataset"],
            &[],
        ),
        relation(
            CHANGE,
            &[
                ("id", SqlType::Serial, false),
                ("dataset", NAME, false),
                ("version", SqlType::Integer, false),
                // The load that made it, or the name of the key that it was made with through the API.
                ("load_id", SqlType::Integer, true),
                ("author", SqlType::Document, true),
                ("table_name", NAME, true),
                ("op", SHORT, false),
                ("row_key", SqlType::Document, true),
                ("old_row", SqlType::Document, true),
                ("new_row", SqlType::Document, true),
            ],
            &["id"],
            &["load_id", "dataset"],
        ),
        relation(
            TOMBSTONE,
            &[
                ("dataset", NAME, false),
                ("table_name", NAME, false),
                ("row_key", SqlType::Hash, false),
                ("hash", SqlType::Hash, false),
            ],
            &["dataset", "table_name", "row_key"],
            &[],
        ),
        relation(
            MEMBER,
            &[
                ("dataset", NAME, false),
                ("table_name", NAME, false),
                ("part", PARTITION, false),
                ("row_key", SqlType::Hash, false),
            ],
            &["dataset", "table_name", "part", "row_key"],
            &[],
        ),
        relation(
            SEQUENCE,
            &[("table_name", NAME, false), ("last_id", SqlType::Integer, false)],
            &["table_name"],
            &[],
        ),
        relation(
            ROWS,
            &[("table_name", NAME, false), ("row_count", SqlType::Integer, false)],
            &["table_name"],
            &[],
        ),
    ]
}

/// The number of the advisory lock that whoever writes the tables of `dataset` in Postgres holds.
pub fn lock_number(dataset: &str) -> i64 {
    let hash = Hash128::of(format!("tables/{dataset}").as_bytes()).0;
    i64::from_le_bytes([hash[0], hash[1], hash[2], hash[3], hash[4], hash[5], hash[6], hash[7]])
}
