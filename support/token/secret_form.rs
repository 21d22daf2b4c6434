//! What becomes of a secret on its way into a service: the keys of [`SecretForm`].

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};
use strum::VariantArray;

use crate::vocabulary::SecretForm;

/// The forms of that secret that are other keys.
pub(crate) fn forms(secret: &str) -> Vec<SecretForm> {
    SecretForm::VARIANTS.iter().copied().filter(|form| altered_key(secret, *form).is_some()).collect()
}

/// The key that a service would use after this mistake in loading the secret, or `None` where it is the same key.
pub(super) fn altered_key(secret: &str, variant: SecretForm) -> Option<Vec<u8>> {
    let bytes: Vec<u8> = match variant {
        SecretForm::TrailingNewline => format!("{secret}\n").into(),
        SecretForm::TrailingCrLf => format!("{secret}\r\n").into(),
        SecretForm::SurroundingBlanks => format!(" {secret} ").into(),
        SecretForm::Trimmed => secret.trim().into(),
        SecretForm::Quoted => format!("\"{secret}\"").into(),
        SecretForm::SingleQuoted => format!("'{secret}'").into(),
        SecretForm::Unquoted => secret.trim_matches(['"', '\'']).into(),
        SecretForm::Base64Decoded => from_base64(secret)?,
        SecretForm::Base64Encoded => STANDARD.encode(secret).into(),
        SecretForm::HexDecoded => from_hex(secret)?,
        SecretForm::UrlDecoded => percent_encoding::percent_decode_str(secret).collect(),
    };
    (bytes != secret.as_bytes()).then_some(bytes)
}

pub(crate) fn from_base64(text: &str) -> Option<Vec<u8>> {
    let engines = [STANDARD, STANDARD_NO_PAD, URL_SAFE_NO_PAD, URL_SAFE];
    engines.iter().find_map(|engine| engine.decode(text).ok())
}

pub(crate) fn from_hex(text: &str) -> Option<Vec<u8>> {
    let even = !text.is_empty() && text.len().is_multiple_of(2) && text.is_ascii();
    let pairs = (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).ok());
    if even { pairs.collect() } else { None }
}
