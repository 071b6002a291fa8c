//! Rows that are told one by one, however many they are: one value of a statement holds all their keys.

use serde_json::{Value as Json, json};
use tolva_schema::relation::{RelationColumn, SqlType};
use tolva_schema::value::Value;

/// Keys of rows.
#[derive(Debug)]
pub struct Keys {
    /// The columns that they are made of.
    pub columns: Vec<RelationColumn>,
    /// The keys: an array of arrays, as JSON.
    pub json: String,
}

impl Keys {
    /// Those with these values of the columns.
    pub fn new(columns: Vec<RelationColumn>, values: impl IntoIterator<Item = Vec<Value>>) -> Self {
        let keys = values.into_iter().map(|key| key.iter().map(spelled).collect());
        Self { columns, json: Json::Array(keys.collect()).to_string() }
    }

    /// Those whose one column has a value that is spelled like one of these.
    pub fn spelled(column: RelationColumn, texts: impl IntoIterator<Item = String>) -> Self {
        let whole = matches!(column.kind, SqlType::Integer | SqlType::Small | SqlType::Serial);
        let keys = texts.into_iter().map(|text| match text.parse::<i64>() {
            Ok(number) if whole => json!([number]),
            _ => json!([text]),
        });
        Self { columns: vec![column], json: Json::Array(keys.collect()).to_string() }
    }
}

fn spelled(value: &Value) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Integer(number) => json!(number),
        Value::Boolean(truth) => json!(truth),
        other => json!(other.to_text()),
    }
}
