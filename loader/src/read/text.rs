//! Delimited text: RFC 4180, and what people's programs make of it.

mod decode;
mod encoding;
mod sniff;
mod watch;

use std::fs::File;
use std::io::{self, BufReader};
use std::path::{Path, PathBuf};

use csv::{ByteRecord, Reader, ReaderBuilder};
use encoding_rs::Encoding;
use tolva_schema::cell::Cell;
use tolva_schema::contract::Source;

use super::{Doubt, ReadError, Row, Rows};
use crate::limits::{Limit, Limits};
use crate::progress::{Counted, Progress};
use decode::{Decoder, Malformed};
use watch::{TooLong, Watch};

/// A text file; each source reads it from its beginning.
pub struct Text {
    path: PathBuf,
    name: String,
    limits: Limits,
    progress: Progress,
}

/// How the bytes of a file become fields.
#[derive(Debug, Clone, Copy)]
struct Dialect {
    delimiter: u8,
    quote: Option<u8>,
    escape: Option<u8>,
    comment: Option<u8>,
}

impl Dialect {
    fn reader<R: io::Read>(self, input: R) -> Reader<R> {
        ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(self.delimiter)
            .quoting(self.quote.is_some())
            .quote(self.quote.unwrap_or(b'"'))
            .escape(self.escape)
            .comment(self.comment)
            .from_reader(input)
    }
}

/// Whether text begins like UTF-16 without a byte order mark.
pub fn is_wide(start: &[u8]) -> bool {
    encoding::wide(start).is_some()
}

type Input = Watch<Decoder<BufReader<Counted<File>>>>;

impl Text {
    /// Opens the file at `path`, whose name was `name`.
    pub fn open(path: &Path, name: &str, limits: &Limits, progress: &Progress) -> Self {
        let (path, name) = (path.to_owned(), name.to_owned());
        Self { path, name, limits: limits.clone(), progress: progress.clone() }
    }

    /// The rows of the file as `source` reads them.
    pub fn rows(&mut self, source: &Source) -> Result<Box<dyn Rows + '_>, ReadError> {
        let text = &source.text;
        let declared = text.encoding.as_deref();
        let declared = declared.and_then(|name| Encoding::for_label(name.as_bytes()));
        let found = encoding::find(&self.path, declared)?;
        let dialect = Dialect {
            delimiter: b',',
            quote: text.quote,
            escape: text.escape,
            comment: text.comment,
        };
        let delimiter = match text.delimiter {
            Some(declared) => declared,
            None if self.is_tabbed() => b'\t',
            None => {
                let input = BufReader::new(File::open(&self.path)?);
                let decoder = Decoder::new(input, found.encoding, found.marked)?;
                sniff::delimiter(decoder, dialect, source)?
            }
        };
        let dialect = Dialect { delimiter, ..dialect };
        let input = Counted::new(File::open(&self.path)?, self.progress.clone());
        let decoder = Decoder::new(BufReader::new(input), found.encoding, found.marked)?;
        let most = self.limits.cell_length.as_u64();
        let reader = dialect.reader(Watch::new(decoder, dialect, most));
        let guess = found.guess.map(|encoding| Doubt {
            row: None,
            column: None,
            rule: "encoding_guessed",
            message: format!(
                "the file is not UTF-8 and was read as {encoding}, which is a guess; save it as CSV \
                 UTF-8, or declare encoding = \"{encoding}\""
            ),
        });
        let encoding = found.encoding;
        let limits = &self.limits;
        Ok(Box::new(TextRows {
            reader,
            record: ByteRecord::new(),
            widest: 0,
            guess,
            encoding,
            limits,
        }))
    }

    fn is_tabbed(&self) -> bool {
        let name = self.name.to_lowercase();
        name.ends_with(".tsv") || name.ends_with(".tab")
    }
}

struct TextRows<'a> {
    reader: Reader<Input>,
    record: ByteRecord,
    /// Fields of the widest record so far.
    widest: usize,
    guess: Option<Doubt>,
    encoding: &'static Encoding,
    limits: &'a Limits,
}

impl TextRows<'_> {
    /// Whether a line has nothing but spaces, among lines of several fields; or the mark that DOS
    /// wrote at the end of a text.
    fn is_blank_line(&self) -> bool {
        let is_space = |byte: &u8| byte.is_ascii_whitespace();
        match (self.record.len(), self.record.get(0)) {
            (1, Some(b"\x1A")) => true,
            (1, Some(field)) => self.widest > 1 && field.iter().all(is_space),
            _ => false,
        }
    }

    fn error(&self, error: csv::Error) -> ReadError {
        let error = match error.into_kind() {
            csv::ErrorKind::Io(error) => error,
            other => io::Error::other(format!("{other:?}")),
        };
        let (line, column) = self.reader.get_ref().position();
        let cause = error.get_ref();
        if let Some(malformed) = cause.and_then(|cause| cause.downcast_ref::<Malformed>()) {
            let (offset, encoding) = (malformed.offset, self.encoding.name());
            return ReadError::Encoding { line, column, offset, encoding };
        }
        if let Some(long) = cause.and_then(|cause| cause.downcast_ref::<TooLong>()) {
            let most = self.limits.cell_length;
            let what = format!("in one cell (line {line}, column {column})");
            return match Limits::bytes(Limit::CellLength, &what, long.0, most) {
                Err(exceeded) => exceeded.into(),
                Ok(()) => error.into(),
            };
        }
        error.into()
    }
}

impl Rows for TextRows<'_> {
    fn sheet(&self) -> Option<&str> {
        None
    }

    fn next(&mut self, row: &mut Row) -> Result<bool, ReadError> {
        row.cells.clear();
        row.after_blank = false;
        loop {
            if !self.reader.read_byte_record(&mut self.record).map_err(|error| self.error(error))? {
                // At the end inside a quote: the last record swallowed the rest of the file.
                return match self.reader.get_ref().open_since() {
                    Some(line) => Err(ReadError::UnterminatedQuote { line }),
                    None => Ok(false),
                };
            }
            let begin = self.record.position().map_or(0, csv::Position::byte);
            let (line, after_blank) = self.reader.get_mut().line_of(begin);
            row.number = line;
            row.after_blank |= after_blank;
            if !self.is_blank_line() {
                break;
            }
            row.after_blank = true;
        }
        self.widest = self.widest.max(self.record.len());
        for (at, field) in self.record.iter().enumerate() {
            if !field.is_empty() {
                // The decoder gives nothing but UTF-8, and no delimiter cuts a character.
                let text = String::from_utf8_lossy(field).into_owned();
                row.cells.push((at as u32 + 1, Cell::Text(text)));
            }
        }
        row.width = self.record.len() as u32;
        Ok(true)
    }

    fn take_doubt(&mut self) -> Option<Doubt> {
        self.guess.take().or_else(|| self.reader.get_mut().take_stray())
    }
}
