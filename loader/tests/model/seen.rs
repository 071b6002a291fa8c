//! What is really there: the tables by natural keys, with ids, hashes and origins, and the graves.

use std::collections::{BTreeMap, BTreeSet};

use tolva_schema::dialect::Dialect;
use tolva_schema::hash::Hash128;
use tolva_schema::state::Origin;

use crate::setting::{Content, Key, Kind, Setting};
use crate::world::World;

/// Surrogate ids by natural key.
pub type Ids = BTreeMap<(Kind, Key), i64>;

/// A row of a table.
#[derive(Debug, Clone)]
pub struct SeenRow {
    pub content: Content,
    pub origin: Origin,
    /// In lower-case hexadecimal when compared.
    pub hash: Hash128,
}

/// The target at one moment.
#[derive(Debug, Clone, Default)]
pub struct Seen {
    pub rows: BTreeMap<(Kind, Key), SeenRow>,
    pub ids: Ids,
    /// Table, hash of the key, hash of the content.
    pub tombstones: BTreeSet<(String, String, String)>,
    pub version: i64,
}

impl Seen {
    pub async fn look(world: &World, setting: &Setting) -> Self {
        let mut seen = Self::default();
        let mut names: BTreeMap<(Kind, String), String> = BTreeMap::new();
        for kind in Kind::ALL {
            let columns: Vec<&str> =
                kind.columns(setting.extra).into_iter().map(|(column, _)| column).collect();
            let mut texts: Vec<String> =
                columns.iter().map(|column| text(world.dialect, column)).collect();
            texts.push(text(world.dialect, "_origin"));
            texts.push(hex(world.dialect, "_hash"));
            texts.extend(kind.has_id().then(|| text(world.dialect, "id")));
            let sql = format!("SELECT {} FROM {}", texts.join(", "), setting.table(kind));
            let rows = world.query(&sql, texts.len()).await;
            seen.check_count(world, &setting.table(kind), rows.len()).await;
            for row in rows {
                let mut content = Content::new();
                for (column, text) in columns.iter().zip(&row) {
                    let Some(text) = text else { continue };
                    let parent = match *column {
                        "owner_id" => Some(Kind::Owner),
                        "thing_id" => Some(Kind::Thing),
                        _ => None,
                    };
                    let text = match parent {
                        Some(parent) => names[&(parent, text.clone())].clone(),
                        None => text.clone(),
                    };
                    content.insert(column, text);
                }
                let key = kind.key_of(&content);
                let cell = |at: usize| row[columns.len() + at].clone().expect("a value");
                if kind.has_id() {
                    names.insert((kind, cell(2)), key[0].clone());
                    let id = cell(2).parse().expect("an id");
                    seen.ids.insert((kind, key.clone()), id);
                }
                let origin = cell(0).parse().ok().and_then(Origin::from_code);
                let origin = origin.expect("an origin");
                let row = SeenRow { content, origin, hash: from_hex(&cell(1)) };
                seen.rows.insert((kind, key), row);
            }
        }
        seen.control(world, setting).await;
        seen
    }

    /// What is kept of the number of rows, if anything, is true.
    async fn check_count(&self, world: &World, table: &str, rows: usize) {
        let count = text(world.dialect, "row_count");
        let sql = format!("SELECT {count} FROM tolva_rows WHERE table_name = '{table}'");
        if let Some(kept) = world.query(&sql, 1).await.pop().and_then(|mut row| row.pop().flatten())
        {
            assert_eq!(kept, rows.to_string(), "rows kept of {table}");
        }
    }

    async fn control(&mut self, world: &World, setting: &Setting) {
        let dataset = setting.dataset();
        let sql = format!(
            "SELECT table_name, {}, {} FROM tolva_tombstone WHERE dataset = '{dataset}'",
            hex(world.dialect, "row_key"),
            hex(world.dialect, "hash")
        );
        for row in world.query(&sql, 3).await {
            let cell = |at: usize| row[at].clone().expect("a value").to_lowercase();
            self.tombstones.insert((cell(0), cell(1), cell(2)));
        }
        let sql = format!(
            "SELECT {} FROM tolva_version WHERE dataset = '{dataset}'",
            text(world.dialect, "version")
        );
        let version = world.query(&sql, 1).await.pop().and_then(|mut row| row.pop().flatten());
        self.version = version.map_or(0, |text| text.parse().expect("a version"));
    }
}

fn text(dialect: Dialect, column: &str) -> String {
    let kind = if dialect.is_mysql() { "CHAR" } else { "TEXT" };
    format!("CAST({column} AS {kind})")
}

fn hex(dialect: Dialect, column: &str) -> String {
    match dialect {
        Dialect::Postgres => format!("encode({column}, 'hex')"),
        _ => format!("HEX({column})"),
    }
}

fn from_hex(text: &str) -> Hash128 {
    let byte = |at: usize| u8::from_str_radix(&text[at * 2..at * 2 + 2], 16).expect("hexadecimal");
    Hash128(std::array::from_fn(byte))
}
