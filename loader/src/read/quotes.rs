//! What the CSV reader does not tell: where a quote that never ends begins (it takes the rest of the
//! file as one field then, without a word), and on which line a record really stands (it counts from
//! before the blank lines that it skips, and the second half of CRLF is one to it).

use std::collections::VecDeque;
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

/// Follows quotes and lines through the bytes that pass.
#[derive(Debug)]
pub struct QuoteWatch<R> {
    inner: R,
    delimiter: u8,
    state: State,
    line: u64,
    opened: u64,
    /// Bytes that have passed.
    offset: u64,
    /// Whether the last byte was a carriage return, whose line ends with it or with the next byte.
    returned: bool,
    /// Whether nothing has passed of this line.
    fresh: bool,
    /// Where lines that are not blank begin, and their numbers; from the last record that was asked
    /// for on.
    begun: VecDeque<(u64, u64)>,
}

impl<R: Read> QuoteWatch<R> {
    /// Watches what is read from `inner`.
    pub fn new(inner: R, delimiter: u8) -> Self {
        Self {
            inner,
            delimiter,
            state: State::FieldStart,
            line: 1,
            opened: 1,
            offset: 0,
            returned: false,
            fresh: true,
            begun: VecDeque::new(),
        }
    }

    /// The line where the quote opened that is open now.
    pub fn open_since(&self) -> Option<u64> {
        (self.state == State::Quoted).then_some(self.opened)
    }

    /// The line of the record that begins at byte `offset`, or behind blank lines from there on.
    /// Records are asked for in their order.
    pub fn line_of(&mut self, offset: u64) -> u64 {
        while let Some((begin, line)) = self.begun.front() {
            if *begin >= offset {
                return *line;
            }
            self.begun.pop_front();
        }
        self.line
    }

    fn see_line(&mut self, byte: u8) {
        if self.returned && byte != b'\n' {
            self.line += 1;
        }
        self.returned = byte == b'\r';
        match byte {
            b'\n' => {
                self.line += 1;
                self.fresh = true;
            }
            b'\r' => self.fresh = true,
            _ if self.fresh => {
                self.begun.push_back((self.offset, self.line));
                self.fresh = false;
            }
            _ => {}
        }
        self.offset += 1;
    }

    fn see(&mut self, byte: u8) {
        self.see_line(byte);
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
        assert_eq!(open_since("a,b\r\n\r\n1,\"x\r\ny"), Some(3));
    }

    #[test]
    fn lines_are_counted_as_an_editor_counts_them() {
        for end in ["\n", "\r\n", "\r"] {
            let text = ["a", "", "\"b", "b\"", "c", ""].join(end);
            let mut watch = QuoteWatch::new(text.as_bytes(), b',');
            io::copy(&mut watch, &mut io::sink()).expect("memory can be read");
            let place = |part: &str| text.find(part).expect("it is there") as u64;
            assert_eq!(watch.line_of(0), 1);
            // The reader gives the place behind the line before, sometimes amid its end.
            assert_eq!(watch.line_of(2), 3, "{end:?}");
            assert_eq!(watch.line_of(place("c") - 1), 5, "{end:?}");
        }
    }
}
