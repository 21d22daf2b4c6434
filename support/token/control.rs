//! Controls: a token with one property changed, signed by the suite. `iat` is copied or moved back, because verifiers allow
//! no leeway for it.

use jsonwebtoken::Algorithm;
use serde_json::{Value, json};
use uuid::Uuid;

use super::secret_form::altered_key;
use super::{Claims, PrivateKey, SigningError, Token, form};
use crate::secret::Secret;
use crate::vocabulary::{Change, ClaimName, DATE_CLAIMS, Guess, SigningAlgorithm};

/// The claims of a short token: those that verifiers check.
const SHORT_CLAIMS: [&str; 9] = ["sub", "iss", "aud", "exp", "iat", "nbf", "jti", "type", "token_type"];
/// In seconds: more than the minute of leeway that verifiers usually allow for `exp`.
const EXPIRED_SINCE: i64 = 120;
/// In seconds.
const HOUR: i64 = 3_600;
/// In seconds.
const DAY: i64 = 24 * HOUR;

/// Signs controls of one token.
pub(crate) struct ControlSigner<'a> {
    /// The token that a control differs from.
    pub original: &'a Token,
    /// A token of the other kind, issued or self-signed, as the source of claims.
    pub other: Option<&'a Token>,
    /// The key of `signing`.
    pub signer: Signer<'a>,
    /// The origin of the backend, a possible audience.
    pub origin: String,
    /// The issuer that the discovery document names.
    pub issuer: Option<&'a str>,
    /// How far clocks may differ, in seconds.
    pub skew: i64,
    /// Unix time in seconds.
    pub now: i64,
}

/// What signs controls.
pub(crate) enum Signer<'a> {
    /// A secret, the bytes that it stands for, and the algorithm of `signing`; without one, that of the original.
    Secret(&'a Secret, Vec<u8>, Option<Algorithm>),
    /// A private key, and its id where it is not the one that the original names.
    PrivateKey(&'a PrivateKey, Option<&'a str>),
}

impl Signer<'_> {
    /// Whether it has signed that token; `None` where that cannot be told.
    ///
    /// # Errors
    /// When the algorithm does not work with the secret.
    pub(crate) fn has_signed(&self, token: &Token) -> Result<Option<bool>, SigningError> {
        match self {
            Signer::Secret(_, key, _) => {
                // With its own algorithm: another one than that of `signing` is not another secret.
                let Some((claims, algorithm)) = token.claims().zip(token.hmac_algorithm()) else { return Ok(None) };
                token.with_claims(&claims, &claims, algorithm, key).map(|again| Some(again == *token))
            }
            Signer::PrivateKey(key, _) => Ok(key.has_signed(token)),
        }
    }
}

