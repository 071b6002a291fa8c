//! Files packed as a whole: `.gz` (RFC 1952) and `.zst` (RFC 8878).

use std::fs::File;
use std::io::{self, BufReader, Read, Write};
use std::path::Path;

use flate2::read::MultiGzDecoder;
use tempfile::NamedTempFile;

use super::ReadError;
use super::kind::Packing;
use crate::limits::{Exceeded, Limits};

/// Unpacks the file at `path` into a temporary one; `None` where it is not packed.
pub fn unpack(path: &Path, limits: &Limits) -> Result<Option<NamedTempFile>, ReadError> {
    let mut file = File::open(path)?;
    let Some(packing) = Packing::of(&mut file)? else { return Ok(None) };
    let size = file.metadata()?.len();
    let input = BufReader::new(file);
    let mut reader: Box<dyn Read> = match packing {
        Packing::Gzip => Box::new(MultiGzDecoder::new(input)),
        Packing::Zstd => Box::new(zstd::stream::read::Decoder::with_buffer(input)?),
    };
    let mut unpacked = NamedTempFile::new()?;
    let mut buffer = vec![0; 128 * 1024];
    let mut total = 0;
    loop {
        let count = match reader.read(&mut buffer) {
            Ok(0) => break,
            Ok(count) => count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(ReadError::Packed(error.to_string())),
        };
        total += count as u64;
        limits.unpacked(size, total).map_err(|exceeded: Exceeded| ReadError::Limit(exceeded))?;
        unpacked.write_all(&buffer[..count])?;
    }
    unpacked.flush()?;
    if Packing::of(&mut File::open(unpacked.path())?)?.is_some() {
        return Err(ReadError::Packed("it holds another packed file".to_owned()));
    }
    Ok(Some(unpacked))
}
