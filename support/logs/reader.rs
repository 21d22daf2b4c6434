//! Entries from a stream: an array as `gcloud logging read --format json` writes it, or one object after another, as JSON lines are.
//! One buffer holds a few entries at a time, and an array is never held whole. What cannot be read is counted with its line.

use std::io::{self, ErrorKind, Read};

use memchr::{memchr, memchr_iter, memrchr};
use serde_json::error::Category;
use serde_json::{Deserializer, Value};

use super::damage::Damage;
use super::entry::Entry;
use super::scan::Scanner;

/// In bytes: what is read at a time.
const BUFFER: usize = 256 * 1024;
/// In bytes: a longer entry is skipped. Cloud Logging takes none beyond 256 KiB, and indented JSON is up to three times as long.
pub const LONGEST_ENTRY: usize = 1024 * 1024;

/// Reads the entries of one stream.
pub struct Reader<R> {
    source: R,
    buffer: Vec<u8>,
    /// What is not read yet is `buffer[start..end]`.
    start: usize,
    end: usize,
    /// Lines before the buffer.
    lines: u64,
    /// Bytes of the current line before the buffer.
    column: usize,
    /// Open brackets of arrays.
    arrays: usize,
    damage: Damage,
}

/// Why no entry was read at the beginning of the buffer.
enum NotRead {
    /// It may be the beginning of one.
    Incomplete,
    Broken,
    /// JSON that the borrowing reader does not take.
    Unusual,
}

impl<R: Read> Reader<R> {
    /// A reader of UTF-8 text that is not compressed.
    pub fn new(source: R) -> Self {
        let buffer = vec![0; BUFFER];
        Reader { source, buffer, start: 0, end: 0, lines: 0, column: 0, arrays: 0, damage: Damage::default() }
    }

