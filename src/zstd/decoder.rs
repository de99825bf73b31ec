//! The decoder, one block after the other.

use ruzstd::decoding::errors::{FrameDecoderError, ReadFrameHeaderError};
use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};
use ruzstd::io::Read;

/// The largest window that is held, which is what the zstd of hosts takes, too: 128 MiB.
pub const WINDOW_BYTES: u64 = 128 << 20;

/// The longest header of a frame: magic, descriptor, window, dictionary and size.
const HEADER_BYTES: usize = 18;
const MAGIC_BYTES: usize = 4;
const BLOCK_HEADER_BYTES: usize = 3;
const CHECKSUM_BYTES: usize = 4;
/// The bits of a frame's descriptor: a checksum follows its last block; one that has to be zero; and those of which one is
/// set where the header states the size.
const CHECKSUM: u8 = 1 << 2;
const RESERVED: u8 = 1 << 3;
const STATES_SIZE: u8 = 0b1110_0000;
/// How much is handed out at once, or a little more.
const OUTPUT_BYTES: usize = 1 << 18;

/// Why the bytes cannot be decompressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// They end inside of a frame.
    Cut,
    /// They are no zstd, or a checksum does not fit.
    Damaged,
    /// They were compressed with a dictionary.
    Dictionary,
    /// A frame needs a larger window than [`WINDOW_BYTES`].
    Window,
}

/// Where in the compressed bytes the decoder stands.
#[derive(Clone, Copy, Debug)]
enum At {
    /// Between frames, or at the beginning of one.
    Frame,
    /// Before a block.
    Block,
    /// Behind the last block of a frame.
    End,
    /// So many bytes of a frame that is skipped are still to come.
    Skipped(u64),
}

/// Decompresses what it is fed.
pub struct Decoder {
    frame: FrameDecoder,
    at: At,
    has_checksum: bool,
    /// What the header of the frame states, if it does.
    stated_size: Option<u64>,
    /// How much the frame has come to.
    size: u64,
    input: Vec<u8>,
    /// How much of `input` is done with.
    used: usize,
    is_ended: bool,
}

impl Default for Decoder {
    fn default() -> Decoder {
        Decoder::new()
    }
}

impl Decoder {
    /// Before the first byte.
    pub fn new() -> Decoder {
        Decoder {
            frame: frame_decoder(),
            at: At::Frame,
            has_checksum: false,
            stated_size: None,
            size: 0,
            input: Vec::new(),
            used: 0,
            is_ended: false,
        }
    }

    /// Takes the next compressed bytes. To hold little, [`read`](Decoder::read) first until there is nothing.
    pub fn feed(&mut self, bytes: &[u8]) {
        self.input.drain(..self.used);
        self.used = 0;
        self.input.extend_from_slice(bytes);
    }

    /// There are no more compressed bytes: [`read`](Decoder::read) fails where they end inside of a frame.
    pub fn end(&mut self) {
        self.is_ended = true;
    }

    /// The next decompressed bytes; none where more have to be fed, or at the end. After a fault there is nothing to read.
    pub fn read(&mut self) -> Result<Vec<u8>, Fault> {
        let mut output = Vec::new();
        while output.len() < OUTPUT_BYTES && self.step(&mut output)? {}
        let is_between_frames = matches!(self.at, At::Frame) && self.rest().is_empty();
        if output.is_empty() && self.is_ended && !is_between_frames {
            return Err(Fault::Cut);
        }
        Ok(output)
    }

    fn rest(&self) -> &[u8] {
        self.input.get(self.used..).unwrap_or_default()
    }

    /// Hands out what is decompressed already, or takes one header or one block; false where its bytes are not all there.
    fn step(&mut self, output: &mut Vec<u8>) -> Result<bool, Fault> {
        let ready = self.frame.can_collect();
        if ready > 0 {
            return self.collect(ready, output).map(|()| true);
        }
        match self.at {
            At::Frame => self.begin(),
            At::Block => self.block(),
            At::End => self.finish().map(|()| true),
            At::Skipped(left) => Ok(self.skip(left)),
        }
    }

