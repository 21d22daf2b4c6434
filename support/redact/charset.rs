//! The text of a body, in whatever charset it came. A secret in UTF-16 is one after it has been decoded, so that comes first.

use std::borrow::Cow;

use encoding_rs::{Encoding, REPLACEMENT, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// In bytes: enough to tell a charset that nothing names.
const LOOKED_AT: usize = 512;

/// The text of a body of that `Content-Type`.
pub(crate) fn text_of<'a>(body: &'a [u8], content_type: Option<&str>) -> Cow<'a, str> {
    let label = content_type.and_then(charset).unwrap_or_default().to_ascii_lowercase();
    if let Some(text) = utf32(body, &label) {
        return text.into();
    }
    if let Some((encoding, _)) = Encoding::for_bom(body) {
        return encoding.decode(body).0;
    }
    match encoding_of(body, &label) {
        Some(encoding) => encoding.decode_without_bom_handling(body).0,
        None => unnamed(body),
    }
}

/// The parameter of a media type (RFC 9110 §8.3.2).
fn charset(content_type: &str) -> Option<&str> {
    let parameters = content_type.split(';').skip(1).filter_map(|parameter| parameter.split_once('='));
    let named = parameters.into_iter().find(|(name, _)| name.trim().eq_ignore_ascii_case("charset"));
    named.map(|(_, value)| value.trim().trim_matches(['"', '\'']))
}

/// What the bytes show goes before what a header says of them.
fn encoding_of(body: &[u8], label: &str) -> Option<&'static Encoding> {
    let shown = utf16(body);
    let named = Encoding::for_label(label.as_bytes()).filter(|named| *named != REPLACEMENT && *named != UTF_8);
    let is_wide = |encoding: &&'static Encoding| *encoding == UTF_16LE || *encoding == UTF_16BE;
    match (shown, named) {
        (Some(shown), _) => Some(shown),
        (None, Some(named)) if is_wide(&named) && std::str::from_utf8(body).is_ok() => None,
        (None, named) => named,
    }
}

/// By the zeros of its letters.
fn utf16(body: &[u8]) -> Option<&'static Encoding> {
    let looked_at = &body[..body.len().min(LOOKED_AT)];
    let zeros = |from: usize| looked_at.iter().skip(from).step_by(2).filter(|byte| **byte == 0).count();
    let half = looked_at.len() / 2;
    let most = |zeros: usize| half >= 2 && zeros * 5 > half * 3;
    match (most(zeros(0)), most(zeros(1))) {
        (true, false) => Some(UTF_16BE),
        (false, true) => Some(UTF_16LE),
        _ => None,
    }
}

/// Browsers know it no longer, so the library does not.
fn utf32(body: &[u8], label: &str) -> Option<String> {
    let is_named = label.starts_with("utf-32") || label.starts_with("utf32") || label.starts_with("ucs-4");
    let letter = |four: &[u8], big: bool| {
        let four: [u8; 4] = four.try_into().ok()?;
        char::from_u32(if big { u32::from_be_bytes(four) } else { u32::from_le_bytes(four) })
    };
    let read = |big: bool| {
        let all: Option<String> = body.chunks_exact(4).map(|four| letter(four, big)).collect();
        all.filter(|text| !text.is_empty()).map(|text| text.trim_start_matches('\u{feff}').to_owned())
    };
    let has_zeros = body.len() >= 8 && body.iter().filter(|byte| **byte == 0).count() * 2 > body.len();
    (is_named || has_zeros).then(|| read(true).or_else(|| read(false))).flatten()
}

/// UTF-8 as far as it is that, or else what old servers write.
fn unnamed(body: &[u8]) -> Cow<'_, str> {
    let text = String::from_utf8_lossy(body);
    let has_utf8 = text.chars().any(|c| !c.is_ascii() && c != char::REPLACEMENT_CHARACTER);
    match text {
        Cow::Owned(text) if has_utf8 => Cow::Owned(text),
        Cow::Owned(_) => WINDOWS_1252.decode_without_bom_handling(body).0,
        text => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "{\"error\": \"a secret\"}";

    fn wide(big: bool, bytes: usize) -> Vec<u8> {
        let letters = TEXT.chars().map(|c| u32::from(c).to_be_bytes()[4 - bytes..].to_vec());
        letters.flat_map(|four| if big { four } else { four.into_iter().rev().collect() }).collect()
    }

    #[test]
    fn a_text_is_read_in_the_charset_in_which_it_was_written() {
        for (big, bytes) in [(true, 2), (false, 2), (true, 4), (false, 4)] {
            let body = wide(big, bytes);
            for named in [None, Some("application/json"), Some("text/plain; charset=utf-8")] {
                assert_eq!(text_of(&body, named), TEXT, "{big} {bytes} {named:?}");
            }
            let mark = if bytes == 2 { vec![0xfe, 0xff] } else { vec![0, 0, 0xfe, 0xff] };
            let mark = if big { mark } else { mark.into_iter().rev().collect() };
            assert_eq!(text_of(&[mark, body].concat(), None), TEXT, "{big} {bytes}, with a mark");
        }
        for named in ["utf-8", "utf-16", "utf-16le; x=y", "utf-32", "utf-7", "hz-gb-2312", "latin1", "no-such"] {
            let named = format!("text/plain; charset={named}");
            assert_eq!(text_of(TEXT.as_bytes(), Some(&named)), TEXT, "{named} is not what it is");
        }
        assert_eq!(text_of(b"caf\xe9", None), "café");
        assert_eq!(text_of(b"caf\xc3\xa9 \xc3", None), "café \u{fffd}", "it was cut");
        assert_eq!(text_of(b"\x82\xa0", Some("text/html; Charset=\"Shift_JIS\"")), "あ");
        assert_eq!(text_of(b"", Some("text/plain; charset=utf-16")), "");
    }
}
