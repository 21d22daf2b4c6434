//! Tokens as the mocked services issue and verify them: the claims of the real system, checked by the library that a service
//! would use.

use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde_json::json;
use uuid::Uuid;

use crate::secret::Secret;
use crate::token::{Claims, Token, dated, now};

/// Lifetime of an issued token in staging, in seconds.
pub const LIFETIME: u64 = 30 * 60;

/// What auth issues for a user.
pub fn issue(email: &str, secret: &Secret) -> Option<Token> {
    let claims = json!({
        "sub": user_id(email), "token_type": "access", "type": "access", "iss": "netra-auth-service", "aud": "netra-platform",
        "jti": Uuid::new_v4().to_string(), "env": "staging", "svc_id": "auth-staging", "email": email, "permissions": ["read", "write"],
    });
    let claims: Claims = serde_json::from_value(claims).ok()?;
    Token::sign(&dated(&claims, now(), LIFETIME), Algorithm::HS256, secret).ok()
}

/// The claims, where signature and dates hold.
pub fn verify(token: &str, secret: &Secret) -> Option<Claims> {
    let mut validation = Validation::new(Algorithm::HS256);
    validation.leeway = 0;
    validation.validate_aud = false;
    let key = DecodingKey::from_secret(secret.expose().as_bytes());
    let claims = jsonwebtoken::decode::<Claims>(token, &key, &validation).ok()?.claims;
    let issued = claims.get("iat").and_then(serde_json::Value::as_i64);
    issued.is_none_or(|issued| issued <= now()).then_some(claims)
}

/// A stable id for an address.
fn user_id(email: &str) -> &str {
    email.split('@').next().unwrap_or(email)
}
