//! The rows of a sheet that a source reads: what it skips is left out, and it ends where the contract
//! says.

use tolva_schema::contract::{Source, Stop};
use tolva_schema::finding::{Place, Severity};

use super::line::Sink;
use super::report::of_line;
use crate::read::{ReadError, Row, Rows};

/// The rows of one sheet as a source reads them.
pub struct SourceRows<'a> {
    source: &'a Source,
    inner: Box<dyn Rows + 'a>,
    /// Whether the headers are behind: only then can the end come.
    body: bool,
}

impl<'a> SourceRows<'a> {
    /// The rows of `inner`.
    pub fn new(source: &'a Source, inner: Box<dyn Rows + 'a>) -> Self {
        Self { source, inner, body: false }
    }

    /// The name of the sheet; `None` for text.
    pub fn sheet(&self) -> Option<&str> {
        self.inner.sheet()
    }

    /// From here on a row may be the last.
    pub fn begin_body(&mut self) {
        self.body = true;
    }

    /// Reads the next row that is not skipped, without the columns that are.
    pub fn next(&mut self, row: &mut Row, sink: &mut dyn Sink) -> Result<bool, ReadError> {
        loop {
            let more = self.inner.next(row)?;
            while let Some(doubt) = self.inner.take_doubt() {
                let sheet = self.inner.sheet().map(str::to_owned);
                let place = Place { sheet, row: doubt.row, column: doubt.column };
                sink.doubt(of_line(Severity::Warning, place, doubt.rule, doubt.message));
            }
            if !more {
                return Ok(false);
            }
            if !self.source.skip_rows.covers(row.number) {
                row.cells
                    .retain(|(column, _)| !self.source.skip_columns.covers(u64::from(*column)));
                return Ok(!(self.body && self.is_end(row)));
            }
        }
    }

    fn is_end(&self, row: &Row) -> bool {
        let first = row.cells.iter().find(|(_, cell)| !cell.is_blank());
        self.source.stop.iter().any(|stop| match (stop, first) {
            (Stop::Blank, first) => row.after_blank || first.is_none(),
            (Stop::Matches(pattern), Some((_, cell))) => pattern.matches(cell.to_text().trim()),
            (Stop::Matches(_), None) => false,
        })
    }
}
