//! Whether a workbook is whole and small enough to be opened: what it becomes in memory is known
//! before.

use std::io::{self, Read as _};
use std::path::Path;

use super::{claims, parts};
use crate::limits::{Limit, Limits};
use crate::read::ReadError;
use crate::read::kind::Kind;

/// What a byte of a workbook of Excel 97 becomes in memory at most, as a rule: a cell has 10 bytes.
const XLS_RATIO: u64 = 8;

/// Refuses what is too large, or damaged: everything is unpacked once, since what a part says of its
/// size need not be true, and since its checksum is looked at only where it is read to its end.
pub fn check(path: &Path, kind: Kind, limits: &Limits) -> Result<(), ReadError> {
    let size = std::fs::metadata(path)?.len();
    if kind == Kind::Xls {
        let memory = size.saturating_mul(XLS_RATIO);
        Limits::bytes(Limit::Memory, "in memory", memory, limits.memory)?;
        if claims::too_many_cells(&std::fs::read(path)?) {
            return Err(ReadError::Damaged("a sheet claims too many cells".to_owned()));
        }
        return Ok(());
    }
    let damaged = |error: io::Error| ReadError::Damaged(error.to_string());
    let most = limits.expanded_size.as_u64().saturating_add(1);
    let mut archive = parts::open(path)?;
    let mut total = 0;
    for at in 0..archive.len() {
        let part = archive.by_index(at).map_err(|error| damaged(error.into()))?;
        let is_strings =
            part.name().is_ok_and(|name| name.to_lowercase() == "xl/sharedstrings.xml");
        // One byte more than is allowed, so that a part is read to its end and its checksum looked at.
        let mut part = io::Read::take(part, most - total);
        let mut start = Vec::new();
        io::Read::by_ref(&mut part).take(4_096).read_to_end(&mut start).map_err(damaged)?;
        let unpacked =
            start.len() as u64 + io::copy(&mut part, &mut io::sink()).map_err(damaged)?;
        if claims::too_many_strings(&start, unpacked) {
            return Err(ReadError::Damaged("it claims too many shared strings".to_owned()));
        }
        total += unpacked;
        limits.unpacked(size, total)?;
        if is_strings {
            Limits::bytes(Limit::Memory, "of shared strings", unpacked, limits.memory)?;
        }
    }
    Ok(())
}
