//! What a service signs and verifies with: the bytes that have become of a secret on its way from where it is kept.

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use jsonwebtoken::crypto::{sign, verify};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey};
use percent_encoding::percent_decode_str;

use crate::deployment::SecretAlteration;
use crate::secret::Secret;

#[derive(Clone, PartialEq, Eq)]
pub struct SigningKey(Vec<u8>);

/// Shorter ones are skipped.
const SHORTEST: usize = 32;
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

impl SigningKey {
    pub fn exact(secret: &Secret) -> Self {
        SigningKey(secret.expose().as_bytes().to_vec())
    }

    /// The secret in that form, after a service has taken off blanks around it if it does.
    pub fn loaded(secret: &Secret, form: SecretAlteration, strips: bool) -> Self {
        let held = held(secret.expose(), form);
        let text = if strips { held.trim() } else { &held };
        // What cannot be decoded is used as it is, as services do.
        SigningKey(decoded(text, form).unwrap_or_else(|| text.as_bytes().to_vec()))
    }

    pub fn is_usable(&self) -> bool {
        self.0.len() >= SHORTEST
    }

    pub fn signature(&self, message: &str, algorithm: Algorithm) -> Option<String> {
        sign(message.as_bytes(), &EncodingKey::from_secret(&self.0), algorithm).ok()
    }

    pub fn has_signed(&self, message: &str, signature: &str, algorithm: Algorithm) -> bool {
        verify(signature, message.as_bytes(), &DecodingKey::from_secret(&self.0), algorithm).unwrap_or(false)
    }

    /// Equal where the keys are, and no way back to them.
    pub fn fingerprint(&self) -> String {
        self.signature("fingerprint", Algorithm::HS256).unwrap_or_default().chars().take(16).collect()
    }
}

/// What stands in the place where the secret is kept.
fn held(secret: &str, form: SecretAlteration) -> String {
    match form {
        SecretAlteration::TrailingNewline => format!("{secret}\n"),
        SecretAlteration::SurroundingBlanks => format!(" {secret} "),
        SecretAlteration::Quoted => format!("\"{secret}\""),
        SecretAlteration::None
        | SecretAlteration::Base64Decoded
        | SecretAlteration::HexDecoded
        | SecretAlteration::UrlDecoded => secret.to_owned(),
    }
}

/// What a service makes of it that takes it for an encoded one.
fn decoded(text: &str, form: SecretAlteration) -> Option<Vec<u8>> {
    match form {
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
    let digits: Option<Vec<u8>> = text.chars().map(|digit| digit.to_digit(16)?.try_into().ok()).collect();
    let digits = digits.filter(|digits| digits.len() % 2 == 0)?;
    Some(digits.chunks_exact(2).map(|pair| pair[0] << 4 | pair[1]).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn loaded(form: SecretAlteration, strips: bool) -> Vec<u8> {
        SigningKey::loaded(&Secret::new("0a1B%2B"), form, strips).0
    }

    #[test]
    fn a_form_makes_another_key_and_stripping_mends_what_is_blank() {
        assert_eq!(loaded(SecretAlteration::TrailingNewline, false), b"0a1B%2B\n");
        assert_eq!(loaded(SecretAlteration::TrailingNewline, true), b"0a1B%2B");
        assert_eq!(loaded(SecretAlteration::SurroundingBlanks, false), b" 0a1B%2B ");
        assert_eq!(loaded(SecretAlteration::Quoted, true), b"\"0a1B%2B\"");
        assert_eq!(loaded(SecretAlteration::UrlDecoded, false), b"0a1B+");
    }

    #[test]
    fn what_can_be_decoded_is() {
        assert_eq!(hex_decoded("0a1B"), Some(vec![0x0a, 0x1b]));
        assert_eq!(hex_decoded("0a1"), None);
        assert_eq!(decoded("0a1B", SecretAlteration::Base64Decoded), Some(vec![0xd1, 0xad, 0x41]));
        assert_eq!(loaded(SecretAlteration::HexDecoded, false), b"0a1B%2B");
    }
}
