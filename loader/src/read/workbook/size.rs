//! Whether a workbook is small enough to be opened: what it becomes in memory is known before.

use std::io::{self, Read};
use std::path::Path;

use super::parts;
use crate::limits::{Limit, Limits};
use crate::read::ReadError;
use crate::read::kind::Kind;

/// The most that DEFLATE can make of a byte.
const DEFLATE_RATIO: u64 = 1_032;
/// Bytes of a cell that is held in memory.
const CELL: u64 = 32;
/// What a byte of a workbook of Excel 97 becomes in memory at most, as a rule: a cell has 10 bytes.
const XLS_RATIO: u64 = 8;

/// Refuses what is too large.
pub fn check(path: &Path, kind: Kind, limits: &Limits) -> Result<(), ReadError> {
    let size = std::fs::metadata(path)?.len();
    if kind == Kind::Xls {
        let memory = size.saturating_mul(XLS_RATIO);
        return Ok(Limits::bytes(Limit::Memory, "in memory", memory, limits.memory)?);
    }
    let mut archive = parts::open(path)?;
    let (mut total, mut strings) = (0_u64, 0);
    for at in 0..archive.len() {
        let part = archive.by_index_raw(at).map_err(|e| ReadError::Damaged(e.to_string()))?;
        total = total.saturating_add(part.size());
        if part.name().is_ok_and(|name| name.to_lowercase() == "xl/sharedstrings.xml") {
            strings = part.size();
        }
    }
    limits.unpacked(size, total)?;
    Limits::bytes(Limit::Memory, "of shared strings", strings, limits.memory)?;
    // What a part says of its size need not be true.
    if size.saturating_mul(DEFLATE_RATIO) > limits.expanded_size.as_u64() {
        limits.unpacked(size, unpacked(path, limits)?)?;
    }
    if kind == Kind::Ods {
        let cells = ods_cells(path)?;
        let memory = cells.saturating_mul(CELL);
        Limits::bytes(Limit::Memory, "in memory", memory, limits.memory)?;
    }
    Ok(())
}

/// What all parts really become; no more than just beyond the limit is unpacked.
fn unpacked(path: &Path, limits: &Limits) -> Result<u64, ReadError> {
    let mut archive = parts::open(path)?;
    let most = limits.expanded_size.as_u64().saturating_add(1);
    let mut total = 0;
    for at in 0..archive.len() {
        let part = archive.by_index(at).map_err(|e| ReadError::Damaged(e.to_string()))?;
        let copied = io::copy(&mut part.take(most - total), &mut io::sink());
        total += copied.map_err(|error| ReadError::Damaged(error.to_string()))?;
        if total >= most {
            break;
        }
    }
    Ok(total)
}

/// Cells that the sheets of an OpenDocument workbook span, down and right to the last one that holds
/// something: so many are held in memory.
fn ods_cells(path: &Path) -> Result<u64, ReadError> {
    let mut archive = parts::open(path)?;
    let (mut total, mut rows, mut last_row, mut width) = (0_u64, 0_u64, 0_u64, 0_u64);
    let (mut repeat_row, mut column) = (1, 0_u64);
    parts::elements(parts::part(&mut archive, "content.xml")?, |element| {
        let repeated = |name: &str| {
            parts::attribute(element, name).and_then(|text| text.parse::<u64>().ok()).unwrap_or(1)
        };
        match element.local_name().as_ref() {
            "table" => {
                total = total.saturating_add(last_row.saturating_mul(width));
                (rows, last_row, width) = (0, 0, 0);
            }
            "table-row" => {
                repeat_row = repeated("number-rows-repeated");
                rows = rows.saturating_add(repeat_row);
                column = 0;
            }
            "table-cell" | "covered-table-cell" => {
                column = column.saturating_add(repeated("number-columns-repeated"));
                if parts::attribute(element, "value-type").is_some() {
                    (last_row, width) = (rows, width.max(column));
                }
            }
            _ => {}
        }
        Ok(true)
    })?;
    Ok(total.saturating_add(last_row.saturating_mul(width)))
}
