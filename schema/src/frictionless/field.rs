//! Fields: from what a Table Schema says to what a contract can say.

use serde_json::Value;

use super::bound::respelled;
use super::dialect::Place;
use super::package::{Constraints, Field, is_whole, text};
use super::sketch::{FieldSketch, Pair};
use super::write::{list, quoted};

/// Reads a field; `position` is its place in the schema, from 1.
pub fn read(field: &Field, position: u32, missing: Option<&str>, place: &Place) -> FieldSketch {
    let mut notes = Vec::new();
    if let Some(words) = field.description.as_ref().or(field.title.as_ref()) {
        notes.push(words.clone());
    }
    let kind = kind(field, &mut notes);
    let mut pairs = Vec::new();
    constraints(kind, field, &mut pairs, &mut notes);
    let own = field.missing_values.as_ref();
    let own = own.map(|own| super::dialect::missing(&Some(own.clone()), &place.missing));
    if let Some(texts) = own.unwrap_or_else(|| missing.map(str::to_owned)) {
        pairs.push(("missingValues", texts));
    }
    if place.trim && kind == "string" {
        pairs.push(("transforms", list(&["trim"])));
    }
    details(kind, field, &mut pairs, &mut notes);
    FieldSketch {
        name: super::names::nearest(&field.name),
        original: field.name.clone(),
        position: field.position.unwrap_or(position),
        by_position: false,
        from_sheet: field.from.as_deref() == Some("sheet"),
        kind,
        required: field.constraints.required,
        pairs,
        notes,
    }
}

fn kind(field: &Field, notes: &mut Vec<String>) -> &'static str {
    match field.kind.as_deref().unwrap_or("any") {
        "string" => {
            if let Some(format) = field.format.as_ref().and_then(Value::as_str)
                && format != "default"
            {
                notes.push(format!("The package says that this is a string of format {format}."));
            }
            "string"
        }
        "number" if field.bare_number == Some(false) => {
            notes.push("The package says that this number has other characters around it.".into());
            "string"
        }
        "integer" if field.bare_number == Some(false) => {
            notes.push("The package says that this integer has other characters around it.".into());
            "string"
        }
        "number" => "number",
        "integer" => "integer",
        "boolean" => "boolean",
        "date" => "date",
        "time" => "time",
        "datetime" => "datetime",
        "year" => {
            notes.push("The package says that this is a year.".into());
            "integer"
        }
        "any" => "string",
        other => {
            notes.push(format!("The package says that this is of type {other}: it stays text."));
            "string"
        }
    }
}

fn constraints(kind: &'static str, field: &Field, pairs: &mut Vec<Pair>, notes: &mut Vec<String>) {
    let Constraints { unique, pattern, one_of, min_length, max_length, .. } = &field.constraints;
    let mut lost = |name: &str, value: &dyn std::fmt::Display| {
        notes.push(format!("The package also says {name} {value}, which is not checked here."));
    };
    if *unique {
        pairs.push(("unique", "true".to_owned()));
    }
    let textual = kind == "string" && !matches!(field.kind.as_deref(), Some("array" | "list"));
    if let Some(pattern) = pattern {
        // A pattern of Table Schema speaks of the whole text.
        let whole = match is_whole(pattern) {
            true => pattern.clone(),
            false => format!("^(?:{pattern})$"),
        };
        match textual && regex::Regex::new(&whole).is_ok() {
            true => pairs.push(("pattern", quoted(&whole))),
            false => lost("pattern", pattern),
        }
    }
    for (key, length) in [("minLength", min_length), ("maxLength", max_length)] {
        match length {
            Some(length) if textual => pairs.push((key, length.to_string())),
            Some(length) => lost(key, length),
            None => {}
        }
    }
    let values = one_of.as_ref().or(field.categories.as_ref());
    if let Some(values) = values.filter(|values| !values.is_empty()) {
        let texts: Vec<String> = values.iter().filter_map(text).collect();
        pairs.push(("enum", list(&texts)));
    }
    let rules = &field.constraints;
    for (key, bound) in [("minimum", &rules.minimum), ("maximum", &rules.maximum)] {
        match bound.as_ref().and_then(text) {
            Some(bound) if matches!(kind, "string" | "boolean") => lost(key, &bound),
            Some(bound) => {
                let bound = match formats(kind, field).first() {
                    Some(format) => respelled(kind, &bound, format),
                    None => bound,
                };
                pairs.push((key, self::bound(kind, &bound)));
            }
            None => {}
        }
    }
    for (name, value) in [
        ("exclusiveMinimum", &rules.exclusive_minimum),
        ("exclusiveMaximum", &rules.exclusive_maximum),
        ("jsonSchema", &rules.json_schema),
    ] {
        if let Some(value) = value {
            lost(name, value);
        }
    }
}

/// A number is written as one where TOML can hold it exactly.
fn bound(kind: &str, bound: &str) -> String {
    match kind == "integer" && bound.parse::<i64>().is_ok() {
        true => bound.parse::<i64>().unwrap_or_default().to_string(),
        false => quoted(bound),
    }
}

/// What is particular to a type.
fn details(kind: &'static str, field: &Field, pairs: &mut Vec<Pair>, notes: &mut Vec<String>) {
    if matches!(kind, "number" | "integer") {
        let separators = [("decimalChar", &field.decimal_char), ("groupChar", &field.group_char)];
        for (key, separator) in separators {
            match separator.as_deref() {
                None | Some("") => {}
                Some(_) if key == "decimalChar" && kind == "integer" => {}
                Some(one) if one.chars().count() == 1 => pairs.push((key, quoted(one))),
                Some(more) => notes.push(format!("{key} {more:?} is more than one character.")),
            }
        }
    }
    if kind == "boolean" {
        let words = [("trueValues", &field.true_values), ("falseValues", &field.false_values)];
        for (key, words) in words {
            pairs.extend(words.as_ref().map(|words| (key, list(words))));
        }
    }
    if matches!(kind, "date" | "time" | "datetime") {
        match (&formats(kind, field)[..], &field.format) {
            ([], Some(Value::String(any))) if any == "any" => {
                notes.push(format!("Any {kind} will do, says the package: write its formats."));
            }
            ([], _) => {}
            ([one], _) => pairs.push(("format", quoted(one))),
            (several, _) => pairs.push(("format", list(several))),
        }
    }
}

/// The formats of dates and times; none where that of the contract is meant, or any.
fn formats(kind: &str, field: &Field) -> Vec<String> {
    if let Some(formats) = &field.formats {
        return formats.clone();
    }
    let format = field.format.as_ref().and_then(Value::as_str).unwrap_or("default");
    let given = format.strip_prefix("fmt:").unwrap_or(format);
    let formats: &[&str] = match (kind, given) {
        // ISO 8601, with or without parts of a second, without a zone or in UTC.
        ("datetime", "default") => &["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%dT%H:%M:%S%.fZ"],
        ("time", "default") => &["%H:%M:%S%.f", "%H:%M:%S%.fZ"],
        ("date" | "time" | "datetime", "default" | "any") => &[],
        ("date" | "time" | "datetime", given) => &[given],
        _ => &[],
    };
    formats.iter().map(|format| (*format).to_owned()).collect()
}
