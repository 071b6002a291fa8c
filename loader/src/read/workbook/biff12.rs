//! Records of binary workbooks (MS-XLSB, <https://learn.microsoft.com/openspecs/office_file_formats/ms-xlsb/>):
//! what the reader of cells does not tell, and cells in a form that it does not know.
//!
//! A record is a type and a length, each in groups of seven bits, and so many bytes.

use std::io::{self, BufReader, Read, Write};
use std::path::Path;

use tempfile::NamedTempFile;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::hidden::HiddenParts;
use super::parts;
use super::rows::Region;
use crate::read::ReadError;

const ROW: u32 = 0;
/// Cells with a column of their own, and those that stand in the column behind the one before.
const CELLS: std::ops::RangeInclusive<u32> = 1..=11;
const SHORT_CELLS: std::ops::RangeInclusive<u32> = 12..=18;
/// From the type of a short cell to that of the same cell with a column.
const SHORT: u32 = 11;
const COLUMNS: u32 = 60;
const SHEET: u32 = 156;
const MERGED: u32 = 176;

/// One record.
struct Record {
    kind: u32,
    bytes: Vec<u8>,
}

impl Record {
    fn next(input: &mut impl Read) -> io::Result<Option<Self>> {
        let Some(kind) = groups(input, 2)? else { return Ok(None) };
        let length = groups(input, 4)?.ok_or(io::ErrorKind::UnexpectedEof)?;
        let mut bytes = Vec::new();
        input.take(length.into()).read_to_end(&mut bytes)?;
        if bytes.len() as u64 != u64::from(length) {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(Some(Self { kind, bytes }))
    }

    fn number(&self, at: usize) -> u32 {
        let bytes = self.bytes.get(at..at + 4).and_then(|bytes| bytes.try_into().ok());
        u32::from_le_bytes(bytes.unwrap_or_default())
    }

    fn flag(&self, at: usize, bit: u8) -> bool {
        self.bytes.get(at).is_some_and(|byte| byte & bit != 0)
    }

    /// A counted text from byte `at` on, and where it ends.
    fn text(&self, at: usize) -> (String, usize) {
        let end = at + 4 + 2 * self.number(at) as usize;
        let bytes = self.bytes.get(at + 4..end).unwrap_or_default();
        let units: Vec<u16> =
            bytes.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]])).collect();
        (String::from_utf16_lossy(&units), end)
    }

    fn write(&self, output: &mut impl Write) -> io::Result<()> {
        for mut number in [self.kind, self.bytes.len() as u32] {
            loop {
                let group = (number & 0x7F) as u8;
                number >>= 7;
                output.write_all(&[if number > 0 { group | 0x80 } else { group }])?;
                if number == 0 {
                    break;
                }
            }
        }
        output.write_all(&self.bytes)
    }
}

/// A number of at most `most` groups of seven bits; `None` at the end of the input.
fn groups(input: &mut impl Read, most: usize) -> io::Result<Option<u32>> {
    let mut number = 0;
    for at in 0..most {
        let mut byte = [0];
        if input.read(&mut byte)? == 0 {
            return if at == 0 { Ok(None) } else { Err(io::ErrorKind::UnexpectedEof.into()) };
        }
        number |= u32::from(byte[0] & 0x7F) << (7 * at);
        if byte[0] & 0x80 == 0 {
            break;
        }
    }
    Ok(Some(number))
}

fn damaged(error: io::Error) -> ReadError {
    ReadError::Damaged(error.to_string())
}

fn each(part: impl Read, mut see: impl FnMut(&Record) -> bool) -> Result<(), ReadError> {
    let mut input = BufReader::new(part);
    while let Some(record) = Record::next(&mut input).map_err(damaged)? {
        if !see(&record) {
            break;
        }
    }
    Ok(())
}

/// What lies over the cells of the sheet called `sheet`.
pub fn overlay(path: &Path, sheet: &str) -> Result<(Vec<Region>, HiddenParts), ReadError> {
    let mut archive = parts::open(path)?;
    let mut id = None;
    each(parts::part(&mut archive, "xl/workbook.bin")?, |record| {
        if record.kind == SHEET {
            let (relation, end) = record.text(8);
            if record.text(end).0 == sheet {
                id = Some(relation);
            }
        }
        id.is_none()
    })?;
    let part = parts::related(&mut archive, "xl/_rels/workbook.bin.rels", id, sheet)?;
    let (mut merged, mut hidden) = (Vec::new(), HiddenParts::default());
    each(parts::part(&mut archive, &part)?, |record| {
        match record.kind {
            ROW if record.flag(11, 0x10) => {
                let row = u64::from(record.number(0)) + 1;
                hidden.hide_rows(row, row);
            }
            COLUMNS if record.flag(16, 1) => {
                hidden.hide_columns(record.number(0) + 1, record.number(4) + 1);
            }
            MERGED => merged.push(Region::new(
                (u64::from(record.number(0)) + 1, u64::from(record.number(4)) + 1),
                (record.number(8) + 1, record.number(12) + 1),
            )),
            _ => {}
        }
        true
    })?;
    Ok((merged, hidden))
}

/// A workbook whose short cells have columns, in a temporary file; `None` where it has no short cells.
pub fn with_columns(path: &Path) -> Result<Option<NamedTempFile>, ReadError> {
    if !has_short_cells(path)? {
        return Ok(None);
    }
    let mut archive = parts::open(path)?;
    let file = NamedTempFile::new()?;
    let mut output = ZipWriter::new(io::BufWriter::new(file.reopen()?));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    for at in 0..archive.len() {
        let part = archive.by_index(at).map_err(|error| damaged(error.into()))?;
        let name = part.name().map_err(|error| damaged(error.into()))?.into_owned();
        output.start_file(&*name, options).map_err(io::Error::from)?;
        if is_sheet(&name) {
            expand(&mut BufReader::new(part), &mut output).map_err(damaged)?;
        } else {
            io::copy(&mut BufReader::new(part), &mut output).map_err(damaged)?;
        }
    }
    output.finish().map_err(io::Error::from)?.flush()?;
    Ok(Some(file))
}

fn is_sheet(name: &str) -> bool {
    let name = name.to_lowercase();
    name.starts_with("xl/worksheets/") && name.ends_with(".bin")
}

fn has_short_cells(path: &Path) -> Result<bool, ReadError> {
    let mut archive = parts::open(path)?;
    let names: Vec<String> =
        archive.file_names().flatten().filter(|name| is_sheet(name)).map(Into::into).collect();
    let mut found = false;
    for name in names {
        each(parts::part(&mut archive, &name)?, |record| {
            found = SHORT_CELLS.contains(&record.kind);
            !found
        })?;
        if found {
            break;
        }
    }
    Ok(found)
}

/// Copies records; a short cell gets the column behind the one before.
fn expand(input: &mut impl Read, output: &mut impl Write) -> io::Result<()> {
    let mut column = 0_u32;
    while let Some(mut record) = Record::next(input)? {
        if record.kind == ROW {
            column = 0;
        } else if CELLS.contains(&record.kind) {
            column = record.number(0).wrapping_add(1);
        } else if SHORT_CELLS.contains(&record.kind) {
            record.kind -= SHORT;
            record.bytes.splice(0..0, column.to_le_bytes());
            column = column.wrapping_add(1);
        }
        record.write(output)?;
    }
    Ok(())
}
