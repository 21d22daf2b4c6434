//! Tokens that auth issues: the claims of the real system, with the changes of a scenario.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use uuid::Uuid;

use super::clock::Clock;
use super::signing_key::{self, SigningKey};
use crate::deployment::{Algorithm, Auth, DateFormat};
use crate::token::{Claims, Token, with_dates};

/// A signed token for this user.
pub(super) fn issue(auth: &Auth, email: &str, key: &SigningKey, clock: Clock) -> Option<Token> {
    let kid = auth.published_keys.named.map(signing_key::id).or(key.kid());
    signed(claims_of(auth, email, clock)?, auth.algorithm, kid, key)
}

/// What a token for this user says, or stands for.
pub(super) fn claims_of(auth: &Auth, email: &str, clock: Clock) -> Option<Claims> {
    let claims = json!({
        "sub": user_id(email), "token_type": "access", "type": "access", "iss": "netra-auth-service", "aud": "netra-platform",
        "jti": Uuid::new_v4().to_string(), "env": "staging", "svc_id": "auth-staging", "email": email, "permissions": ["read", "write"],
    });
    let mut claims = with_dates(&serde_json::from_value(claims).ok()?, clock.now(), auth.lifetime.as_secs());
    for name in ["iat", "exp"] {
        let seconds = claims.get(name).and_then(Value::as_i64)?;
        claims.insert(name.into(), auth.date_format.of_seconds(seconds).into());
    }
    if let Some(seconds) = auth.valid_after {
        claims.insert("nbf".into(), auth.date_format.of_seconds(clock.now() + seconds).into());
    }
    claims.extend(as_claims(&auth.issued_claims));
    auth.issued_without_claims.iter().for_each(|claim| _ = claims.remove(claim));
    Some(claims)
}

/// In seconds.
const TWO_HOURS: i64 = 2 * 60 * 60;

impl DateFormat {
    fn of_seconds(self, seconds: i64) -> i64 {
        match self {
            DateFormat::Seconds => seconds,
            DateFormat::Milliseconds => seconds * 1_000,
            DateFormat::LocalTime => seconds + TWO_HOURS,
        }
    }

    /// The Unix time of a date of that format, in seconds.
    pub(super) fn to_seconds(self, date: f64) -> f64 {
        match self {
            DateFormat::Seconds => date,
            DateFormat::Milliseconds => date / 1_000.0,
            DateFormat::LocalTime => date - TWO_HOURS as f64,
        }
    }
}

/// The values of a scenario's TOML as JSON.
pub(super) fn as_claims(table: &toml::Table) -> Claims {
    let claim = |(name, value): (&String, &toml::Value)| Some((name.clone(), serde_json::to_value(value).ok()?));
    table.iter().filter_map(claim).collect()
}

/// The same algorithm in `jsonwebtoken`.
pub(super) fn library_algorithm(algorithm: Algorithm) -> jsonwebtoken::Algorithm {
    match algorithm {
        Algorithm::Hs256 => jsonwebtoken::Algorithm::HS256,
        Algorithm::Hs384 => jsonwebtoken::Algorithm::HS384,
        Algorithm::Hs512 => jsonwebtoken::Algorithm::HS512,
        Algorithm::Rs256 => jsonwebtoken::Algorithm::RS256,
        Algorithm::Ps512 => jsonwebtoken::Algorithm::PS512,
        Algorithm::Es256 => jsonwebtoken::Algorithm::ES256,
        Algorithm::Es384 => jsonwebtoken::Algorithm::ES384,
        Algorithm::EdDsa => jsonwebtoken::Algorithm::EdDSA,
    }
}

/// In compact form (RFC 7515 §3.1).
fn signed(claims: Claims, algorithm: Algorithm, kid: Option<&str>, key: &SigningKey) -> Option<Token> {
    let algorithm = library_algorithm(algorithm);
    let kid = kid.map(|kid| format!(r#","kid":"{kid}""#)).unwrap_or_default();
    let header = format!(r#"{{"alg":"{algorithm:?}","typ":"JWT"{kid}}}"#);
    let payload = Value::Object(claims).to_string();
    let message = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(payload));
    let signature = key.signature(&message, algorithm)?;
    Some(Token::new(format!("{message}.{signature}")))
}

/// The same id for the same address.
fn user_id(email: &str) -> &str {
    email.split('@').next().unwrap_or(email)
}
