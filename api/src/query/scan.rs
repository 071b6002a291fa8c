//! Reading a text from left to right.

/// A place in a text.
#[derive(Debug, Clone)]
pub struct Scan<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Scan<'a> {
    pub fn new(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    /// What has not been read yet.
    pub fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    pub fn is_end(&self) -> bool {
        self.at == self.text.len()
    }

    pub fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    pub fn next(&mut self) -> Option<char> {
        let next = self.peek()?;
        self.at += next.len_utf8();
        Some(next)
    }

    /// Reads this text if it stands here.
    pub fn eat(&mut self, text: &str) -> bool {
        let found = self.rest().starts_with(text);
        if found {
            self.at += text.len();
        }
        found
    }

    pub fn skip_space(&mut self) {
        while matches!(self.peek(), Some(' ' | '\t')) {
            self.at += 1;
        }
    }

    /// Everything up to one of these characters, or the end.
    pub fn until(&mut self, ends: &[char]) -> &'a str {
        let rest = self.rest();
        let text = &rest[..rest.find(ends).unwrap_or(rest.len())];
        self.at += text.len();
        text
    }

    /// Everything that is left.
    pub fn all(&mut self) -> &'a str {
        let rest = self.rest();
        self.at = self.text.len();
        rest
    }

    /// What stands in double quotes here, where a backslash takes the next character literally.
    pub fn quoted(&mut self) -> Option<String> {
        let mut ahead = self.clone();
        if !ahead.eat("\"") {
            return None;
        }
        let mut text = String::new();
        loop {
            match ahead.next()? {
                '"' => break,
                '\\' => text.push(ahead.next()?),
                other => text.push(other),
            }
        }
        *self = ahead;
        Some(text)
    }

    /// A name: letters, digits, `_`, `$`, `-` and space, without space around it, or anything in
    /// double quotes.
    pub fn name(&mut self) -> Option<String> {
        self.skip_space();
        if let Some(quoted) = self.quoted() {
            self.skip_space();
            return Some(quoted);
        }
        let rest = self.rest();
        let mut length = 0;
        for (at, one) in rest.char_indices() {
            let dash = one == '-' && !rest[at..].starts_with("->");
            if !(one.is_alphanumeric() || matches!(one, '_' | '$' | ' ') || dash) {
                break;
            }
            length = at + one.len_utf8();
        }
        let name = rest[..length].trim();
        if name.is_empty() {
            return None;
        }
        self.at += length;
        Some(name.to_owned())
    }

    /// What stands here, for a message.
    pub fn here(&self) -> String {
        match self.peek() {
            Some(one) => {
                let position = self.text[..self.at].chars().count() + 1;
                format!("unexpected `{one}` at character {position}")
            }
            None => "unexpected end".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_plain_or_quoted() {
        for (text, name, rest) in [
            ("a_1$,b", "a_1$", ",b"),
            (" two words .x", "two words", ".x"),
            ("with-dash->x", "with-dash", "->x"),
            (r#""a.b\"c" (x"#, r#"a.b"c"#, "(x"),
            ("Ñu", "Ñu", ""),
        ] {
            let mut scan = Scan::new(text);
            assert_eq!(scan.name().as_deref(), Some(name), "{text}");
            assert_eq!(scan.rest(), rest, "{text}");
        }
        for text in ["", " ", ":", "*", "\"open"] {
            assert_eq!(Scan::new(text).name(), None, "{text}");
        }
    }
}
