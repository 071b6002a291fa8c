//! A file that is open for reading, whatever its format.

use std::fs::File;
use std::path::Path;
use std::time::{Duration, Instant};

use tempfile::NamedTempFile;
use tolva_schema::contract::Source;
use tolva_schema::routing::without_packing;

use super::kind::{self, Kind};
use super::metered::{Metered, guarded};
use super::{ReadError, Rows, text, unpack, workbook};
use crate::limits::{Limit, Limits};
use crate::progress::Progress;

/// A file that is open for reading.
pub struct Document {
    content: Content,
    limits: Limits,
    /// Cells read so far.
    cells: u64,
    /// Time spent on reading so far.
    spent: Duration,
    /// What a packed file was unpacked to, for as long as it is read.
    _unpacked: Option<NamedTempFile>,
}

enum Content {
    Workbook(Box<workbook::Workbook>),
    Text(text::Text),
}

impl Document {
    /// Opens the file at `path`, whose name was `name`. What it is, is decided by its bytes.
    pub fn open(
        path: &Path,
        name: &str,
        limits: &Limits,
        progress: &Progress,
    ) -> Result<Self, ReadError> {
        let began = Instant::now();
        let size = std::fs::metadata(path)?.len();
        Limits::bytes(Limit::FileSize, "of bytes", size, limits.file_size)?;
        let unpacked = unpack::unpack(path, limits)?;
        let name = if unpacked.is_some() { without_packing(name) } else { name };
        let path = unpacked.as_ref().map_or(path, |file| file.path());
        progress.begin(std::fs::metadata(path)?.len());
        let kind = kind::of(&mut File::open(path)?, name)?;
        let content = match kind {
            Kind::Text => Content::Text(text::Text::open(path, name, limits, progress)),
            workbook => Content::Workbook(Box::new(guarded(|| {
                workbook::Workbook::open(path, workbook, limits, progress)
            })?)),
        };
        let limits = limits.clone();
        Ok(Self { content, limits, cells: 0, spent: began.elapsed(), _unpacked: unpacked })
    }

    /// The sheets that `source` reads, in their order, as [`Document::rows`] takes them. A text file
    /// is one.
    pub fn sheets(&self, source: &Source) -> Result<Vec<usize>, ReadError> {
        match &self.content {
            Content::Workbook(workbook) => workbook.chosen(source),
            Content::Text(_) => Ok(vec![0]),
        }
    }

    /// The rows of a sheet as `source` reads them.
    pub fn rows(&mut self, source: &Source, sheet: usize) -> Result<Box<dyn Rows + '_>, ReadError> {
        let Self { content, limits, cells, spent, .. } = self;
        let rows = match content {
            Content::Workbook(workbook) => guarded(|| workbook.rows(source, sheet))?,
            Content::Text(text) => text.rows(source)?,
        };
        Ok(Box::new(Metered::new(rows, limits, cells, spent)))
    }
}
