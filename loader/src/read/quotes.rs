//! Finds out where a quote that never ends begins: the CSV reader takes the rest of the file as one
//! field then, without a word.

use std::io::{self, Read};

/// Where the scanner stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    FieldStart,
    Plain,
    Quoted,
    /// A quote inside a quoted field: its end, or the first of two.
    QuoteInQuoted,
}

/// Follows quotes through the bytes that pass.
#[derive(Debug)]
pub struct QuoteWatch<R> {
    inner: R,
    delimiter: u8,
    state: State,
    line: u64,
    opened: u64,
}

impl<R: Read> QuoteWatch<R> {
    /// Watches what is read from `inner`.
    pub fn new(inner: R, delimiter: u8) -> Self {
        Self { inner, delimiter, state: State::FieldStart, line: 1, opened: 1 }
    }

    /// The line where the quote opened that is open now.
    pub fn open_since(&self) -> Option<u64> {
        (self.state == State::Quoted).then_some(self.opened)
    }

    fn see(&mut self, byte: u8) {
        self.state = match (self.state, byte) {
            (State::FieldStart, b'"') => {
                self.opened = self.line;
                State::Quoted
            }
            (State::Quoted, b'"') => State::QuoteInQuoted,
            (State::Quoted, _) | (State::QuoteInQuoted, b'"') => State::Quoted,
            (_, b'\n' | b'\r') => State::FieldStart,
            (_, other) if other == self.delimiter => State::FieldStart,
            _ => State::Plain,
        };
        if byte == b'\n' {
            self.line += 1;
        }
    }
}

impl<R: Read> Read for QuoteWatch<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        for byte in &buffer[..count] {
            self.see(*byte);
        }
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open_since(text: &str) -> Option<u64> {
        let mut watch = QuoteWatch::new(text.as_bytes(), b',');
        io::copy(&mut watch, &mut io::sink()).expect("memory can be read");
        watch.open_since()
    }

    #[test]
    fn only_a_quote_that_opens_a_field_and_never_ends_is_found() {
        assert_eq!(open_since("a,b\n1,\"x\ny"), Some(2));
        assert_eq!(open_since("a,b\n1,\"x \"\"y\"\"\"\n"), None);
        assert_eq!(open_since("a,b\n1,5\" pipe\n"), None);
    }
}
