//! Writing lines as CSV: CRLF, and quotes only where they are needed.

use super::{HEADER, Line};
use crate::Error;
use csv::{Terminator, WriterBuilder};
use std::borrow::Borrow;
use std::path::Path;

/// Writes a file. Lines may be borrowed or made on the way; none is kept.
pub fn write(path: &Path, lines: impl IntoIterator<Item = impl Borrow<Line>>) -> Result<(), Error> {
    let made = || -> Result<(), csv::Error> {
        let mut file = WriterBuilder::new().terminator(Terminator::CRLF).from_path(path)?;
        file.write_record(HEADER)?;
        for line in lines {
            file.write_record(line.borrow().fields())?;
        }
        Ok(file.flush()?)
    };
    made().map_err(|source| Error::Csv { path: path.display().to_string(), source })
}
