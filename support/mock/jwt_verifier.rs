//! Verification of a JWT, by auth and by a backend that validates locally: signature, dates by their own clock, and claims.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

use super::claims::{as_claims, library_algorithm};
use super::clock::Clock;
use super::signing_key::SigningKey;
use crate::deployment::{Algorithm, DateFormat, ExpectedClaim, RequiredToken, TokenChecks};
use crate::token::{Claims, Token};

pub(super) struct JwtVerifier {
    key: SigningKey,
    checks: TokenChecks,
    required_claims: Vec<String>,
    claim_values: Claims,
    clock: Clock,
    dates: DateFormat,
}

impl JwtVerifier {
    /// `usual` are the claims that this service requires by default.
    pub(super) fn new(key: SigningKey, checks: &TokenChecks, usual: &[&str], clock: Clock) -> Self {
        let usual = || usual.iter().copied().map(str::to_owned).collect();
        let required_claims = checks.required_claims.clone().unwrap_or_else(usual);
        let key = match checks.algorithm {
            Some(only) => key.pinned_to(library_algorithm(only)),
            None => key,
        };
        JwtVerifier {
            key,
            checks: checks.clone(),
            required_claims,
            claim_values: as_claims(&checks.required_claim_values),
            clock,
            dates: DateFormat::Seconds,
        }
    }

    /// It reads dates in that format.
    pub(super) fn reading(self, dates: DateFormat) -> Self {
        JwtVerifier { dates, ..self }
    }

    /// The claims of a token that has what is required.
    pub(super) fn verify(&self, token: &str, required: RequiredToken) -> Option<Claims> {
        let claims = Token::new(token).claims()?;
        let (signed, current) = match required {
            RequiredToken::Valid => (self.is_signed(token), self.is_current(&claims)),
            RequiredToken::ValidOrUnsigned => (self.is_signed(token) || is_unsigned(token), self.is_current(&claims)),
            RequiredToken::Signed => (self.is_signed(token), true),
            RequiredToken::Decodable | RequiredToken::None => (true, true),
        };
        (signed && current && self.has_expected_claims(&claims)).then_some(claims)
    }

    /// The same of what an opaque token stands for: nothing is signed.
    pub(super) fn accepts(&self, claims: &Claims, required: RequiredToken) -> bool {
        (required == RequiredToken::Signed || self.is_current(claims)) && self.has_expected_claims(claims)
    }

    fn is_signed(&self, token: &str) -> bool {
        let Some((message, signature)) = token.rsplit_once('.') else { return false };
        let algorithm = algorithm(message).filter(|named| self.checks.algorithm.is_none_or(|only| only == *named));
        algorithm.map(library_algorithm).is_some_and(|algorithm| {
            let as_secret = || self.key.public_key_as_secret(self.checks.public_key_as_secret?);
            self.key.has_signed(message, signature, algorithm)
                || as_secret().is_some_and(|secret| secret.has_signed(message, signature, algorithm))
        })
    }

    /// RFC 7519 §4.1.4 to §4.1.6, without leeway. `exp` must be present; `iat` and `nbf` must be numbers where they are.
    fn is_current(&self, claims: &Claims) -> bool {
        let now = self.clock.now() as f64;
        let read = |value: &Value| self.dates.to_seconds(value.as_f64().unwrap_or(f64::NAN));
        let time = |name: &str| claims.get(name).map(read);
        let has_begun = |name: &str| time(name).is_none_or(|time| time <= now);
        time("exp").is_some_and(|time| time > now) && has_begun("iat") && has_begun("nbf")
    }

    fn has_expected_claims(&self, claims: &Claims) -> bool {
        let is_text = |name: &&str| claims.get(*name).is_none_or(Value::is_string);
        let matches = |(name, value): (&String, &Value)| claims.get(name).is_none_or(|claim| claim == value);
        self.required_claims.iter().all(|claim| claims.contains_key(claim))
            && self.claim_values.iter().all(matches)
            && (!self.checks.text_claims || TEXT_CLAIMS.iter().all(is_text))
            && is_expected(&self.checks.audience, claims.get("aud"))
            && is_expected(&self.checks.issuer, claims.get("iss"))
    }
}

