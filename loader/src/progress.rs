//! How far a load is, for whoever watches it.

use std::io::{self, Read, Seek, SeekFrom};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Counters that a load raises while it reads.
#[derive(Debug, Clone, Default)]
pub struct Progress {
    counters: Arc<Counters>,
}

#[derive(Debug, Default)]
struct Counters {
    total: AtomicU64,
    bytes: AtomicU64,
    lines: AtomicU64,
}

impl Progress {
    pub(crate) fn begin(&self, total: u64) {
        self.counters.total.store(total, Ordering::Relaxed);
        self.counters.bytes.store(0, Ordering::Relaxed);
        self.counters.lines.store(0, Ordering::Relaxed);
    }

    pub(crate) fn line(&self) {
        self.counters.lines.fetch_add(1, Ordering::Relaxed);
    }

    /// Bytes of the file.
    pub fn total(&self) -> u64 {
        self.counters.total.load(Ordering::Relaxed)
    }

    /// Bytes read. A workbook is read in several passes: this may exceed the total.
    pub fn bytes(&self) -> u64 {
        self.counters.bytes.load(Ordering::Relaxed)
    }

    /// Lines read.
    pub fn lines(&self) -> u64 {
        self.counters.lines.load(Ordering::Relaxed)
    }
}

/// A reader that counts what passes.
#[derive(Debug)]
pub(crate) struct Counted<R> {
    inner: R,
    progress: Progress,
}

impl<R> Counted<R> {
    pub fn new(inner: R, progress: Progress) -> Self {
        Self { inner, progress }
    }
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.progress.counters.bytes.fetch_add(count as u64, Ordering::Relaxed);
        Ok(count)
    }
}

impl<R: Seek> Seek for Counted<R> {
    fn seek(&mut self, position: SeekFrom) -> io::Result<u64> {
        self.inner.seek(position)
    }
}
