//! Rows as JSON: an object, or an array of objects. Numbers are kept as they are spelled.

use std::collections::HashMap;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::{Object, Written};
use crate::problem::Problem;
use crate::write::find::MOST;

/// Reads rows.
pub fn read(body: &[u8]) -> Result<Vec<Object>, Problem> {
    let array = body.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'[');
    let rows = if array {
        serde_json::from_slice::<Rows>(body).map(|rows| rows.0)
    } else {
        serde_json::from_slice::<Row>(body).map(|row| vec![row])
    };
    match rows {
        Ok(rows) => Ok(rows.into_iter().map(|row| row.0).collect()),
        Err(error) => Err(Problem::Body {
            message: "Empty or invalid json".to_owned(),
            details: error.to_string(),
        }),
    }
}

/// Rows, so many that one request may bring them.
struct Rows(Vec<Row>);

impl<'de> Deserialize<'de> for Rows {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Elements;
        impl<'de> Visitor<'de> for Elements {
            type Value = Rows;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an array of objects")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut rows: A) -> Result<Rows, A::Error> {
                let mut all = Vec::new();
                while let Some(row) = rows.next_element()? {
                    if all.len() == MOST {
                        return Err(serde::de::Error::custom(format!(
                            "one request brings {MOST} rows at most"
                        )));
                    }
                    all.push(row);
                }
                Ok(Rows(all))
            }
        }
        deserializer.deserialize_seq(Elements)
    }
}

/// One row. Of a name that stands there twice the last value counts.
struct Row(Object);

impl<'de> Deserialize<'de> for Row {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members;
        impl<'de> Visitor<'de> for Members {
            type Value = Row;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object with the columns of a row")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Row, A::Error> {
                let mut object = Object::new();
                let mut places: HashMap<String, usize> = HashMap::new();
                while let Some(name) = map.next_key::<String>()? {
                    let raw: Box<RawValue> = map.next_value()?;
                    let written = written(raw.get()).map_err(serde::de::Error::custom)?;
                    match places.get(&name) {
                        Some(place) => object[*place].1 = written,
                        None => {
                            places.insert(name.clone(), object.len());
                            object.push((name, written));
                        }
                    }
                }
                Ok(Row(object))
            }
        }
        deserializer.deserialize_map(Members)
    }
}

fn written(raw: &str) -> Result<Written, serde_json::Error> {
    Ok(match raw.as_bytes().first() {
        Some(b'"') => Written::Text(serde_json::from_str(raw)?),
        Some(b'n') => Written::Null,
        Some(b'{' | b'[') => Written::Structure(raw.to_owned()),
        _ => Written::Text(raw.to_owned()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_keep_all_their_digits() {
        let rows = read(br#" [{"a": 1234567890123456.123456789012, "b": null, "c": [1]}]"#);
        let rows = rows.expect("rows");
        let text = |text: &str| Written::Text(text.to_owned());
        assert_eq!(rows[0][0].1, text("1234567890123456.123456789012"));
        assert_eq!(rows[0][1].1, Written::Null);
        assert_eq!(rows[0][2].1, Written::Structure("[1]".to_owned()));
        let twice = read(br#"{"a": "x", "a": true}"#).expect("a row");
        assert_eq!(twice, [vec![("a".to_owned(), text("true"))]]);
    }

    #[test]
    fn what_is_no_object_is_refused() {
        for wrong in ["", "1", "[1]", "[{}", "{\"a\":}", "null", "{}{}", "\"a\"", "[null]"] {
            assert!(read(wrong.as_bytes()).is_err(), "{wrong}");
        }
    }
}
