//! The keys that an issuer publishes (RFC 7517), and what they say of a token.

use jsonwebtoken::crypto::verify;
use jsonwebtoken::jwk::{AlgorithmParameters, Jwk, KeyOperations, PublicKeyUse};
use jsonwebtoken::{Algorithm, AlgorithmFamily, DecodingKey, DecodingKeyKind};
use rsa::{BigUint, RsaPublicKey};
use serde_json::Value;

use super::{Claims, PrivateKey, Token, pem};
use crate::evidence::{PublishedKey, SignedBy, Unusable};

/// A JSON Web Key Set as it was read.
pub(crate) struct KeySet(Vec<Key>);

struct Key {
    described: PublishedKey,
    /// Of a key that the library can read.
    jwk: Option<Jwk>,
}

impl KeySet {
    /// The set of that document; `None` where it is none.
    pub(crate) fn read(document: &Value) -> Option<Self> {
        Some(KeySet(document.get("keys")?.as_array()?.iter().map(Key::read).collect()))
    }

    /// What the document says of each key.
    pub(crate) fn described(&self) -> impl Iterator<Item = &PublishedKey> {
        self.0.iter().map(|key| &key.described)
    }

    /// What the keys say of the token's signature. Nothing of a token that cannot be read, of a shared secret, and of an algorithm
    /// or key that the suite does not know.
    pub(crate) fn signed(&self, token: &Token) -> Option<SignedBy> {
        let header = token.json_part(0)?;
        let algorithm = token.asymmetric_algorithm()?;
        // Microsoft Entra signs a hash of it, so nobody else can verify such a token.
        if header.get("nonce").is_some() || !self.described().any(PublishedKey::is_usable) {
            return None;
        }
        let kid = header.get("kid").and_then(Value::as_str);
        let (nameless, named): (Vec<&Key>, Vec<&Key>) = match kid {
            Some(kid) => {
                let named = self.0.iter().filter(|key| key.described.kid.as_deref() == Some(kid));
                (self.0.iter().filter(|key| key.described.kid.is_none()).collect(), named.collect())
            }
            None => (Vec::new(), self.0.iter().collect()),
        };
        let mut all = named.iter().chain(&nameless);
        if let Some(key) = all.find(|key| key.has_signed(token, algorithm)) {
            // The key of that signature, which its set allows for another algorithm alone.
            let other = key.described.alg.clone().filter(|_| !key.is_for(algorithm));
            return Some(other.map_or(SignedBy::PublishedKey, SignedBy::AnotherAlgorithm));
        }
        let elsewhere = self.0.iter().find(|key| key.has_signed(token, algorithm));
        if let Some(other) = elsewhere.and_then(|key| key.described.kid.clone()) {
            return Some(SignedBy::KeyOfAnotherKid(other));
        }
        match (named.is_empty(), named.iter().find(|key| key.fits(algorithm))) {
            (true, _) => Some(SignedBy::UnknownKid),
            // A key that cannot be used here may have signed it.
            _ if named.iter().any(|key| kid.is_some() && !key.described.is_usable()) => None,
            (false, Some(_)) => Some(SignedBy::AnotherKey),
            (false, None) => Some(SignedBy::AnotherAlgorithm(named.first()?.purpose())),
        }
    }
}

impl KeySet {
    /// The published key that has signed the token, as the text in which verifiers often keep it.
    pub(crate) fn verifying(&self, token: &Token) -> Option<String> {
        let algorithm = token.asymmetric_algorithm()?;
        self.0.iter().find(|key| key.has_signed(token, algorithm)).and_then(|key| pem::of(key.jwk.as_ref()?))
    }

    /// The `kid` under which the public key of that private one is published.
    pub(crate) fn kid_of(&self, key: &PrivateKey) -> Option<&str> {
        let signed = Token::signed_by_key(&Claims::new(), key, None)?;
        self.0.iter().find(|one| one.has_signed(&signed, key.algorithm()))?.described.kid.as_deref()
    }

    /// The `kid` of another key that is for the token's algorithm, where a published key has signed the token.
    pub(crate) fn other_kid(&self, token: &Token) -> Option<&str> {
        let algorithm = token.asymmetric_algorithm()?;
        let own = token.json_part(0)?.get("kid")?.as_str()?.to_owned();
        self.0.iter().find(|key| key.has_signed(token, algorithm))?;
        let mut others = self.0.iter().filter(|key| key.described.is_usable() && key.fits(algorithm));
        others.find_map(|key| key.described.kid.as_deref().filter(|kid| *kid != own))
    }
}

