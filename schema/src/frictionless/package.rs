//! A Data Package as it is written: lenient, since packages are written by many hands.

use serde::Deserialize;
use serde_json::Value;

/// A text, or a list of them: version 1 allows both in many places.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub enum Texts {
    One(String),
    Many(Vec<String>),
}

impl Texts {
    pub fn list(&self) -> &[String] {
        match self {
            Self::One(one) => std::slice::from_ref(one),
            Self::Many(many) => many,
        }
    }
}

#[derive(Debug, Deserialize)]
pub struct Package {
    pub name: Option<String>,
    pub title: Option<String>,
    pub resources: Vec<Resource>,
}

#[derive(Debug, Deserialize)]
pub struct Resource {
    pub name: Option<String>,
    pub path: Option<Texts>,
    /// An object, or a path or URL where one stands.
    pub schema: Option<Value>,
    pub dialect: Option<Value>,
    pub encoding: Option<String>,
    pub title: Option<String>,
    #[serde(rename = "tolva:dataset")]
    pub dataset: Option<String>,
    #[serde(rename = "tolva:files")]
    pub files: Option<Vec<String>>,
    #[serde(rename = "tolva:sheet")]
    pub sheet: Option<Vec<Value>>,
    #[serde(rename = "tolva:matrix")]
    pub matrix: Option<Matrix>,
}

/// The axes of a matrix, by the names of fields in the schema.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Matrix {
    pub row_headers: Vec<String>,
    pub column_headers: Vec<String>,
    pub value: String,
    #[serde(default)]
    pub symmetric: bool,
    #[serde(default)]
    pub diagonal: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Schema {
    pub fields: Vec<Field>,
    pub missing_values: Option<Vec<Value>>,
    pub primary_key: Option<Texts>,
    pub unique_keys: Option<Vec<Texts>>,
    pub foreign_keys: Option<Vec<ForeignKey>>,
    #[serde(rename = "tolva:id")]
    pub id: Option<String>,
    #[serde(rename = "tolva:key")]
    pub key: Option<Vec<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Field {
    pub name: String,
    #[serde(rename = "type")]
    pub kind: Option<String>,
    pub format: Option<Value>,
    pub title: Option<String>,
    pub description: Option<String>,
    #[serde(default)]
    pub constraints: Constraints,
    pub categories: Option<Vec<Value>>,
    pub missing_values: Option<Vec<Value>>,
    pub decimal_char: Option<String>,
    pub group_char: Option<String>,
    pub bare_number: Option<bool>,
    pub true_values: Option<Vec<String>>,
    pub false_values: Option<Vec<String>>,
    /// A text, or `false`.
    #[serde(rename = "tolva:column")]
    pub column: Option<Value>,
    #[serde(rename = "tolva:position")]
    pub position: Option<u32>,
    #[serde(rename = "tolva:from")]
    pub from: Option<String>,
    #[serde(rename = "tolva:formats")]
    pub formats: Option<Vec<String>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Constraints {
    #[serde(default)]
    pub required: bool,
    #[serde(default)]
    pub unique: bool,
    pub pattern: Option<String>,
    #[serde(rename = "enum")]
    pub one_of: Option<Vec<Value>>,
    pub min_length: Option<u64>,
    pub max_length: Option<u64>,
    pub minimum: Option<Value>,
    pub maximum: Option<Value>,
    pub exclusive_minimum: Option<Value>,
    pub exclusive_maximum: Option<Value>,
    pub json_schema: Option<Value>,
}

#[derive(Debug, Deserialize)]
pub struct ForeignKey {
    pub fields: Texts,
    pub reference: Reference,
    #[serde(rename = "tolva:column")]
    pub column: Option<String>,
}

#[derive(Debug, Deserialize)]
pub struct Reference {
    pub resource: Option<String>,
    pub fields: Texts,
}

/// CSV Dialect (version 1) and Table Dialect (version 2).
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Dialect {
    pub delimiter: Option<String>,
    pub quote_char: Option<String>,
    pub double_quote: Option<bool>,
    pub escape_char: Option<String>,
    pub comment_char: Option<String>,
    pub null_sequence: Option<String>,
    pub skip_initial_space: Option<bool>,
    pub header: Option<bool>,
    pub header_rows: Option<Vec<u64>>,
    pub comment_rows: Option<Vec<u64>>,
    pub sheet_number: Option<u64>,
    pub sheet_name: Option<String>,
}

/// A text of a list whose members may be plain or `{ value, label }`; numbers as they are written.
pub fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Object(object) => object.get("value").and_then(text),
        Value::Number(_) | Value::Bool(_) => Some(value.to_string()),
        _ => None,
    }
}

/// Whether a pattern speaks of the whole text by itself: it has both anchors, and no alternative to
/// either of them.
pub fn is_whole(pattern: &str) -> bool {
    let Some(inner) = pattern.strip_prefix('^').and_then(|rest| rest.strip_suffix('$')) else {
        return false;
    };
    let (mut depth, mut class, mut escaped) = (0, false, false);
    for letter in inner.chars() {
        match letter {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '[' => class = true,
            ']' => class = false,
            _ if class => {}
            '(' => depth += 1,
            ')' => depth -= 1,
            '|' if depth == 0 => return false,
            _ => {}
        }
    }
    !escaped
}

#[cfg(test)]
mod tests {
    use super::is_whole;

    #[test]
    fn a_pattern_is_whole_if_nothing_escapes_its_anchors() {
        for whole in ["^a$", "^(a|b)$", "^[|(]$", "^\\|\\\\$"] {
            assert!(is_whole(whole), "{whole}");
        }
        for part in ["a", "^a", "a$", "^a|b$", "^a\\$", "^(a)|(b)$"] {
            assert!(!is_whole(part), "{part}");
        }
    }
}
