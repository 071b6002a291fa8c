//! Writing to dataset tables as the API writes.

use tolva_schema::dialect::Dialect;
use tolva_schema::hash::{Hash128, Hasher};
use tolva_schema::value::Value;

use crate::world::World;

impl World {
    /// Edits rows: content changes, the hash of the file's content stays.
    pub async fn edit(&self, dataset: &str, table: &str, sets: &str, which: &str) {
        let origin = self.dialect.quote("_origin");
        // A row that the API made stays the API's.
        let edited = format!("CASE {origin} WHEN 2 THEN 2 ELSE 1 END");
        self.execute(&format!("UPDATE {table} SET {sets}, {origin} = {edited} WHERE {which}"))
            .await;
        self.raise(dataset).await;
    }

    /// Makes a row; `values` are SQL literals.
    pub async fn create(&self, dataset: &str, table: &str, values: &[(&str, &str)], hash: Hash128) {
        let names = self.dialect.quote_all(values.iter().map(|(name, _)| name));
        let own = self.dialect.quote_all(["_hash", "_origin", "_load"]);
        let literals: Vec<&str> = values.iter().map(|(_, literal)| *literal).collect();
        self.execute(&format!(
            "INSERT INTO {table} ({names}, {own}) VALUES ({}, {}, 2, 0)",
            literals.join(", "),
            self.literal(hash)
        ))
        .await;
        self.raise(dataset).await;
    }

    /// Deletes the row that `which` names, whose natural key is `key`, and leaves its tombstone.
    pub async fn remove(&self, dataset: &str, table: &str, key: &[Value], which: &str) {
        let key = self.literal(Hasher::default().key(key));
        let hash = self.dialect.quote("_hash");
        self.execute(&format!(
            "INSERT INTO tolva_tombstone (dataset, table_name, row_key, hash) \
             SELECT '{dataset}', '{table}', {key}, {hash} FROM {table} WHERE {which}"
        ))
        .await;
        self.execute(&format!("DELETE FROM {table} WHERE {which}")).await;
        self.raise(dataset).await;
    }

    async fn raise(&self, dataset: &str) {
        self.execute(&format!(
            "UPDATE tolva_version SET version = version + 1 WHERE dataset = '{dataset}'"
        ))
        .await;
    }

    fn literal(&self, hash: Hash128) -> String {
        match self.dialect {
            Dialect::Postgres => format!("'\\x{}'::bytea", hash.to_hex()),
            _ => format!("X'{}'", hash.to_hex()),
        }
    }
}

/// The hash of a row with these columns, which come by name.
pub fn row_hash(columns: &[(&str, Value)]) -> Hash128 {
    assert!(columns.is_sorted_by_key(|(name, _)| *name));
    let columns = columns.iter().map(|(name, value)| (*name, std::slice::from_ref(value)));
    Hasher::default().row(columns)
}

/// A text value.
pub fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

/// The hash of no row.
pub const OTHER: Hash128 = Hash128([7; 16]);
