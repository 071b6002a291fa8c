//! What a person does: through the API, where the API can write. A dataset of MySQL it cannot; there it is
//! done by the statements that the API would run, in one transaction.

use std::sync::atomic::{AtomicU64, Ordering};

use sea_orm::{
    ConnectionTrait, DatabaseConnection, SqliteTransactionMode, TransactionOptions,
    TransactionTrait,
};
use serde_json::Value as Json;
use tolva_api::Options;
use tolva_ledger::Ledger;
use tolva_schema::control::lock_number;
use tolva_schema::dialect::Dialect;
use tolva_schema::hash::{Hash128, Hasher};
use tolva_schema::state::Origin;
use tolva_schema::value::Value;
use tolva_telemetry::{Health, Vitals};

use crate::seen::{Ids, Seen};
use crate::setting::{Content, Key, Kind, Setting};

/// A value as the loader would read it.
fn value(column: &str, text: &str) -> Value {
    match column {
        "amount" | "weight" => Value::Integer(text.parse().expect("a number")),
        _ => Value::Text(text.to_owned()),
    }
}

/// The hash of a row's content.
pub fn hash(content: &Content) -> Hash128 {
    let values: Vec<(&str, [Value; 1])> =
        content.iter().map(|(column, text)| (*column, [value(column, text)])).collect();
    Hasher::default().row(values.iter().map(|(column, value)| (*column, &value[..])))
}

/// The hash of a row's key; a link's holds the id of its thing.
pub fn row_key(kind: Kind, key: &Key, ids: &Ids) -> Hash128 {
    let mut values: Vec<Value> = key.iter().map(|text| Value::Text(text.clone())).collect();
    if kind == Kind::Link {
        values[0] = Value::Integer(ids[&(Kind::Thing, vec![key[0].clone()])]);
    }
    Hasher::default().key(&values)
}

/// Writes as a person.
pub struct Hand<'a> {
    /// The ledger of the world, where the API can write to its datasets.
    pub ledger: Option<Ledger>,
    pub db: &'a DatabaseConnection,
    pub dialect: Dialect,
    pub setting: &'a Setting,
    /// What the tables hold.
    pub seen: &'a Seen,
}

