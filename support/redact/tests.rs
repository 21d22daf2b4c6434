//! What a redactor hides, and what it leaves.

mod bounds;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

use super::encodings::encodings;
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
fn what_stands_around_our_own_token_is_read_like_any_text() {
    let (redactor, token) = (redactor(), Token::new(TOKEN));
    for text in
        ["jwt-auth, jwt.{}", "Bearer {}", "http://x/ws?a=b&token={}", "{}{}", "s=canary \"secret\"/+; t={}", "*/*"]
    {
        for written in [TOKEN.to_owned(), URL_SAFE_NO_PAD.encode(TOKEN)] {
            let text = text.replace("{}", &written);
            let around = redactor.redact_around(&token, &text);
            assert!(!around.contains("eyJ") && !around.contains("ZXlK") && !around.contains("canary"), "{around}");
            assert_eq!(around.replace("[TOKEN][TOKEN]", "[TOKEN]"), redactor.redact(&text));
        }
    }
    // As another token, and as one that is an ordinary word.
    let forged = Token::new(TOKEN.replace("c2ln", "d2ln"));
    assert_eq!(redactor.redact_around(&forged, &format!("Bearer {TOKEN}")), "Bearer [TOKEN]");
    assert_eq!(redactor.redact_around(&Token::new("json"), "application/json"), "application/json");
}

