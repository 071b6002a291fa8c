//! The SQL dialects that differ in what Tolva needs.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::relation::SqlType;

/// A kind of database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Dialect {
    /// PostgreSQL 14 or newer.
    Postgres,
    /// MySQL 8.0.17 or newer.
    Mysql,
    /// MariaDB 10.6 or newer.
    Mariadb,
    /// SQLite 3.35 or newer.
    Sqlite,
}

/// Longest text, in characters, that fits an index of every column kind in MySQL (3,072 bytes at
/// four a character).
pub const MYSQL_INDEXED_LENGTH: usize = 768;
/// Longer texts become `LONGTEXT`, which does not count against MySQL's 64 KiB per row.
const MYSQL_INLINE_LENGTH: usize = 255;

impl Dialect {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Postgres, Self::Mysql, Self::Mariadb, Self::Sqlite];

    /// Whether it is MySQL or MariaDB.
    pub fn is_mysql(self) -> bool {
        matches!(self, Self::Mysql | Self::Mariadb)
    }

    /// Columns that every table has already, unseen.
    pub fn reserved_columns(self) -> &'static [&'static str] {
        match self {
            Self::Postgres => &["tableoid", "xmin", "cmin", "xmax", "cmax", "ctid"],
            _ => &[],
        }
    }

    /// Quotes an identifier.
    pub fn quote(self, name: &str) -> String {
        if self.is_mysql() {
            format!("`{}`", name.replace('`', "``"))
        } else {
            format!("\"{}\"", name.replace('"', "\"\""))
        }
    }

    /// Quotes a list of identifiers, with commas between.
    pub fn quote_all<T: AsRef<str>>(self, names: impl IntoIterator<Item = T>) -> String {
        let quoted: Vec<String> = names.into_iter().map(|name| self.quote(name.as_ref())).collect();
        quoted.join(", ")
    }

    /// The placeholder of the bound value number `index` (1-based).
    pub fn placeholder(self, index: usize) -> String {
        if self == Self::Postgres { format!("${index}") } else { "?".to_owned() }
    }

    /// Compares text byte by byte and without padding, so that `N` and `Ñ`, `a` and `A`, `x` and `x `
    /// are different keys. Postgres and SQLite do so by themselves.
    pub fn binary_collation(self) -> &'static str {
        match self {
            Self::Mysql => " COLLATE utf8mb4_0900_bin",
            Self::Mariadb => " COLLATE utf8mb4_nopad_bin",
            Self::Postgres | Self::Sqlite => "",
        }
    }

    /// The column type as it stands in DDL, without collation.
    pub fn type_of(self, kind: SqlType) -> String {
        match (self, kind) {
            (Self::Postgres, kind) => postgres(kind),
            (Self::Sqlite, kind) => sqlite(kind).to_owned(),
            (Self::Mysql | Self::Mariadb, kind) => mysql(kind),
        }
    }
}

fn postgres(kind: SqlType) -> String {
    match kind {
        SqlType::Text { max: Some(max), .. } => format!("character varying({max})"),
        SqlType::Text { .. } | SqlType::Document => "text".to_owned(),
        SqlType::Integer => "bigint".to_owned(),
        SqlType::Serial => "bigint GENERATED ALWAYS AS IDENTITY".to_owned(),
        SqlType::Small => "smallint".to_owned(),
        SqlType::Number { .. } => "numeric".to_owned(),
        SqlType::Boolean => "boolean".to_owned(),
        SqlType::Date => "date".to_owned(),
        SqlType::Time => "time without time zone".to_owned(),
        SqlType::Datetime => "timestamp without time zone".to_owned(),
        SqlType::Hash => "bytea".to_owned(),
    }
}

fn mysql(kind: SqlType) -> String {
    match kind {
        SqlType::Text { max: Some(max), indexed } if indexed || max <= MYSQL_INLINE_LENGTH => {
            format!("varchar({max})")
        }
        SqlType::Text { .. } | SqlType::Document => "longtext".to_owned(),
        SqlType::Integer => "bigint".to_owned(),
        SqlType::Serial => "bigint AUTO_INCREMENT".to_owned(),
        SqlType::Small => "smallint".to_owned(),
        SqlType::Number { scale } => {
            format!("decimal({},{scale})", crate::field::NUMBER_PRECISION + scale)
        }
        SqlType::Boolean => "tinyint(1)".to_owned(),
        SqlType::Date => "date".to_owned(),
        SqlType::Time => "time(6)".to_owned(),
        SqlType::Datetime => "datetime(6)".to_owned(),
        SqlType::Hash => "binary(16)".to_owned(),
    }
}

/// SQLite has no exact decimals: they are texts, ordered by a collation that every connection of
/// Tolva registers. The name is that of SQLite's own decimal extension, which its shell includes.
fn sqlite(kind: SqlType) -> &'static str {
    match kind {
        SqlType::Text { .. } | SqlType::Document => "TEXT",
        SqlType::Date | SqlType::Time | SqlType::Datetime => "TEXT",
        SqlType::Number { .. } => "TEXT COLLATE decimal",
        SqlType::Integer | SqlType::Small => "INTEGER",
        SqlType::Serial => "INTEGER PRIMARY KEY AUTOINCREMENT",
        SqlType::Boolean => "BOOLEAN",
        SqlType::Hash => "BLOB",
    }
}

impl fmt::Display for Dialect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Postgres => "postgres",
            Self::Mysql => "mysql",
            Self::Mariadb => "mariadb",
            Self::Sqlite => "sqlite",
        })
    }
}

impl std::str::FromStr for Dialect {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL
            .into_iter()
            .find(|dialect| dialect.to_string() == text)
            .ok_or_else(|| "the dialects are postgres, mysql, mariadb and sqlite".to_owned())
    }
}
