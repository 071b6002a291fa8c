//! Looking at what a load left behind.

use std::collections::BTreeMap;

use tolva_ledger::LoadReport;
use tolva_schema::dialect::Dialect;
use tolva_schema::state::ArrivalState;

use crate::world::World;

/// A row as [`World::rows`] gives it.
pub type Row = Vec<Option<String>>;

impl World {
    /// What a load found, in its order: `rule at place: value`, parts that are not there left out.
    pub async fn found(&self, load: i64) -> Vec<String> {
        let findings = self.ledger.findings(load, 0, 20_000).await.expect("findings are read");
        findings
            .into_iter()
            .map(|finding| {
                let mut text = finding.rule;
                let place = finding.place.to_string();
                if !place.is_empty() {
                    text.push_str(&format!(" at {place}"));
                }
                if let Some(value) = finding.value.filter(|value| !value.is_empty()) {
                    text.push_str(&format!(": {value}"));
                }
                text
            })
            .collect()
    }

    /// What a load found under one rule.
    pub async fn found_by(&self, load: i64, rule: &str) -> Vec<String> {
        let mut found = self.found(load).await;
        found.retain(|text| text.split([' ', ':']).next() == Some(rule));
        found
    }

    /// The version of a dataset in the target; 0 before the first load.
    pub async fn version(&self, dataset: &str) -> i64 {
        let rows = self.rows("tolva_version", &["dataset", "version"]).await;
        let own = rows.into_iter().find(|row| row[0].as_deref() == Some(dataset));
        own.map_or(0, |row| row[1].as_deref().expect("a version").parse().expect("a number"))
    }

    /// The names of a table's columns.
    pub async fn columns(&self, table: &str) -> Vec<String> {
        let sql = match self.dialect {
            Dialect::Sqlite => format!("SELECT name FROM pragma_table_info('{table}')"),
            Dialect::Postgres => format!(
                "SELECT column_name::text FROM information_schema.columns \
                 WHERE table_schema = current_schema() AND table_name = '{table}'"
            ),
            _ => format!(
                "SELECT CAST(column_name AS CHAR) FROM information_schema.columns \
                 WHERE table_schema = DATABASE() AND table_name = '{table}'"
            ),
        };
        self.query(&sql, 1).await.into_iter().flatten().flatten().collect()
    }

    /// The indexes of a table: each with its columns, one by one.
    pub async fn indexes(&self, table: &str) -> Vec<(String, String)> {
        let sql = match self.dialect {
            Dialect::Sqlite => format!(
                "SELECT l.name, i.name FROM pragma_index_list('{table}') l \
                 JOIN pragma_index_info(l.name) i"
            ),
            Dialect::Postgres => format!(
                "SELECT i.relname::text, a.attname::text FROM pg_index x \
                 JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_attribute a ON a.attrelid = i.oid \
                 WHERE x.indrelid = '{table}'::regclass"
            ),
            _ => format!(
                "SELECT CAST(index_name AS CHAR), CAST(column_name AS CHAR) \
                 FROM information_schema.statistics \
                 WHERE table_schema = DATABASE() AND table_name = '{table}'"
            ),
        };
        let rows = self.query(&sql, 2).await;
        let text = |part: &Option<String>| part.clone().unwrap_or_default();
        rows.iter().map(|row| (text(&row[0]), text(&row[1]))).collect()
    }

    /// How far an arrival is in the target.
    pub async fn state(&self, arrival: i64) -> ArrivalState {
        let arrival = self.ledger.arrival(arrival).await.expect("the arrival is read");
        arrival.targets[self.target].state
    }

    /// Rows by their first `key` columns, which nobody else has.
    pub async fn keyed(&self, table: &str, columns: &[&str], key: usize) -> BTreeMap<Row, Row> {
        let rows = self.rows(table, columns).await;
        let count = rows.len();
        let keyed: BTreeMap<Row, Row> =
            rows.into_iter().map(|mut row| (row.drain(..key).collect(), row)).collect();
        assert_eq!(keyed.len(), count, "a key of {table} stands twice");
        keyed
    }

    /// Rows joined with `|`, unknown as `-`: short to write down.
    pub async fn lines(&self, table: &str, columns: &[&str]) -> Vec<String> {
        let rows = self.rows(table, columns).await;
        let mut lines: Vec<String> = rows
            .into_iter()
            .map(|row| {
                let parts: Vec<String> =
                    row.into_iter().map(|part| part.unwrap_or_else(|| "-".to_owned())).collect();
                parts.join("|")
            })
            .collect();
        lines.sort();
        lines
    }
}

/// What a report counts for a table, without zeros: `3 offered, 1 inserted, 2 unchanged`.
pub fn brief(report: &LoadReport, table: &str) -> String {
    let words = [
        "offered",
        "inserted",
        "updated",
        "unchanged",
        "duplicate",
        "held",
        "rejected",
        "deleted",
        "blank",
    ];
    let parts: Vec<String> = words
        .iter()
        .map(|word| (count(report, table, word), word))
        .filter(|(count, _)| *count > 0)
        .map(|(count, word)| format!("{count} {word}"))
        .collect();
    parts.join(", ")
}

/// One count of a report.
pub fn count(report: &LoadReport, table: &str, word: &str) -> u64 {
    report.counts[table][word]
        .as_u64()
        .unwrap_or_else(|| panic!("no {word} of {table}: {report:?}"))
}

/// Asserts that every offered row has one outcome, in every table.
pub fn assert_adds_up(report: &LoadReport) {
    let tables = report.counts.as_object().expect("counts by table");
    assert!(!tables.is_empty());
    for table in tables.keys() {
        let outcomes = ["inserted", "updated", "unchanged", "duplicate", "held", "rejected"];
        let sum: u64 = outcomes.iter().map(|word| count(report, table, word)).sum();
        assert_eq!(sum, count(report, table, "offered"), "{table}: {}", brief(report, table));
    }
}

/// Asserts that the counts tell what really happened to a table: its rows by key, before and after.
pub fn assert_tells(
    report: &LoadReport,
    table: &str,
    before: &BTreeMap<Row, Row>,
    after: &BTreeMap<Row, Row>,
) {
    let inserted = after.keys().filter(|key| !before.contains_key(*key)).count();
    let deleted = before.keys().filter(|key| !after.contains_key(*key)).count();
    let updated =
        after.iter().filter(|(key, row)| before.get(*key).is_some_and(|old| old != *row)).count();
    let real = [inserted, updated, deleted].map(|count| count as u64);
    let told = ["inserted", "updated", "deleted"].map(|word| count(report, table, word));
    assert_eq!(told, real, "{table}: inserted, updated, deleted");
}

/// Borrowed texts of owned ones.
pub fn texts(owned: &[String]) -> Vec<&str> {
    owned.iter().map(String::as_str).collect()
}
