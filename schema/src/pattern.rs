//! Patterns for names and other texts: `*`, `?` and `{name}` captures, without regard to case.

use regex::Regex;
use serde::{Serialize, Serializer};

/// A pattern such as `sales-{region}*.xlsx`.
#[derive(Debug, Clone)]
pub struct FilePattern {
    text: String,
    regex: Regex,
    literal: usize,
}

impl FilePattern {
    /// Reads a pattern for names of files; says what is wrong with it.
    pub fn new(text: &str) -> Result<Self, String> {
        if text.is_empty() || text.contains('/') {
            return Err("a pattern is not empty and names a file, not a path".to_owned());
        }
        Self::for_text(text)
    }

    /// Reads a pattern for any text; says what is wrong with it.
    pub fn for_text(text: &str) -> Result<Self, String> {
        let mut regex = String::from("(?is)^");
        let mut literal = 0;
        let mut rest = text.chars();
        while let Some(character) = rest.next() {
            match character {
                '*' => regex.push_str(".*"),
                '?' => regex.push('.'),
                '{' => {
                    let name: String = rest.by_ref().take_while(|c| *c != '}').collect();
                    regex.push_str(&format!("(?P<{name}>.+?)"));
                }
                other => {
                    literal += 1;
                    regex.push_str(&regex::escape(other.encode_utf8(&mut [0; 4])));
                }
            }
        }
        regex.push('$');
        let regex = Regex::new(&regex)
            .map_err(|_| "a capture is {name}, with letters, digits and _ only".to_owned())?;
        Ok(Self { text: text.to_owned(), regex, literal })
    }

    /// Whether `name` matches.
    pub fn matches(&self, name: &str) -> bool {
        self.regex.is_match(name)
    }

    /// What the capture `name` holds in `file`.
    pub fn capture(&self, file: &str, name: &str) -> Option<String> {
        self.regex.captures(file)?.name(name).map(|text| text.as_str().to_owned())
    }

    /// Whether the pattern has the capture `name`.
    pub fn captures(&self, name: &str) -> bool {
        self.regex.capture_names().flatten().any(|capture| capture == name)
    }

    /// Characters that must stand as they are: the measure of how particular a pattern is.
    pub fn literal_length(&self) -> usize {
        self.literal
    }

    /// The pattern as written.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl Serialize for FilePattern {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::FilePattern;

    #[test]
    fn a_pattern_takes_its_special_characters_only() {
        let pattern = FilePattern::new("sales (1).{region}*.XLSX").expect("a pattern");
        assert!(pattern.matches("Sales (1).north-2.xlsx"));
        assert_eq!(pattern.capture("sales (1).n.xlsx", "region").as_deref(), Some("n"));
        assert!(!pattern.matches("sales (1)xnorth.xlsx"));
        assert!(FilePattern::new("a/b").is_err() && FilePattern::new("{a b}").is_err());
    }
}
