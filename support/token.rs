//! Tokens: sign, forge, describe. A token cannot be printed; what may be said of one is [`Token::facts`].

mod mint;

pub use mint::Minter;

use std::fmt;
use std::time::{SystemTime, UNIX_EPOCH};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::crypto::sign;
use jsonwebtoken::{Algorithm, EncodingKey};
use memchr::memmem;
use serde_json::{Map, Value, json};

use crate::evidence::TokenFacts;
use crate::secret::Secret;
use crate::vocabulary::ClaimName;
use crate::wording::short;

pub type Claims = Map<String, Value>;

/// A bearer token, usually a JWT (RFC 7519) in compact form; an opaque one is carried just the same.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

#[derive(Debug, thiserror::Error)]
#[error("cannot sign with {algorithm:?}: {source}")]
pub struct CannotSign {
    algorithm: Algorithm,
    source: jsonwebtoken::errors::Error,
}

impl Token {
    pub fn new(compact: impl Into<String>) -> Self {
        Token(compact.into())
    }

    /// A signed JWT whose header reads `{"alg":…,"typ":"JWT"}`, in the order that most libraries write.
    ///
    /// # Errors
    /// When the algorithm does not work with a shared secret.
    pub fn sign(claims: &Claims, algorithm: Algorithm, secret: &Secret) -> Result<Self, CannotSign> {
        let header = format!(r#"{{"alg":"{algorithm:?}","typ":"JWT"}}"#);
        let payload = Value::Object(claims.clone()).to_string();
        signed(&message(&header, &payload), algorithm, secret.expose().as_bytes())
    }

    /// The same token with other claims, signed with that key: the header stays but for its `alg`. Where nothing changes, not
    /// a byte of what is signed does.
    ///
    /// # Errors
    /// When the algorithm does not work with a shared secret.
    fn signed_like(
        &self,
        before: &Claims,
        claims: &Claims,
        algorithm: Algorithm,
        key: &[u8],
    ) -> Result<Self, CannotSign> {
        let mut header: Claims = self.part(0).and_then(|part| serde_json::from_value(part).ok()).unwrap_or_default();
        let unchanged =
            header.get("alg").and_then(Value::as_str) == Some(&format!("{algorithm:?}")) && before == claims;
        let same = self.0.rsplit_once('.').map(|(message, _)| message).filter(|_| unchanged);
        header.insert("alg".into(), format!("{algorithm:?}").into());
        let other = || message(&Value::Object(header).to_string(), &Value::Object(claims.clone()).to_string());
        signed(&same.map_or_else(other, str::to_owned), algorithm, key)
    }

    /// The same claims with `alg: none` and no signature (RFC 7519 §6.1); `None` of an opaque token.
    pub fn unsigned(&self) -> Option<Self> {
        let claims = self.claims()?;
        let header = r#"{"alg":"none","typ":"JWT"}"#;
        Some(Token(format!("{}.", message(header, &Value::Object(claims).to_string()))))
    }

    /// Whether the text holds the token, plain or in base64url, or eight characters in a row of its signature.
    pub fn is_echoed_in(&self, text: &str) -> bool {
        let encoded = URL_SAFE_NO_PAD.encode(&self.0);
        // The end of an encoding depends on what follows, so all but that has to do.
        let whole = [self.0.trim_end_matches('.'), &encoded[..encoded.len().saturating_sub(4)]];
        let signature = self.0.rsplit_once('.').map_or(self.0.as_str(), |(_, signature)| signature);
        let holds = |piece: &[u8]| text.len() >= piece.len() && memmem::find(text.as_bytes(), piece).is_some();
        whole.into_iter().any(|whole| whole.len() >= SHORTEST_ECHO && holds(whole.as_bytes()))
            || signature.as_bytes().windows(SHORTEST_ECHO).any(holds)
    }

    /// The same token with another signature, of the same length and in the same encoding, so that it is refused for what it
    /// says and not for how it is written. Of an opaque token, the second half is changed.
    pub fn forge(&self) -> Self {
        let start = self.0.rfind('.').map_or(self.0.len() / 2, |dot| dot + 1);
        let (kept, signature) = self.0.split_at_checked(start).unwrap_or(("", &self.0));
        let bytes = URL_SAFE_NO_PAD.decode(signature).ok().filter(|bytes| !bytes.is_empty());
        let forged = match bytes {
            Some(bytes) => URL_SAFE_NO_PAD.encode(bytes.iter().map(|byte| byte ^ 0b0101_1010).collect::<Vec<_>>()),
            None => signature.chars().map(another).collect(),
        };
        Token(kept.to_owned() + &forged)
    }

    /// The compact form, for the wire and for the redactor; never for a text that a person reads.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// What stands between the first two dots, where that is a JSON object. Nothing is verified.
    pub fn claims(&self) -> Option<Claims> {
        serde_json::from_value(self.part(1)?).ok()
    }

    /// What can be said of this token, measured at `now` (Unix time in seconds).
    pub fn facts(&self, now: i64) -> TokenFacts {
        let claims = self.claims().unwrap_or_default();
        let time = |name: &str| claims.get(name).and_then(Value::as_f64).map(|seconds| seconds as i64);
        let expires_in = time("exp").map(|exp| exp.saturating_sub(now));
        let issued_ago = time("iat").map(|iat| now.saturating_sub(iat));
        TokenFacts {
            description: self.description(&claims, expires_in),
            chars: self.0.chars().count(),
            expires_in,
            issued_ago,
            not_before: time("nbf").map(|nbf| nbf.saturating_sub(now)),
            claims: claims.keys().filter_map(|name| ClaimName::from(name).ok()).collect(),
            algorithm: self.part(0).and_then(|header| Some(short(header.get("alg")?.as_str()?))),
            signed_as_known: None,
        }
    }

    fn description(&self, claims: &Claims, expires_in: Option<i64>) -> String {
        let size = format!("{} chars, {} dots", self.0.chars().count(), self.0.matches('.').count());
        let Some(header) = self.part(0) else { return format!("opaque({size})") };
        let text = |value: &Value| short(&value.as_str().map_or_else(|| value.to_string(), str::to_owned));
        let algorithm = header.get("alg").map_or("no alg".into(), text);
        let claim = |name: &str| claims.get(name).map(|value| format!("{name}={}", text(value)));
        let expiry = expires_in.map(|seconds| format!("exp={:+}m", (seconds as f64 / 60.0).round()));
        let parts = [Some(algorithm), claim("iss"), claim("aud"), expiry, Some(size)];
        format!("jwt({})", parts.into_iter().flatten().collect::<Vec<_>>().join(", "))
    }

    fn part(&self, index: usize) -> Option<Value> {
        let part = self.0.split('.').nth(index)?;
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).ok()?).ok().filter(Value::is_object)
    }
}

