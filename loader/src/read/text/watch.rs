//! What the CSV reader does not tell: where a quote that never ends begins (it takes the rest of the
//! file as one field then, without a word), on which line a record really stands (it counts from
//! before the blank lines that it skips, and the second half of CRLF is one to it), where text follows
//! a closing quote (it glues the two together), and how long a field is before it is in memory.

use std::collections::VecDeque;
use std::io::{self, Read};

use super::Dialect;
use crate::read::Doubt;

/// Where the scanner stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    FieldStart,
    Plain,
    Quoted,
    /// Behind an escape inside a quoted field.
    Escaped,
    /// A quote inside a quoted field: its end, or the first of two.
    QuoteInQuoted,
    Comment,
}

/// A field is longer than allowed, by its bytes so far.
#[derive(Debug, thiserror::Error)]
#[error("a field has more than {0} bytes")]
pub struct TooLong(pub u64);

/// A line that is not blank.
#[derive(Debug, Clone, Copy)]
struct Begun {
    offset: u64,
    line: u64,
    after_blank: bool,
}

/// Follows quotes and lines through the bytes that pass.
pub struct Watch<R> {
    inner: R,
    dialect: Dialect,
    longest: u64,
    state: State,
    line: u64,
    /// The field of the record, 1-based, and its bytes so far.
    column: u32,
    length: u64,
    opened: u64,
    /// Bytes that have passed.
    offset: u64,
    /// Whether the last byte was a carriage return, whose line ends with it or with the next byte.
    returned: bool,
    /// Whether nothing has passed of this line.
    fresh: bool,
    /// Whether a blank line has passed since the last one that is not.
    blank: bool,
    /// Where lines that are not blank begin; from the last record that was asked for on.
    begun: VecDeque<Begun>,
    /// Where text follows a closing quote.
    stray: VecDeque<(u64, u32)>,
    too_long: bool,
}

impl<R: Read> Watch<R> {
    /// Watches what is read from `inner`; a field of more than `longest` bytes ends it.
    pub fn new(inner: R, dialect: Dialect, longest: u64) -> Self {
        Self {
            inner,
            dialect,
            longest,
            state: State::FieldStart,
            line: 1,
            column: 1,
            length: 0,
            opened: 1,
            offset: 0,
            returned: false,
            fresh: true,
            blank: false,
            begun: VecDeque::new(),
            stray: VecDeque::new(),
            too_long: false,
        }
    }

    /// The line where the quote opened that is open now.
    pub fn open_since(&self) -> Option<u64> {
        matches!(self.state, State::Quoted | State::Escaped).then_some(self.opened)
    }

    /// The line and the field of the last byte that passed.
    pub fn position(&self) -> (u64, u32) {
        (self.line, self.column)
    }

    /// The line of the record that begins at byte `offset`, or behind blank lines from there on, and
    /// whether there are such lines. Records are asked for in their order.
    pub fn line_of(&mut self, offset: u64) -> (u64, bool) {
        let mut after_blank = false;
        while let Some(begun) = self.begun.front() {
            // A line that begins amid a quoted field is none of its own.
            after_blank |= begun.after_blank && begun.offset >= offset;
            if begun.offset >= offset {
                return (begun.line, after_blank);
            }
            self.begun.pop_front();
        }
        (self.line, after_blank)
    }

    /// Takes the place of text that follows a closing quote.
    pub fn take_stray(&mut self) -> Option<Doubt> {
        let (line, column) = self.stray.pop_front()?;
        Some(Doubt {
            row: Some(line),
            column: Some(column),
            rule: "stray_quote",
            message:
                "text follows a closing quote; the quotes were taken away: double a quote that is \
                      part of the text"
                    .to_owned(),
        })
    }

    fn see_line(&mut self, byte: u8, is_comment: bool) {
        if self.returned && byte != b'\n' {
            self.line += 1;
        }
        let ended = byte == b'\n' || byte == b'\r';
        // The second half of CRLF ends no other line.
        if ended && self.fresh && !(self.returned && byte == b'\n') {
            self.blank = true;
        }
        self.returned = byte == b'\r';
        if byte == b'\n' {
            self.line += 1;
        }
        if ended {
            self.fresh = true;
        } else if self.fresh {
            self.fresh = false;
            if !is_comment {
                let (offset, line, after_blank) = (self.offset, self.line, self.blank);
                self.begun.push_back(Begun { offset, line, after_blank });
                self.blank = false;
            }
        }
        self.offset += 1;
    }

    fn see(&mut self, byte: u8) {
        let is = |special: Option<u8>| special == Some(byte);
        let begins = self.fresh && self.state == State::FieldStart && self.column == 1;
        let is_comment = begins && is(self.dialect.comment);
        self.see_line(byte, is_comment);
        let line_end = byte == b'\n' || byte == b'\r';
        self.length += 1;
        self.state = match self.state {
            State::FieldStart if is_comment => State::Comment,
            State::Comment if !line_end => State::Comment,
            State::FieldStart if is(self.dialect.quote) => {
                self.opened = self.line;
                State::Quoted
            }
            State::Quoted if is(self.dialect.escape) => State::Escaped,
            State::Quoted if is(self.dialect.quote) => State::QuoteInQuoted,
            State::QuoteInQuoted if is(self.dialect.quote) => State::Quoted,
            State::Quoted | State::Escaped => State::Quoted,
            _ if line_end => {
                (self.column, self.length) = (1, 0);
                State::FieldStart
            }
            _ if byte == self.dialect.delimiter => {
                (self.column, self.length) = (self.column + 1, 0);
                State::FieldStart
            }
            State::QuoteInQuoted => {
                self.stray.push_back((self.line, self.column));
                State::Plain
            }
            _ => State::Plain,
        };
        self.too_long |= self.length > self.longest && self.state != State::Comment;
    }
}

impl<R: Read> Read for Watch<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        for byte in &buffer[..count] {
            self.see(*byte);
            if self.too_long {
                return Err(io::Error::new(io::ErrorKind::InvalidData, TooLong(self.length)));
            }
        }
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn watch(text: &str) -> Watch<&[u8]> {
        let (quote, escape, comment) = (Some(b'"'), None, None);
        let dialect = Dialect { delimiter: b',', quote, escape, comment };
        Watch::new(text.as_bytes(), dialect, 1_000)
    }

    fn open_since(text: &str) -> Option<u64> {
        let mut watch = watch(text);
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
            let mut watch = watch(&text);
            io::copy(&mut watch, &mut io::sink()).expect("memory can be read");
            let place = |part: &str| text.find(part).expect("it is there") as u64;
            assert_eq!(watch.line_of(0), (1, false));
            // The reader gives the place behind the line before, sometimes amid its end.
            assert_eq!(watch.line_of(2), (3, true), "{end:?}");
            assert_eq!(watch.line_of(place("c") - 1), (5, false), "{end:?}");
        }
    }
}
