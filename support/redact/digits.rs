//! A text in digits: hexadecimal, base32, base64.

use std::ops::Range;

use super::marks::Least;
use super::reading::Reading;

/// The lines of an encoded text have 64 or 76 digits (RFC 7468 §2, RFC 2045 §6.8).
const MIN_LINE: usize = 60;

/// A digit, and where it stands.
type Digit = (Option<u32>, usize);

/// Stretches of hexadecimal digits, whatever stands between them: `63:61`, `0x63, 0x61`, `U+0063`. So many digits are skipped first.
pub(super) fn hexadecimal(reading: &Reading<'_>, least: Least, skipped: usize) -> Option<Reading<'static>> {
    let mut out = Reading::empty();
    for stretch in stretches(&reading.text, least.digits) {
        let digits = hexadecimal_digits(&reading.text, stretch).skip(skipped);
        let mut found = Vec::new();
        bytes(digits, 4, |byte, part| {
            found.push((byte, part));
            true
        });
        push_text(&mut out, reading, &found);
    }
    something(out)
}

/// The text of these bytes: in UTF-8, and what is none in Latin-1. Zeros are half of the letters in UTF-16.
pub(super) fn push_text(out: &mut Reading<'static>, reading: &Reading<'_>, all: &[(u8, Range<usize>)]) {
    let mut rest = all;
    while let Some((byte, place)) = rest.first() {
        let (c, length) = if byte.is_ascii() { (char::from(*byte), 1) } else { letter(rest) };
        if c != '\0' {
            out.push(c, reading.source(place.start..rest[length - 1].1.end));
        }
        rest = &rest[length..];
    }
}

/// A character of several bytes, and of how many.
fn letter(bytes: &[(u8, Range<usize>)]) -> (char, usize) {
    let of = |count: usize| {
        let few: Vec<u8> = bytes.get(..count)?.iter().map(|(byte, _)| *byte).collect();
        Some((std::str::from_utf8(&few).ok()?.chars().next()?, count))
    };
    (2..=4).find_map(of).unwrap_or((char::from(bytes[0].0), 1))
}

pub(super) fn something(out: Reading<'static>) -> Option<Reading<'static>> {
    (!out.text.is_empty()).then_some(out)
}

fn stretches(text: &str, least: usize) -> Vec<Range<usize>> {
    let (mut all, mut start, mut count) = (Vec::new(), 0, 0);
    for (at, c) in text.char_indices() {
        match c {
            c if c.is_ascii_hexdigit() => count += 1,
            c if !c.is_alphanumeric() || matches!(c, 'x' | 'X' | 'u' | 'U') => {}
            c => {
                all.extend((count >= least).then_some(start..at));
                (start, count) = (at + c.len_utf8(), 0);
            }
        }
    }
    all.extend((count >= least).then_some(start..text.len()));
    all
}

fn hexadecimal_digits(text: &str, stretch: Range<usize>) -> impl Iterator<Item = Digit> {
    let bytes = text.as_bytes();
    stretch.filter_map(move |at| {
        let before_x = bytes[at] == b'0' && matches!(bytes.get(at + 1), Some(b'x' | b'X'));
        let digit = char::from(bytes[at]).to_digit(16).filter(|_| !before_x)?;
        Some((Some(digit), at))
    })
}

/// The bytes of these digits, and where each stands. Whether all were read: `visit` may end it, and what is no digit does.
fn bytes(digits: impl Iterator<Item = Digit>, bits: u32, mut visit: impl FnMut(u8, Range<usize>) -> bool) -> bool {
    let (mut value, mut filled, mut start) = (0u32, 0, 0);
    for (digit, at) in digits {
        let Some(digit) = digit else { return false };
        if filled == 0 {
            start = at;
        }
        value = value << bits | digit;
        filled += bits;
        if filled >= 8 {
            filled -= 8;
            let byte = (value >> filled) as u8;
            value &= (1 << filled) - 1;
            if !visit(byte, start..at + 1) {
                return false;
            }
            start = at;
        }
    }
    true
}

/// Runs of letters, digits and what else base64 has, with the line breaks in them.
fn runs(text: &str, least: usize, is_digit: fn(u8) -> bool) -> Vec<Range<usize>> {
    // Padding ends a run: what stands before `=` may be a name too.
    let is_part = |c: char| c.is_ascii() && is_digit(c as u8);
    let mut runs: Vec<Range<usize>> = Vec::new();
    let mut at = 0;
    while let Some(start) = text[at..].find(is_part).map(|start| at + start) {
        let end = text[start..].find(|c| !is_part(c)).map_or(text.len(), |length| start + length);
        let continued = |last: &&mut Range<usize>| {
            last.len() >= MIN_LINE && matches!(&text[last.end..start], "\n" | "\r\n" | " " | "\\n" | "\\r\\n")
        };
        match runs.last_mut().filter(continued) {
            Some(last) => last.end = end,
            None => runs.extend((end - start >= least).then_some(start..end)),
        }
        at = end;
    }
    runs
}

/// RFC 4648 §6, in capitals or in small letters.
pub(super) fn base32(reading: &Reading<'_>, least: Least) -> Option<Reading<'static>> {
    of_32(reading, least, |c| match c {
        b'A'..=b'Z' => Some(u32::from(c - b'A')),
        b'2'..=b'7' => Some(u32::from(c - b'2') + 26),
        _ => None,
    })
}

/// RFC 4648 §7, in capitals or in small letters.
pub(super) fn base32_hex(reading: &Reading<'_>, least: Least) -> Option<Reading<'static>> {
    of_32(reading, least, |c| char::from(c).to_digit(32))
}

fn of_32(reading: &Reading<'_>, least: Least, value: fn(u8) -> Option<u32>) -> Option<Reading<'static>> {
    let is_one_case =
        |run: &str| !run.bytes().any(|c| c.is_ascii_lowercase()) || !run.bytes().any(|c| c.is_ascii_uppercase());
    of_runs(reading, least, 5, |c| c.is_ascii_alphanumeric(), |c| value(c.to_ascii_uppercase()), is_one_case)
}

/// RFC 4648 §4 and §5.
pub(super) fn base64(reading: &Reading<'_>, least: Least) -> Option<Reading<'static>> {
    let value = |c: u8| match c {
        b'A'..=b'Z' => Some(u32::from(c - b'A')),
        b'a'..=b'z' => Some(u32::from(c - b'a') + 26),
        b'0'..=b'9' => Some(u32::from(c - b'0') + 52),
        b'+' | b'-' => Some(62),
        b'/' | b'_' => Some(63),
        _ => None,
    };
    of_runs(reading, least, 6, |c| c.is_ascii_alphanumeric() || b"+/-_".contains(&c), value, |_| true)
}

/// The texts of the runs that have one.
fn of_runs(
    reading: &Reading<'_>,
    least: Least,
    bits: u32,
    is_digit: fn(u8) -> bool,
    value: impl Fn(u8) -> Option<u32>,
    is_one: impl Fn(&str) -> bool,
) -> Option<Reading<'static>> {
    let mut out = Reading::empty();
    for run in runs(&reading.text, least.digits, is_digit).into_iter().filter(|run| is_one(&reading.text[run.clone()]))
    {
        let all = reading.text.as_bytes();
        let digits = || run.clone().filter(|at| is_digit(all[*at])).map(|at| (value(all[at]), at));
        // Anything can be read so; few readings are texts.
        let mut found = Vec::new();
        let is_read = bytes(digits(), bits, |byte, part| {
            found.push((byte, part));
            byte == 0 || !byte.is_ascii() || byte.is_ascii_graphic() || byte.is_ascii_whitespace()
        });
        if is_read && is_utf8(&found) {
            push_text(&mut out, reading, &found);
            out.push(' ', reading.source(run.clone()));
        }
    }
    something(out)
}

fn is_utf8(found: &[(u8, Range<usize>)]) -> bool {
    let all: Vec<u8> = found.iter().map(|(byte, _)| *byte).collect();
    std::str::from_utf8(&all).is_ok()
}

#[cfg(test)]
mod tests {
    use super::super::marks::Least;
    use super::super::readings::each_of_digits;

    fn found(text: &str) -> Vec<String> {
        let mut found = Vec::new();
        each_of_digits(text, Least::USUAL, &mut |reading| found.push(reading.text.trim().to_owned()));
        found
    }

    #[test]
    fn reads_a_text_in_every_kind_of_digits() {
        for text in [
            "6120746f6b656e21",
            "61:20:74:6f:6b:65:6e:21",
            "0x61, 0x20, 0x74, 0x6F, 0x6B, 0x65, 0x6E, 0x21",
            "MEQHI33LMVXCC===",
            "meqhi33lmvxcc",
            "C4G78RRBCLN22===",
            "097032116111107101110033",
            "0110000100100000011101000110111101101011011001010110111000100001",
            "chr(97) . chr(32) . chr(116) . chr(111) . chr(107) . chr(101) . chr(110) . chr(33)",
            "YSB0b2tlbiE=",
            "[97,32,116,111,107,101,110,33]",
            "141 40 164 157 153 145 156 41",
            "01100001 00100000 01110100 01101111 01101011 01100101 01101110 00100001",
        ] {
            let found = found(text);
            assert!(found.contains(&"a token!".to_owned()), "{text} is read as {found:?}");
        }
        assert!(found("09703211611110710111003309").contains(&"a token!".to_owned()), "it was cut");
        assert_eq!(found("401 invalid_token: the token has expired").len(), 0);
    }
}
