//! What a look at each byte of a text tells of it: most texts have nothing that a decoder reads.

use super::digits::{MIN_DIGITS, MIN_NUMBERS};
use super::readings::Decoder;

/// What a decoder reads.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Escape sequences, and what is no ASCII.
    Escaped,
    /// An equals sign.
    Quoted,
    /// A tag.
    Tagged,
    /// Hexadecimal digits.
    Hexadecimal,
    /// Letters and digits without anything between them.
    Run,
    /// Several numbers, one after the other.
    Numbers,
}

/// Which of them a text may have.
#[derive(Default)]
pub(super) struct Marks {
    has: [bool; 6],
}

/// How many of each kind were the last ones, up to this byte.
#[derive(Default)]
struct Row {
    hexadecimal: usize,
    run: usize,
    numbers: usize,
    is_word: bool,
}

impl Marks {
    pub(super) fn of(text: &str) -> Self {
        let (mut marks, mut row) = (Marks::default(), Row::default());
        text.bytes().for_each(|byte| marks.read(byte, &mut row));
        marks
    }

    pub(super) fn need(&self, decoder: &Decoder) -> bool {
        self.has[decoder.kind as usize]
    }

    fn read(&mut self, byte: u8, row: &mut Row) {
        let is_word = byte.is_ascii_alphanumeric();
        if is_word {
            row.run += 1;
            if byte.is_ascii_hexdigit() {
                row.hexadecimal += 1;
                self.has[Kind::Hexadecimal as usize] |= row.hexadecimal >= MIN_DIGITS;
            } else if !matches!(byte, b'x' | b'X' | b'u' | b'U') {
                row.hexadecimal = 0;
            }
            if !row.is_word {
                row.numbers = if byte.is_ascii_digit() { row.numbers + 1 } else { 0 };
                self.has[Kind::Numbers as usize] |= row.numbers >= MIN_NUMBERS;
            }
        } else {
            row.run = if matches!(byte, b'+' | b'/' | b'-' | b'_' | b'=') { row.run + 1 } else { 0 };
            self.has[Kind::Escaped as usize] |=
                matches!(byte, b'%' | b'&' | b'\\' | 0x7f..) || byte < b' ' && byte != b'\n';
            self.has[Kind::Quoted as usize] |= byte == b'=';
            self.has[Kind::Tagged as usize] |= byte == b'<';
        }
        self.has[Kind::Run as usize] |= row.run >= MIN_DIGITS;
        row.is_word = is_word;
    }
}
