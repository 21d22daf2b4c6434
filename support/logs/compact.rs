//! The JSON of an object as every program would write it: without blanks between its parts, and with letters in place of their
//! escapes. So an indented array matches the patterns that the same entries match as lines, or in a database.

use std::borrow::Cow;

use memchr::{memchr, memchr2};

/// The same value; its numbers and the order of its keys stay as they are.
pub(super) fn compact(json: &str) -> Cow<'_, str> {
    if parts(json).all(is_compact) {
        return Cow::Borrowed(json);
    }
    let mut text = String::with_capacity(json.len());
    for part in parts(json) {
        match part.starts_with('"') {
            true => text += &spelled(part),
            false => text.extend(part.split_ascii_whitespace()),
        }
    }
    Cow::Owned(text)
}

/// Strings with their quotation marks, and what stands between them.
fn parts(json: &str) -> impl Iterator<Item = &str> {
    let mut rest = json;
    std::iter::from_fn(move || {
        let length = match rest.as_bytes().first()? {
            b'"' => string_length(rest.as_bytes()),
            _ => memchr(b'"', rest.as_bytes()).unwrap_or(rest.len()),
        };
        let (part, behind) = rest.split_at(length);
        rest = behind;
        Some(part)
    })
}

/// In bytes, of the string with which the text begins.
fn string_length(text: &[u8]) -> usize {
    let mut at = 1;
    while let Some(found) = text.get(at..).and_then(|rest| memchr2(b'"', b'\\', rest)) {
        if text[at + found] == b'"' {
            return at + found + 1;
        }
        at += found + 2;
    }
    text.len()
}

fn is_compact(part: &str) -> bool {
    match part.starts_with('"') {
        true => !is_escaped(part),
        false => !part.bytes().any(|byte| byte.is_ascii_whitespace()),
    }
}

/// Whether it may have a letter that needs no escape.
fn is_escaped(string: &str) -> bool {
    memchr(b'\\', string.as_bytes()).is_some() && (string.contains("\\u") || string.contains("\\/"))
}

/// Half of a pair of escapes is no letter, and stays.
fn spelled(string: &str) -> Cow<'_, str> {
    let text = is_escaped(string).then(|| serde_json::from_str::<String>(string).ok()).flatten();
    text.and_then(|text| serde_json::to_string(&text).ok()).map_or(Cow::Borrowed(string), Cow::Owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks_go_and_needless_escapes_become_letters() {
        for (json, expected) in [
            ("{\n  \"a\": [1, 2.50],\r\n\t\"b c\" : \" d \\\" e \"\n}", r#"{"a":[1,2.50],"b c":" d \" e "}"#),
            (r#"{"a":"refus\u00e9 \/ \u003c \ud83d\ude00"}"#, r#"{"a":"refusé / < 😀"}"#),
            (r#"{"a":"\\u00e9 \u0022 \u000a"}"#, r#"{"a":"\\u00e9 \" \n"}"#),
            (r#"{ "a" : "\ud83d", "b": "\\" }"#, r#"{"a":"\ud83d","b":"\\"}"#),
            (" \"a b\" ", "\"a b\""),
            (" 5 ", "5"),
        ] {
            assert_eq!(compact(json), expected);
        }
    }

    #[test]
    fn what_is_compact_is_borrowed() {
        for json in [r#"{"a":"b c\n","d":[{},null]}"#, "{}", "5", r#""""#] {
            assert!(matches!(compact(json), Cow::Borrowed(text) if text == json), "{json}");
        }
    }
}
