//! What a redactor hides, and what it leaves.

use super::*;

const TOKEN: &str = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJjYW5hcnkifQ.c2lnbmF0dXJlLW9mLWNhbmFyeQ";

fn redactor() -> Redactor {
    Redactor::new([&Secret::new("canary \"secret\"/+")], [&Token::new(TOKEN)])
}

#[test]
fn replaces_secrets_in_every_encoding() {
    for text in encodings("canary \"secret\"/+") {
        assert_eq!(redactor().redact(&format!("<{text}>")), "<[SECRET]>", "{text}");
    }
}

#[test]
fn decodes_before_it_searches() {
    for text in [
        "canary%20%22secret%22%2f+",
        "canary%2520%2522secret%2522%252F%2B",
        "canary &quot;secret&#34;/&#x2b;",
        "canary \\u0022secret\\u0022\\/+",
        "63616e61727920227365637265742 22f2b".replace(' ', "").as_str(),
    ] {
        let redacted = redactor().redact(&format!("<{text}>"));
        assert!(redacted.ends_with("[TOKEN]"), "{text} became {redacted}");
    }
    assert_eq!(redactor().redact("50%25 of a&amp;b"), "50%25 of a&amp;b");
}

#[test]
fn decodes_a_json_body_before_it_searches() {
    let body = r#"{"error": "no canary \u0022secret\"\/+ here"}"#;
    assert_eq!(redactor().redact_body(body), r#"{"error":"no [SECRET] here"}"#);
}

#[test]
fn replaces_tokens_whole_in_parts_and_shortened() {
    let signature = TOKEN.rsplit('.').next().expect("three parts");
    for text in [TOKEN, signature, &signature[..10], &TOKEN[..12], "eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.x"] {
        let redacted = redactor().redact(&format!("<{text}>"));
        assert!(redacted.starts_with("<[TOKEN]"), "{text} became {redacted}");
    }
    assert_eq!(redactor().redact(&format!("jwt.{}", URL_SAFE_NO_PAD.encode(TOKEN))), "jwt.[TOKEN]");
}

#[test]
fn replaces_opaque_tokens_as_they_are_sent() {
    let opaque = "~opaque token+1";
    let redactor = Redactor::new([], [&Token::new(opaque)]);
    let query = reqwest::Url::parse_with_params("http://x/", [("token", opaque)]).expect("an address");
    assert_eq!(redactor.redact(query.as_str()), "http://x/?token=[TOKEN]");
    let entry = format!("jwt.{}", URL_SAFE_NO_PAD.encode(format!("Bearer {opaque}")));
    assert_eq!(redactor.redact(&entry), "jwt.[TOKEN]");
}

#[test]
fn leaves_ordinary_texts_alone() {
    for text in ["", "SSOT Auth failed", "connection_established", "staging-e2e-user-001", "2025-09-08T10:11:12Z"] {
        assert_eq!(redactor().redact(text), text);
    }
}

#[test]
fn drops_headers_that_are_not_recorded() {
    assert_eq!(redactor().redact_header("set-cookie", "session=1"), None);
    assert_eq!(
        redactor().redact_header("location", &format!("/login?next={TOKEN}")).as_deref(),
        Some("/login?next=[TOKEN]")
    );
}
