//! How much of anything a file may be: what is beyond is refused with the figure and the setting.

use std::time::Duration;

use bytesize::ByteSize;
use serde::Deserialize;

/// The limits of one load (`[limits]` of the configuration).
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// Bytes of a file as it was dropped.
    pub file_size: ByteSize,
    /// Bytes that a packed file (a workbook, `.gz`, `.zst`) unpacks to.
    pub expanded_size: ByteSize,
    /// How many times larger a packed file may become, beyond its first 10 MiB.
    pub ratio: u64,
    /// Cells that hold something, of all sheets that are read.
    pub cells: u64,
    /// Columns of a sheet or fields of a line.
    pub columns: u32,
    /// Bytes of one cell's text.
    pub cell_length: ByteSize,
    /// Findings kept of a load; all are counted.
    pub findings: usize,
    /// Seconds spent on reading.
    pub seconds: u64,
    /// Bytes of what a format makes Tolva hold at once: the shared strings of a workbook, and all
    /// sheets of the one format that cannot be read row by row (.xls).
    pub memory: ByteSize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            file_size: ByteSize::gib(1),
            expanded_size: ByteSize::gib(8),
            ratio: 500,
            cells: 100_000_000,
            columns: 16_384,
            cell_length: ByteSize::mib(16),
            findings: 10_000,
            seconds: 3_600,
            memory: ByteSize::gib(1),
        }
    }
}

/// A limit that a file exceeds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    /// [`Limits::file_size`].
    FileSize,
    /// [`Limits::expanded_size`].
    ExpandedSize,
    /// [`Limits::ratio`].
    Ratio,
    /// [`Limits::cells`].
    Cells,
    /// [`Limits::columns`].
    Columns,
    /// [`Limits::cell_length`].
    CellLength,
    /// [`Limits::seconds`].
    Seconds,
    /// [`Limits::memory`].
    Memory,
}

impl Limit {
    /// The setting's name.
    pub fn setting(self) -> &'static str {
        match self {
            Self::FileSize => "limits.file_size",
            Self::ExpandedSize => "limits.expanded_size",
            Self::Ratio => "limits.ratio",
            Self::Cells => "limits.cells",
            Self::Columns => "limits.columns",
            Self::CellLength => "limits.cell_length",
            Self::Seconds => "limits.seconds",
            Self::Memory => "limits.memory",
        }
    }
}

/// A limit that was exceeded, with the figures.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "the file has {figure}, more than {most} allowed by `{}`: split the file, or raise the setting",
    limit.setting()
)]
pub struct Exceeded {
    /// Which.
    pub limit: Limit,
    /// What the file has.
    pub figure: String,
    /// What is allowed.
    pub most: String,
}

impl Limits {
    /// Refuses `figure` where it is more than `most` (bytes).
    pub(crate) fn bytes(
        limit: Limit,
        what: &str,
        figure: u64,
        most: ByteSize,
    ) -> Result<(), Exceeded> {
        if figure <= most.as_u64() {
            return Ok(());
        }
        let figure = format!("{} {what}", ByteSize::b(figure).display().iec());
        Err(Exceeded { limit, figure, most: most.display().iec().to_string() })
    }

    /// Refuses `figure` where it is more than `most`.
    pub(crate) fn count(limit: Limit, what: &str, figure: u64, most: u64) -> Result<(), Exceeded> {
        if figure <= most {
            return Ok(());
        }
        Err(Exceeded { limit, figure: format!("{figure} {what}"), most: most.to_string() })
    }

    /// Refuses `spent` where it is more than [`Limits::seconds`].
    pub(crate) fn time(&self, spent: Duration) -> Result<(), Exceeded> {
        let most = self.seconds;
        Self::count(Limit::Seconds, "seconds of reading", spent.as_secs(), most)
    }

    /// Refuses a packed file of `packed` bytes that becomes `unpacked` bytes.
    pub(crate) fn unpacked(&self, packed: u64, unpacked: u64) -> Result<(), Exceeded> {
        const HARMLESS: u64 = 10 * 1024 * 1024;
        Self::bytes(Limit::ExpandedSize, "when unpacked", unpacked, self.expanded_size)?;
        if unpacked <= HARMLESS {
            return Ok(());
        }
        let ratio = unpacked / packed.max(1);
        Self::count(Limit::Ratio, "times its size when unpacked", ratio, self.ratio)
    }
}
