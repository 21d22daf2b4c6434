//! Private keys: the one of `signing`, and those that are made while the program runs, of a check's own tokens and of mocks.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jsonwebtoken::crypto::sign;
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, AlgorithmFamily, EncodingKey};
use rsa::RsaPrivateKey;
use rsa::pkcs1::EncodeRsaPrivateKey;
use rsa::rand_core::{OsRng, RngCore};
use serde_json::{Value, json};

use super::{KeySet, Token, pem};
use crate::evidence::SignedBy;

/// A key for one algorithm.
#[derive(Clone)]
pub(crate) struct PrivateKey {
    key: EncodingKey,
    algorithm: Algorithm,
}

impl PrivateKey {
    pub(super) fn new(key: EncodingKey, algorithm: Algorithm) -> Self {
        PrivateKey { key, algorithm }
    }

    /// A new one. For RSA that takes a while: tenths of a second, or seconds where the code is not optimised.
    pub(crate) fn generate(algorithm: Algorithm) -> Option<Self> {
        let key = match algorithm {
            Algorithm::ES256 => EncodingKey::from_ec_der(&wrapped(&P256, 32)),
            Algorithm::ES384 => EncodingKey::from_ec_der(&wrapped(&P384, 48)),
            Algorithm::EdDSA => EncodingKey::from_ed_der(&wrapped(&ED25519, 32)),
            other if other.family() == AlgorithmFamily::Rsa => {
                let key = RsaPrivateKey::new(&mut OsRng, RSA_BITS).ok()?;
                EncodingKey::from_rsa_der(key.to_pkcs1_der().ok()?.as_bytes())
            }
            _ => return None,
        };
        Some(PrivateKey { key, algorithm })
    }

    pub(crate) fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// The same key for that algorithm, where it can sign it: an RSA key signs by several.
    pub(crate) fn for_algorithm(&self, algorithm: Algorithm) -> Option<Self> {
        let is_rsa = [algorithm, self.algorithm].iter().all(|one| one.family() == AlgorithmFamily::Rsa);
        (is_rsa || algorithm == self.algorithm).then(|| PrivateKey { key: self.key.clone(), algorithm })
    }

    /// Whether it has signed the token; `None` of a token that nobody else can verify.
    pub(crate) fn has_signed(&self, token: &Token) -> Option<bool> {
        // The signature of a shared secret, or that of a key of another type.
        let Some(key) = token.asymmetric_algorithm().and_then(|algorithm| self.for_algorithm(algorithm)) else {
            return token.claims().map(|_| false);
        };
        let mut jwk = key.jwk("")?;
        // Whatever key the token names.
        _ = jwk.as_object_mut()?.remove("kid");
        KeySet::read(&json!({"keys": [jwk]}))?.signed(token).map(|by| by == SignedBy::PublishedKey)
    }

    /// The key as a file has it.
    pub(crate) fn pem(&self) -> String {
        let label = if self.key.family() == AlgorithmFamily::Rsa { "RSA PRIVATE KEY" } else { "PRIVATE KEY" };
        pem::block(label, &STANDARD.encode(self.key.as_bytes()))
    }

    /// In base64url, as a token has it.
    pub(crate) fn signature(&self, message: &str) -> Option<String> {
        sign(message.as_bytes(), &self.key, self.algorithm).ok()
    }

    /// Its public key, for signatures, with that id (RFC 7517 §4).
    pub(crate) fn jwk(&self, kid: &str) -> Option<Value> {
        let mut jwk = serde_json::to_value(Jwk::from_encoding_key(&self.key, self.algorithm).ok()?).ok()?;
        let fields = jwk.as_object_mut()?;
        fields.extend([("kid", kid), ("use", "sig")].map(|(name, value)| (name.to_owned(), value.into())));
        Some(jwk)
    }
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[SECRET]")
    }
}

/// What many issuers use, and the least that RFC 7518 §3.3 allows.
const RSA_BITS: usize = 2_048;

/// What stands before the bytes of a key in PKCS #8 (RFC 5958, RFC 5915, RFC 8410 §7).
const P256: [u8; 35] = [
    0x30, 0x41, 0x02, 0x01, 0x00, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a,
    0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x04, 0x27, 0x30, 0x25, 0x02, 0x01, 0x01, 0x04, 0x20,
];
const P384: [u8; 32] = [
    0x30, 0x4e, 0x02, 0x01, 0x00, 0x30, 0x10, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x05, 0x2b,
    0x81, 0x04, 0x00, 0x22, 0x04, 0x37, 0x30, 0x35, 0x02, 0x01, 0x01, 0x04, 0x30,
];
pub(super) const ED25519: [u8; 16] =
    [0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20];

