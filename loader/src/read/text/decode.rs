//! From the bytes of any encoding to UTF-8, with the place of the first byte that is none.

use std::io::{self, BufRead, Read};

use encoding_rs::{DecoderResult, Encoding};

/// A byte that the encoding does not have.
#[derive(Debug, thiserror::Error)]
#[error("byte {offset} is not of the encoding")]
pub struct Malformed {
    /// Bytes before it in the file.
    pub offset: u64,
}

/// Reads as UTF-8 what another reader gives in some encoding.
pub struct Decoder<R> {
    inner: R,
    decoder: encoding_rs::Decoder,
    /// Bytes taken from the reader.
    taken: u64,
    /// Decoded text that was not asked for yet: a caller's buffer may be too small for a character.
    ready: Vec<u8>,
    given: usize,
    failed: Option<u64>,
    ended: bool,
}

impl<R: BufRead> Decoder<R> {
    /// Decodes `encoding`; a byte order mark of `marked` bytes is passed over.
    pub fn new(mut inner: R, encoding: &'static Encoding, marked: usize) -> io::Result<Self> {
        inner.read_exact(&mut [0; 4][..marked])?;
        Ok(Self {
            inner,
            decoder: encoding.new_decoder_without_bom_handling(),
            taken: marked as u64,
            ready: Vec::new(),
            given: 0,
            failed: None,
            ended: false,
        })
    }

    /// Decodes the next piece into `ready`.
    fn refill(&mut self) -> io::Result<()> {
        const PIECE: usize = 64 * 1024;
        self.given = 0;
        self.ready.resize(PIECE, 0);
        let source = self.inner.fill_buf()?;
        let last = source.is_empty();
        let (result, read, written) =
            self.decoder.decode_to_utf8_without_replacement(source, &mut self.ready, last);
        self.inner.consume(read);
        self.taken += read as u64;
        self.ready.truncate(written);
        match result {
            DecoderResult::InputEmpty => self.ended = last,
            DecoderResult::OutputFull => {}
            DecoderResult::Malformed(length, behind) => {
                let back = u64::from(length) + u64::from(behind);
                self.failed = Some(self.taken.saturating_sub(back));
            }
        }
        Ok(())
    }
}

impl<R: BufRead> Read for Decoder<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.given == self.ready.len() {
            if let Some(offset) = self.failed {
                return Err(io::Error::new(io::ErrorKind::InvalidData, Malformed { offset }));
            }
            if self.ended {
                return Ok(0);
            }
            self.refill()?;
        }
        let count = buffer.len().min(self.ready.len() - self.given);
        buffer[..count].copy_from_slice(&self.ready[self.given..self.given + count]);
        self.given += count;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decode(bytes: &[u8], encoding: &'static Encoding) -> Result<String, u64> {
        let mut text = String::new();
        // A reader that gives little at a time cuts characters.
        let input = io::BufReader::with_capacity(3, bytes);
        let mut decoder = Decoder::new(input, encoding, 0).expect("memory can be read");
        match decoder.read_to_string(&mut text) {
            Ok(_) => Ok(text),
            Err(error) => {
                let cause = error.get_ref().and_then(|cause| cause.downcast_ref::<Malformed>());
                Err(cause.expect("a wrong byte").offset)
            }
        }
    }

    #[test]
    fn text_is_decoded_or_its_first_wrong_byte_named() {
        let text = "año, 北京, \u{1F600}\u{0}end";
        assert_eq!(decode(text.as_bytes(), encoding_rs::UTF_8).as_deref(), Ok(text));
        let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(decode(&wide, encoding_rs::UTF_16LE).as_deref(), Ok(text));
        assert_eq!(decode(b"a\xF1o", encoding_rs::WINDOWS_1252).as_deref(), Ok("año"));
        assert_eq!(decode(b"abc\xFFdef", encoding_rs::UTF_8), Err(3));
        assert_eq!(decode(b"\xC3\xB1\xE2\x82", encoding_rs::UTF_8), Err(2));
    }
}