#[test]
fn replaces_opaque_tokens_as_they_are_sent() {
    let opaque = "~opaque token+1";
    let redactor = Redactor::new([], [&Token::new(opaque)]);
    let query = url::Url::parse_with_params("http://x/", [("token", opaque)]).expect("an address");
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

fn redacted(text: &str) -> String {
    Redactor::default().redact_body(text)
}

/// Secrets that the run does not know: a name says what they are.
#[test]
fn masks_values_by_their_names() {
    for (text, shown) in [
        (r#"{"password":"correct horse","user":"u"}"#, r#"{"password":"[SECRET]","user":"u"}"#),
        (
            r#"{"data":{"clientSecret":"x1"},"refresh_token":7}"#,
            r#"{"data":{"clientSecret":"[SECRET]"},"refresh_token":"[SECRET]"}"#,
        ),
        (r#"{"credentials":{"id":"a1b2c3d4","ok":true}}"#, r#"{"credentials":{"id":"[SECRET]","ok":true}}"#),
        (r#"{"kty":"oct","k":"c2VjcmV0","kid":"one"}"#, r#"{"k":"[SECRET]","kid":"one","kty":"oct"}"#),
        (r#"{"code":"SplxlOBeZQQYbYS6WxSbIA"}"#, r#"{"code":"[SECRET]"}"#),
        (
            r#"{"headers":[{"name":"X-Api-Key","value":"k 1"},{"name":"Accept","value":"a"}]}"#,
            r#"{"headers":[{"name":"X-Api-Key","value":"[SECRET]"},{"name":"Accept","value":"a"}]}"#,
        ),
        (r#"{"inner":"{\"api_key\":\"k1\"}"}"#, r#"{"inner":"{\"api_key\":\"[SECRET]\"}"}"#),
        (
            "https://a.test/cb?code=abc&state=1#access_token=xyz&token_type=bearer",
            "https://a.test/cb?code=[SECRET]&state=1#access_token=[SECRET]&token_type=bearer",
        ),
        ("/login?next=%2Fcb%3Fcode%3Dabc%26x%3D1", "/login?next=%2Fcb%3Fcode%3D[SECRET]%26x%3D1"),
        ("username=u&password=hunter2", "username=u&password=[SECRET]"),
        ("Set-Cookie: sid=abc; Path=/\nServer: x", "Set-Cookie: [SECRET]\nServer: x"),
        ("api_key: 'k 1', user: u", "api_key: '[SECRET]', user: u"),
        ("<password>hunter2</password><user>u</user>", "<password>[SECRET]</password><user>u</user>"),
        (
            r#"<input value="x1" type="hidden" name="csrf_token">"#,
            r#"<input value="[SECRET]" type="hidden" name="csrf_token">"#,
        ),
        (r#"<meta name="csrf-token" content="x1">"#, r#"<meta name="csrf-token" content="[SECRET]">"#),
        ("postgres://u:hunter2@db.test/x", "postgres://u:[SECRET]@db.test/x"),
        ("Basic dXNlcjpwYXNz", "Basic [SECRET]"),
    ] {
        assert_eq!(redacted(text), shown);
    }
}

/// What says why a token is rejected stays.
#[test]
fn leaves_reasons_alone() {
    for text in [
        r#"{"code":"token_not_valid","detail":"Given token not valid for any token type"}"#,
        r#"{"code":"PGRST301","hint":null,"message":"JWT expired"}"#,
        r#"{"error":{"code":401,"status":"UNAUTHENTICATED"}}"#,
        r#"{"password":["This field is required."],"token_type":"bearer"}"#,
        "Invalid token: expired",
        "Bearer realm=\"api\", error=\"invalid_token\"",
        "http://a.test/?code=401",
    ] {
        assert_eq!(redacted(text), text);
    }
}

/// Made of pieces, so that nobody takes them for real ones.
#[test]
fn replaces_what_is_a_secret_by_its_shape() {
    let digits = "A1B2C3D4E5F6G7H8J9K0L1M2N3P4Q5R6S7T8";
    let pem = |label: &str| ["-----BEGIN ", label, "-----\nMIIB\n-----END ", label, "-----"].concat();
    for (begin, length) in [
        ("AKIA", 16),
        ("AIza", 35),
        ("ghp_", 36),
        ("github_pat_", 30),
        ("xoxb-", 12),
        ("sk_live_", 24),
        ("ya29.", 30),
        ("GOCSPX-", 24),
        ("glpat-", 20),
    ] {
        let key = [begin, &digits[..length]].concat();
        assert_eq!(redacted(&format!("the key {key}.")), "the key [SECRET].", "{key}");
        assert!(!redacted(&format!("key%3D{key}%20")).contains(&key), "{key}");
    }
    for label in ["RSA PRIVATE KEY", "PRIVATE KEY", "OPENSSH PRIVATE KEY"] {
        assert_eq!(redacted(&format!("a {} b", pem(label))), "a [SECRET] b");
        assert_eq!(redacted(&format!("a {}", pem(label).replace('\n', "\\n"))), "a [SECRET]");
    }
    assert_eq!(redacted(&format!("{{\"x\":\"{}\"}}", &pem("EC PRIVATE KEY")[..28])), "{\"x\":\"[SECRET]\"}");
    assert_eq!(redacted("ey\u{200b}JhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.c2ln"), "[TOKEN]");
    for text in ["the AKIA of 2025", "skeleton-of-a-long-name", "sk-learn", "-----BEGIN CERTIFICATE-----"] {
        assert_eq!(redacted(text), text);
    }
}

/// A secret in pieces in the items of a list, or in the names of fields.
#[test]
fn finds_a_secret_across_the_texts_of_a_document() {
    for body in [
        r#"["can","ary \"se","cret\"/+"]"#,
        r#"{"1":"can","2":"ary \"se","3":"cret\"/+"}"#,
        r#"{"canary":{"secret":1}}"#,
    ] {
        let shown = redactor().redact_body(body);
        assert!(!shown.contains("can") && !shown.contains("cret"), "{body} became {shown}");
    }
    let numbers = r#"{"data":[99,97,110,97,114,121,32,34,115,101,99,114,101,116,34]}"#;
    assert!(!redactor().redact_body(numbers).contains("110"), "{}", redactor().redact_body(numbers));
}

#[test]
fn writes_nothing_that_moves_or_hides_what_is_beside_it() {
    let shown = redactor().redact("a\u{202e}b\u{1b}[31m\u{e0041}\u{85}\tc\r\nd\u{7f}");
    assert_eq!(shown, "a\\u{202e}b\\u{1b}[31m\\u{e0041}\\u{85} c\nd\\u{7f}");
}

/// Digits of one kind beside those of another, and each text within JSON within JSON.
#[test]
fn reads_lists_of_numbers_beside_one_another() {
    let opaque = "vN4~kT8+bQ2/hJ6=wR9.xD3_mC5zL1";
    let redactor = Redactor::new([], [&Token::new(opaque)]);
    let written = |write: fn(u8) -> String| opaque.bytes().map(write).collect::<String>();
    let decimal = written(|c| format!("{c}, "));
    let (hexadecimal, octal) = (written(|c| format!("0x{c:02x}, ")), written(|c| format!("{c:o} ")));
    for mut text in [decimal.clone(), format!("{hexadecimal}\n{decimal}\n{octal}")] {
        for depth in 0..3 {
            for redacted in [redactor.redact(&text), redactor.redact_body(&text)] {
                let is_left =
                    ["107, 84, 56", "61, 119, 82", "0x6b, 0x54", "153 124"].iter().any(|some| redacted.contains(some));
                assert!(!is_left, "{depth}: {text}\n{redacted}");
            }
            text = serde_json::json!({"a": text}).to_string();
        }
    }
}

/// What stands between the letters may be a letter of another alphabet: fillers and marks are, and take no room.
#[test]
fn a_letter_of_another_alphabet_hides_no_secret() {
    let secret = "wq3zR+7tK/9mv=Xp2-Lc8";
    let redactor = Redactor::new([&Secret::new(secret)], []);
    for filler in
        ['\u{3164}', '\u{115f}', '\u{ffa0}', '\u{345}', '\u{5b0}', '\u{64e}', '\u{2b0}', '\u{aa}', '\u{b2}', '中', 'é']
    {
        let text: String = secret.chars().flat_map(|c| [c, filler]).collect();
        let redacted = redactor.redact(&format!("<{text}>"));
        let left = redacted.replace("[SECRET]", "").replace("[TOKEN]", "");
        assert!(left.len() < redacted.len() && !left.contains(['R', 'X', '7']), "{filler:?}: {redacted}");
    }
}

/// Its letters have several bytes, and each decoder reads bytes.
#[test]
fn a_secret_in_another_alphabet_is_decoded_too() {
    let secret = "Größe&Straße#Übel9";
    let redactor = Redactor::new([&Secret::new(secret)], []);
    let each = |write: fn(u8) -> String| secret.bytes().map(write).collect::<String>();
    for text in [
        each(|c| format!("%{c:02X}")),
        each(|c| format!("\\x{c:02x}")),
        each(|c| format!("{c:02x}")),
        each(|c| format!("{c:02X}:")),
        each(|c| format!("{c}, ")),
        STANDARD.encode(secret),
    ] {
        let redacted = redactor.redact(&text);
        let left: String = redacted.replace("[TOKEN]", "").replace("[SECRET]", "");
        assert!(left.chars().filter(|c| c.is_alphanumeric()).count() < 4, "{text} became {redacted}");
    }
}

/// As `JSON.stringify` writes an array of bytes, or a text that was spread over an object.
#[test]
fn an_object_with_numbered_keys_is_read_in_their_order() {
    let secret = "wq3zR+7tK/9mv=Xp2-Lc8";
    let redactor = Redactor::new([&Secret::new(secret)], []);
    let letters = secret.chars().enumerate().map(|(at, c)| (at.to_string(), c.to_string().into()));
    let bytes = secret.bytes().enumerate().map(|(at, c)| (at.to_string(), c.into()));
    for fields in [letters.collect::<serde_json::Map<_, _>>(), bytes.collect()] {
        let redacted = redactor.redact_body(&serde_json::Value::Object(fields).to_string());
        let shown = redacted.matches("[SECRET]").count() + redacted.matches("[TOKEN]").count();
        assert!(shown >= 19, "{redacted}");
    }
}
