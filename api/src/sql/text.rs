//! A statement in the making.

use sea_orm::{DbBackend, Statement, Value as Bound};
use tolva_schema::dialect::Dialect;
use tolva_schema::relation::RelationColumn;
use tolva_schema::value::Value;

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

    pub fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// Appends SQL: never anything that a client sent.
    pub fn push(&mut self, sql: &str) {
        self.sql.push_str(sql);
    }

    /// Appends a name of the contract.
    pub fn push_name(&mut self, name: &str) {
        self.sql.push_str(&self.dialect.quote(name));
    }

    /// Appends a column of the table. With its table before it, SQLite cannot take it for a text.
    pub fn push_column(&mut self, column: &RelationColumn) {
        self.push(super::TABLE);
        self.push(".");
        self.push_name(&column.name);
    }

    /// Appends a placeholder for a value.
    pub fn bind(&mut self, value: impl Into<Bound>) {
        self.values.push(value.into());
        self.sql.push_str(&self.dialect.placeholder(self.values.len()));
    }

    /// Appends a placeholder for a value of a column: SQLite keeps decimals, days and times as text,
    /// in their canonical spelling.
    pub fn bind_value(&mut self, value: &Value) {
        let sqlite = self.dialect == Dialect::Sqlite;
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

    pub fn into_statement(self) -> Statement {
        let backend = match self.dialect {
            Dialect::Postgres => DbBackend::Postgres,
            Dialect::Sqlite => DbBackend::Sqlite,
            Dialect::Mysql | Dialect::Mariadb => DbBackend::MySql,
        };
        Statement::from_sql_and_values(backend, self.sql, self.values)
    }
}
