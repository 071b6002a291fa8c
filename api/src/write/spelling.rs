//! Rows as the record of changes keeps them: JSON, with the columns in their order.

use tolva_schema::value::Value;

use super::subject::{Row, Subject};

/// All columns of a row.
pub fn object(subject: &Subject<'_>, row: &Row) -> String {
    let names = subject.columns().map(|column| column.name.as_str());
    spell(names.zip(subject.all_values(row)))
}

/// The natural key of a row.
pub fn key_object(subject: &Subject<'_>, row: &Row) -> String {
    spell(subject.key_names().into_iter().zip(subject.key_of(row)))
}

fn spell<'n>(members: impl Iterator<Item = (&'n str, Value)>) -> String {
    let mut text = String::from("{");
    for (at, (name, value)) in members.enumerate() {
        if at > 0 {
            text.push(',');
        }
        text.push_str(&serde_json::Value::from(name).to_string());
        text.push(':');
        match value {
            Value::Boolean(truth) => text.push_str(if truth { "true" } else { "false" }),
            Value::Integer(_) | Value::Number(_) | Value::Null => {
                text.push_str(value.to_text().as_deref().unwrap_or("null"));
            }
            other => text.push_str(&serde_json::Value::from(other.to_text()).to_string()),
        }
    }
    text.push('}');
    text
}
