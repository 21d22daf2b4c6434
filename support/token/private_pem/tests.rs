use jsonwebtoken::jwk::Jwk;

use super::*;
use crate::token::{Claims, Token, pem};

fn generated(algorithm: Algorithm) -> PrivateKey {
    PrivateKey::generate(algorithm).expect("a key")
}

fn der(key: &PrivateKey) -> Vec<u8> {
    STANDARD.decode(without_breaks(block(&key.pem()).expect("a block").1)).expect("base64")
}

fn written(label: &str, der: &[u8]) -> String {
    pem::block(label, &STANDARD.encode(der))
}

fn pkcs8(algorithm: &str, curve: Option<ObjectIdentifier>, key: &[u8]) -> String {
    let algorithm = AlgorithmIdentifierRef {
        oid: ObjectIdentifier::new_unwrap(algorithm),
        parameters: curve.as_ref().map(AnyRef::from),
    };
    written("PRIVATE KEY", &PrivateKeyInfo::new(algorithm, key).to_der().expect("DER"))
}

/// SEC1 with the curve inside, as OpenSSL writes it.
fn sec1(scalar: &[u8], curve: ObjectIdentifier) -> String {
    let oid = curve.as_bytes();
    let curve = [&[0xa0, oid.len() as u8 + 2, 6, oid.len() as u8], oid].concat();
    let inner = [&[2, 1, 1, 4, scalar.len() as u8], scalar, &curve].concat();
    written("EC PRIVATE KEY", &[&[0x30, inner.len() as u8], &inner[..]].concat())
}

/// The key that is read has signed what the generated one signs.
fn assert_same_key(key: &PrivateKey, text: &str, algorithm: Option<Algorithm>) {
    let read = read(text, algorithm).unwrap_or_else(|mistake| panic!("{mistake:?}"));
    let token = Token::signed_by_key(&Claims::new(), key, None).expect("a token");
    assert_eq!((read.has_signed(&token), read.has_signed(&token.forge())), (Some(true), Some(false)), "{algorithm:?}");
}

#[test]
fn a_key_is_read_from_every_format() {
    for (algorithm, scalar_at, curve) in [(Algorithm::ES256, 35, 0), (Algorithm::ES384, 32, 1)] {
        let key = generated(algorithm);
        let scalar = &der(&key)[scalar_at..];
        for text in [key.pem(), sec1(scalar, CURVES[curve].0)] {
            assert_same_key(&key, &text, None);
            assert_same_key(&key, &text, Some(algorithm));
        }
    }
    let key = generated(Algorithm::EdDSA);
    assert_same_key(&key, &key.pem(), None);
    let key = generated(Algorithm::RS256);
    for text in
        [key.pem(), pkcs8("1.2.840.113549.1.1.1", None, &der(&key)), pkcs8("1.2.840.113549.1.1.10", None, &der(&key))]
    {
        assert_same_key(&key, &text, None);
        assert_eq!(read(&text, Some(Algorithm::PS384)).map(|key| key.algorithm()), Ok(Algorithm::PS384));
    }
}

/// Variables have no line breaks, or escaped ones; OpenSSL writes the parameters of a curve before its key.
#[test]
fn line_breaks_and_other_blocks_make_no_difference() {
    let key = generated(Algorithm::ES256);
    let text = key.pem();
    let parameters = "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n";
    for text in [
        text.replace('\n', "\\n"),
        text.replace('\n', "\r\n"),
        text.replace('\n', " "),
        text.replace('\n', ""),
        format!("{parameters}{text}"),
    ] {
        assert_same_key(&key, &text, None);
    }
}

#[test]
fn what_cannot_sign_is_named_with_what_is_allowed_and_without_the_text() {
    let ec = generated(Algorithm::ES256);
    let public: Jwk = serde_json::from_value(ec.jwk("").expect("a public key")).expect("a key");
    let public = pem::of(&public).expect("a text");
    let body = STANDARD.encode([7; 60]);
    let p521 = pkcs8("1.2.840.10045.2.1", Some(CURVES[2].0), &[7; 60]);
    for (text, algorithm, message, help) in [
        ("canary", None, "this is no private key in PEM", FORMATS),
        (&public, None, "this is a public key, which cannot sign", FORMATS),
        (&pem::block("ENCRYPTED PRIVATE KEY", &body), None, "this private key is encrypted", DECRYPT),
        (
            &pem::block("RSA PRIVATE KEY", "Proc-Type: 4,ENCRYPTED\n\nAAAA"),
            None,
            "this private key is encrypted",
            DECRYPT,
        ),
        (&pem::block("OPENSSH PRIVATE KEY", &body), None, "this private key has the format of OpenSSH", CONVERT),
        (&pem::block("CERTIFICATE", &body), None, "this is a certificate, which cannot sign", FORMATS),
        (&pem::block("PRIVATE KEY", &body), None, "this private key cannot be read", FORMATS),
        (&pem::block("RSA PRIVATE KEY", &body), None, "this private key cannot be read", FORMATS),
        (&pem::block("PRIVATE KEY", "canary!"), None, "this private key cannot be read", FORMATS),
        (&p521, None, "keys on the curve P-521 are not supported", TYPES),
        (&sec1(&[7; 32], CURVES[3].0), None, "keys on the curve secp256k1 are not supported", TYPES),
        (&pkcs8("1.3.101.113", None, &[7; 57]), None, "Ed448 keys are not supported", TYPES),
        (
            &ec.pem(),
            Some(Algorithm::RS256),
            "a key on the curve P-256 cannot sign RS256",
            "allowed with this key: ES256",
        ),
        (
            &ec.pem(),
            Some(Algorithm::ES384),
            "a key on the curve P-256 cannot sign ES384",
            "allowed with this key: ES256",
        ),
    ] {
        let mistake = read(text, algorithm).expect_err(message);
        assert_eq!((mistake.message.as_str(), mistake.help.as_str()), (message, help));
    }
}

#[test]
fn the_key_of_another_curve_or_a_damaged_one_is_not_taken() {
    let text = generated(Algorithm::ES256).pem();
    let shorter = written(
        "PRIVATE KEY",
        &STANDARD.decode(without_breaks(block(&text).expect("a block").1)).expect("base64")[..60],
    );
    assert!(read(&shorter, None).is_err());
    assert!(
        sec1(&[7; 48], CURVES[0].0).contains("EC PRIVATE KEY") && read(&sec1(&[7; 48], CURVES[0].0), None).is_err()
    );
}

#[test]
fn every_line_of_a_key_is_a_secret() {
    let text = generated(Algorithm::ES256).pem();
    let secrets = texts(&text.replace('\n', "\\n"));
    let lines: Vec<&str> = text.lines().filter(|line| !line.starts_with('-') && line.len() >= MIN_LINE).collect();
    assert!(lines.iter().all(|line| secrets.iter().any(|secret| secret.expose() == *line)) && !lines.is_empty());
    assert!(
        secrets.iter().any(|secret| secret.expose() == lines.concat() || secret.expose().starts_with(&lines.concat()))
    );
}
