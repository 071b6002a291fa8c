//! A statement in the making.

use sea_orm::{DbBackend, Statement, Value as Bound};
use tolva_schema::dialect::Dialect;
use tolva_schema::relation::SqlType;
use tolva_schema::value::Value;

use crate::plan::Keys;
use crate::problem::Problem;

/// Values in one statement: SQLite binds 32,766 at most.
const MAX_VALUES: usize = 32_000;

/// SQL with placeholders, and the values for them.
pub struct Text {
    dialect: Dialect,
    sql: String,
    values: Vec<Bound>,
}

impl Text {
    pub fn new(dialect: Dialect) -> Self {
        Self { dialect, sql: String::new(), values: Vec::new() }
    }

    /// The dialect that it is spelled in.
    pub fn dialect(&self) -> Dialect {
        self.dialect
    }

    pub fn is_sqlite(&self) -> bool {
        self.dialect == Dialect::Sqlite
    }

    /// Appends SQL: never anything that a client sent.
    pub fn push(&mut self, sql: &str) {
        self.sql.push_str(sql);
    }

    /// Appends a name in quotes.
    pub fn push_name(&mut self, name: &str) {
        self.sql.push_str(&self.dialect.quote(name));
    }

    /// Appends a column of the table that has this number. With its table before it, SQLite cannot
    /// take it for a text.
    pub fn push_column(&mut self, table: usize, column: &str) {
        self.push_table(table);
        self.push(".");
        self.push_name(column);
    }

    /// Appends what a table is called in the statement. No column can have this name: a contract's
    /// names begin with a letter.
    pub fn push_table(&mut self, table: usize) {
        self.sql.push_str(&format!("_t{table}"));
    }

    /// Appends a text in quotes, with `before` and `after` it inside them. `text` becomes a JSON
    /// string. For SQLite, whose texts know no escape but the doubled quote.
    pub fn push_json_text(&mut self, before: &str, text: &str, after: &str) {
        let json = serde_json::Value::from(text).to_string();
        self.sql.push_str(&format!("'{before}{}{after}'", json.replace('\'', "''")));
    }

    /// Appends a placeholder for a value.
    pub fn bind(&mut self, value: impl Into<Bound>) {
        self.values.push(value.into());
        self.sql.push_str(&self.dialect.placeholder(self.values.len()));
    }

    /// Appends a placeholder for a value of a column: SQLite keeps decimals, days and times as text,
    /// in their canonical spelling.
    pub fn bind_value(&mut self, value: &Value) {
        let sqlite = self.is_sqlite();
        match value {
            Value::Text(text) => self.bind(text.as_str()),
            Value::Integer(number) => self.bind(*number),
            Value::Boolean(truth) => self.bind(*truth),
            Value::Number(number) if !sqlite => self.bind(*number),
            Value::Date(day) if !sqlite => self.bind(*day),
            Value::Time(time) if !sqlite => self.bind(*time),
            Value::DateTime(moment) if !sqlite => self.bind(*moment),
            other => self.bind(other.to_text()),
        }
    }

    /// Appends the condition that the table with this number has rows of these keys. All keys are one
    /// value.
    pub fn push_keys(&mut self, table: usize, keys: &Keys) {
        for (at, column) in keys.columns.iter().enumerate() {
            self.push(if at == 0 { "(" } else { ", " });
            self.push_column(table, &column.name);
        }
        self.push(") IN (SELECT ");
        for (at, column) in keys.columns.iter().enumerate() {
            if at > 0 {
                self.push(", ");
            }
            match self.is_sqlite() {
                true => self.push(&format!("json_extract(value, '$[{at}]')")),
                false => self.push(&format!("(_k ->> {at})::{}", plain_type(column.kind))),
            }
        }
        if self.is_sqlite() {
            self.push(" FROM json_each(");
            self.bind(keys.json.as_str());
            self.push("))");
        } else {
            self.push(" FROM jsonb_array_elements(");
            self.bind(keys.json.as_str());
            self.push("::jsonb) AS _k)");
        }
    }

    /// The statement.
    pub fn finish(self) -> Result<Statement, Problem> {
        if self.values.len() > MAX_VALUES {
            return Err(Problem::Query {
                message: "too many values in one request".to_owned(),
                details: format!("there are {}, and {MAX_VALUES} are possible", self.values.len()),
                hint: Some("ask in several requests".to_owned()),
            });
        }
        let backend = match self.dialect {
            Dialect::Postgres => DbBackend::Postgres,
            Dialect::Sqlite => DbBackend::Sqlite,
            Dialect::Mysql | Dialect::Mariadb => DbBackend::MySql,
        };
        Ok(Statement::from_sql_and_values(backend, self.sql, self.values))
    }
}

/// The type of a value in Postgres, as long as it may be.
fn plain_type(kind: SqlType) -> &'static str {
    match kind {
        SqlType::Text { .. } | SqlType::Document | SqlType::Hash => "text",
        SqlType::Integer | SqlType::Serial | SqlType::Small => "bigint",
        SqlType::Number { .. } => "numeric",
        SqlType::Boolean => "boolean",
        SqlType::Date => "date",
        SqlType::Time => "time",
        SqlType::Datetime => "timestamp",
    }
}