impl ControlSigner<'_> {
    /// The original with that change, or `None` where it would change nothing.
    ///
    /// # Errors
    /// When the algorithm does not work with the secret.
    pub(crate) fn sign(&self, change: Change) -> Result<Option<Token>, SigningError> {
        let Some(claims) = self.original.claims() else { return Ok(None) };
        let Some(changed) = self.changed(&claims, change) else { return Ok(None) };
        match &self.signer {
            Signer::Secret(secret, key, algorithm) => {
                let usual = algorithm.or_else(|| self.original.hmac_algorithm()).unwrap_or(Algorithm::HS256);
                let (key, algorithm) = match change {
                    Change::Secret(variant) => match altered_key(secret.expose(), variant) {
                        Some(key) => (key, usual),
                        None => return Ok(None),
                    },
                    Change::Algorithm(other) if !signs_another(other, usual) => return Ok(None),
                    Change::Algorithm(other) => (key.clone(), algorithm_of(other)),
                    _ => (key.clone(), usual),
                };
                self.original.with_claims(&claims, &changed, algorithm, &key).map(Some)
            }
            Signer::PrivateKey(..) if matches!(change, Change::Secret(_)) => Ok(None),
            // Some algorithms sign the same bytes differently each time, and this control is the same token.
            Signer::PrivateKey(key, None)
                if change == Change::Nothing && key.has_signed(self.original) == Some(true) =>
            {
                Ok(Some(self.original.clone()))
            }
            Signer::PrivateKey(key, kid) => match change {
                Change::Algorithm(other) => Ok(self.by_another_algorithm(&changed, key, *kid, algorithm_of(other))),
                _ => Ok(self.original.with_claims_by_key(&changed, key, *kid)),
            },
        }
    }

    /// With an algorithm by which the key signs, other than the original's.
    fn by_another_algorithm(
        &self,
        claims: &Claims,
        key: &PrivateKey,
        kid: Option<&str>,
        other: Algorithm,
    ) -> Option<Token> {
        let key = key.for_algorithm(other).filter(|_| self.original.asymmetric_algorithm() != Some(other))?;
        self.original.with_claims_as_key_signs(claims, &key, kid)
    }

    fn changed(&self, claims: &Claims, change: Change) -> Option<Claims> {
        let mut changed = claims.clone();
        match change {
            Change::Nothing | Change::Secret(_) | Change::Algorithm(_) => return Some(changed),
            Change::UnknownClaim => _ = changed.insert("nonce".into(), Uuid::new_v4().to_string().into()),
            Change::Without(claim) => _ = changed.remove(claim.as_str()),
            Change::Like(claim) => _ = changed.insert(claim.to_string(), self.claim_of_other(claim, claims)?),
            Change::LikeAll => changed = self.claims_of_other(claims)?,
            Change::LikeAllBut(claim) => {
                changed = self.claims_of_other(claims)?;
                match claims.get(claim.as_str()) {
                    Some(value) => _ = changed.insert(claim.to_string(), value.clone()),
                    None => _ = changed.remove(claim.as_str()),
                }
            }
            Change::Other(claim, guess) => {
                _ = changed.insert(claim.to_string(), self.guessed(claims.get(claim.as_str()), guess)?);
            }
            Change::Rewritten(claim) => self.rewrite(&mut changed, claim.as_str()),
            Change::Expired => self.expire(&mut changed),
            Change::Backdated => shift(&mut changed, &["iat", "nbf"], -self.skew),
            Change::BackdatedByAnHour => shift(&mut changed, &["iat", "nbf"], -HOUR),
            Change::LongerLived => shift(&mut changed, &["exp"], DAY),
            Change::Short => changed.retain(|name, _| SHORT_CLAIMS.contains(&name.as_str())),
            Change::Padded => changed = self.padded(claims)?,
        }
        (changed != *claims).then_some(changed)
    }

    /// The claim of the other token, or without one, the value that verifiers usually require.
    fn claim_of_other(&self, claim: ClaimName, claims: &Claims) -> Option<Value> {
        if DATE_CLAIMS[..2].contains(&claim.as_str()) {
            return None;
        }
        match self.other.and_then(Token::claims) {
            Some(other) => other.get(claim.as_str()).cloned(),
            None => usual_value(claim, claims),
        }
    }

    fn claims_of_other(&self, claims: &Claims) -> Option<Claims> {
        let mut other = self.other?.claims()?;
        other.retain(|name, _| !DATE_CLAIMS.contains(&name.as_str()));
        other.extend(
            claims.iter().filter(|(name, _)| DATE_CLAIMS.contains(&name.as_str())).map(|(n, v)| (n.clone(), v.clone())),
        );
        Some(other)
    }

    fn guessed(&self, value: Option<&Value>, guess: Guess) -> Option<Value> {
        match (guess, value) {
            (Guess::Access, Some(value)) if *value != "access" => Some("access".into()),
            (Guess::Origin, _) => Some(self.origin.clone().into()),
            (Guess::Published, _) => self.issuer.map(Value::from),
            (Guess::Listed, Some(Value::Array(items))) if items.len() == 1 => items.first().cloned(),
            (Guess::Listed, Some(Value::String(text))) => Some(json!([text])),
            (Guess::Slash, Some(Value::String(text))) => {
                Some(text.strip_suffix('/').map_or_else(|| format!("{text}/"), str::to_owned).into())
            }
            _ => None,
        }
    }

    fn rewrite(&self, claims: &mut Claims, claim: &str) {
        if !DATE_CLAIMS.contains(&claim) {
            let rewritten = claims.get(claim).and_then(form::as_text);
            rewritten.into_iter().for_each(|text| _ = claims.insert(claim.into(), text));
            return;
        }
        for name in DATE_CLAIMS {
            let seconds = claims.get(name).and_then(form::as_seconds);
            seconds.into_iter().for_each(|seconds| _ = claims.insert(name.into(), seconds.into()));
        }
        let ahead = claims.get("iat").and_then(Value::as_i64).map_or(0, |iat| iat.saturating_sub(self.now));
        shift(claims, &DATE_CLAIMS, -form::whole_quarters(ahead));
    }

    fn expire(&self, claims: &mut Claims) {
        let time = |name: &str| claims.get(name).and_then(Value::as_i64);
        let lifetime = time("exp").zip(time("iat")).map_or(HOUR, |(exp, iat)| exp.saturating_sub(iat).max(1));
        let exp = self.now - EXPIRED_SINCE;
        let start = exp.saturating_sub(lifetime);
        for name in ["iat", "nbf"] {
            if claims.contains_key(name) {
                claims.insert(name.into(), start.into());
            }
        }
        claims.insert("exp".into(), exp.into());
    }

    fn padded(&self, claims: &Claims) -> Option<Claims> {
        let mut padded = self.changed(claims, Change::Short)?;
        let length = |claims: &Claims| Value::Object(claims.clone()).to_string().len();
        let missing = length(claims).saturating_sub(length(&padded) + r#","padding":"""#.len());
        padded.insert("padding".into(), "x".repeat(missing).into());
        Some(padded)
    }
}

/// The value that verifiers usually require of a claim.
fn usual_value(claim: ClaimName, claims: &Claims) -> Option<Value> {
    match claim.as_str() {
        name if claims.contains_key(name) => None,
        "token_type" | "type" => Some("access".into()),
        "jti" => Some(Uuid::new_v4().to_string().into()),
        "nbf" => claims.get("iat").cloned(),
        _ => None,
    }
}

fn shift(claims: &mut Claims, names: &[&str], seconds: i64) {
    for name in names {
        if let Some(value) = claims.get_mut(*name)
            && let Some(time) = value.as_i64()
        {
            *value = time.saturating_add(seconds).into();
        }
    }
}

/// Another algorithm of a secret than that one.
fn signs_another(other: SigningAlgorithm, than: Algorithm) -> bool {
    SigningAlgorithm::OF_SECRETS.contains(&other) && algorithm_of(other) != than
}

pub(crate) fn algorithm_of(algorithm: SigningAlgorithm) -> Algorithm {
    match algorithm {
        SigningAlgorithm::Hs256 => Algorithm::HS256,
        SigningAlgorithm::Hs384 => Algorithm::HS384,
        SigningAlgorithm::Hs512 => Algorithm::HS512,
        SigningAlgorithm::Rs256 => Algorithm::RS256,
        SigningAlgorithm::Rs384 => Algorithm::RS384,
        SigningAlgorithm::Rs512 => Algorithm::RS512,
        SigningAlgorithm::Ps256 => Algorithm::PS256,
        SigningAlgorithm::Ps384 => Algorithm::PS384,
        SigningAlgorithm::Ps512 => Algorithm::PS512,
    }
}
