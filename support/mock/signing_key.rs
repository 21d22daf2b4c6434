//! What a service signs and verifies with: the bytes of a secret after every alteration on its way.

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use jsonwebtoken::crypto::{sign, verify};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey};
use percent_encoding::percent_decode_str;

use crate::deployment::SecretAlteration;
use crate::secret::Secret;

#[derive(Clone, PartialEq, Eq)]
pub(super) struct SigningKey(Vec<u8>);

/// Services skip a shorter secret.
const MIN_LENGTH: usize = 32;
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

impl SigningKey {
    pub(super) fn unaltered(secret: &Secret) -> Self {
        SigningKey(secret.expose().as_bytes().to_vec())
    }

    /// The secret with this alteration, after the service has trimmed it if it does.
    pub(super) fn loaded(secret: &Secret, alteration: SecretAlteration, trims: bool) -> Self {
        let stored = stored(secret.expose(), alteration);
        let text = if trims { stored.trim() } else { &stored };
        // As services do that fall back to the text where decoding fails.
        SigningKey(decoded(text, alteration).unwrap_or_else(|| text.as_bytes().to_vec()))
    }

    pub(super) fn is_usable(&self) -> bool {
        self.0.len() >= MIN_LENGTH
    }

    pub(super) fn signature(&self, message: &str, algorithm: Algorithm) -> Option<String> {
        sign(message.as_bytes(), &EncodingKey::from_secret(&self.0), algorithm).ok()
    }

    pub(super) fn has_signed(&self, message: &str, signature: &str, algorithm: Algorithm) -> bool {
        verify(signature, message.as_bytes(), &DecodingKey::from_secret(&self.0), algorithm).unwrap_or(false)
    }

    /// Equal for equal keys; it does not reveal the key.
    pub(super) fn fingerprint(&self) -> String {
        self.signature("fingerprint", Algorithm::HS256).unwrap_or_default().chars().take(16).collect()
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
    let digits: Option<Vec<u8>> = text.chars().map(|digit| digit.to_digit(16)?.try_into().ok()).collect();
    let digits = digits.filter(|digits| digits.len() % 2 == 0)?;
    Some(digits.chunks_exact(2).map(|pair| pair[0] << 4 | pair[1]).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn loaded(alteration: SecretAlteration, trims: bool) -> Vec<u8> {
        SigningKey::loaded(&Secret::new("0a1B%2B"), alteration, trims).0
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
