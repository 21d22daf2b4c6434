//! Private keys as a variable or a file has them: PKCS #8, PKCS #1 or SEC1 in PEM (RFC 7468 §10, RFC 8017 §A.1.2, RFC 5915 §4).

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, EncodingKey};
use rsa::pkcs8::der::Encode;
use rsa::pkcs8::der::asn1::AnyRef;
use rsa::pkcs8::{AlgorithmIdentifierRef, ObjectIdentifier, PrivateKeyInfo};

use super::private_key::{ED25519, PrivateKey};
use crate::secret::Secret;

/// Why a text is no key that signs. Neither line repeats any of it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct UnusableKey {
    pub(crate) message: String,
    pub(crate) help: String,
}

/// What tells which algorithms a key can sign.
#[derive(Clone, Copy)]
struct KeyType {
    name: &'static str,
    algorithms: &'static [Algorithm],
}

/// In the order in which they are listed; the first one of its type is what a key signs with by default.
pub(crate) const ALGORITHMS: [Algorithm; 9] = [
    Algorithm::RS256,
    Algorithm::RS384,
    Algorithm::RS512,
    Algorithm::PS256,
    Algorithm::PS384,
    Algorithm::PS512,
    Algorithm::ES256,
    Algorithm::ES384,
    Algorithm::EdDSA,
];
const RSA: KeyType = KeyType { name: "an RSA key", algorithms: ALGORITHMS.split_at(6).0 };
const EC256: KeyType = KeyType { name: "a key on the curve P-256", algorithms: &[Algorithm::ES256] };
const EC384: KeyType = KeyType { name: "a key on the curve P-384", algorithms: &[Algorithm::ES384] };
const ED: KeyType = KeyType { name: "an Ed25519 key", algorithms: &[Algorithm::EdDSA] };

