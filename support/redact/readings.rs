//! Every way to read a text: as it came, and decoded, one encoding within another.

use super::marks::{Kind, Marks};
use super::reading::Reading;
use super::{digits, escapes};

/// One way to read a text, and what a text that needs it has.
pub(super) struct Decoder {
    pub(super) kind: Kind,
    /// It stands around the others, and may take away what only looks like one of them.
    is_outer: bool,
    read: fn(&Reading<'_>) -> Option<Reading<'static>>,
}

const fn decoder(kind: Kind, read: fn(&Reading<'_>) -> Option<Reading<'static>>) -> Decoder {
    Decoder { kind, is_outer: matches!(kind, Kind::Quoted | Kind::Tagged), read }
}

const DECODERS: [Decoder; 10] = [
    decoder(Kind::Escaped, escapes::unescaped),
    decoder(Kind::Quoted, escapes::unquoted),
    decoder(Kind::Tagged, escapes::untagged),
    decoder(Kind::Hexadecimal, |reading| digits::hexadecimal(reading, 0)),
    decoder(Kind::Hexadecimal, |reading| digits::hexadecimal(reading, 1)),
    decoder(Kind::Run, digits::base32),
    decoder(Kind::Run, digits::base64),
    decoder(Kind::Numbers, |reading| digits::numbers(reading, 2)),
    decoder(Kind::Numbers, |reading| digits::numbers(reading, 8)),
    decoder(Kind::Numbers, |reading| digits::numbers(reading, 10)),
];

/// Calls `visit` with what a text is when its digits are read.
pub(super) fn each_of_digits(text: &str, visit: &mut dyn FnMut(&Reading<'_>)) {
    let marks = Marks::of(text);
    let is_of_digits = |decoder: &&Decoder| matches!(decoder.kind, Kind::Hexadecimal | Kind::Run | Kind::Numbers);
    let plain = Reading::plain(text);
    DECODERS
        .iter()
        .filter(is_of_digits)
        .filter(|decoder| marks.need(decoder))
        .filter_map(|decoder| (decoder.read)(&plain))
        .for_each(|decoded| visit(&decoded));
}

/// Encodings within encodings.
const MAX_DEPTH: usize = 3;
/// So many times the text is read at most, each decoded text by its length. What would be read more often is no text that says
/// something to a person.
const MOST: usize = 24;
/// In bytes, for short texts.
const LEAST: usize = 4096;

/// Calls `visit` with each reading, the text as it came first, while it asks for more. Returns whether there are no others.
pub(super) fn each(text: &str, visit: &mut dyn FnMut(&Reading<'_>) -> bool) -> bool {
    let mut left = text.len() * MOST + LEAST;
    each_of(&Reading::plain(text), 0, &mut left, visit)
}

fn each_of(reading: &Reading<'_>, depth: usize, left: &mut usize, visit: &mut dyn FnMut(&Reading<'_>) -> bool) -> bool {
    let Some(rest) = left.checked_sub(reading.text.len()) else { return false };
    *left = rest;
    if !visit(reading) || depth == MAX_DEPTH {
        return true;
    }
    let marks = Marks::of(&reading.text);
    DECODERS.iter().filter(|decoder| marks.need(decoder) && (reading.is_plain() || !decoder.is_outer)).all(|decoder| {
        // One at a time: each holds the place of each of its letters.
        (decoder.read)(reading).is_none_or(|decoded| each_of(&decoded, depth + 1, left, visit))
    })
}
