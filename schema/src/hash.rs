//! Hashes of keys and rows: the first 128 bits of BLAKE3 over length-prefixed canonical values.
//!
//! BLAKE3 and not a faster unkeyed hash: what comes through an inbox is not to be trusted, and two
//! keys made to collide would let one row hide another.

use crate::value::Value;

/// 128 bits that stand for a key or for the content of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Hash128(pub [u8; 16]);

impl Hash128 {
    /// The hash of raw bytes.
    pub fn of(bytes: &[u8]) -> Self {
        let mut out = [0; 16];
        out.copy_from_slice(&blake3::hash(bytes).as_bytes()[..16]);
        Self(out)
    }

    /// Reads what a database stored; `None` unless it is 16 bytes.
    pub fn from_slice(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    /// Lower-case hexadecimal.
    pub fn to_hex(self) -> String {
        use std::fmt::Write as _;
        self.0.iter().fold(String::new(), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
    }
}

/// Builds hashes, reusing one buffer from row to row.
#[derive(Debug, Default)]
pub struct Hasher {
    buffer: Vec<u8>,
}

impl Hasher {
    /// The hash of a natural key: its values in the key's order.
    pub fn key<'a>(&mut self, values: impl IntoIterator<Item = &'a Value>) -> Hash128 {
        self.buffer.clear();
        for value in values {
            self.push(value);
        }
        Hash128::of(&self.buffer)
    }

    /// The hash of a row's content: name and value of each column that is known, in the order given
    /// (by column name, so that moving a column in its contract changes nothing). Unknown values are
    /// left out, so that a new nullable column changes no hash.
    pub fn row<'a>(
        &mut self,
        columns: impl IntoIterator<Item = (&'a str, &'a [Value])>,
    ) -> Hash128 {
        self.buffer.clear();
        for (name, values) in columns {
            if values.iter().all(Value::is_null) {
                continue;
            }
            self.prefixed(name.as_bytes());
            for value in values {
                self.push(value);
            }
        }
        Hash128::of(&self.buffer)
    }

    fn prefixed(&mut self, bytes: &[u8]) {
        self.buffer.extend_from_slice(&(bytes.len() as u64).to_le_bytes());
        self.buffer.extend_from_slice(bytes);
    }

    fn push(&mut self, value: &Value) {
        if value.is_null() {
            // No text is this long: unknown differs from every value, the empty text included.
            self.buffer.extend_from_slice(&u64::MAX.to_le_bytes());
            return;
        }
        let at = self.buffer.len();
        self.buffer.extend_from_slice(&[0; 8]);
        value.write_canonical(&mut self.buffer);
        let length = (self.buffer.len() - at - 8) as u64;
        self.buffer[at..at + 8].copy_from_slice(&length.to_le_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Value {
        Value::Text(text.into())
    }

    #[test]
    fn boundaries_between_values_are_part_of_a_key() {
        let mut hasher = Hasher::default();
        assert_ne!(hasher.key([&text("ab"), &text("c")]), hasher.key([&text("a"), &text("bc")]));
        assert_ne!(hasher.key([&text("")]), hasher.key([&Value::Null]));
    }

    #[test]
    fn a_column_that_is_unknown_changes_no_row() {
        let mut hasher = Hasher::default();
        let old = hasher.row([("a", &[text("x")][..])]);
        assert_eq!(old, hasher.row([("a", &[text("x")][..]), ("b", &[Value::Null][..])]));
        assert_ne!(old, hasher.row([("a", &[text("x")][..]), ("b", &[text("")][..])]));
    }
}
