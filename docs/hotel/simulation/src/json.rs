//! Just enough JSON to print results.

use std::fmt;

/// A JSON value.
#[derive(Clone, Debug, PartialEq)]
pub enum Json {
    /// A number; printed with six significant digits, so that a last bit's difference is not seen.
    Number(f64),
    /// A text without characters that need escaping.
    Text(String),
    /// A list.
    List(Vec<Json>),
    /// Names and values, in the order given.
    Object(Vec<(String, Json)>),
}

/// An object out of pairs.
pub fn object<const N: usize>(pairs: [(&str, Json); N]) -> Json {
    Json::Object(pairs.into_iter().map(|(name, value)| (name.to_string(), value)).collect())
}

impl Json {
    /// A member of an object, by a path with dots.
    pub fn at(&self, path: &str) -> &Json {
        path.split('.').fold(self, |value, name| match value {
            Json::Object(pairs) => {
                &pairs
                    .iter()
                    .find(|(key, _)| key == name)
                    .unwrap_or_else(|| panic!("no «{name}» in {path}"))
                    .1
            }
            Json::List(items) => &items[name.parse::<usize>().expect("an index")],
            _ => panic!("«{name}» of a plain value in {path}"),
        })
    }

    /// The number that this is; of an estimate, its mean.
    pub fn number(&self) -> f64 {
        match self {
            Json::Number(value) => *value,
            Json::Object(_) => self.at("mean").number(),
            _ => panic!("not a number"),
        }
    }
}

impl fmt::Display for Json {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Json::Number(value) if value.fract() == 0.0 && value.abs() < 1e15 => {
                write!(out, "{value:.0}")
            }
            Json::Number(value) => {
                let digits = (5 - value.abs().log10().floor() as i32).clamp(0, 9) as usize;
                write!(out, "{value:.digits$}")
            }
            Json::Text(text) => write!(out, "\"{text}\""),
            Json::List(items) => {
                write!(out, "[")?;
                for (k, item) in items.iter().enumerate() {
                    write!(out, "{}{item}", if k == 0 { "" } else { ", " })?;
                }
                write!(out, "]")
            }
            Json::Object(pairs) => {
                write!(out, "{{")?;
                for (k, (name, value)) in pairs.iter().enumerate() {
                    write!(out, "{}\"{name}\": {value}", if k == 0 { "" } else { ", " })?;
                }
                write!(out, "}}")
            }
        }
    }
}
