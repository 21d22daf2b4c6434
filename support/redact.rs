//! The one redactor, the second of three fences: every text that a server sends passes it before it becomes evidence. It
//! knows the run's secrets and tokens in the encodings in which services repeat them, and what looks like a token.

mod decode;

use std::collections::BTreeMap;
use std::sync::Arc;

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};
use memchr::memmem;
use serde_json::Value;

use crate::secret::Secret;
use crate::token::Token;

/// Response headers that may become evidence; everything else, `Set-Cookie` above all, is dropped unread.
const HEADERS: [&str; 11] = [
    "allow",
    "connection",
    "content-type",
    "date",
    "location",
    "retry-after",
    "sec-websocket-protocol",
    "server",
    "upgrade",
    "via",
    "www-authenticate",
];
/// Shorter texts than this occur by chance, so they are not looked for; in characters.
const SHORTEST_PIECE: usize = 8;

#[derive(Clone, Debug, Default)]
pub struct Redactor {
    /// What one exchange more must not show.
    beside: Option<Arc<Redactor>>,
    /// Text to look for, and what stands for it.
    known: Vec<(String, &'static str)>,
    /// Texts of which no longer piece may be seen, in lower case and one below the other, by the word for them.
    pieces: BTreeMap<&'static str, String>,
    finder: Option<AhoCorasick>,
}

impl Redactor {
    pub fn new<'a>(secrets: impl IntoIterator<Item = &'a Secret>, tokens: impl IntoIterator<Item = &'a Token>) -> Self {
        let mut redactor = Redactor::default();
        for secret in secrets {
            redactor.know(secret.expose(), "[SECRET]");
            redactor.know_pieces(secret.expose(), "[SECRET]");
        }
        for token in tokens {
            redactor.know_token(token.expose());
        }
        redactor.known.retain(|(text, _)| !text.is_empty());
        redactor.finder = AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostLongest)
            // Built anew when a token comes, and read a few dozen times: building is what costs.
            .kind(Some(AhoCorasickKind::NoncontiguousNFA))
            .build(redactor.known.iter().map(|(text, _)| text))
            .ok();
        redactor
    }

    /// The same, knowing one token more.
    pub fn knowing(self: &Arc<Self>, token: &Token) -> Arc<Self> {
        let mut alone = Redactor { beside: Some(Arc::clone(self)), ..Redactor::default() };
        alone.know_token(token.expose());
        alone.known.sort_by_key(|(text, _)| std::cmp::Reverse(text.len()));
        Arc::new(alone)
    }

    /// The text with everything known or token-like replaced by a word in brackets.
    pub fn redact(&self, text: &str) -> String {
        let clean = self.without_encoded(self.without_plain(text));
        match &self.beside {
            Some(beside) => beside.redact(&clean),
            None => clean,
        }
    }

    fn without_plain(&self, text: &str) -> String {
        self.without_token_like(&self.without_known(text))
    }

    /// What shows only when encodings are taken off: the words in which it stands, or, where it has blanks, the text.
    fn without_encoded(&self, text: String) -> String {
        let hides = |text: &str| decode::readings(text).any(|reading| self.without_known(&reading) != reading);
        if !hides(&text) {
            return text;
        }
        let words = text.split(' ').map(|word| if hides(word) { "[TOKEN]" } else { word });
        let clean = words.collect::<Vec<_>>().join(" ");
        if hides(&clean) { "[TOKEN]".into() } else { clean }
    }

    fn without_known(&self, text: &str) -> String {
        match &self.finder {
            Some(finder) => finder.replace_all(text, &self.known.iter().map(|(_, word)| *word).collect::<Vec<_>>()),
            // A handful of texts, for one answer: the longest first, and no automaton.
            None => self.known.iter().fold(text.to_owned(), |text, (known, word)| match known.len() <= text.len() {
                true => text.replace(known, word),
                false => text,
            }),
        }
    }

    /// A body: where it is JSON, its texts are read before they are searched, so that no way of escaping hides anything.
    pub fn body(&self, text: &str) -> String {
        match serde_json::from_str(text) {
            Ok(value) => self.redact(&self.json(value).to_string()),
            Err(_) => self.redact(text),
        }
    }

    fn json(&self, value: Value) -> Value {
        match value {
            Value::String(text) => self.redact(&text).into(),
            Value::Array(items) => items.into_iter().map(|item| self.json(item)).collect(),
            Value::Object(fields) => {
                fields.into_iter().map(|(key, field)| (self.redact(&key), self.json(field))).collect()
            }
            other => other,
        }
    }

    /// The allowed header in redacted form, or `None` where it must not be kept.
    pub fn header(&self, name: &str, value: &str) -> Option<String> {
        HEADERS.contains(&name).then(|| self.redact(value))
    }

    fn know(&mut self, value: &str, word: &'static str) {
        self.known.extend(encodings(value).into_iter().map(|text| (text, word)));
    }

    fn know_token(&mut self, token: &str) {
        self.know(token, "[TOKEN]");
        let parts = token.split('.').filter(|part| part.len() >= SHORTEST_PIECE);
        self.known.extend(parts.map(|part| (part.to_owned(), "[TOKEN]")));
        // With the prefix the letters of base64 are others.
        let prefixed = format!("Bearer {token}");
        self.known.extend(base64(&prefixed).map(|text| (text, "[TOKEN]")));
        let whole = [token.to_owned(), URL_SAFE_NO_PAD.encode(token), URL_SAFE_NO_PAD.encode(prefixed)];
        whole.iter().for_each(|text| self.know_pieces(text, "[TOKEN]"));
    }

    fn know_pieces(&mut self, text: &str, word: &'static str) {
        let pieces = self.pieces.entry(word).or_default();
        pieces.push_str(&text.to_lowercase());
        pieces.push('\n');
    }

    /// Replaces shortened tokens, such as `eyJhbGciOiJI…` in a log line, and JWTs that nobody told us of.
    fn without_token_like(&self, text: &str) -> String {
        let is_part = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(start) = rest.find(is_part) {
            let length = rest[start..].find(|c| !is_part(c)).unwrap_or(rest.len() - start);
            let run = &rest[start..start + length];
            out.push_str(&rest[..start]);
            out.push_str(self.word_for(run).unwrap_or(run));
            rest = &rest[start + length..];
        }
        (out + rest).replace("[TOKEN].[TOKEN]", "[TOKEN]").replace("[TOKEN].[TOKEN]", "[TOKEN]")
    }

    /// What stands for a run of letters that must not be seen.
    fn word_for(&self, run: &str) -> Option<&'static str> {
        if run.len() < SHORTEST_PIECE {
            return None;
        }
        // `eyJ` is `{"` in base64; `ZXlK` is `eyJ` once more encoded. Long runs of mixed letters are keys or signatures.
        if run.starts_with("eyJ") || run.starts_with("ZXlK") || looks_random(run) {
            return Some("[TOKEN]");
        }
        let run = run.to_lowercase();
        self.pieces
            .iter()
            .find(|(_, pieces)| memmem::find(pieces.as_bytes(), run.as_bytes()).is_some())
            .map(|(word, _)| *word)
    }
}