/// Shorter pieces of a signature occur by chance; in characters.
const SHORTEST_ECHO: usize = 8;

fn message(header: &str, payload: &str) -> String {
    format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(payload))
}

fn signed(message: &str, algorithm: Algorithm, key: &[u8]) -> Result<Token, CannotSign> {
    let key = EncodingKey::from_secret(key);
    let signature = sign(message.as_bytes(), &key, algorithm).map_err(|source| CannotSign { algorithm, source })?;
    Ok(Token(format!("{message}.{signature}")))
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[TOKEN]")
    }
}

/// Another character of the base64url alphabet; what is not of it stays, so that the form stays valid.
fn another(character: char) -> char {
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
pub fn now() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| i64::try_from(since.as_secs()).unwrap_or(i64::MAX))
}

/// Adds what every token needs: `iat` now and `exp` after `lifetime` seconds.
pub fn dated(claims: &Claims, now: i64, lifetime: u64) -> Claims {
    let mut claims = claims.clone();
    claims.insert("iat".into(), json!(now));
    claims.insert("exp".into(), json!(now.saturating_add_unsigned(lifetime)));
    claims
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token() -> Token {
        let claims = dated(&Claims::new(), 1_000, 1_800);
        Token::sign(&claims, Algorithm::HS256, &Secret::new("a secret of no importance")).expect("HS256 signs")
    }

    #[test]
    fn forging_changes_the_signature_and_nothing_else() {
        let (token, forged) = (token(), token().forge());
        let (signed, signature) = token.expose().rsplit_once('.').expect("a JWT");
        let (kept, other) = forged.expose().rsplit_once('.').expect("a JWT");
        assert_eq!((signed, signature.len()), (kept, other.len()));
        let bytes = |text| URL_SAFE_NO_PAD.decode(text).expect("canonical base64url");
        assert!(bytes(signature).iter().zip(bytes(other)).all(|(a, b)| *a != b));
    }

    #[test]
    fn forging_copes_with_what_is_not_a_jwt() {
        for odd in ["", "x", "opaque-token", "ends.", "ünïcödé-token"] {
            assert_eq!(Token::new(odd).forge().expose().chars().count(), odd.chars().count());
        }
    }

    #[test]
    fn a_token_says_what_it_is_and_never_what_it_holds() {
        assert_eq!(format!("{:?}", token()), "[TOKEN]");
        assert_eq!(token().facts(1_000).description, "jwt(HS256, exp=+30m, 112 chars, 2 dots)");
        assert_eq!(Token::new("opaque").facts(0).description, "opaque(6 chars, 0 dots)");
    }
}