    /// Gives every entry to the function, in the order of the file.
    ///
    /// # Errors
    /// When the stream cannot be read. A compressed stream that ends early is no such error: what was read before it counts.
    pub fn read(mut self, mut each: impl FnMut(&Entry<'_>)) -> io::Result<Damage> {
        while self.find_entry()? {
            self.take(&mut each)?;
        }
        self.damage.truncated |= self.arrays > 0;
        Ok(self.damage)
    }

    /// Goes to the next opening brace; false at the end of the stream.
    fn find_entry(&mut self) -> io::Result<bool> {
        loop {
            while let Some(byte) = self.buffer[self.start..self.end].first() {
                match byte {
                    b'{' => return Ok(true),
                    b' ' | b'\t' | b'\r' | b'\n' | b',' => {}
                    b'[' => self.arrays += 1,
                    b']' if self.arrays > 0 => self.arrays -= 1,
                    _ => {
                        self.skip_garbage()?;
                        continue;
                    }
                }
                self.start += 1;
            }
            if !self.fill()? {
                return Ok(false);
            }
        }
    }

    /// Takes the entry at the beginning of the buffer.
    fn take(&mut self, each: &mut impl FnMut(&Entry<'_>)) -> io::Result<()> {
        match found(&self.buffer[self.start..self.end]) {
            Ok((entry, length)) => {
                if entry.is_one() {
                    self.damage.entries += 1;
                    each(&entry);
                } else {
                    self.damage.malformed(self.lines + line_of(&self.buffer, self.start));
                }
                self.start += length;
                Ok(())
            }
            Err(NotRead::Incomplete) if self.end - self.start >= LONGEST_ENTRY => {
                self.damage.too_long(self.line());
                self.damage.truncated |= !self.skip_entry()?;
                Ok(())
            }
            Err(NotRead::Incomplete) => match self.fill()? {
                true => Ok(()),
                false => {
                    self.damage.truncated = true;
                    self.skip_broken()
                }
            },
            Err(NotRead::Broken) => self.skip_broken(),
            Err(NotRead::Unusual) => self.take_unusual(each),
        }
    }

    /// Counts what is no entry, and goes behind it.
    fn skip_broken(&mut self) -> io::Result<()> {
        self.damage.malformed(self.line());
        self.skip_entry().map(|_| ())
    }

    /// A key is there twice, or is of another type.
    fn take_unusual(&mut self, each: &mut impl FnMut(&Entry<'_>)) -> io::Result<()> {
        let mut values = Deserializer::from_slice(&self.buffer[self.start..self.end]).into_iter::<Value>();
        let value = match values.next() {
            Some(Ok(value)) => value,
            Some(Err(error)) if error.is_eof() && self.end - self.start < LONGEST_ENTRY && self.fill()? => {
                return Ok(());
            }
            _ => return self.skip_broken(),
        };
        let length = values.byte_offset();
        let entry = Entry::of_value(&value);
        if !entry.is_one() {
            return self.skip_broken();
        }
        self.damage.entries += 1;
        each(&entry);
        self.start += length;
        Ok(())
    }

    /// Goes behind the entry at the beginning of the buffer without holding it; false where the stream ends before it does.
    fn skip_entry(&mut self) -> io::Result<bool> {
        let mut scanner = Scanner::new(self.column_at_start());
        loop {
            if let Some(length) = scanner.end(&self.buffer[self.start..self.end]) {
                self.start += length;
                return Ok(true);
            }
            self.start = self.end;
            if !self.fill()? {
                return Ok(false);
            }
        }
    }

    /// Counts text between entries, up to the end of its line, or in an array up to the next comma or bracket.
    fn skip_garbage(&mut self) -> io::Result<()> {
        self.damage.malformed(self.line());
        let in_array = self.arrays > 0;
        loop {
            let rest = &self.buffer[self.start..self.end];
            let end = match in_array {
                true => rest.iter().position(|byte| matches!(byte, b'\n' | b',' | b']')).map(|at| at.max(1)),
                false => memchr(b'\n', rest),
            };
            self.start = end.map_or(self.end, |end| self.start + end);
            if end.is_some() || !self.fill()? {
                return Ok(());
            }
        }
    }

    /// Reads more behind what is there; false at the end of the stream.
    fn fill(&mut self) -> io::Result<bool> {
        self.lines += memchr_iter(b'\n', &self.buffer[..self.start]).count() as u64;
        self.column = self.column_at_start();
        self.buffer.copy_within(self.start..self.end, 0);
        (self.start, self.end) = (0, self.end - self.start);
        if self.end == self.buffer.len() {
            self.buffer.resize(self.buffer.len() * 2, 0);
        }
        let read = loop {
            match self.source.read(&mut self.buffer[self.end..]) {
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) if error.kind() == ErrorKind::UnexpectedEof => {
                    self.damage.truncated = true;
                    break 0;
                }
                read => break read?,
            }
        };
        self.end += read;
        Ok(read > 0)
    }

    /// In bytes.
    fn column_at_start(&self) -> usize {
        let before = &self.buffer[..self.start];
        memrchr(b'\n', before).map_or(self.column + before.len(), |at| before.len() - at - 1)
    }

    /// Counted from 1.
    fn line(&self) -> u64 {
        self.lines + line_of(&self.buffer, self.start)
    }
}

fn line_of(buffer: &[u8], at: usize) -> u64 {
    memchr_iter(b'\n', &buffer[..at]).count() as u64 + 1
}

/// The entry, and how many bytes it has.
fn found(bytes: &[u8]) -> Result<(Entry<'_>, usize), NotRead> {
    let mut entries = Deserializer::from_slice(bytes).into_iter::<Entry<'_>>();
    match entries.next() {
        Some(Ok(entry)) => Ok((entry, entries.byte_offset())),
        Some(Err(error)) => Err(match error.classify() {
            Category::Eof => NotRead::Incomplete,
            Category::Data => NotRead::Unusual,
            Category::Syntax | Category::Io => NotRead::Broken,
        }),
        None => Err(NotRead::Incomplete),
    }
}
