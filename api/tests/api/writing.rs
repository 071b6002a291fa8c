//! A dataset to write to, and a client that may.

use sea_orm::{ConnectionTrait, Statement};
use serde_json::Value;

use crate::client::{self, Answer};
use crate::fixture;
use crate::world::World;

/// A field of every type with every constraint; a reference; a table of pairs.
const THINGS: &str = r#"
version  = 1
name     = "things"
files    = ["things*.csv"]
writable = true

[[source]]
name = "lines"
fields = [
  { name = "kind",   type = "string", required = true, maxLength = 20, transforms = ["trim"] },
  { name = "code",   type = "string", required = true, pattern = "^[a-z0-9]+$", maxLength = 8, transforms = ["trim", "lower"] },
  { name = "name",   type = "string", minLength = 2, maxLength = 10 },
  { name = "serial", type = "string", unique = true },
  { name = "zip",    type = "string", pad = { to = 5 } },
  { name = "colour", type = "string", enum = ["red", "blue"] },
  { name = "size",   type = "integer", minimum = 0, maximum = 100 },
  { name = "price",  type = "number", scale = 2, decimalChar = "," },
  { name = "good",   type = "boolean", trueValues = ["sí"], falseValues = ["no"] },
  { name = "day",    type = "date", format = "%d/%m/%Y" },
  { name = "at",     type = "time" },
  { name = "moment", type = "datetime" },
  { name = "tag",    type = "string", maxLength = 10 },
]

[[table]]
name    = "kind"
from    = "lines"
id      = "id"
key     = ["name"]
columns = [{ name = "name", field = "kind" }]

[[table]]
name    = "tag"
from    = "lines"
key     = ["name"]
columns = [{ name = "name", field = "tag" }]

[[table]]
name       = "thing"
from       = "lines"
id         = "id"
key        = ["code"]
columns    = ["*"]
references = { kind_id = "kind" }

[[table]]
name       = "thing_kind"
from       = "lines"
key        = ["thing_id", "kind_id"]
columns    = []
references = { thing_id = "thing", kind_id = "kind" }
"#;

/// Puts the dataset in force, with two kinds, and two things that came from a file.
pub async fn begin(world: &World) -> Writer<'_> {
    fixture::make_control_tables(&world.ledger).await;
    fixture::apply(&world.ledger, "things.toml", THINGS).await;
    for dataset in ["things", "employees"] {
        fixture::set_version(&world.ledger, dataset, 7).await;
    }
    fixture::insert(&world.ledger, "kind", "id, name", &["1, 'tool'", "2, 'toy'"]).await;
    let columns = "id, code, name, serial, size, price, good, day, kind_id";
    fixture::insert(
        &world.ledger,
        "thing",
        columns,
        &[
            "1, 'saw', 'Saw', 's1', 10, '1.5', TRUE, '2024-01-31', 1",
            "2, 'ball', 'Ball', 's2', NULL, NULL, NULL, NULL, 2",
        ],
    )
    .await;
    let scopes = "write".parse().expect("scopes");
    let (_, secret) = world.ledger.create_key("writer", scopes, None).await.expect("a key");
    Writer { world, key: secret.reveal().to_owned() }
}

/// A client that may write.
pub struct Writer<'w> {
    pub world: &'w World,
    pub key: String,
}

impl Writer<'_> {
    /// Sends a request with the key and a body.
    pub async fn send(
        &self,
        method: &str,
        target: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Answer {
        let bearer = format!("Bearer {}", self.key);
        let mut all = vec![("authorization", bearer.as_str())];
        all.extend(headers);
        client::send_body(self.world.address, method, target, &all, body.as_bytes()).await
    }

    /// The same with one `Prefer`.
    pub async fn prefer(&self, method: &str, target: &str, prefer: &str, body: &str) -> Answer {
        self.send(method, target, &[("prefer", prefer)], body).await
    }

    /// Sends a request that is carried out; gives the rows.
    pub async fn rows(&self, method: &str, target: &str, body: &str) -> Value {
        let answer = self.prefer(method, target, "return=representation", body).await;
        assert!(answer.status < 300, "{method} {target}: {} {}", answer.status, answer.body);
        answer.json()
    }

    /// Sends a request that is refused; gives status, code, and its rules: row, field and name.
    pub async fn refused(
        &self,
        method: &str,
        target: &str,
        body: &str,
    ) -> (u16, String, Vec<String>) {
        let version = self.version("things").await;
        let answer = self.prefer(method, target, "resolution=merge-duplicates", body).await;
        assert!(answer.status >= 400, "{method} {target}: {} {}", answer.status, answer.body);
        assert_eq!(self.version("things").await, version, "a refusal changes nothing");
        let told = answer.json();
        let rules = told["details"].as_array().cloned().unwrap_or_default();
        let mut rules: Vec<String> = rules
            .iter()
            .map(|rule| {
                assert!(rule["message"].as_str().is_some_and(|text| !text.is_empty()), "{rule}");
                let text = |name: &str| rule[name].as_str().unwrap_or_default().to_owned();
                format!("{} {} {}", rule["row"], text("field"), text("rule"))
            })
            .collect();
        rules.sort();
        (answer.status, answer.code(), rules)
    }

    /// A column of the rows of a statement, as text.
    pub async fn column(&self, sql: &str) -> Vec<Option<String>> {
        let db = self.world.ledger.db();
        let statement = Statement::from_string(db.get_database_backend(), sql);
        let rows = db.query_all_raw(statement).await.expect(sql);
        let text = |row: &sea_orm::QueryResult| row.try_get_by_index::<Option<String>>(0);
        rows.iter().map(|row| text(row).expect("a text")).collect()
    }

    /// How many rows a table has that satisfy a condition.
    pub async fn count(&self, table: &str, which: &str) -> i64 {
        let sql = format!("SELECT CAST(count(*) AS TEXT) FROM {table} WHERE {which}");
        let count = self.column(&sql).await.remove(0).expect("a number");
        count.parse().expect("a number")
    }

    /// The version of a dataset.
    pub async fn version(&self, dataset: &str) -> i64 {
        let sql =
            format!("SELECT CAST(version AS TEXT) FROM tolva_version WHERE dataset = '{dataset}'");
        let version = self.column(&sql).await.remove(0).expect("a number");
        version.parse().expect("a number")
    }
}
