//! Values of contract tables as databases store them.

use chrono::{NaiveDate, NaiveDateTime, NaiveTime};
use rust_decimal::Decimal;
use sea_orm::{DbErr, QueryResult, TryGetable, Value as Bound};
use tolva_schema::dialect::Dialect;
use tolva_schema::relation::SqlType;
use tolva_schema::value::Value;

/// The value as it is bound: SQLite keeps what it has no type for as its canonical text. What is unknown
/// is bound as a text, which only statements take that know the type of its column.
pub fn bound(dialect: Dialect, value: Value) -> Bound {
    match value {
        Value::Null => Bound::String(None),
        Value::Text(text) => text.into(),
        Value::Integer(number) => number.into(),
        Value::Boolean(truth) => truth.into(),
        other if dialect == Dialect::Sqlite => other.to_text().into(),
        Value::Number(number) => number.into(),
        Value::Date(day) => day.into(),
        Value::Time(time) => time.into(),
        Value::DateTime(moment) => moment.into(),
    }
}

/// The same, where what is unknown has the type of its column.
pub fn bound_as(dialect: Dialect, kind: SqlType, value: &Value) -> Bound {
    if !value.is_null() {
        return bound(dialect, value.clone());
    }
    match kind {
        SqlType::Integer | SqlType::Serial => None::<i64>.into(),
        SqlType::Small => None::<i16>.into(),
        SqlType::Boolean => None::<bool>.into(),
        SqlType::Hash => None::<Vec<u8>>.into(),
        _ if dialect == Dialect::Sqlite => None::<String>.into(),
        SqlType::Number { .. } => None::<Decimal>.into(),
        SqlType::Date => None::<NaiveDate>.into(),
        SqlType::Time => None::<NaiveTime>.into(),
        SqlType::Datetime => None::<NaiveDateTime>.into(),
        SqlType::Text { .. } | SqlType::Document => None::<String>.into(),
    }
}

/// A stored value, as it was before it was stored.
///
/// # Errors
/// The column holds what a value of its type is not stored as.
pub fn value(
    dialect: Dialect,
    kind: SqlType,
    row: &QueryResult,
    at: usize,
) -> Result<Value, DbErr> {
    let known = match kind {
        SqlType::Integer | SqlType::Serial | SqlType::Small => get(row, at)?.map(Value::Integer),
        SqlType::Boolean => get(row, at)?.map(Value::Boolean),
        SqlType::Text { .. } | SqlType::Document | SqlType::Hash => get(row, at)?.map(Value::Text),
        kind if dialect == Dialect::Sqlite => {
            match get::<String>(row, at)? {
                None => None,
                Some(text) => Some(spelled(kind, &text).ok_or_else(|| {
                    DbErr::Custom("a stored value cannot be read back".to_owned())
                })?),
            }
        }
        SqlType::Number { .. } => {
            get::<Decimal>(row, at)?.map(|number| Value::Number(number.normalize()))
        }
        SqlType::Date => get(row, at)?.map(Value::Date),
        SqlType::Time => get(row, at)?.map(Value::Time),
        SqlType::Datetime => get(row, at)?.map(Value::DateTime),
    };
    Ok(known.unwrap_or(Value::Null))
}

fn get<T: TryGetable>(row: &QueryResult, at: usize) -> Result<Option<T>, DbErr> {
    row.try_get_by_index(at)
}

/// What SQLite keeps as text.
fn spelled(kind: SqlType, text: &str) -> Option<Value> {
    match kind {
        SqlType::Number { .. } => Decimal::from_str_exact(text).ok().map(Value::Number),
        SqlType::Date => text.parse().ok().map(Value::Date),
        SqlType::Time => text.parse().ok().map(Value::Time),
        SqlType::Datetime => text.parse().ok().map(Value::DateTime),
        _ => None,
    }
}
