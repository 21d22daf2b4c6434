//! What a look at each byte of a text tells of it: most texts have nothing that a decoder reads.

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
    /// Several numbers, whatever stands between them.
    Numbers,
    /// The same, of which some count.
    Indexed,
}

/// Which of them a text may have.
pub(super) struct Marks {
    has: [bool; 6],
    least: Least,
}

/// How short a text in digits may be that is read.
#[derive(Clone, Copy)]
pub(super) struct Least {
    /// In digits.
    pub(super) digits: usize,
    /// In numbers of a list.
    pub(super) numbers: usize,
}

impl Least {
    /// What has less is too short for a secret.
    pub(super) const USUAL: Least = Least { digits: 11, numbers: 6 };
    /// Where there is one of four or five letters.
    pub(super) const SHORT: Least = Least { digits: 6, numbers: 4 };
}

/// How many of each kind were the last ones, up to this byte; of numbers, how many there are.
#[derive(Default)]
struct Row {
    hexadecimal: usize,
    run: usize,
    numbers: usize,
    /// Of the word that is being read.
    letters: usize,
    digits: usize,
    is_prefixed: bool,
}

impl Row {
    fn read(&mut self, byte: u8) {
        self.letters += 1;
        self.digits += usize::from(byte.is_ascii_digit());
        self.is_prefixed |= self.letters == 2 && self.digits == 1 && matches!(byte, b'o' | b'b');
    }

    /// Ends a word, which may be the number of a letter: `97`, `01100001`, `0o141`.
    fn end_word(&mut self) {
        let has_only_digits = self.letters > 0 && self.digits + usize::from(self.is_prefixed) == self.letters;
        let is_short = self.letters <= 3 || self.letters == 8 || self.is_prefixed && self.letters <= 10;
        self.numbers += usize::from(has_only_digits && is_short);
        (self.letters, self.digits, self.is_prefixed) = (0, 0, false);
    }
}

impl Marks {
    pub(super) fn of(text: &str, least: Least) -> Self {
        let (mut marks, mut row) = (Marks { has: [false; 6], least }, Row::default());
        text.bytes().for_each(|byte| marks.read(byte, &mut row));
        row.end_word();
        marks.has[Kind::Numbers as usize] |= row.numbers >= least.numbers;
        marks
    }

    pub(super) fn need(&self, decoder: &Decoder) -> bool {
        let kind = if decoder.kind == Kind::Indexed { Kind::Numbers } else { decoder.kind };
        self.has[kind as usize]
    }

    fn read(&mut self, byte: u8, row: &mut Row) {
        if byte.is_ascii_alphanumeric() {
            row.run += 1;
            row.read(byte);
            if byte.is_ascii_hexdigit() {
                row.hexadecimal += 1;
                self.has[Kind::Hexadecimal as usize] |= row.hexadecimal >= self.least.digits;
            } else if !matches!(byte, b'x' | b'X' | b'u' | b'U') {
                row.hexadecimal = 0;
            }
        } else {
            row.end_word();
            row.run = if matches!(byte, b'+' | b'/' | b'-' | b'_' | b'=') { row.run + 1 } else { 0 };
            self.has[Kind::Escaped as usize] |=
                matches!(byte, b'%' | b'&' | b'\\' | 0x7f..) || byte < b' ' && byte != b'\n';
            self.has[Kind::Quoted as usize] |= byte == b'=';
            self.has[Kind::Tagged as usize] |= byte == b'<';
        }
        // A number may have no sign between its digits.
        self.has[Kind::Numbers as usize] |= row.digits == row.letters && row.digits >= 3 * self.least.numbers;
        self.has[Kind::Run as usize] |= row.run >= self.least.digits;
    }
}
