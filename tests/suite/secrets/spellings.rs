//! In how many ways a server may write a secret: each with a name, and what makes it of the secret.

use std::fmt::Write;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

/// A name, and what is made of a text in ASCII.
type Spelling = (&'static str, fn(&str) -> String);

pub(super) const SPELLINGS: [Spelling; 61] = [
    ("as it is", str::to_owned),
    ("in capitals", str::to_uppercase),
    ("with blanks", |text| between(text, " ")),
    ("with line breaks", |text| between(text, "\n")),
    ("with tabs", |text| between(text, "\t")),
    ("with NUL", |text| between(text, "\0")),
    ("with DEL", |text| between(text, "\u{7f}")),
    ("with C1", |text| between(text, "\u{85}")),
    ("with zero-width spaces", |text| between(text, "\u{200b}")),
    ("with zero-width joiners", |text| between(text, "\u{200d}")),
    ("with soft hyphens", |text| between(text, "\u{ad}")),
    ("with combining marks", |text| between(text, "\u{301}")),
    ("with variation selectors", |text| between(text, "\u{fe0f}")),
    ("with overrides", |text| between(text, "\u{202e}")),
    ("with isolates", |text| between(text, "\u{2066}")),
    ("with tag characters", |text| between(text, "\u{e0041}")),
    ("with byte order marks", |text| between(text, "\u{feff}")),
    ("with hyphens", |text| between(text, "-")),
    ("with dots", |text| between(text, ".")),
    ("with commas and quotes", |text| between(text, "', '")),
    ("with tags", |text| between(text, "<b></b>")),
    ("with colours", |text| between(text, "\u{1b}[31m")),
    ("in pieces of five", |text| in_pieces(text, 5, " ")),
    ("in pieces of seven", |text| in_pieces(text, 7, "\n")),
    ("in full width", |text| text.chars().map(wide).collect()),
    ("as tag characters", |text| text.chars().map(|c| shifted(c, 0xe0000)).collect()),
    ("percent-encoded", |text| each(text, |c| format!("%{c:02X}"))),
    ("percent-encoded twice", |text| each(text, |c| format!("%25{c:02x}"))),
    ("percent-encoded three times", |text| each(text, |c| format!("%2525{c:02x}"))),
    ("percent-encoded as by JavaScript", |text| each(text, |c| format!("%u00{c:02x}"))),
    ("percent-encoded in part", |text| every_second(text, |c| format!("%{c:02x}"))),
    ("in decimal references", |text| each(text, |c| format!("&#{c};"))),
    ("in padded references", |text| each(text, |c| format!("&#000{c};"))),
    ("in hexadecimal references", |text| each(text, |c| format!("&#x{c:x};"))),
    ("in references without an end", |text| each(text, |c| format!("&#x{c:x}"))),
    ("in references in part", |text| every_second(text, |c| format!("&#{c};"))),
    ("with named references", |text| between(text, "&shy;")),
    ("in \\x", |text| each(text, |c| format!("\\x{c:02x}"))),
    ("in \\u", |text| each(text, |c| format!("\\u00{c:02x}"))),
    ("in \\u{}", |text| each(text, |c| format!("\\u{{{c:x}}}"))),
    ("in octal", |text| each(text, |c| format!("\\{c:03o}"))),
    ("in octal in part", |text| every_second(text, |c| format!("\\{c:03o}"))),
    ("in quoted-printable", |text| each(text, |c| format!("={c:02X}"))),
    ("in quoted-printable lines", |text| between(text, "=\r\n")),
    ("in base32", base32),
    ("in small base32", |text| base32(text).to_lowercase()),
    ("in base64", |text| STANDARD.encode(text)),
    ("in base64 behind one letter", |text| STANDARD.encode(format!(".{text}"))),
    ("in base64 behind two letters", |text| URL_SAFE_NO_PAD.encode(format!("..{text}.."))),
    ("in base64 twice", |text| STANDARD.encode(STANDARD.encode(text))),
    ("in lines of base64", |text| in_pieces(&STANDARD.encode(text), 19, "\r\n")),
    ("in hexadecimal", |text| each(text, |c| format!("{c:02x}"))),
    ("in hexadecimal with colons", |text| each(text, |c| format!("{c:02X}:"))),
    ("in hexadecimal with 0x", |text| each(text, |c| format!("0x{c:02x}, "))),
    ("in decimal numbers", |text| each(text, |c| format!("{c}, "))),
    ("in octal numbers", |text| each(text, |c| format!("{c:o} "))),
    ("in numbers of three digits", |text| each(text, |c| format!("{c:03}"))),
    ("in numbers of eight bits", |text| each(text, |c| format!("{c:08b}"))),
    ("in calls of a function", |text| each(text, |c| format!("chr({c}) + "))),
    ("in numbered lines", |text| numbered(text, |at, c| format!("[{at}] = {c}\n"))),
    ("in numbered fields", |text| numbered(text, |at, c| format!("\"{at}\": {}, ", u32::from(c)))),
];

fn each(text: &str, write: impl Fn(u8) -> String) -> String {
    text.bytes().map(write).collect()
}

fn numbered(text: &str, write: impl Fn(usize, char) -> String) -> String {
    text.chars().enumerate().map(|(at, c)| write(at, c)).collect()
}

fn every_second(text: &str, write: impl Fn(u8) -> String) -> String {
    let parts = text.bytes().enumerate();
    parts.map(|(at, c)| if at % 2 == 0 { write(c) } else { char::from(c).to_string() }).collect()
}

fn between(text: &str, mark: &str) -> String {
    text.chars().map(|c| c.to_string()).collect::<Vec<_>>().join(mark)
}

fn in_pieces(text: &str, length: usize, mark: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    letters.chunks(length).map(|piece| piece.iter().collect::<String>()).collect::<Vec<_>>().join(mark)
}

fn shifted(c: char, by: u32) -> char {
    char::from_u32(u32::from(c) + by).expect("a character")
}

/// Letters and digits; the others as they are.
fn wide(c: char) -> char {
    if c.is_ascii_alphanumeric() { shifted(c, 0xfee0) } else { c }
}

/// RFC 4648 §6.
fn base32(text: &str) -> String {
    let bits: String = text.bytes().fold(String::new(), |mut bits, byte| {
        _ = write!(bits, "{byte:08b}");
        bits
    });
    let digits: Vec<char> = bits.chars().collect();
    let letter = |five: &[char]| {
        let five: String = five.iter().collect();
        let value = u8::from_str_radix(&format!("{five:0<5}"), 2).expect("binary digits");
        char::from(if value < 26 { b'A' + value } else { b'2' + value - 26 })
    };
    let all: String = digits.chunks(5).map(letter).collect();
    format!("{all:=<width$}", width = all.len().div_ceil(8) * 8)
}
