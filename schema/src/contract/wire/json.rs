//! The JSON Schema of the format, made of the types that read it: editors complete and check by it.

use std::borrow::Cow;

use schemars::generate::SchemaSettings;
use schemars::transform::{RecursiveTransform, Transform};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::Value;

use super::WireContract;
use crate::name::MAX_LENGTH;

/// Writes the schema as text, with a line end after the last line.
///
/// Draft 7 without references is what the most editors understand.
pub fn schema() -> String {
    let settings = SchemaSettings::draft07().with(|settings| settings.inline_subschemas = true);
    let mut schema = settings.into_generator().into_root_schema_for::<WireContract>();
    RecursiveTransform(plain).transform(&mut schema);
    format!("{:#}\n", schema.to_value())
}

/// Takes away what is Rust's, not TOML's: null, the widths of integers, the line ends of comments.
fn plain(schema: &mut Schema) {
    let Some(object) = schema.as_object_mut() else { return };
    object.remove("format");
    if let Some(Value::String(words)) = object.get_mut("description") {
        *words = words.replace('\n', " ");
    }
    if let Some(Value::Array(types)) = object.get_mut("type") {
        types.retain(|kind| kind != "null");
        if let [only] = &types[..] {
            let only = only.clone();
            object.insert("type".to_owned(), only);
        }
    }
    if let Some(Value::Array(values)) = object.get_mut("enum") {
        values.retain(|value| !value.is_null());
    }
    if let Some(Value::Array(alternatives)) = object.get_mut("anyOf") {
        alternatives.retain(|one| one.get("type").is_none_or(|kind| kind != "null"));
        if let [Value::Object(only)] = &alternatives[..] {
            let only = only.clone();
            object.remove("anyOf");
            for (key, value) in only {
                object.entry(key).or_insert(value);
            }
        }
    }
}

/// Types that stand for texts and numbers of which more is known than Rust's types say.
macro_rules! known {
    ($($(#[$doc:meta])* $name:ident: $schema:tt,)*) => {$(
        $(#[$doc])*
        pub struct $name;

        impl JsonSchema for $name {
            fn inline_schema() -> bool {
                true
            }
            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }
            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!($schema)
            }
        }
    )*};
}

known! {
    /// A name, as [`crate::name::Name`] checks it.
    NameText: {
        "type": "string",
        "pattern": "^[a-z][a-z0-9_]*$",
        "maxLength": MAX_LENGTH,
        "not": { "pattern": "^tolva_" },
    },
    /// A duration, as humantime reads it.
    DurationText: { "type": "string", "pattern": "^[0-9]", "examples": ["24h", "30m", "250ms"] },
    /// A part of a whole.
    Share: { "type": "number", "minimum": 0, "maximum": 1 },
    /// A number, or the text of a number, date or time. (Dates of TOML are texts to JSON.)
    Bound: { "type": ["number", "string"] },
}
