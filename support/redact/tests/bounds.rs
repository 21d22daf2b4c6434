//! How short a secret may be, and how long a text.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::*;

/// Whatever comes, the work is bounded by its length.
#[test]
fn reads_a_hostile_body_in_time() {
    let pieces = [
        "&",
        "<",
        "password=",
        "code:",
        "\\u{",
        "%25",
        "eyJ",
        "canarysecre",
        "a=1;",
        "-----BEGIN KEY",
        "{\"a\":",
        "://a:b",
        "0x63,",
        "(password) VALUES (",
        "(pin) VALUES ('",
        "SET PASSWORD FOR =(",
        "mysql -p",
        " -u",
        "auth=('",
        "api key ",
    ];
    for piece in pieces {
        let body = piece.repeat(64 * 1024 / piece.len());
        let begun = std::time::Instant::now();
        redactor().redact_body(&body);
        assert!(begun.elapsed().as_secs() < 5, "{piece} took {:?}", begun.elapsed());
    }
}

/// Four letters are few: what is written in digits is decoded though it is short.
#[test]
fn a_short_secret_is_found_in_every_spelling() {
    for secret in ["a7Q2", "x9-kd", "Zq_4w"] {
        let redactor = Redactor::new([&Secret::new(secret)], []);
        let each = |write: fn(u8) -> String| secret.bytes().map(write).collect::<Vec<_>>();
        for text in [
            each(|c| format!("{c:02x}")).concat(),
            each(|c| format!("{c:02X}")).join(":"),
            each(|c| format!("%{c:02x}")).concat(),
            each(|c| format!("\\x{c:02x}")).concat(),
            each(|c| format!("&#{c};")).concat(),
            each(|c| format!("0x{c:02x}")).join(", "),
            each(|c| c.to_string()).join(", "),
            each(|c| format!("{c:o}")).join(" "),
            each(|c| format!("{c:08b}")).join(" "),
            each(|c| char::from(c).to_string()).join("."),
            STANDARD.encode(secret),
            STANDARD.encode(STANDARD.encode(secret)),
            secret.to_uppercase(),
        ] {
            let redacted = redactor.redact(&format!("<{text}>"));
            let left = redacted.replace("[SECRET]", "").replace("[TOKEN]", "");
            assert!(left.chars().filter(|c| c.is_alphanumeric()).count() < 2, "{text} became {redacted}");
        }
    }
}

/// A peer that sends what takes long does not hold up a check.
#[test]
fn what_is_not_read_in_time_is_not_shown() {
    let redactor = redactor().until(Instant::now());
    assert_eq!(
        [redactor.redact("a text"), redactor.redact_body("{\"a\":\"b\"}"), redactor.redact("")],
        ["[SECRET]", "{\"[SECRET]\":\"[SECRET]\"}", ""]
    );
    let redactor = Arc::new(redactor).with_token(&Token::new("another-token"));
    assert_eq!(redactor.redact("a text"), "[SECRET]");
}
