//! A column of a table: what it holds, and what can be asked of it.

use serde_json::{Value, json};
use tolva_schema::relation::{ForeignKey, RelationColumn, SqlType};

use super::operation::text;
use crate::query::kind;

/// What a value looks like in JSON.
pub fn schema(column: &RelationColumn, references: Option<&ForeignKey>) -> Value {
    let mut schema = match column.kind {
        SqlType::Text { max: Some(max), .. } => json!({ "type": "string", "maxLength": max }),
        SqlType::Text { .. } => json!({ "type": "string" }),
        SqlType::Integer | SqlType::Serial => json!({ "type": "integer", "format": "int64" }),
        SqlType::Small => json!({ "type": "integer", "format": "int32" }),
        SqlType::Number { scale } => json!({
            "type": "number",
            "description": format!("Exact, with up to {scale} digits behind the point."),
        }),
        SqlType::Boolean => json!({ "type": "boolean" }),
        SqlType::Date => json!({ "type": "string", "format": "date" }),
        // The formats of JSON Schema want a zone.
        SqlType::Time => json!({
            "type": "string", "pattern": r"^\d{2}:\d{2}:\d{2}(\.\d{1,6})?$",
        }),
        SqlType::Datetime => json!({
            "type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,6})?$",
        }),
        SqlType::Document => json!({}),
        SqlType::Hash => json!({ "type": "string" }),
    };
    if column.nullable && schema.get("type").is_some() {
        schema["type"] = json!([schema["type"], "null"]);
    }
    if let Some(key) = references {
        schema["description"] =
            format!("Refers to `{}` of `{}`.", key.parent_column, key.parent).into();
    }
    schema
}

/// The parameter that asks something of it.
pub fn filter(column: &RelationColumn) -> Value {
    let description =
        format!("A condition on `{}` ({}): `OPERATOR.VALUE`.", column.name, kind(column.kind));
    text(&column.name, &description, example(column.kind))
}

fn example(kind: SqlType) -> &'static str {
    match kind {
        SqlType::Text { .. } | SqlType::Document | SqlType::Hash => "like.*a*",
        SqlType::Integer | SqlType::Serial | SqlType::Small => "gte.1",
        SqlType::Number { .. } => "lt.9.5",
        SqlType::Boolean => "is.true",
        SqlType::Date => "gte.2024-01-31",
        SqlType::Time => "lt.12:00:00",
        SqlType::Datetime => "gte.2024-01-31T12:00:00",
    }
}
