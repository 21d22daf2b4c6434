//! Every way to read a text: as it came, and decoded, one encoding within another.

use super::marks::{Kind, Least, Marks};
use super::reading::Reading;
use super::{digits, escapes, numbers};

/// One way to read a text, and what a text that needs it has.
pub(super) struct Decoder {
    pub(super) kind: Kind,
    /// It stands around the others, and may take away what only looks like one of them.
    is_outer: bool,
    read: Read,
}

/// What it makes of a reading; of digits and numbers, where there are so many.
type Read = fn(&Reading<'_>, Least) -> Option<Reading<'static>>;

const fn decoder(kind: Kind, read: Read) -> Decoder {
    Decoder { kind, is_outer: matches!(kind, Kind::Quoted | Kind::Tagged), read }
}

const DECODERS: [Decoder; 12] = [
    decoder(Kind::Escaped, |reading, _| escapes::unescaped(reading)),
    decoder(Kind::Quoted, |reading, _| escapes::unquoted(reading)),
    decoder(Kind::Tagged, |reading, _| escapes::untagged(reading)),
    decoder(Kind::Hexadecimal, |reading, least| digits::hexadecimal(reading, least, 0)),
    decoder(Kind::Hexadecimal, |reading, least| digits::hexadecimal(reading, least, 1)),
    decoder(Kind::Run, digits::base32),
    decoder(Kind::Run, digits::base32_hex),
    decoder(Kind::Run, digits::base64),
    decoder(Kind::Numbers, |reading, least| numbers::of_radix(reading, least, 2)),
    decoder(Kind::Numbers, |reading, least| numbers::of_radix(reading, least, 8)),
    decoder(Kind::Numbers, |reading, least| numbers::of_radix(reading, least, 10)),
    decoder(Kind::Indexed, |reading, _| numbers::without_indices(reading)),
];

/// Calls `visit` with what a text is when its digits are read.
pub(super) fn each_of_digits(text: &str, least: Least, visit: &mut dyn FnMut(&Reading<'_>)) {
    let marks = Marks::of(text, least);
    let is_of_digits = |decoder: &&Decoder| matches!(decoder.kind, Kind::Hexadecimal | Kind::Run | Kind::Numbers);
    let plain = Reading::plain(text);
    DECODERS
        .iter()
        .filter(is_of_digits)
        .filter(|decoder| marks.need(decoder))
        .filter_map(|decoder| (decoder.read)(&plain, least))
        .for_each(|decoded| visit(&decoded));
}

/// Encodings within encodings.
const MAX_DEPTH: usize = 3;
/// So many times the text is read at most, each decoded text by its length. What would be read more often is no text that says
/// something to a person.
const MOST: usize = 24;
/// In bytes, for short texts.
const LEAST: usize = 4096;

/// Calls `visit` with each reading, the text as it came first, while it asks for more. Returns whether there are no others, and there was
/// time for all.
pub(super) fn each(
    text: &str,
    least: Least,
    is_in_time: &dyn Fn() -> bool,
    visit: &mut dyn FnMut(&Reading<'_>) -> bool,
) -> bool {
    let mut walk = Walk { left: text.len() * MOST + LEAST, least, is_in_time, visit };
    walk.read(&Reading::plain(text), 0)
}

/// The readings of one text.
struct Walk<'a> {
    /// So many bytes may still be read.
    left: usize,
    least: Least,
    is_in_time: &'a dyn Fn() -> bool,
    visit: &'a mut dyn FnMut(&Reading<'_>) -> bool,
}

impl Walk<'_> {
    fn read(&mut self, reading: &Reading<'_>, depth: usize) -> bool {
        let Some(rest) = self.left.checked_sub(reading.text.len()).filter(|_| (self.is_in_time)()) else {
            return false;
        };
        self.left = rest;
        if !(self.visit)(reading) || depth == MAX_DEPTH {
            return true;
        }
        let marks = Marks::of(&reading.text, self.least);
        let reads = |decoder: &&Decoder| marks.need(decoder) && (reading.is_plain() || !decoder.is_outer);
        DECODERS.iter().filter(reads).all(|decoder| {
            // One at a time: each holds the place of each of its letters.
            (decoder.read)(reading, self.least).is_none_or(|decoded| self.read(&decoded, depth + 1))
        })
    }
}