/// Random bytes are a key of these types; those that are none of an elliptic curve are never met.
fn wrapped(prefix: &[u8], length: usize) -> Vec<u8> {
    let mut der = prefix.to_vec();
    der.resize(prefix.len() + length, 0);
    OsRng.fill_bytes(&mut der[prefix.len()..]);
    der
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;

    const ALGORITHMS: [Algorithm; 5] =
        [Algorithm::RS256, Algorithm::PS512, Algorithm::ES256, Algorithm::ES384, Algorithm::EdDSA];

    fn token(key: &PrivateKey, header: &Value) -> Token {
        let message = [header.to_string(), json!({"sub": "x"}).to_string()].map(|part| URL_SAFE_NO_PAD.encode(part));
        let message = message.join(".");
        Token::new(format!("{message}.{}", key.signature(&message).expect("a signature")))
    }

    fn set(keys: &[Value]) -> KeySet {
        KeySet::read(&json!({"keys": keys})).expect("a set")
    }

    #[test]
    fn a_published_key_verifies_what_its_private_key_has_signed() {
        for algorithm in ALGORITHMS {
            let key = PrivateKey::generate(algorithm).expect("a key");
            let jwk = key.jwk("one").expect("a public key");
            let named = token(&key, &json!({"alg": format!("{algorithm:?}"), "kid": "one"}));
            let nameless = token(&key, &json!({"alg": format!("{algorithm:?}")}));
            let by = |token: &Token| set(std::slice::from_ref(&jwk)).signed(token);
            for signed in [&named, &nameless] {
                assert_eq!(by(signed), Some(SignedBy::PublishedKey), "{algorithm:?}");
                assert_eq!(by(&signed.forge()), Some(SignedBy::AnotherKey), "{algorithm:?}");
            }
            let other = token(&key, &json!({"alg": format!("{algorithm:?}"), "kid": "two"}));
            assert_eq!(by(&other), Some(SignedBy::KeyOfAnotherKid("one".into())), "{algorithm:?}");
            assert_eq!(by(&other.forge()), Some(SignedBy::UnknownKid), "{algorithm:?}");
            let mut without_kid = jwk.clone();
            _ = without_kid.as_object_mut().expect("an object").remove("kid");
            assert_eq!(set(&[without_kid]).signed(&other), Some(SignedBy::PublishedKey), "{algorithm:?}");
        }
    }

    #[test]
    fn a_private_key_is_named_as_its_public_key_is_published() {
        let [own, other] = [Algorithm::ES256; 2].map(|algorithm| PrivateKey::generate(algorithm).expect("a key"));
        let jwk = |key: &PrivateKey, kid: &str| key.jwk(kid).expect("a public key");
        let keys = set(&[jwk(&other, "other"), jwk(&own, "own")]);
        assert_eq!(keys.kid_of(&own), Some("own"));
        assert_eq!(set(&[jwk(&other, "other")]).kid_of(&own), None);
    }

    #[test]
    fn a_key_for_another_algorithm_is_named() {
        let key = PrivateKey::generate(Algorithm::EdDSA).expect("a key");
        let mut of_curve = PrivateKey::generate(Algorithm::ES256).and_then(|key| key.jwk("one")).expect("a public key");
        let token = token(&key, &json!({"alg": "EdDSA", "kid": "one"}));
        assert_eq!(set(&[of_curve.clone()]).signed(&token), Some(SignedBy::AnotherAlgorithm("ES256".into())));
        _ = of_curve.as_object_mut().expect("an object").remove("alg");
        assert_eq!(set(&[of_curve]).signed(&token), Some(SignedBy::AnotherAlgorithm("EC P-256".into())));
    }

    #[test]
    fn nothing_is_concluded_from_what_cannot_be_verified() {
        let key = PrivateKey::generate(Algorithm::EdDSA).expect("a key");
        // Of another key, so that it is the unusable one that may have signed.
        let usable = PrivateKey::generate(Algorithm::EdDSA).and_then(|other| other.jwk("other")).expect("a public key");
        // Each is published under the `kid` of the token.
        let unusable = [
            json!({"kty": "EC", "crv": "P-521", "kid": "one", "x": "AA", "y": "AA"}),
            json!({"kty": "OKP", "crv": "Ed25519", "kid": "one", "x": "AAAA"}),
            json!({"kty": "RSA", "kid": "one", "n": URL_SAFE_NO_PAD.encode([0xff; 1_024]), "e": "AQAB"}),
            json!({"kty": "oct", "kid": "one", "k": "AAAA"}),
            json!({"kty": "EC", "kid": "one"}),
            json!({"kid": "one"}),
        ];
        let named = token(&key, &json!({"alg": "EdDSA", "kid": "one"}));
        for jwk in unusable {
            let set = set(&[usable.clone(), jwk.clone()]);
            assert_eq!(set.described().filter(|key| key.is_usable()).count(), 1, "{jwk}");
            assert_eq!(set.signed(&named), None, "{jwk}");
        }
        let odd = [
            Token::new("opaque"),
            token(&key, &json!({"alg": "HS256", "kid": "one"})),
            token(&key, &json!({"alg": "ES512", "kid": "one"})),
            token(&key, &json!({"alg": "RSA-OAEP", "enc": "A256GCM"})),
            token(&key, &json!({"alg": "EdDSA", "kid": "one", "nonce": "x"})),
        ];
        odd.iter().for_each(|token| {
            assert_eq!(
                set(std::slice::from_ref(&usable)).signed(token),
                None,
                "{}",
                token.facts(0, &str::to_owned).description
            )
        });
        assert_eq!(set(&[]).signed(&named), None);
    }
}
