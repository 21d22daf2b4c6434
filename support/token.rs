//! Tokens: sign, forge, describe. A token cannot be printed; evidence records its [`Token::facts`] instead.

mod control;
mod form;
mod pem;
mod private_key;
mod private_pem;
mod published;
mod secret_form;
mod signed;
mod signed_by_key;

pub(crate) use control::{ControlSigner, Signer, algorithm_of};
pub(crate) use pem::of as public_key_text;
pub(crate) use private_key::PrivateKey;
pub(crate) use private_pem::{
    ALGORITHMS as PRIVATE_KEY_ALGORITHMS, UnusableKey, names as algorithm_names, read as read_private_key,
    texts as private_key_texts,
};
pub(crate) use published::KeySet;
pub(crate) use secret_form::{forms, from_base64, from_hex};
pub(crate) use signed::ending;

use std::fmt;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, AlgorithmFamily};
use memchr::memmem;
use serde_json::{Map, Value, json};

use crate::evidence::TokenFacts;
use crate::vocabulary::ClaimName;

/// The payload of a JWT (RFC 7519 §4).
pub(crate) type Claims = Map<String, Value>;

/// What of a text in a token may be seen: redacted, and shortened for one line.
pub(crate) type Shown<'a> = &'a dyn Fn(&str) -> String;

/// A bearer token: usually a JWT in compact form (RFC 7519), possibly opaque.
#[derive(Clone)]
pub(crate) struct Token {
    compact: String,
    /// In seconds, as its login says.
    issued_for: Option<i64>,
    /// After this moment it may have expired; `None` where it does not expire, or came expired.
    usable_until: Option<Instant>,
}

/// The algorithm does not work with the key.
#[derive(Debug, thiserror::Error)]
#[error("cannot sign with {algorithm:?}: {source}")]
pub struct SigningError {
    algorithm: Algorithm,
    source: jsonwebtoken::errors::Error,
}

impl Token {
    /// A token from its compact form, which is not verified.
    pub(crate) fn new(compact: impl Into<String>) -> Self {
        Token { compact: compact.into(), issued_for: None, usable_until: None }
    }

    /// The same token, of which its login says that it lives for so many seconds.
    pub(crate) fn issued_for(self, seconds: Option<i64>) -> Self {
        Token { issued_for: seconds, ..self }
    }

    /// The same token, which has just come.
    pub(crate) fn received(self) -> Self {
        let left = self.facts(now(), &|_| String::new()).left();
        let usable_until = left.and_then(|left| Instant::now().checked_add(left.saturating_sub(TokenFacts::ROUNDED)));
        Token { usable_until, ..self }
    }

    /// Whether it may have expired since it came.
    pub(crate) fn may_have_expired(&self) -> bool {
        self.usable_until.is_some_and(|until| until <= Instant::now())
    }

    /// Its algorithm, where it signs with a secret.
    fn hmac_algorithm(&self) -> Option<Algorithm> {
        let name: Algorithm = self.json_part(0)?.get("alg")?.as_str()?.parse().ok()?;
        (name.family() == AlgorithmFamily::Hmac).then_some(name)
    }

    /// Its algorithm, where it signs with a private key.
    pub(crate) fn asymmetric_algorithm(&self) -> Option<Algorithm> {
        published::asymmetric(self.json_part(0)?.get("alg")?.as_str()?)
    }

    /// Whether the text contains the token, plain or in base64url, or 8 successive characters of its signature.
    pub(crate) fn is_echoed_in(&self, text: &str) -> bool {
        let encoded = URL_SAFE_NO_PAD.encode(&self.compact);
        // The last characters of base64 depend on the text that follows the token.
        let whole = [self.compact.trim_end_matches('.'), &encoded[..encoded.len().saturating_sub(4)]];
        let signature = self.compact.rsplit_once('.').map_or(self.compact.as_str(), |(_, signature)| signature);
        let holds = |piece: &[u8]| text.len() >= piece.len() && memmem::find(text.as_bytes(), piece).is_some();
        whole.into_iter().any(|whole| whole.len() >= MIN_ECHO && holds(whole.as_bytes()))
            || signature.as_bytes().windows(MIN_ECHO).any(holds)
    }

    /// The same token with another signature. Length and encoding stay, so that it can only be rejected for the signature. Of
    /// an opaque token, the second half changes.
    pub(crate) fn forge(&self) -> Self {
        let start = self.compact.rfind('.').map_or(self.compact.len() / 2, |dot| dot + 1);
        let (kept, signature) = self.compact.split_at_checked(start).unwrap_or(("", &self.compact));
        let bytes = URL_SAFE_NO_PAD.decode(signature).ok().filter(|bytes| !bytes.is_empty());
        let forged = match bytes {
            Some(bytes) => URL_SAFE_NO_PAD.encode(bytes.iter().map(|byte| byte ^ 0b0101_1010).collect::<Vec<_>>()),
            None => signature.chars().map(other_character).collect(),
        };
        Token::new(kept.to_owned() + &forged)
    }

