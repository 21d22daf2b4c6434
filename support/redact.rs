//! The redactor, the second of three fences: every text from a server passes it before it becomes evidence. It replaces the
//! secrets and tokens of the run, in the encodings in which services repeat them, and whatever looks like a token.

mod decode;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::Arc;

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};
use memchr::memmem;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

use crate::secret::Secret;
use crate::token::Token;

/// Response headers that may become evidence. Others are dropped: `Set-Cookie` may hold a session.
const RECORDED_HEADERS: [&str; 12] = [
    "allow",
    "connection",
    "content-type",
    "date",
    "location",
    "retry-after",
    "sec-websocket-protocol",
    "sec-websocket-version",
    "server",
    "upgrade",
    "via",
    "www-authenticate",
];
/// In characters. Shorter pieces of a secret also occur in ordinary texts, so they are kept.
const MIN_PIECE: usize = 8;

/// In characters. A shorter value that a login keeps is a number or a word.
const MIN_KEPT: usize = 4;

/// Replaces secrets by `[SECRET]` and tokens by `[TOKEN]`.
#[derive(Clone, Default)]
pub(crate) struct Redactor {
    /// The redactor of the run, where this one adds the token of one exchange.
    base: Option<Arc<Redactor>>,
    /// Texts, and the placeholder of each.
    known: Vec<(String, &'static str)>,
    /// By placeholder: texts of which no piece of [`MIN_PIECE`] characters may be shown, in lower case, one on each line.
    pieces: BTreeMap<&'static str, String>,
    finder: Option<AhoCorasick>,
}

impl Redactor {
    /// A redactor for the secrets and tokens of a run.
    pub(crate) fn new<'a>(
        secrets: impl IntoIterator<Item = &'a Secret>,
        tokens: impl IntoIterator<Item = &'a Token>,
    ) -> Self {
        let mut redactor = Redactor::default();
        for secret in secrets {
            redactor.add(secret.expose(), "[SECRET]");
            redactor.add_pieces(secret.expose(), "[SECRET]");
        }
        for token in tokens {
            redactor.add_token(token.expose());
        }
        redactor.known.retain(|(text, _)| !text.is_empty());
        redactor.finder = AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostLongest)
            // Built for each new token and used a few dozen times, so the automaton that is fastest to build.
            .kind(Some(AhoCorasickKind::NoncontiguousNFA))
            .build(redactor.known.iter().map(|(text, _)| text))
            .ok();
        redactor
    }

    /// This redactor with one more token.
    pub(crate) fn with_token(self: &Arc<Self>, token: &Token) -> Arc<Self> {
        let mut alone = Redactor { base: Some(Arc::clone(self)), ..Redactor::default() };
        alone.add_token(token.expose());
        alone.known.sort_by_key(|(text, _)| std::cmp::Reverse(text.len()));
        Arc::new(alone)
    }

    /// This redactor with one more secret text.
    pub(crate) fn with_text(self: &Arc<Self>, text: &str) -> Arc<Self> {
        let mut alone = Redactor { base: Some(Arc::clone(self)), ..Redactor::default() };
        if text.len() >= MIN_KEPT {
            alone.add(text, "[SECRET]");
        }
        alone.known.sort_by_key(|(text, _)| std::cmp::Reverse(text.len()));
        Arc::new(alone)
    }

    /// The text with every secret and token replaced.
    pub(crate) fn redact(&self, text: &str) -> String {
        // First what the run knows: where a part of it that looks like a token is replaced alone, the rest is found no longer.
        let known = self.base.as_ref().map_or_else(|| text.to_owned(), |base| base.replace_known(text));
        let clean = self.replace_encoded(self.replace_plain(&known));
        match &self.base {
            Some(base) => base.redact(&clean),
            None => clean,
        }
    }

    fn replace_plain(&self, text: &str) -> String {
        self.replace_token_like(&self.replace_known(text))
    }

    /// Replaces the words that show a secret once they are decoded. Where a secret contains a blank, replaces the text.
    fn replace_encoded(&self, text: String) -> String {
        let hides = |text: &str| decode::decodings(text).any(|decoded| self.replace_known(&decoded) != decoded);
        if !hides(&text) {
            return text;
        }
        let words = text.split(' ').map(|word| if hides(word) { "[TOKEN]" } else { word });
        let clean = words.collect::<Vec<_>>().join(" ");
        if hides(&clean) { "[TOKEN]".into() } else { clean }
    }

    fn replace_known(&self, text: &str) -> String {
        match &self.finder {
            Some(finder) => finder.replace_all(text, &self.known.iter().map(|(_, word)| *word).collect::<Vec<_>>()),
            // Too few texts for an automaton. The longest come first.
            None => self.known.iter().fold(text.to_owned(), |text, (known, word)| match known.len() <= text.len() {
                true => text.replace(known, word),
                false => text,
            }),
        }
    }

    /// A body. The texts of a JSON body are decoded first, so that no escape sequence hides a secret.
    pub(crate) fn redact_body(&self, text: &str) -> String {
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

    /// The redacted value of a header, or `None` where evidence must not contain it.
    pub(crate) fn redact_header(&self, name: &str, value: &str) -> Option<String> {
        RECORDED_HEADERS.contains(&name).then(|| self.redact(value))
    }

    fn add(&mut self, value: &str, word: &'static str) {
        self.known.extend(encodings(value).into_iter().map(|text| (text, word)));
    }

    fn add_token(&mut self, token: &str) {
        self.add(token, "[TOKEN]");
        let parts = token.split('.').filter(|part| part.len() >= MIN_PIECE);
        self.known.extend(parts.map(|part| (part.to_owned(), "[TOKEN]")));
        // base64 of a text depends on what stands before it.
        let prefixed = format!("Bearer {token}");
        self.known.extend(base64(&prefixed).map(|text| (text, "[TOKEN]")));
        let whole = [token.to_owned(), URL_SAFE_NO_PAD.encode(token), URL_SAFE_NO_PAD.encode(prefixed)];
        whole.iter().for_each(|text| self.add_pieces(text, "[TOKEN]"));
    }

    fn add_pieces(&mut self, text: &str, word: &'static str) {
        let pieces = self.pieces.entry(word).or_default();
        pieces.push_str(&text.to_lowercase());
        pieces.push('\n');
    }

    /// Replaces shortened tokens, such as `eyJhbGciOiJI…` in a log line, and tokens that the run does not know.
    fn replace_token_like(&self, text: &str) -> String {
        let is_part = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(start) = rest.find(is_part) {
            let length = rest[start..].find(|c| !is_part(c)).unwrap_or(rest.len() - start);
            let run = &rest[start..start + length];
            out.push_str(&rest[..start]);
            out.push_str(self.placeholder_for(run).unwrap_or(run));
            rest = &rest[start + length..];
        }
        (out + rest).replace("[TOKEN].[TOKEN]", "[TOKEN]").replace("[TOKEN].[TOKEN]", "[TOKEN]")
    }

    /// The placeholder of a run of letters that must not be shown.
    fn placeholder_for(&self, run: &str) -> Option<&'static str> {
        if run.len() < MIN_PIECE {
            return None;
        }
        // `eyJ` is `{"` in base64, and `ZXlK` is `eyJ` in base64. Long runs of mixed letters are keys or signatures.
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
