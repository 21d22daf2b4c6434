//! How a secret may be written.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// Raw, percent-encoded, as a form's field, JSON-escaped, and base64 with both alphabets, padded and not.
pub(super) fn encodings(value: &str) -> Vec<String> {
    let json = serde_json::Value::from(value).to_string();
    let percent = utf8_percent_encode(value, RESERVED).to_string();
    let mut all = vec![value.to_owned(), percent.to_lowercase(), percent, json.trim_matches('"').to_owned()];
    all.push(url::form_urlencoded::byte_serialize(value.as_bytes()).collect());
    all.extend(base64(value));
    all.sort();
    all.dedup();
    all
}

fn base64(value: &str) -> [String; 4] {
    [STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD].map(|engine| engine.encode(value))
}

/// Everything but the unreserved characters (RFC 3986 §2.3).
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