    fn collect(&mut self, ready: usize, output: &mut Vec<u8>) -> Result<(), Fault> {
        let start = output.len();
        let part = ready.min(OUTPUT_BYTES);
        output.resize(start + part, 0);
        self.size += part as u64;
        let room = output.get_mut(start..).unwrap_or_default();
        self.frame.read_exact(room).map_err(|_| Fault::Damaged)
    }

    fn begin(&mut self) -> Result<bool, Fault> {
        let mut rest = self.input.get(self.used..).unwrap_or_default();
        // The last frame may be shorter than the longest header.
        if rest.is_empty() || rest.len() < HEADER_BYTES && !self.is_ended {
            return Ok(false);
        }
        let descriptor = rest.get(MAGIC_BYTES).copied().unwrap_or_default();
        let before = rest.len();
        self.frame = frame_decoder();
        let outcome = self.frame.init(&mut rest);
        let is_short = rest.is_empty();
        self.used += before - rest.len();
        match outcome {
            Ok(()) => self.at = At::Block,
            Err(FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::SkipFrame {
                length, ..
            })) => {
                self.at = At::Skipped(u64::from(length));
                return Ok(true);
            }
            Err(error) => return Err(header_fault(&error, is_short)),
        }
        if descriptor & RESERVED != 0 {
            return Err(Fault::Damaged);
        }
        self.has_checksum = descriptor & CHECKSUM != 0;
        self.stated_size = (descriptor & STATES_SIZE != 0).then(|| self.frame.content_size());
        self.size = 0;
        Ok(true)
    }

    fn skip(&mut self, left: u64) -> bool {
        let here = left.min(self.rest().len() as u64);
        self.used += here as usize;
        self.at = if here == left { At::Frame } else { At::Skipped(left - here) };
        here == left
    }

    fn block(&mut self) -> Result<bool, Fault> {
        let mut rest = self.input.get(self.used..).unwrap_or_default();
        let Some(&[low, middle, high]) = rest.first_chunk::<BLOCK_HEADER_BYTES>() else {
            return Ok(false);
        };
        let header = u32::from_le_bytes([low, middle, high, 0]);
        let (is_last, is_run) = (header & 1 == 1, header >> 1 & 3 == 1);
        let content = if is_run { 1 } else { header as usize >> 3 };
        let checksum = if is_last && self.has_checksum { CHECKSUM_BYTES } else { 0 };
        if rest.len() < BLOCK_HEADER_BYTES + content + checksum {
            return Ok(false);
        }
        let before = rest.len();
        let decoded = self.frame.decode_blocks(&mut rest, BlockDecodingStrategy::UptoBlocks(1));
        self.used += before - rest.len();
        decoded.map_err(|_| Fault::Damaged)?;
        if is_last {
            self.at = At::End;
        }
        Ok(true)
    }

    /// Holds what the frame came to against what it states.
    fn finish(&mut self) -> Result<(), Fault> {
        let stated = self.frame.get_checksum_from_data();
        let has_size = self.stated_size.is_none_or(|size| size == self.size);
        if !has_size || stated.is_some() && stated != self.frame.get_calculated_checksum() {
            return Err(Fault::Damaged);
        }
        self.at = At::Frame;
        Ok(())
    }
}

/// A new one for each frame: one that is used again allocates the whole window at once, be the frame as short as it may.
fn frame_decoder() -> FrameDecoder {
    let mut frame = FrameDecoder::new();
    frame.set_max_window_size(WINDOW_BYTES);
    frame
}

/// Why a frame cannot begin. A header that is not all there used up the bytes.
fn header_fault(error: &FrameDecoderError, is_short: bool) -> Fault {
    match error {
        FrameDecoderError::DictNotProvided { .. } => Fault::Dictionary,
        FrameDecoderError::WindowSizeTooBig { .. } => Fault::Window,
        FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::BadMagicNumber(_)) => Fault::Damaged,
        _ if is_short => Fault::Cut,
        _ => Fault::Damaged,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing)]
#[path = "tests.rs"]
mod tests;
