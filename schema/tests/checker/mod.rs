//! As much of JSON Schema as the contract's needs; a word that is not known here fails the test.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

/// TOML as editors see it: dates are texts.
pub fn json(table: toml::Table) -> Value {
    fn value(one: toml::Value) -> Value {
        match one {
            toml::Value::String(text) => text.into(),
            toml::Value::Integer(number) => number.into(),
            toml::Value::Float(number) => number.into(),
            toml::Value::Boolean(truth) => truth.into(),
            toml::Value::Datetime(moment) => moment.to_string().into(),
            toml::Value::Array(values) => values.into_iter().map(value).collect(),
            toml::Value::Table(table) => json(table),
        }
    }
    table.into_iter().map(|(key, one)| (key, value(one))).collect::<Map<_, _>>().into()
}

/// What the schema has against the value, each with its place.
pub fn check(schema: &Value, value: &Value) -> Vec<String> {
    let mut found = Vec::new();
    at("", schema, value, &mut found);
    found
}

fn at(place: &str, schema: &Value, value: &Value, found: &mut Vec<String>) {
    let Value::Object(schema) = schema else {
        assert_eq!(schema, &Value::Bool(true), "a schema");
        return;
    };
    for (word, rule) in schema {
        if !holds(place, word, rule, schema, value, found) {
            found.push(format!("{place}: {word} {rule}"));
        }
    }
}

fn holds(
    place: &str,
    word: &str,
    rule: &Value,
    schema: &Map<String, Value>,
    value: &Value,
    found: &mut Vec<String>,
) -> bool {
    let passes = |rule: &Value| check(rule, value).is_empty();
    let count = |rule: &Value| rule.as_u64().expect("a count") as usize;
    let characters = value.as_str().map(|text| text.chars().count());
    let items = value.as_array().map(Vec::len);
    match word {
        "$schema" | "title" | "description" | "default" | "examples" => true,
        "type" => match rule {
            Value::Array(kinds) => kinds.iter().any(|kind| is(kind, value)),
            kind => is(kind, value),
        },
        "const" => rule == value,
        "enum" => rule.as_array().expect("values").contains(value),
        "anyOf" => rule.as_array().expect("schemas").iter().any(passes),
        "oneOf" => rule.as_array().expect("schemas").iter().filter(|one| passes(one)).count() == 1,
        "not" => !passes(rule),
        "pattern" => value.as_str().is_none_or(|text| {
            regex::Regex::new(rule.as_str().expect("a pattern")).expect("a pattern").is_match(text)
        }),
        "minLength" => characters.is_none_or(|length| length >= count(rule)),
        "maxLength" => characters.is_none_or(|length| length <= count(rule)),
        "minItems" => items.is_none_or(|length| length >= count(rule)),
        "maxItems" => items.is_none_or(|length| length <= count(rule)),
        "minimum" => value.as_f64().is_none_or(|number| Some(number) >= rule.as_f64()),
        "maximum" => value.as_f64().is_none_or(|number| Some(number) <= rule.as_f64()),
        "items" => {
            for (index, item) in value.as_array().into_iter().flatten().enumerate() {
                at(&format!("{place}[{index}]"), rule, item, found);
            }
            true
        }
        "properties" => {
            for (key, property) in rule.as_object().expect("schemas") {
                if let Some(value) = value.get(key) {
                    at(&format!("{place}.{key}"), property, value, found);
                }
            }
            true
        }
        "required" => {
            let keys = rule.as_array().expect("keys");
            let mut keys = keys.iter().map(|key| key.as_str().expect("a key"));
            !value.is_object() || keys.all(|key| value.get(key).is_some())
        }
        "additionalProperties" => {
            let known = schema.get("properties").and_then(Value::as_object);
            let others = value.as_object().into_iter().flatten();
            let mut others =
                others.filter(|(key, _)| known.is_none_or(|known| !known.contains_key(*key)));
            match rule {
                Value::Bool(false) => others.next().is_none(),
                rule => others.all(|(_, value)| check(rule, value).is_empty()),
            }
        }
        other => panic!("this check does not know the word {other}"),
    }
}

fn is(kind: &Value, value: &Value) -> bool {
    match kind.as_str().expect("a type") {
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        other => panic!("no type {other}"),
    }
}

/// All schemas that a schema is made of, itself first.
fn alternatives(schema: &Value) -> Vec<&Value> {
    let mut all = vec![schema];
    for word in ["anyOf", "oneOf"] {
        all.extend(schema[word].as_array().into_iter().flatten().flat_map(alternatives));
    }
    if schema["items"].is_object() {
        all.extend(alternatives(&schema["items"]));
    }
    if schema["additionalProperties"].is_object() {
        all.extend(alternatives(&schema["additionalProperties"]));
    }
    all
}

/// Keys of the schema that none of the values has.
pub fn unused(schema: &Value, values: &[&Value], place: &str) -> Vec<String> {
    // Whatever stands in lists and maps is an example, too.
    let mut flat: Vec<&Value> = values.to_vec();
    let mut next = 0;
    while next < flat.len() {
        match flat[next] {
            Value::Array(items) => flat.extend(items),
            Value::Object(object) if schema["additionalProperties"].is_object() => {
                flat.extend(object.values());
            }
            _ => {}
        }
        next += 1;
    }
    let mut missing = BTreeSet::new();
    for one in alternatives(schema) {
        for (key, property) in one["properties"].as_object().into_iter().flatten() {
            let place = format!("{place}.{key}");
            let used: Vec<&Value> = flat.iter().filter_map(|value| value.get(key)).collect();
            if used.is_empty() {
                missing.insert(place.clone());
            }
            missing.extend(unused(property, &used, &place));
        }
    }
    missing.into_iter().collect()
}

/// Keys of the schema without a description.
pub fn undescribed(schema: &Value, place: &str) -> Vec<String> {
    let mut found = Vec::new();
    for one in alternatives(schema) {
        for (key, property) in one["properties"].as_object().into_iter().flatten() {
            let place = format!("{place}.{key}");
            if property["description"].as_str().is_none_or(str::is_empty) {
                found.push(place.clone());
            }
            found.extend(undescribed(property, &place));
        }
    }
    found
}
