//! Escape sequences in which services repeat a text: percent-encoding, character references, those of programming languages and of
//! quoted-printable. What takes no room is left out, for it may stand between the letters of a secret.

use icu_normalizer::DecomposingNormalizer;

use super::reading::Reading;
use crate::wording::is_printable;

/// One sequence: what it stands for, and its length in bytes.
type Escape = (Option<char>, usize);

/// The text without its escape sequences, or `None` where it has none.
pub(super) fn unescaped(reading: &Reading<'_>) -> Option<Reading<'static>> {
    let is_mark = |c: char| matches!(c, '%' | '&' | '\\') || !c.is_ascii() || c.is_ascii_control() && c != '\n';
    decoded(reading, is_mark, |rest, mark| match mark {
        '%' => percent_u(rest).or_else(|| bytes(rest, |rest| pair(rest.strip_prefix('%')?, 3))),
        '&' => reference(rest),
        '\\' => backslash(rest),
        '\u{1b}' => terminal(rest),
        // The letters of a tag repeat those of ASCII (Unicode 23.9).
        '\u{e0020}'..='\u{e007e}' => Some((char::from_u32(u32::from(mark) - 0xe0000), mark.len_utf8())),
        mark if !is_printable(mark) && !mark.is_whitespace() => Some((None, mark.len_utf8())),
        mark if !mark.is_ascii() => plainer(mark),
        _ => None,
    })
}

/// The text without the sequences of RFC 2045 §6.7, or `None` where it has none.
pub(super) fn unquoted(reading: &Reading<'_>) -> Option<Reading<'static>> {
    decoded(
        reading,
        |c| c == '=',
        |rest, _| {
            let after = &rest[1..];
            match after.strip_prefix("\r\n").or_else(|| after.strip_prefix('\n')) {
                Some(next_line) => Some((None, rest.len() - next_line.len())),
                None => bytes(rest, |rest| pair(rest.strip_prefix('=')?, 3)),
            }
        },
    )
}

/// The text without its tags, or `None` where it has none.
pub(super) fn untagged(reading: &Reading<'_>) -> Option<Reading<'static>> {
    decoded(
        reading,
        |c| c == '<',
        |rest, _| {
            let length = rest[1..].find(['<', '>'])? + 2;
            rest[..length].ends_with('>').then_some((None, length))
        },
    )
}

/// Replaces each sequence that `read` knows after a mark.
fn decoded(
    reading: &Reading<'_>,
    is_mark: impl Fn(char) -> bool,
    read: impl Fn(&str, char) -> Option<Escape>,
) -> Option<Reading<'static>> {
    let text = &reading.text;
    if !text.contains(&is_mark) {
        return None;
    }
    let (mut out, mut at, mut changed) = (Reading::empty(), 0, false);
    while let Some(c) = text[at..].chars().next() {
        let known = if is_mark(c) { read(&text[at..], c) } else { None };
        let (stands_for, length) = known.unwrap_or((Some(c), c.len_utf8()));
        changed |= known.is_some();
        let source = reading.source(at..at + length);
        stands_for.into_iter().for_each(|c| out.push(c, source.clone()));
        at += length;
    }
    changed.then_some(out)
}

/// A wide, a mathematical or an accented letter is the plain one, and a mark on it is nothing.
fn plainer(c: char) -> Option<Escape> {
    let mut buffer = [0; 4];
    let whole = DecomposingNormalizer::new_nfkd().normalize(c.encode_utf8(&mut buffer)).into_owned();
    let plain = whole.chars().next().filter(|plain| *plain != c)?;
    Some((Some(plain), c.len_utf8()))
}

/// A character of several bytes has as many sequences (UTF-8); a byte that is no part of one is a character of Latin-1.
fn bytes(rest: &str, read: impl Fn(&str) -> Option<(u8, usize)>) -> Option<Escape> {
    let (first, length) = read(rest)?;
    if first.is_ascii() {
        return Some((Some(char::from(first)), length));
    }
    let (mut all, mut total) = (vec![first], length);
    while let (1..4, Some((next, length))) = (all.len(), read(&rest[total..]).filter(|(next, _)| *next >= 0x80)) {
        all.push(next);
        total += length;
        if let Ok(text) = std::str::from_utf8(&all) {
            return Some((text.chars().next(), total));
        }
    }
    Some((Some(char::from(first)), length))
}

/// Two hexadecimal digits, and the length of the sequence that has them.
fn pair(digits: &str, length: usize) -> Option<(u8, usize)> {
    let digits = digits.get(..2).filter(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()))?;
    Some((u8::from_str_radix(digits, 16).ok()?, length))
}

/// `%u0026`, as JavaScript's `escape` writes it.
fn percent_u(rest: &str) -> Option<Escape> {
    code(rest.strip_prefix("%u")?.get(..4)?, 16, 6)
}

fn code(digits: &str, radix: u32, length: usize) -> Option<Escape> {
    let number = u32::from_str_radix(digits, radix).ok().filter(|_| !digits.starts_with('+'))?;
    Some((Some(char::from_u32(number)?), length))
}

/// `&amp;`, `&#39;`, `&#x27`. Every other name stands for something between words.
fn reference(rest: &str) -> Option<Escape> {
    let after = &rest[1..];
    if let Some(number) = after.strip_prefix('#') {
        let (digits, radix, marks) = match number.strip_prefix(['x', 'X']) {
            Some(digits) => (digits, 16, 3),
            None => (number, 10, 2),
        };
        let count = digits.bytes().take(10).take_while(|digit| char::from(*digit).is_digit(radix)).count();
        let end = usize::from(digits[count..].starts_with(';'));
        return code(&digits[..count], radix, marks + count + end);
    }
    // The longest name has 31 letters.
    let count = after.bytes().take(32).take_while(u8::is_ascii_alphanumeric).count();
    let name = &after[..count];
    if !after[count..].starts_with(';') {
        return None;
    }
    let c = match name {
        "amp" | "AMP" => '&',
        "lt" | "LT" => '<',
        "gt" | "GT" => '>',
        "quot" | "QUOT" => '"',
        "apos" => '\'',
        "equals" => '=',
        "colon" => ':',
        "lowbar" => '_',
        _ if count > 1 => ' ',
        _ => return None,
    };
    Some((Some(c), name.len() + 2))
}

/// `\n`, `\/`, `\u0026`, `\u{26}`, `\x26`, `\046`, and the end of a line that goes on.
fn backslash(rest: &str) -> Option<Escape> {
    let after = &rest[1..];
    let c = after.chars().next()?;
    match c {
        'u' | 'x' if after[1..].starts_with('{') => {
            let count = after[2..].bytes().take(8).take_while(u8::is_ascii_hexdigit).count();
            let digits = after.get(2..2 + count).filter(|_| after[2 + count..].starts_with('}'))?;
            code(digits, 16, count + 4)
        }
        'u' => code(after.get(1..5)?, 16, 6),
        'U' => code(after.get(1..9)?, 16, 10),
        'x' => bytes(rest, |rest| pair(rest.strip_prefix("\\x")?, 4)),
        '0'..='7' => bytes(rest, octal),
        'n' | 'r' | 't' => Some((Some(' '), 2)),
        'a' | 'b' | 'e' | 'f' | 'v' => Some((None, 2)),
        '\n' => Some((None, 2)),
        _ => Some((Some(c), 1 + c.len_utf8())),
    }
}

fn octal(rest: &str) -> Option<(u8, usize)> {
    let digits = rest.strip_prefix('\\')?;
    let count = digits.bytes().take(3).take_while(|digit| (b'0'..=b'7').contains(digit)).count();
    Some((u8::from_str_radix(&digits[..count], 8).ok()?, count + 1))
}

/// What moves the cursor of a terminal, or colours it (ECMA-48 §5.4).
fn terminal(rest: &str) -> Option<Escape> {
    let parameters = rest.strip_prefix("\u{1b}[")?;
    let count = parameters.bytes().take_while(|byte| (0x20..0x40).contains(byte)).count();
    parameters.as_bytes().get(count).filter(|byte| (0x40..0x7f).contains(*byte)).map(|_| (None, count + 3))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chain(text: &str) -> String {
        let mut reading = Reading::plain(text);
        while let Some(next) = unescaped(&reading) {
            reading = next;
        }
        reading.text.into_owned()
    }

    #[test]
    fn decodes_one_encoding_after_another() {
        for text in [
            "a%2fb c",
            "a%252Fb c",
            "a&#47;b&#x20;c",
            "a\\u002fb c",
            "a\\/b c",
            "a&amp;#47;b c",
            "a\\057b\\x20c",
            "a%u002fb c",
            "\\u{61}/\u{200b}b c",
            "\u{ff41}/b\0 c",
            "\u{1b}[31ma/b\u{1b}[0m c",
        ] {
            assert_eq!(chain(text), "a/b c", "{text}");
        }
        assert_eq!(chain("100 % & more \\"), "100 % & more \\");
        assert_eq!(chain("%C3%A9t\\303\\251"), "ete");
    }

    #[test]
    fn knows_where_each_character_came_from() {
        let reading = unescaped(&Reading::plain("a%2fb")).expect("an escape");
        assert_eq!((&*reading.text, reading.source(1..2), reading.source(2..3)), ("a/b", 1..4, 4..5));
    }
}
