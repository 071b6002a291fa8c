//! Which character separates the fields of a text.

use std::io::Read;

use tolva_schema::contract::Source;
use tolva_schema::field::Locator;

use super::Dialect;
use crate::organise::normalised;
use crate::read::ReadError;

/// What people's programs write, the likeliest first.
const CANDIDATES: [u8; 4] = [b',', b';', b'\t', b'|'];
/// Bytes and records that are looked at.
const LOOK: u64 = 256 * 1024;
const RECORDS: usize = 100;

/// The delimiter under which the most headers of `source` are found in one record; between equals,
/// the one that cuts the records into the most alike ones.
pub fn delimiter(input: impl Read, dialect: Dialect, source: &Source) -> Result<u8, ReadError> {
    let mut sample = Vec::new();
    match input.take(LOOK).read_to_end(&mut sample) {
        // What is wrong further down is told with its place when it is read.
        Err(error) if error.kind() == std::io::ErrorKind::InvalidData => {}
        Err(error) => return Err(error.into()),
        Ok(_) => {}
    }
    if let Some(told) = told(&sample) {
        return Ok(told);
    }
    let headers: Vec<String> = source
        .fields
        .iter()
        .filter_map(|field| match &field.locator {
            Locator::Headers(headers) => Some(headers),
            _ => None,
        })
        .flatten()
        .map(|header| normalised(header))
        .collect();
    let mut best = (b',', (0, 0));
    for delimiter in CANDIDATES {
        let score = score(&sample, Dialect { delimiter, ..dialect }, &headers);
        if score > best.1 {
            best = (delimiter, score);
        }
    }
    Ok(best.0)
}

/// `sep=;` in the first line, as Excel writes and reads it.
fn told(sample: &[u8]) -> Option<u8> {
    match sample.strip_prefix(b"sep=")? {
        [delimiter, b'\r' | b'\n', ..] if delimiter.is_ascii() => Some(*delimiter),
        _ => None,
    }
}

/// Headers found in the record that has the most, and records as wide as most that have more than
/// one field.
fn score(sample: &[u8], dialect: Dialect, headers: &[String]) -> (usize, usize) {
    let mut reader = dialect.reader(sample);
    let (mut found, mut widths) = (0, std::collections::BTreeMap::<usize, usize>::new());
    for record in reader.byte_records().take(RECORDS).flatten() {
        let named = |field: &&[u8]| headers.contains(&normalised(&String::from_utf8_lossy(field)));
        found = found.max(record.iter().filter(named).count());
        *widths.entry(record.len()).or_default() += 1;
    }
    let alike = widths.into_iter().filter(|(width, _)| *width > 1).map(|(_, count)| count).max();
    (found, alike.unwrap_or(0))
}
