//! Delimited text (RFC 4180, with more lenience in line ends).

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};

use csv::{ByteRecord, Reader, ReaderBuilder};
use tolva_schema::cell::Cell;

use super::quotes::QuoteWatch;
use super::{Input, ReadError, Row, Rows};
use crate::progress::{Counted, Progress};

const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// A text file; each source reads it from its beginning.
pub struct Text {
    path: PathBuf,
    progress: Progress,
}

impl Text {
    pub(super) fn new(path: &Path, progress: &Progress) -> Self {
        Self { path: path.to_owned(), progress: progress.clone() }
    }

    pub(super) fn rows(&mut self, delimiter: u8) -> Result<Box<dyn Rows + '_>, ReadError> {
        let mut input =
            BufReader::new(Counted::new(File::open(&self.path)?, self.progress.clone()));
        let marked = std::io::BufRead::fill_buf(&mut input)?.starts_with(BYTE_ORDER_MARK);
        if marked {
            input.read_exact(&mut [0; 3])?;
        }
        let reader = ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(delimiter)
            .from_reader(QuoteWatch::new(input, delimiter));
        Ok(Box::new(TextRows { reader, record: ByteRecord::new() }))
    }
}

struct TextRows {
    reader: Reader<QuoteWatch<Input>>,
    record: ByteRecord,
}

impl Rows for TextRows {
    fn sheet(&self) -> Option<&str> {
        None
    }

    fn next(&mut self, row: &mut Row) -> Result<bool, ReadError> {
        row.cells.clear();
        let more = self
            .reader
            .read_byte_record(&mut self.record)
            .map_err(|error| ReadError::Io(error.into()))?;
        if !more {
            // At the end inside a quote: the last record swallowed the rest of the file.
            return match self.reader.get_ref().open_since() {
                Some(line) => Err(ReadError::UnterminatedQuote { line }),
                None => Ok(false),
            };
        }
        let begin = self.record.position().map_or(0, csv::Position::byte);
        row.number = self.reader.get_mut().line_of(begin);
        for (at, field) in self.record.iter().enumerate() {
            let column = at as u32 + 1;
            let text = std::str::from_utf8(field)
                .map_err(|_| ReadError::Encoding { line: row.number, column })?;
            if !text.is_empty() {
                row.cells.push((column, Cell::Text(text.to_owned())));
            }
        }
        row.width = self.record.len() as u32;
        Ok(true)
    }
}