const EC_KEY: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
/// Each curve of the catalogue of RFC 5480 §2.1.1.1 and RFC 8812 that occurs in JSON Web Signatures.
const CURVES: [(ObjectIdentifier, &str, Option<KeyType>); 4] = [
    (ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.7"), "P-256", Some(EC256)),
    (ObjectIdentifier::new_unwrap("1.3.132.0.34"), "P-384", Some(EC384)),
    (ObjectIdentifier::new_unwrap("1.3.132.0.35"), "P-521", None),
    (ObjectIdentifier::new_unwrap("1.3.132.0.10"), "secp256k1", None),
];

/// The key of that text, for this algorithm, or else for the first one of its type.
pub(crate) fn read(text: &str, algorithm: Option<Algorithm>) -> Result<PrivateKey, UnusableKey> {
    let (label, body) = block(text).ok_or_else(|| unusable("this is no private key in PEM", FORMATS))?;
    let der = match label {
        _ if body.contains("ENCRYPTED") => return Err(unusable("this private key is encrypted", DECRYPT)),
        "ENCRYPTED PRIVATE KEY" => return Err(unusable("this private key is encrypted", DECRYPT)),
        "OPENSSH PRIVATE KEY" => return Err(unusable("this private key has the format of OpenSSH", CONVERT)),
        other if other.ends_with("PUBLIC KEY") => {
            return Err(unusable("this is a public key, which cannot sign", FORMATS));
        }
        "CERTIFICATE" => return Err(unusable("this is a certificate, which cannot sign", FORMATS)),
        _ => STANDARD.decode(without_breaks(body)).map_err(|_| unreadable())?,
    };
    let (key_type, key) = match label {
        "RSA PRIVATE KEY" => (RSA, EncodingKey::from_rsa_der(&der)),
        "EC PRIVATE KEY" => of_curve(&der)?,
        "PRIVATE KEY" => of_pkcs8(&der)?,
        _ => return Err(unusable("this is no private key in PEM", FORMATS)),
    };
    let fits = |algorithm: &Algorithm| key_type.algorithms.contains(algorithm);
    let algorithm = match algorithm {
        None => key_type.algorithms[0],
        Some(algorithm) if fits(&algorithm) => algorithm,
        Some(other) => {
            let help = format!("allowed with this key: {}", names(key_type.algorithms));
            return Err(unusable(&format!("{} cannot sign {other:?}", key_type.name), &help));
        }
    };
    let key = PrivateKey::new(key, algorithm);
    let signs = key.signature("").is_some() && key.jwk("").is_some();
    signs.then_some(key).ok_or_else(unreadable)
}

/// Every text in which a service may repeat the key: as it is written, in one line, and each line of it.
pub(crate) fn texts(text: &str) -> Vec<Secret> {
    let Some((_, body)) = block(text) else { return vec![Secret::new(text)] };
    let joined = without_breaks(body);
    let url_safe = STANDARD.decode(&joined).map(|der| URL_SAFE_NO_PAD.encode(der)).unwrap_or_default();
    let body = body.replace("\\r", "\n").replace("\\n", "\n");
    // A service that repeats its variables may escape the line breaks, and then the letter of the escape stands before a line.
    let escaped = Secret::new(body.replace("\r", "").replace('\n', "\\n"));
    let lines = body.lines().map(str::trim).filter(|line| line.len() >= MIN_LINE).map(Secret::new);
    [Secret::new(text), Secret::new(joined), Secret::new(url_safe), escaped].into_iter().chain(lines).collect()
}

/// In characters. The last line may be so short that it occurs in other texts.
const MIN_LINE: usize = 8;

/// The names of algorithms, as a token's header has them.
pub(crate) fn names(algorithms: &[Algorithm]) -> String {
    algorithms.iter().map(|algorithm| format!("{algorithm:?}")).collect::<Vec<_>>().join(", ")
}

/// The label and the body of the first block that holds a private key, or else of the first one: OpenSSL writes the parameters
/// of a curve before its key.
fn block(text: &str) -> Option<(&str, &str)> {
    let mut blocks = text.split("-----BEGIN ").skip(1).filter_map(|rest| {
        let (label, rest) = rest.split_once("-----")?;
        let (body, _) = rest.split_once("-----END ")?;
        Some((label, body))
    });
    let first = blocks.clone().next();
    blocks.find(|(label, _)| label.ends_with("PRIVATE KEY")).or(first)
}

/// A variable often has `\n` for each line break, or none at all.
fn without_breaks(body: &str) -> String {
    body.replace("\\r", "").replace("\\n", "").split_whitespace().collect()
}

fn of_pkcs8(der: &[u8]) -> Result<(KeyType, EncodingKey), UnusableKey> {
    let info = PrivateKeyInfo::try_from(der).map_err(|_| unreadable())?;
    match info.algorithm.oid.to_string().as_str() {
        // rsaEncryption and id-RSASSA-PSS (RFC 8017 §A): within, it is PKCS #1.
        "1.2.840.113549.1.1.1" | "1.2.840.113549.1.1.10" => Ok((RSA, EncodingKey::from_rsa_der(info.private_key))),
        "1.2.840.10045.2.1" => {
            let curve = info.algorithm.parameters_oid().map_err(|_| unreadable())?;
            Ok((on_curve(|oid| *oid == curve)?, EncodingKey::from_ec_der(der)))
        }
        // The library reads the form without the public key (RFC 8410 §7).
        "1.3.101.112" => match info.private_key.split_at_checked(2) {
            Some((_, seed)) if seed.len() == 32 => Ok((ED, EncodingKey::from_ed_der(&[&ED25519[..], seed].concat()))),
            _ => Err(unreadable()),
        },
        "1.3.101.113" => Err(unusable("Ed448 keys are not supported", TYPES)),
        _ => Err(unusable("keys of this type are not supported", TYPES)),
    }
}

/// SEC1 names its curve inside; the library reads PKCS #8, which names it before.
fn of_curve(der: &[u8]) -> Result<(KeyType, EncodingKey), UnusableKey> {
    let named = |oid: &ObjectIdentifier| der.windows(oid.as_bytes().len()).any(|bytes| bytes == oid.as_bytes());
    let key_type = on_curve(named)?;
    let curve = CURVES.iter().map(|(oid, ..)| oid).find(|oid| named(oid)).ok_or_else(unreadable)?;
    let algorithm = AlgorithmIdentifierRef { oid: EC_KEY, parameters: Some(AnyRef::from(curve)) };
    let wrapped = PrivateKeyInfo::new(algorithm, der).to_der().map_err(|_| unreadable())?;
    Ok((key_type, EncodingKey::from_ec_der(&wrapped)))
}

fn on_curve(is: impl Fn(&ObjectIdentifier) -> bool) -> Result<KeyType, UnusableKey> {
    match CURVES.iter().find(|(oid, ..)| is(oid)) {
        Some((_, _, Some(key_type))) => Ok(*key_type),
        Some((_, name, None)) => Err(unusable(&format!("keys on the curve {name} are not supported"), TYPES)),
        None => Err(unusable("keys on this curve are not supported", TYPES)),
    }
}

fn unusable(message: &str, help: &str) -> UnusableKey {
    UnusableKey { message: message.into(), help: help.into() }
}

fn unreadable() -> UnusableKey {
    unusable("this private key cannot be read", FORMATS)
}

const FORMATS: &str =
    "allowed: PEM of PKCS #8 (`-----BEGIN PRIVATE KEY-----`), PKCS #1 (`RSA PRIVATE KEY`) or SEC1 (`EC PRIVATE KEY`)";
const TYPES: &str = "allowed: RSA, EC on P-256 or P-384, Ed25519";
const DECRYPT: &str = "decrypt it: `openssl pkcs8 -in key.pem -out plain.pem`";
const CONVERT: &str = "convert a copy: `ssh-keygen -p -m PKCS8 -f copy-of-the-key`";

#[cfg(test)]
mod tests;