/// At least 32 characters with small letters, capitals and digits mixed: a signature, an API key, an opaque token.
fn looks_random(run: &str) -> bool {
    let has = |kind: fn(&char) -> bool| run.chars().any(|c| kind(&c));
    run.len() >= 32 && has(char::is_ascii_lowercase) && has(char::is_ascii_uppercase) && has(char::is_ascii_digit)
}

/// Raw, percent-encoded, as a form's field, JSON-escaped, and base64 with both alphabets, padded and not.
fn encodings(value: &str) -> Vec<String> {
    let json = serde_json::Value::from(value).to_string();
    let percent = percent_encoded(value);
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

/// RFC 3986 §2.3: everything but the unreserved characters.
fn percent_encoded(value: &str) -> String {
    let unreserved = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    value
        .bytes()
        .map(|byte| if unreserved(byte) { (byte as char).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

#[cfg(test)]
mod tests {
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
    fn takes_encodings_off_before_it_searches() {
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
    fn reads_a_body_before_it_searches_it() {
        let body = r#"{"error": "no canary \u0022secret\"\/+ here"}"#;
        assert_eq!(redactor().body(body), r#"{"error":"no [SECRET] here"}"#);
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
    fn drops_headers_that_nobody_allowed() {
        assert_eq!(redactor().header("set-cookie", "session=1"), None);
        assert_eq!(
            redactor().header("location", &format!("/login?next={TOKEN}")).as_deref(),
            Some("/login?next=[TOKEN]")
        );
    }
}
