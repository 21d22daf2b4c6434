//! Encodings in which services repeat a text: percent-encoding, HTML and JSON escapes, hexadecimal, and combinations.

use percent_encoding::percent_decode_str;

/// Encodings within encodings.
const MAX_DEPTH: usize = 3;
/// In digits. A shorter run is too short for a secret.
const MIN_HEX: usize = 16;

/// The text after each of its encodings is decoded, outermost first. Empty for a text without encodings.
pub(super) fn decodings(text: &str) -> impl Iterator<Item = String> {
    // Most texts have none, and this runs on every text of every response.
    let runs = text.as_bytes().split(|byte| !byte.is_ascii_hexdigit());
    let is_plain =
        memchr::memchr3(b'%', b'&', b'\\', text.as_bytes()).is_none() && runs.map(<[u8]>::len).max() < Some(MIN_HEX);
    std::iter::successors((!is_plain).then(|| text.to_owned()), |text| {
        let decoded = json_unescaped(&html_unescaped(&percent_decode_str(&hex_decoded(text)).decode_utf8_lossy()));
        (decoded != *text).then_some(decoded)
    })
    .skip(1)
    .take(MAX_DEPTH)
}

/// `&amp;`, `&#39;`, `&#x27;`.
fn html_unescaped(text: &str) -> String {
    replace_escapes(text, '&', |rest| {
        let (name, _) = rest[1..].split_once(';').filter(|(name, _)| name.len() <= 8)?;
        let number = |digits: &str, radix| u32::from_str_radix(digits, radix).ok().and_then(char::from_u32);
        let c = match name {
            "amp" => '&',
            "lt" => '<',
            "gt" => '>',
            "quot" => '"',
            "apos" => '\'',
            _ => match (name.strip_prefix("#x").or_else(|| name.strip_prefix("#X")), name.strip_prefix('#')) {
                (Some(digits), _) => number(digits, 16)?,
                (None, Some(digits)) => number(digits, 10)?,
                (None, None) => return None,
            },
        };
        Some((c, name.len() + 2))
    })
}

/// `\u0026`, and `\/`.
fn json_unescaped(text: &str) -> String {
    replace_escapes(text, '\\', |rest| match rest.as_bytes().get(1)? {
        b'u' => {
            let digits = rest.get(2..6)?;
            Some((u32::from_str_radix(digits, 16).ok().and_then(char::from_u32)?, 6))
        }
        c @ (b'/' | b'"' | b'\\') => Some((char::from(*c), 2)),
        _ => None,
    })
}

/// Replaces each escape sequence that begins with `mark`. `read` returns its character and its length in bytes.
fn replace_escapes(text: &str, mark: char, read: impl Fn(&str) -> Option<(char, usize)>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(mark) {
        out.push_str(&rest[..start]);
        rest = &rest[start..];
        let (c, length) = read(rest).unwrap_or((mark, mark.len_utf8()));
        out.push(c);
        rest = &rest[length..];
    }
    out + rest
}

/// Decodes long runs of hexadecimal digits that encode a text.
fn hex_decoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(|c: char| c.is_ascii_hexdigit()) {
        let length = rest[start..].find(|c: char| !c.is_ascii_hexdigit()).unwrap_or(rest.len() - start);
        let run = &rest[start..start + length];
        out.push_str(&rest[..start]);
        match hex_text(run).filter(|_| run.len() >= MIN_HEX) {
            Some(plain) => out.push_str(&plain),
            None => out.push_str(run),
        }
        rest = &rest[start + length..];
    }
    out + rest
}

fn hex_text(run: &str) -> Option<String> {
    let pairs = run.as_bytes().chunks_exact(2).filter(|_| run.len().is_multiple_of(2));
    let bytes = pairs.map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok());
    let text = String::from_utf8(bytes.collect::<Option<Vec<u8>>>()?).ok()?;
    (!text.is_empty() && text.chars().all(|c| c.is_ascii_graphic() || c == ' ')).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::decodings;

    #[test]
    fn decodes_one_encoding_after_another() {
        for text in ["a%2fb c", "a%252Fb c", "a&#47;b&#x20;c", "a\\u002fb c", "a\\/b c", "a&amp;#47;b c"] {
            assert_eq!(decodings(text).last().as_deref(), Some("a/b c"), "{text}");
        }
        let hex: String = "a token in digits".bytes().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(decodings(&hex).last().as_deref(), Some("a token in digits"));
        assert_eq!(decodings("100 % & more \\ 0123456789abcdef&").count(), 0);
    }
}
