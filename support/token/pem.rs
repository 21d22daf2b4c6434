//! Public keys as the text in which verifiers keep them: SubjectPublicKeyInfo (RFC 5280 §4.1.2.7) in PEM (RFC 7468 §13).

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk};
use rsa::pkcs8::EncodePublicKey;
use rsa::{BigUint, RsaPublicKey};

/// The text of that key; `None` where its type has none.
pub(crate) fn of(key: &Jwk) -> Option<String> {
    Some(block("PUBLIC KEY", &STANDARD.encode(der(key)?)))
}

pub(super) fn block(label: &str, encoded: &str) -> String {
    let lines = encoded.as_bytes().chunks(64).map(String::from_utf8_lossy).collect::<Vec<_>>().join("\n");
    format!("-----BEGIN {label}-----\n{lines}\n-----END {label}-----\n")
}

fn der(key: &Jwk) -> Option<Vec<u8>> {
    let bytes = |text: &str| URL_SAFE_NO_PAD.decode(text).ok();
    match &key.algorithm {
        AlgorithmParameters::RSA(rsa) => {
            let [n, e] = [&rsa.n, &rsa.e].map(|number| bytes(number).map(|bytes| BigUint::from_bytes_be(&bytes)));
            Some(RsaPublicKey::new(n?, e?).ok()?.to_public_key_der().ok()?.as_bytes().to_vec())
        }
        AlgorithmParameters::EllipticCurve(point) => {
            let prefix: &[u8] = match point.curve {
                EllipticCurve::P256 => &P256,
                EllipticCurve::P384 => &P384,
                _ => return None,
            };
            Some([prefix, &bytes(&point.x)?, &bytes(&point.y)?].concat())
        }
        AlgorithmParameters::OctetKeyPair(pair) => Some([&ED25519[..], &bytes(&pair.x)?].concat()),
        _ => None,
    }
}

/// What stands before the bytes of a key (RFC 5480 §2, RFC 8410 §4); before a point that it is not compressed.
const P256: [u8; 27] = [
    0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce,
    0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00, 0x04,
];
const P384: [u8; 24] = [
    0x30, 0x76, 0x30, 0x10, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x05, 0x2b, 0x81, 0x04, 0x00,
    0x22, 0x03, 0x62, 0x00, 0x04,
];
const ED25519: [u8; 12] = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];

#[cfg(test)]
mod tests {
    use super::*;
    use rcgen::{KeyPair, PKCS_ECDSA_P256_SHA256, PKCS_ECDSA_P384_SHA384, PKCS_ED25519, PublicKeyData};
    use rsa::rand_core::OsRng;
    use rsa::traits::PublicKeyParts;
    use serde_json::{Value, json};

    fn written(jwk: &Value) -> String {
        of(&serde_json::from_value(jwk.clone()).expect("a key")).expect("a text")
    }

    fn encoded(bytes: &[u8]) -> String {
        URL_SAFE_NO_PAD.encode(bytes)
    }

    #[test]
    fn the_text_is_that_of_other_libraries() {
        for (algorithm, curve) in [(&PKCS_ECDSA_P256_SHA256, "P-256"), (&PKCS_ECDSA_P384_SHA384, "P-384")] {
            let pair = KeyPair::generate_for(algorithm).expect("a key");
            let (x, y) = pair.der_bytes()[1..].split_at(pair.der_bytes().len() / 2);
            let jwk = json!({"kty": "EC", "crv": curve, "x": encoded(x), "y": encoded(y)});
            assert_eq!(written(&jwk), pair.public_key_pem().replace("\r\n", "\n"), "{curve}");
        }
        let pair = KeyPair::generate_for(&PKCS_ED25519).expect("a key");
        let jwk = json!({"kty": "OKP", "crv": "Ed25519", "x": encoded(pair.der_bytes())});
        assert_eq!(written(&jwk), pair.public_key_pem().replace("\r\n", "\n"));
        let key = rsa::RsaPrivateKey::new(&mut OsRng, 2_048).expect("a key").to_public_key();
        let jwk = json!({"kty": "RSA", "n": encoded(&key.n().to_bytes_be()), "e": encoded(&key.e().to_bytes_be())});
        assert_eq!(written(&jwk), key.to_public_key_pem(rsa::pkcs8::LineEnding::LF).expect("a text"));
    }
}