const TEXT_CLAIMS: [&str; 3] = ["sub", "iss", "jti"];

/// The `kid` of a token's header.
pub(super) fn kid(token: &str) -> Option<String> {
    let (message, _) = token.rsplit_once('.')?;
    header(message)?["kid"].as_str().map(str::to_owned)
}

/// `alg: none` and nothing after the last dot (RFC 7519 §6.1).
pub(super) fn is_unsigned(token: &str) -> bool {
    let header = token.strip_suffix('.').filter(|message| message.matches('.').count() == 1).and_then(header);
    header.is_some_and(|header| header["alg"] == "none")
}

/// The claim may be a list, and then one matching entry is enough (RFC 7519 §4.1.3).
fn is_expected(expected: &ExpectedClaim, claim: Option<&Value>) -> bool {
    match (expected, claim) {
        (ExpectedClaim::Any, _) => true,
        (ExpectedClaim::Absent, claim) => claim.is_none(),
        // Nobody publishes an audience.
        (ExpectedClaim::Published, _) => false,
        (ExpectedClaim::Only(only), Some(Value::Array(entries))) => entries.iter().any(|entry| entry == only),
        (ExpectedClaim::Only(only), claim) => claim.is_some_and(|claim| claim == only),
    }
}

fn algorithm(message: &str) -> Option<Algorithm> {
    serde_json::from_value(header(message)?["alg"].take()).ok()
}

fn header(message: &str) -> Option<Value> {
    let (header, _) = message.split_once('.')?;
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(header).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::deployment::Auth;
    use crate::mock::claims::issue;
    use crate::secret::Secret;

    fn key() -> SigningKey {
        SigningKey::unaltered(&Secret::new("a secret of no importance"))
    }

    /// Issued by a clock that is this many seconds ahead.
    fn issued(offset: i64) -> String {
        let token = issue(&Auth::default(), "user@test", &key(), Clock::ahead_by(offset)).expect("HS256 signs");
        token.expose().to_owned()
    }

    fn verifies(checks: &TokenChecks, required: RequiredToken, token: &str) -> bool {
        JwtVerifier::new(key(), checks, &[], Clock::default()).verify(token, required).is_some()
    }

    #[test]
    fn dates_are_compared_with_its_own_clock() {
        let checks = TokenChecks::default();
        for (offset, valid) in [(0, true), (10, false), (-10, true), (-1_800, false)] {
            assert_eq!(verifies(&checks, RequiredToken::Valid, &issued(offset)), valid, "{offset}");
            assert!(verifies(&checks, RequiredToken::Signed, &issued(offset)), "{offset}");
        }
    }

    #[test]
    fn an_unsigned_token_has_no_signature_and_names_none() {
        let token = issued(0);
        let (_, payload) = token.split_once('.').expect("a JWT");
        let (payload, _) = payload.split_once('.').expect("a JWT");
        let unsigned = format!("{}.{payload}.", URL_SAFE_NO_PAD.encode(r#"{"alg":"none"}"#));
        assert!(verifies(&TokenChecks::default(), RequiredToken::ValidOrUnsigned, &unsigned));
        assert!(!verifies(&TokenChecks::default(), RequiredToken::Valid, &unsigned));
        for other in [unsigned.clone() + "x", token.rsplit_once('.').expect("a JWT").0.to_owned() + "."] {
            assert!(!verifies(&TokenChecks::default(), RequiredToken::ValidOrUnsigned, &other));
        }
    }

    #[test]
    fn an_audience_is_accepted_where_it_is_expected() {
        let only = |audience: &str| ExpectedClaim::Only(audience.into());
        for (audience, accepted) in [
            (only("netra-platform"), true),
            (only("else"), false),
            (ExpectedClaim::Absent, false),
            (ExpectedClaim::Any, true),
        ] {
            let checks = TokenChecks { audience, ..TokenChecks::default() };
            assert_eq!(verifies(&checks, RequiredToken::Valid, &issued(0)), accepted, "{checks:?}");
        }
        assert!(is_expected(&only("b"), Some(&serde_json::json!(["a", "b"]))) && !is_expected(&only("b"), None));
    }
}