impl Hand<'_> {
    pub async fn edit(&self, kind: Kind, key: &Key, content: &Content) {
        if let Some(ledger) = &self.ledger {
            let columns = kind.columns(self.setting.extra).into_iter();
            let columns = columns.filter(|(column, _)| !kind.key().contains(column));
            let sets = columns.map(|(column, _)| (column, self.json(column, content.get(column))));
            let body = Json::Object(sets.map(|(name, value)| (name.to_owned(), value)).collect());
            return send(ledger, "PATCH", self.url(kind, key), body).await;
        }
        let own = kind.key();
        let columns = kind.columns(self.setting.extra).into_iter();
        let mut sets: Vec<String> = columns
            .filter(|(column, _)| !own.contains(column))
            .map(|(column, _)| format!("{column} = {}", self.literal(column, content.get(column))))
            .collect();
        if self.seen.rows[&(kind, key.clone())].origin == Origin::Api {
            sets.push(format!("_hash = {}", self.bytes(hash(content))));
        } else {
            sets.push("_origin = 1".to_owned());
        }
        let table = self.setting.table(kind);
        let sql = format!("UPDATE {table} SET {} WHERE {}", sets.join(", "), self.is(kind, key));
        self.write(vec![sql]).await;
    }

    /// `id` is the row's, where the table has ids.
    pub async fn create(&self, kind: Kind, content: &Content, id: i64) {
        if let Some(ledger) = &self.ledger {
            let sets =
                content.iter().map(|(column, text)| (*column, self.json(column, Some(text))));
            let body = Json::Object(sets.map(|(name, value)| (name.to_owned(), value)).collect());
            let table = format!("/rest/v1/{}", self.setting.table(kind));
            return send(ledger, "POST", table, body).await;
        }
        let (table, key) = (self.setting.table(kind), kind.key_of(content));
        let mut names = vec!["_hash", "_origin", "_load"];
        let mut values = vec![self.bytes(hash(content)), "2".to_owned(), "0".to_owned()];
        let mut statements = Vec::new();
        if kind.has_id() {
            names.push("id");
            values.push(id.to_string());
            statements.push(format!("DELETE FROM tolva_sequence WHERE table_name = '{table}'"));
            statements.push(format!("INSERT INTO tolva_sequence VALUES ('{table}', {id})"));
        }
        for (column, text) in content {
            names.push(column);
            values.push(self.literal(column, Some(text)));
        }
        statements.push(format!(
            "DELETE FROM tolva_tombstone WHERE table_name = '{table}' AND row_key = {}",
            self.bytes(row_key(kind, &key, &self.seen.ids))
        ));
        let (names, values) = (names.join(", "), values.join(", "));
        statements.push(format!("INSERT INTO {table} ({names}) VALUES ({values})"));
        statements.push(counted(&table, "+ 1"));
        self.write(statements).await;
    }

    pub async fn delete(&self, kind: Kind, key: &Key) {
        if let Some(ledger) = &self.ledger {
            return send(ledger, "DELETE", self.url(kind, key), Json::Null).await;
        }
        let table = self.setting.table(kind);
        let mut statements = vec![
            format!("DELETE FROM {table} WHERE {}", self.is(kind, key)),
            counted(&table, "- 1"),
        ];
        let row = &self.seen.rows[&(kind, key.clone())];
        if row.origin != Origin::Api {
            statements.push(format!(
                "INSERT INTO tolva_tombstone (dataset, table_name, row_key, hash) \
                 VALUES ('{}', '{table}', {}, {})",
                self.setting.dataset(),
                self.bytes(row_key(kind, key, &self.seen.ids)),
                self.bytes(row.hash)
            ));
        }
        self.write(statements).await;
    }

    async fn write(&self, mut statements: Vec<String>) {
        let dataset = self.setting.dataset();
        let raise =
            format!("UPDATE tolva_version SET version = version + 1 WHERE dataset = '{dataset}'");
        if self.seen.version == 0 {
            statements.push(format!(
                "INSERT INTO tolva_version (dataset, version, token) VALUES ('{dataset}', 1, 0)"
            ));
        } else {
            statements.push(raise);
        }
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..Default::default()
        };
        let transaction = self.db.begin_with_options(options).await.expect("a transaction");
        if self.dialect == Dialect::Postgres {
            let lock = format!("SELECT pg_advisory_xact_lock({})", lock_number(&dataset));
            statements.insert(0, lock);
        }
        for sql in statements {
            let outcome = transaction.execute_unprepared(&sql).await;
            outcome.unwrap_or_else(|error| panic!("{sql}: {error}"));
        }
        transaction.commit().await.expect("the person's change is kept");
    }

    /// Where the row with this key is.
    fn url(&self, kind: Kind, key: &Key) -> String {
        let parts: Vec<String> = kind
            .key()
            .iter()
            .zip(key)
            .map(|(column, text)| match self.json(column, Some(text)) {
                Json::String(text) => format!("{column}=eq.{text}"),
                other => format!("{column}=eq.{other}"),
            })
            .collect();
        format!("/rest/v1/{}?{}", self.setting.table(kind), parts.join("&"))
    }

    /// A value as a client writes it.
    fn json(&self, column: &str, text: Option<&String>) -> Json {
        let Some(text) = text else { return Json::Null };
        let parent = match column {
            "owner_id" => Kind::Owner,
            "thing_id" => Kind::Thing,
            _ => {
                return match value(column, text) {
                    Value::Integer(number) => number.into(),
                    _ => text.as_str().into(),
                };
            }
        };
        self.seen.ids[&(parent, vec![text.clone()])].into()
    }

    /// The condition that a row has this key.
    fn is(&self, kind: Kind, key: &Key) -> String {
        let parts: Vec<String> = kind
            .key()
            .iter()
            .zip(key)
            .map(|(column, text)| format!("{column} = {}", self.literal(column, Some(text))))
            .collect();
        parts.join(" AND ")
    }

    fn literal(&self, column: &str, text: Option<&String>) -> String {
        let parent = match column {
            "owner_id" => Some(Kind::Owner),
            "thing_id" => Some(Kind::Thing),
            _ => None,
        };
        match (text, parent) {
            (None, _) => "NULL".to_owned(),
            (Some(text), Some(parent)) => self.seen.ids[&(parent, vec![text.clone()])].to_string(),
            (Some(text), None) => match value(column, text) {
                Value::Integer(number) => number.to_string(),
                _ => format!("'{text}'"),
            },
        }
    }

    fn bytes(&self, hash: Hash128) -> String {
        match self.dialect {
            Dialect::Postgres => format!("decode('{}', 'hex')", hash.to_hex()),
            _ => format!("x'{}'", hash.to_hex()),
        }
    }
}

/// Sends a request to an API that has just begun, and so knows the contract as it is in force.
async fn send(ledger: &Ledger, method: &'static str, path: String, body: Json) {
    static NUMBER: AtomicU64 = AtomicU64::new(0);
    let name = format!("person {}", NUMBER.fetch_add(1, Ordering::Relaxed));
    let scopes = "write".parse().expect("scopes");
    let (_, key) = ledger.create_key(&name, scopes, None).await.expect("a key");
    let key = key.reveal().to_owned();
    let options = Options { listen: "127.0.0.1:0".to_owned(), ..Options::default() };
    let server = tolva_api::start(ledger.clone(), Vitals::new(Health::new()), options).await;
    let server = server.expect("the API begins");
    let (url, handle) = (format!("http://{}{path}", server.address()), server.handle());
    let running = tokio::spawn(server.run());
    let ask = move || {
        let config = ureq::Agent::config_builder().http_status_as_error(false).build();
        let request = ureq::http::Request::builder()
            .method(method)
            .uri(url)
            .header("apikey", key)
            .header("connection", "close")
            .body(body.to_string())
            .expect("a request");
        let mut answer = ureq::Agent::from(config).run(request).expect("an answer");
        let status = answer.status().as_u16();
        (status, answer.headers().clone(), answer.body_mut().read_to_string().expect("a body"))
    };
    let asked = tokio::task::spawn_blocking(ask).await.expect("an answer");
    handle.stop().await;
    running.await.expect("the API").expect("the API ends");
    let (status, headers, told) = asked;
    assert!(matches!(status, 201 | 204), "{method} {path}: {status} {told}");
    if method == "PATCH" {
        // None, if a refresh has deleted it meanwhile.
        let range = headers["content-range"].to_str().expect("a text");
        assert!(matches!(range, "0-0/*" | "*/*"), "{method} {path}: {range}");
    }
}

/// A table that nobody has counted yet stays so.
fn counted(table: &str, change: &str) -> String {
    format!("UPDATE tolva_rows SET row_count = row_count {change} WHERE table_name = '{table}'")
}
