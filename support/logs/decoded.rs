//! Files as they are on a disk: gzip and zstd by their first bytes, whatever the name says, and a byte order mark before the text.

use std::error::Error;
use std::io::{self, BufRead, BufReader, ErrorKind, Read};

use flate2::bufread::MultiGzDecoder;
use memchr::memchr;
use ruzstd::decoding::errors::{FrameDecoderError, ReadFrameHeaderError};
use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};

/// In bytes: the longest beginning that tells how a file is compressed.
const LONGEST_MARK: usize = 4;
/// In bytes: what tells JSON from another text.
const BEGINNING: usize = 256;
const GZIP: &[u8] = &[0x1f, 0x8b];
const ZSTD: &[u8] = &[0x28, 0xb5, 0x2f, 0xfd];
/// A frame of zstd that holds no data has one of sixteen marks, of which this is the part they share.
const ZSTD_SKIPPED: &[u8] = &[0x2a, 0x4d, 0x18];
const UTF_8_MARK: &[u8] = &[0xef, 0xbb, 0xbf];

/// A stream that was looked at, with its beginning before it again.
type Whole<R> = io::Chain<io::Cursor<Vec<u8>>, R>;

/// Why a file cannot be read as a log.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// Text in two bytes for a letter.
    #[error("is UTF-16, and JSON is UTF-8: convert it with `iconv -f UTF-16 -t UTF-8`")]
    Utf16,
    /// Whatever `gcloud` was not told to write in another form.
    #[error(
        "is YAML, which `gcloud logging read` writes by default: write it again with `gcloud logging read --format json`"
    )]
    Yaml,
    /// The system, or a compressed stream that is broken.
    #[error("cannot be read: {0}")]
    Io(#[from] io::Error),
}

/// The text of a stream: decompressed, without a byte order mark.
///
/// # Errors
/// When it cannot be read, or is UTF-16 or YAML.
pub fn decoded<'a>(source: impl Read + 'a) -> Result<Box<dyn Read + 'a>, ReadError> {
    let (mark, whole) = looked_at(source, LONGEST_MARK)?;
    let text: Box<dyn Read + 'a> = if mark.starts_with(GZIP) {
        Box::new(MultiGzDecoder::new(BufReader::new(whole)))
    } else if mark.starts_with(ZSTD) || mark.get(1..4) == Some(ZSTD_SKIPPED) && mark[0] & 0xf0 == 0x50 {
        Box::new(Frames { source: BufReader::new(whole), frame: FrameDecoder::new(), is_inside: false })
    } else {
        Box::new(whole)
    };
    let (beginning, whole) = looked_at(text, BEGINNING)?;
    let has_mark = beginning.starts_with(UTF_8_MARK);
    match &beginning[if has_mark { UTF_8_MARK.len() } else { 0 }..] {
        beginning if is_utf_16(beginning) => Err(ReadError::Utf16),
        beginning if is_yaml(beginning) => Err(ReadError::Yaml),
        _ if has_mark => Ok(Box::new(without_mark(whole)?)),
        _ => Ok(Box::new(whole)),
    }
}

/// So many bytes, or all there are.
fn looked_at<R: Read>(mut source: R, length: usize) -> io::Result<(Vec<u8>, Whole<R>)> {
    let mut mark = Vec::with_capacity(length);
    match source.by_ref().take(length as u64).read_to_end(&mut mark) {
        // The reader tells that a compressed file ends early.
        Err(error) if error.kind() != ErrorKind::UnexpectedEof => Err(error),
        _ => Ok((mark.clone(), io::Cursor::new(mark).chain(source))),
    }
}

fn without_mark<R: Read>(mut text: R) -> io::Result<R> {
    text.read_exact(&mut [0; UTF_8_MARK.len()])?;
    Ok(text)
}

/// With a byte order mark, or with a zero in the first letter: JSON begins with one of ASCII.
fn is_utf_16(mark: &[u8]) -> bool {
    mark.starts_with(&[0xff, 0xfe]) || mark.starts_with(&[0xfe, 0xff]) || mark.iter().take(2).any(|byte| *byte == 0)
}

/// An entry that begins with one of its keys, behind the line that YAML puts before a document.
fn is_yaml(beginning: &[u8]) -> bool {
    let mut lines = beginning.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii_end).filter(|line| !line.is_empty());
    let first = lines.find(|line| *line != b"---");
    let key = first.and_then(|line| line.get(..memchr(b':', line)?));
    key.is_some_and(|key| KEYS.iter().any(|of_entry| of_entry.as_bytes() == key))
}

/// Those of an entry, which `gcloud` sorts: one of the first is always there.
const KEYS: [&str; 9] = [
    "errorGroups",
    "httpRequest",
    "insertId",
    "jsonPayload",
    "labels",
    "logName",
    "protoPayload",
    "receiveTimestamp",
    "textPayload",
];

/// The frames of a zstd file, one after another: two files after one another are a file.
struct Frames<R> {
    source: R,
    frame: FrameDecoder,
    is_inside: bool,
}

impl<R: BufRead> Read for Frames<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let read = self.frame.read(buffer)?;
            if read > 0 || buffer.is_empty() {
                return Ok(read);
            }
            self.is_inside &= !self.frame.is_finished();
            if self.is_inside {
                let blocks = BlockDecodingStrategy::UptoBlocks(1);
                self.frame.decode_blocks(&mut self.source, blocks).map_err(as_io)?;
            } else if self.source.fill_buf()?.is_empty() {
                return Ok(0);
            } else {
                self.begin()?;
            }
        }
    }
}

impl<R: BufRead> Frames<R> {
    fn begin(&mut self) -> io::Result<()> {
        match self.frame.reset(&mut self.source) {
            Ok(()) => self.is_inside = true,
            Err(FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::SkipFrame { length, .. })) => {
                io::copy(&mut self.source.by_ref().take(length.into()), &mut io::sink())?;
            }
            Err(error) => return Err(as_io(error)),
        }
        Ok(())
    }
}

/// A file that ends early is told apart from one that is broken.
fn as_io(error: FrameDecoderError) -> io::Error {
    let kind = if ends_early(&error) { ErrorKind::UnexpectedEof } else { ErrorKind::InvalidData };
    io::Error::new(kind, error)
}

fn ends_early(error: &(dyn Error + 'static)) -> bool {
    let is_end = error.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == ErrorKind::UnexpectedEof);
    is_end || error.source().is_some_and(ends_early)
}
