//! Which encoding a text file has.

use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::Path;

use chardetng::EncodingDetector;
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};

/// Bytes that tell UTF-16 without a mark from other text.
const LOOK: usize = 4096;

/// An encoding, and how it is known.
#[derive(Debug, Clone, Copy)]
pub struct Found {
    /// What to decode.
    pub encoding: &'static Encoding,
    /// Bytes of the byte order mark at the start.
    pub marked: usize,
    /// The encoding's name, if it is no more than the likeliest one.
    pub guess: Option<&'static str>,
}

/// Finds the encoding of the file at `path`: a byte order mark tells it, else what the contract
/// declares, else the bytes.
pub fn find(path: &Path, declared: Option<&'static Encoding>) -> io::Result<Found> {
    let mut input = BufReader::with_capacity(64 * 1024, File::open(path)?);
    let start = input.fill_buf()?;
    if let Some((encoding, marked)) = Encoding::for_bom(start) {
        return Ok(Found { encoding, marked, guess: None });
    }
    let certain = |encoding| Ok(Found { encoding, marked: 0, guess: None });
    if let Some(encoding) = declared {
        return certain(encoding);
    }
    if let Some(encoding) = wide(&start[..start.len().min(LOOK)]) {
        return certain(encoding);
    }
    let tally = Tally::of(&mut input)?;
    // What is UTF-8 by accident is rare in other encodings: this is UTF-8 with a wrong byte.
    if tally.right >= tally.wrong {
        return certain(UTF_8);
    }
    let encoding = guess(path)?;
    Ok(Found { encoding, marked: 0, guess: Some(encoding.name()) })
}

/// UTF-16 without a mark: nearly every second byte of most texts is zero.
pub fn wide(start: &[u8]) -> Option<&'static Encoding> {
    let zeros = |from: usize| start.iter().skip(from).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd, half) = (zeros(0), zeros(1), start.len() / 2);
    if half < 2 {
        None
    } else if odd * 3 > half && even * 10 < half {
        Some(UTF_16LE)
    } else if even * 3 > half && odd * 10 < half {
        Some(UTF_16BE)
    } else {
        None
    }
}

/// Sequences of more than one byte that are UTF-8, and those that are not.
#[derive(Debug, Default)]
struct Tally {
    right: u64,
    wrong: u64,
}

impl Tally {
    fn of(input: &mut impl BufRead) -> io::Result<Self> {
        let mut tally = Self::default();
        let mut rest: Vec<u8> = Vec::new();
        loop {
            let piece = input.fill_buf()?;
            let (read, last) = (piece.len(), piece.is_empty());
            if rest.is_empty() && piece.is_ascii() {
                input.consume(read);
                if last {
                    return Ok(tally);
                }
                continue;
            }
            rest.extend_from_slice(piece);
            input.consume(read);
            let kept = if last { 0 } else { unfinished(&rest) };
            let whole = rest.len() - kept;
            for chunk in rest[..whole].utf8_chunks() {
                tally.right += chunk.valid().chars().filter(|c| !c.is_ascii()).count() as u64;
                tally.wrong += u64::from(!chunk.invalid().is_empty());
            }
            rest.drain(..whole);
            if last {
                return Ok(tally);
            }
        }
    }
}

/// Bytes at the end that may be the beginning of a character.
fn unfinished(bytes: &[u8]) -> usize {
    match std::str::from_utf8(&bytes[bytes.len().saturating_sub(4)..]) {
        Err(error) if error.error_len().is_none() => bytes.len().min(4) - error.valid_up_to(),
        _ => {
            // Those four bytes may begin amid a character, and end amid another.
            (1..=3.min(bytes.len()))
                .find(|count| {
                    let tail = &bytes[bytes.len() - count..];
                    matches!(std::str::from_utf8(tail), Err(e) if e.error_len().is_none())
                })
                .unwrap_or(0)
        }
    }
}

fn guess(path: &Path) -> io::Result<&'static Encoding> {
    let mut input = BufReader::with_capacity(64 * 1024, File::open(path)?);
    let mut detector = EncodingDetector::new(chardetng::Iso2022JpDetection::Deny);
    loop {
        let piece = input.fill_buf()?;
        let (read, last) = (piece.len(), piece.is_empty());
        detector.feed(piece, last);
        input.consume(read);
        if last {
            return Ok(detector.guess(None, chardetng::Utf8Detection::Deny));
        }
    }
}
