//! What a service signs and verifies with: the bytes of a secret after every alteration on its way, or a private key.

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use jsonwebtoken::crypto::{sign, verify};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey};
use percent_encoding::percent_decode_str;
use serde_json::Value;

use crate::deployment::{SecretAlteration, SecretName};
use crate::secret::Secret;
use crate::token::{PrivateKey, ending, public_key_text};
use crate::vocabulary::PemEnd;

#[derive(Clone)]
pub(super) enum SigningKey {
    /// Signer and verifier share it.
    Secret(Vec<u8>),
    /// The verifier knows its public key.
    Private(SecretName, PrivateKey),
}

/// Services skip a shorter secret.
const MIN_LENGTH: usize = 32;
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

impl SigningKey {
    pub(super) fn unaltered(secret: &Secret) -> Self {
        SigningKey::Secret(secret.expose().as_bytes().to_vec())
    }

    /// The secret with this alteration, after the service has trimmed it if it does.
    pub(super) fn loaded(secret: &Secret, alteration: SecretAlteration, trims: bool) -> Self {
        let stored = stored(secret.expose(), alteration);
        let text = if trims { stored.trim() } else { &stored };
        // As services do that fall back to the text where decoding fails.
        SigningKey::Secret(decoded(text, alteration).unwrap_or_else(|| text.as_bytes().to_vec()))
    }

    pub(super) fn is_usable(&self) -> bool {
        match self {
            SigningKey::Secret(bytes) => bytes.len() >= MIN_LENGTH,
            SigningKey::Private(..) => true,
        }
    }

    pub(super) fn signature(&self, message: &str, algorithm: Algorithm) -> Option<String> {
        match self {
            SigningKey::Secret(bytes) => sign(message.as_bytes(), &EncodingKey::from_secret(bytes), algorithm).ok(),
            SigningKey::Private(_, key) => key.signature(message).filter(|_| key.algorithm() == algorithm),
        }
    }

    pub(super) fn has_signed(&self, message: &str, signature: &str, algorithm: Algorithm) -> bool {
        let key = match self {
            SigningKey::Secret(bytes) => Some(DecodingKey::from_secret(bytes)),
            SigningKey::Private(_, key) if key.algorithm() != algorithm => None,
            SigningKey::Private(..) => self.public_key(),
        };
        key.is_some_and(|key| verify(signature, message.as_bytes(), &key, algorithm).unwrap_or(false))
    }

    /// The same where a verifier pins another algorithm by which the key signs.
    pub(super) fn pinned_to(self, algorithm: Algorithm) -> Self {
        match self {
            SigningKey::Private(name, key) => SigningKey::Private(name, key.for_algorithm(algorithm).unwrap_or(key)),
            secret => secret,
        }
    }

    /// What verifiers know of a private key (RFC 7517 §4).
    pub(super) fn jwk(&self) -> Option<Value> {
        match self {
            SigningKey::Secret(_) => None,
            SigningKey::Private(_, key) => key.jwk(self.kid()?),
        }
    }

    /// The id of a private key.
    pub(super) fn kid(&self) -> Option<&'static str> {
        match self {
            SigningKey::Secret(_) => None,
            SigningKey::Private(name, _) => Some(id(*name)),
        }
    }

    /// The text of its public key as a shared secret (RFC 8725 §2.1).
    pub(super) fn public_key_as_secret(&self, end: PemEnd) -> Option<Self> {
        let text = public_key_text(&serde_json::from_value(self.jwk()?).ok()?)?;
        Some(SigningKey::Secret(ending(text, end).into_bytes()))
    }

    fn public_key(&self) -> Option<DecodingKey> {
        DecodingKey::from_jwk(&serde_json::from_value(self.jwk()?).ok()?).ok()
    }

    /// Equal for equal keys; it does not reveal the key.
    pub(super) fn fingerprint(&self) -> String {
        self.signature("fingerprint", Algorithm::HS256).unwrap_or_default().chars().take(16).collect()
    }
}

/// The id of the private key that stands for that secret.
pub(super) fn id(name: SecretName) -> &'static str {
    match name {
        SecretName::Current => "current",
        SecretName::Retired => "retired",
        SecretName::Foreign => "foreign",
        SecretName::Short => "short",
    }
}

/// The text in the store.
fn stored(secret: &str, alteration: SecretAlteration) -> String {
    match alteration {
        SecretAlteration::TrailingNewline => format!("{secret}\n"),
        SecretAlteration::SurroundingBlanks => format!(" {secret} "),
        SecretAlteration::Quoted => format!("\"{secret}\""),
        SecretAlteration::None
        | SecretAlteration::Base64Decoded
        | SecretAlteration::HexDecoded
        | SecretAlteration::UrlDecoded => secret.to_owned(),
    }
}

/// The bytes of a service that decodes its secret.
fn decoded(text: &str, alteration: SecretAlteration) -> Option<Vec<u8>> {
    match alteration {
        SecretAlteration::Base64Decoded => BASE64.decode(text).ok(),
        SecretAlteration::HexDecoded => hex_decoded(text),
        SecretAlteration::UrlDecoded => Some(percent_decode_str(text).collect()),
        SecretAlteration::None
        | SecretAlteration::TrailingNewline
        | SecretAlteration::SurroundingBlanks
        | SecretAlteration::Quoted => None,
    }
}

fn hex_decoded(text: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u8>> = text.chars().map(|digit| u8::try_from(digit.to_digit(16)?).ok()).collect();
    let digits = digits.filter(|digits| digits.len() % 2 == 0)?;
    Some(digits.chunks_exact(2).map(|pair| pair[0] << 4 | pair[1]).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn loaded(alteration: SecretAlteration, trims: bool) -> Vec<u8> {
        match SigningKey::loaded(&Secret::new("0a1B%2B"), alteration, trims) {
            SigningKey::Secret(bytes) => bytes,
            SigningKey::Private(..) => panic!("a secret"),
        }
    }

    #[test]
    fn an_alteration_changes_the_key_and_trimming_undoes_blanks() {
        assert_eq!(loaded(SecretAlteration::TrailingNewline, false), b"0a1B%2B\n");
        assert_eq!(loaded(SecretAlteration::TrailingNewline, true), b"0a1B%2B");
        assert_eq!(loaded(SecretAlteration::SurroundingBlanks, false), b" 0a1B%2B ");
        assert_eq!(loaded(SecretAlteration::Quoted, true), b"\"0a1B%2B\"");
        assert_eq!(loaded(SecretAlteration::UrlDecoded, false), b"0a1B+");
    }

    #[test]
    fn a_text_is_decoded_where_possible() {
        assert_eq!(hex_decoded("0a1B"), Some(vec![0x0a, 0x1b]));
        assert_eq!(hex_decoded("0a1"), None);
        assert_eq!(decoded("0a1B", SecretAlteration::Base64Decoded), Some(vec![0xd1, 0xad, 0x41]));
        assert_eq!(loaded(SecretAlteration::HexDecoded, false), b"0a1B%2B");
    }
}
