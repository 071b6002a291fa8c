//! Whether the counts of loads, the record of changes and the tables tell the same.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::database::Db;
use crate::dataset::Dataset;

/// What a load told of a table.
const OUTCOMES: [&str; 6] = ["inserted", "updated", "unchanged", "duplicate", "held", "rejected"];
/// The operations in the record of changes, and their counts.
const OPERATIONS: [(&str, &str); 3] =
    [("insert", "inserted"), ("update", "updated"), ("delete", "deleted")];

/// What does not add up of a dataset in a target.
pub fn complaints(dataset: Dataset, target: &str, ledger: &Db, database: &Db) -> Vec<String> {
    let name = dataset.name();
    let loads = loads(name, target, ledger);
    let mut wrong = Vec::new();
    for table in [format!("{name}_item"), format!("{name}_shelf")] {
        for (load, counts) in &loads {
            let of = |what: &str| counts[&table][what].as_u64().unwrap_or_default();
            let sum: u64 = OUTCOMES.iter().map(|outcome| of(outcome)).sum();
            if of("offered") != sum {
                wrong.push(format!("load {load}: {table}: {} does not add up", counts[&table]));
            }
        }
        wrong.extend(rows_and_loads(&table, &loads, database));
        wrong.extend(changes_and_loads(name, &table, &loads, database));
        wrong.extend(broken_chain(name, &table, database));
    }
    wrong.extend(versions(name, database));
    wrong.into_iter().map(|what| format!("{target}: {what}")).collect()
}

/// The loads that came to an end in the target, with their counts.
fn loads(dataset: &str, target: &str, ledger: &Db) -> BTreeMap<u64, Value> {
    let sql = format!(
        "SELECT id, counts FROM tolva_load WHERE dataset = '{dataset}' AND target = '{target}' \
         AND state IN ('loaded', 'unchanged')"
    );
    let parse = |row: String| {
        let (id, counts) = row.split_once('|').expect("two columns");
        (id.parse().expect("a number"), serde_json::from_str(counts).expect("JSON"))
    };
    ledger.rows(&sql).into_iter().map(parse).collect()
}

/// The table has the rows that were inserted and not deleted.
fn rows_and_loads(table: &str, loads: &BTreeMap<u64, Value>, database: &Db) -> Option<String> {
    let sum = |what| loads.values().filter_map(|counts| counts[table][what].as_i64()).sum::<i64>();
    let (inserted, deleted) = (sum("inserted"), sum("deleted"));
    let rows = database.one(&format!("SELECT COUNT(*) FROM {table}"));
    (rows != (inserted - deleted).to_string())
        .then(|| format!("{table}: {rows} rows, {inserted} were inserted and {deleted} deleted"))
}

/// Each load's counts are those of its changes, but for the first one, which is one entry.
fn changes_and_loads(
    dataset: &str,
    table: &str,
    loads: &BTreeMap<u64, Value>,
    database: &Db,
) -> Vec<String> {
    let first = database.rows(&format!(
        "SELECT load_id FROM tolva_change WHERE dataset = '{dataset}' AND op = 'load'"
    ));
    let told = database.rows(&format!(
        "SELECT load_id, op, COUNT(*) FROM tolva_change \
         WHERE dataset = '{dataset}' AND table_name = '{table}' GROUP BY load_id, op"
    ));
    let told: BTreeSet<String> = told.into_iter().collect();
    let mut counted = BTreeSet::new();
    for (load, counts) in loads.iter().filter(|(load, _)| !first.contains(&load.to_string())) {
        for (operation, outcome) in OPERATIONS {
            if let Some(count @ 1..) = counts[table][outcome].as_u64() {
                counted.insert(format!("{load}|{operation}|{count}"));
            }
        }
    }
    told.symmetric_difference(&counted)
        .map(|what| {
            let by =
                if told.contains(what) { "only the changes" } else { "only the load's counts" };
            format!("{table}: {by} tell load|operation|rows {what}")
        })
        .collect()
}

/// Each change of a row begins where the one before it ended.
fn broken_chain(dataset: &str, table: &str, database: &Db) -> Vec<String> {
    let rows = database.rows(&format!(
        "SELECT id, row_key, COALESCE(old_row, 'null'), COALESCE(new_row, 'null') \
         FROM tolva_change WHERE dataset = '{dataset}' AND table_name = '{table}' ORDER BY id"
    ));
    let mut stands: BTreeMap<String, Value> = BTreeMap::new();
    let mut broken = Vec::new();
    for row in rows {
        let [id, key, old, new] = row.split('|').collect::<Vec<_>>()[..] else { panic!("{row}") };
        let [key, old, new]: [Value; 3] =
            [key, old, new].map(|text| serde_json::from_str(text).expect("JSON"));
        // What the first load made is not recorded row by row.
        if let Some(before) = stands.insert(key.to_string(), new)
            && before != old
        {
            broken
                .push(format!("{table}: change {id} of {key} replaces {old}, there was {before}"));
        }
    }
    broken
}

/// Each version is of one load, and none is missing.
fn versions(dataset: &str, database: &Db) -> Option<String> {
    let told = database.one(&format!(
        "SELECT COUNT(DISTINCT version), COUNT(DISTINCT load_id) FROM tolva_change \
         WHERE dataset = '{dataset}'"
    ));
    let now = database.one(&format!(
        "SELECT COALESCE(MAX(version), 0) FROM tolva_version WHERE dataset = '{dataset}'"
    ));
    (told != format!("{now}|{now}"))
        .then(|| format!("{dataset} is at version {now}, its changes tell versions|loads {told}"))
}
