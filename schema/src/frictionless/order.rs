//! JSON in the order in which people read a package: what it is before what is in it.

use serde::{Serialize, Serializer};
use serde_json::Value;

const FIRST: &[&str] = &["$schema", "name", "type", "title", "path", "format"];
const LAST: &[&str] = &["constraints", "schema", "resources"];

/// The value as text, with a line end after the last line.
pub fn pretty(value: &Value) -> String {
    // No map has anything but text as its key: this cannot fail.
    let mut text = serde_json::to_string_pretty(&Ordered(value)).unwrap_or_default();
    text.push('\n');
    text
}

struct Ordered<'a>(&'a Value);

impl Serialize for Ordered<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Value::Object(object) => {
                let mut entries: Vec<_> = object.iter().collect();
                entries.sort_by_key(|(key, _)| rank(key));
                serializer.collect_map(entries.into_iter().map(|(key, one)| (key, Self(one))))
            }
            Value::Array(items) => serializer.collect_seq(items.iter().map(Self)),
            other => other.serialize(serializer),
        }
    }
}

/// Known keys by their place in the lists; those between them by the alphabet.
fn rank(key: &str) -> usize {
    let place = |list: &[&str]| list.iter().position(|known| *known == key);
    match (place(FIRST), place(LAST)) {
        (Some(place), _) => place,
        (_, Some(place)) => FIRST.len() + 1 + place,
        _ => FIRST.len(),
    }
}