    /// The compact form, for the wire and the redactor; never for an output of the suite.
    pub(crate) fn expose(&self) -> &str {
        &self.compact
    }

    /// The payload, where it is a JSON object. Nothing is verified.
    pub(crate) fn claims(&self) -> Option<Claims> {
        serde_json::from_value(self.json_part(1)?).ok()
    }

    /// What evidence may record of this token. Its times are seconds relative to `now`, a Unix time in seconds. Who issued it chose
    /// its texts, so `shown` says what of each may be seen.
    pub(crate) fn facts(&self, now: i64, shown: Shown<'_>) -> TokenFacts {
        let claims = self.claims().unwrap_or_default();
        let time = |name: &str| claims.get(name).and_then(Value::as_f64).map(|seconds| seconds as i64);
        // What the token says of itself is closer to what a verifier reads than what its login says.
        let issued_for = self.issued_for.filter(|_| !claims.contains_key("exp"));
        let expires_in = time("exp").map(|exp| exp.saturating_sub(now)).or(issued_for);
        let issued_ago = time("iat").map(|iat| now.saturating_sub(iat));
        TokenFacts {
            description: self.description(&claims, expires_in, shown),
            chars: self.compact.chars().count(),
            expires_in,
            issued_ago,
            issued_for,
            not_before: time("nbf").map(|nbf| nbf.saturating_sub(now)),
            // A probe repeats a name as it is, so one that may not be seen is not varied.
            claims: claims
                .keys()
                .filter(|name| shown(name) == **name)
                .filter_map(|name| ClaimName::from(name).ok())
                .collect(),
            other_kind: form::other_kind(&claims),
            malformed: form::malformed(&claims, now),
            algorithm: self.json_part(0).and_then(|header| Some(shown(header.get("alg")?.as_str()?))),
            issuer: claims.get("iss").map(|issuer| shown(&plain(issuer))),
            audience: claims.get("aud").map(|audience| shown(&plain(audience))),
            kid: self.json_part(0).and_then(|header| Some(shown(header.get("kid")?.as_str()?))),
            signed_as_known: None,
            signed_by: [None, None],
            has_published_issuer: None,
        }
    }

    fn description(&self, claims: &Claims, expires_in: Option<i64>, shown: Shown<'_>) -> String {
        let size = format!("{} chars, {} dots", self.compact.chars().count(), self.compact.matches('.').count());
        let Some(header) = self.json_part(0) else {
            let lifetime = self.issued_for.map(|seconds| format!("expires_in={seconds}"));
            return format!("opaque({})", lifetime.into_iter().chain([size]).collect::<Vec<_>>().join(", "));
        };
        let algorithm = header.get("alg").map_or("no alg".into(), |algorithm| shown(&plain(algorithm)));
        let claim = |name: &str| claims.get(name).map(|value| format!("{name}={}", shown(&plain(value))));
        let expiry = expires_in.map(|seconds| match claims.get("exp").is_some_and(form::is_date) {
            true => format!("exp={:+}m", (seconds as f64 / 60.0).round()),
            false => "exp not in seconds".to_owned(),
        });
        let parts = [Some(algorithm), claim("iss"), claim("aud"), expiry, Some(size)];
        format!("jwt({})", parts.into_iter().flatten().collect::<Vec<_>>().join(", "))
    }

    fn json_part(&self, index: usize) -> Option<Value> {
        let part = self.compact.split('.').nth(index)?;
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).ok()?).ok().filter(Value::is_object)
    }
}

/// A text as it is, anything else as JSON.
fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// In characters. Shorter pieces of a signature also occur in texts that do not repeat it.
const MIN_ECHO: usize = 8;

/// By what is sent: who else says something of a token makes it no other one.
impl PartialEq for Token {
    fn eq(&self, other: &Self) -> bool {
        self.compact == other.compact
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[TOKEN]")
    }
}

/// Another character of the base64url alphabet. Other characters stay, so that the token stays sendable.
fn other_character(character: char) -> char {
    match character {
        'a'..='y' | 'A'..='Y' | '0'..='8' => (character as u8 + 1) as char,
        'z' => 'A',
        'Z' => '0',
        '9' => 'a',
        '-' => '_',
        '_' => '-',
        other => other,
    }
}

/// Unix time in seconds.
pub(crate) fn now() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| i64::try_from(since.as_secs()).unwrap_or(i64::MAX))
}

/// The claims with `iat` and `exp`, where `lifetime` is in seconds.
pub(crate) fn with_dates(claims: &Claims, now: i64, lifetime: u64) -> Claims {
    let mut claims = claims.clone();
    claims.insert("iat".into(), json!(now));
    claims.insert("exp".into(), json!(now.saturating_add_unsigned(lifetime)));
    claims
}

#[cfg(test)]
mod tests;