impl Key {
    fn read(value: &Value) -> Self {
        let text = |name: &str| value.get(name).and_then(Value::as_str).map(str::to_owned);
        let jwk = serde_json::from_value::<Jwk>(value.clone()).ok();
        let mut described = PublishedKey {
            kid: text("kid"),
            kty: text("kty"),
            crv: text("crv"),
            alg: text("alg"),
            use_for: text("use"),
            unusable: None,
        };
        described.unusable = unusable(&described, jwk.as_ref());
        Key { described, jwk }
    }

    /// Whether its type is that of the algorithm, and it is for no other algorithm.
    fn fits(&self, algorithm: Algorithm) -> bool {
        let PublishedKey { kty, crv, .. } = &self.described;
        let is_of_type = match (algorithm, kty.as_deref(), crv.as_deref()) {
            (Algorithm::ES256, Some("EC"), Some("P-256")) => true,
            (Algorithm::ES384, Some("EC"), Some("P-384")) => true,
            (Algorithm::EdDSA, Some("OKP"), Some("Ed25519")) => true,
            (other, Some("RSA"), _) => other.family() == AlgorithmFamily::Rsa,
            _ => false,
        };
        is_of_type && self.is_for(algorithm)
    }

    fn is_for(&self, algorithm: Algorithm) -> bool {
        // RFC 9864 has a name of its own for the one curve.
        let is_same = |alg: &str| alg == format!("{algorithm:?}") || (algorithm, alg) == (Algorithm::EdDSA, "Ed25519");
        self.described.alg.as_deref().is_none_or(is_same)
    }

    fn has_signed(&self, token: &Token, algorithm: Algorithm) -> bool {
        let key = self.jwk.as_ref().filter(|_| self.described.is_usable());
        let Some(key) = key.and_then(|jwk| DecodingKey::from_jwk(jwk).ok()) else { return false };
        let Some((message, signature)) = token.expose().rsplit_once('.') else { return false };
        verify(signature, message.as_bytes(), &key, algorithm).unwrap_or(false)
    }

    /// The algorithm that it is for, or else its type and curve.
    fn purpose(&self) -> String {
        let PublishedKey { alg, kty, crv, .. } = &self.described;
        let of_type = || [kty, crv].into_iter().flatten().cloned().collect::<Vec<_>>().join(" ");
        alg.clone().unwrap_or_else(of_type)
    }
}

/// The algorithm of that name, where it signs with a private key.
pub(super) fn asymmetric(name: &str) -> Option<Algorithm> {
    name.parse().ok().filter(|algorithm: &Algorithm| algorithm.family() != AlgorithmFamily::Hmac)
}

fn unusable(key: &PublishedKey, jwk: Option<&Jwk>) -> Option<Unusable> {
    let verifies = |operations: &Vec<KeyOperations>| operations.contains(&KeyOperations::Verify);
    let for_signatures = jwk.is_none_or(|jwk| {
        jwk.common.public_key_use != Some(PublicKeyUse::Encryption)
            && jwk.common.key_operations.as_ref().is_none_or(verifies)
    });
    let is_known = matches!(
        (key.kty.as_deref(), key.crv.as_deref()),
        (Some("RSA"), _) | (Some("EC"), Some("P-256" | "P-384")) | (Some("OKP"), Some("Ed25519"))
    );
    match key.kty.as_deref() {
        Some("oct") => Some(Unusable::Symmetric),
        _ if !for_signatures => Some(Unusable::NotForSignatures),
        Some(_) if !is_known => Some(Unusable::Unsupported),
        _ => jwk.map_or(Some(Unusable::Malformed), unusable_value),
    }
}

/// The library panics over a short key of one curve, and takes an RSA key that is too large for it for one that has not signed.
fn unusable_value(jwk: &Jwk) -> Option<Unusable> {
    let key = DecodingKey::from_jwk(jwk).ok();
    match (&jwk.algorithm, key.as_ref().map(DecodingKey::kind)) {
        (AlgorithmParameters::Other(_), _) | (_, None) => Some(Unusable::Malformed),
        (_, Some(DecodingKeyKind::RsaModulusExponent { n, e })) => {
            let [n, e] = [n, e].map(|number| BigUint::from_bytes_be(number));
            RsaPublicKey::new(n, e).err().map(|_| Unusable::Unsupported)
        }
        (AlgorithmParameters::OctetKeyPair(_), Some(DecodingKeyKind::SecretOrDer(bytes))) => {
            (bytes.len() != 32).then_some(Unusable::Malformed)
        }
        (_, Some(_)) => None,
    }
}
