//! Tokens that the suite signs: new ones, and the same claims again with another key, another header, or none.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::crypto::sign;
use jsonwebtoken::{Algorithm, EncodingKey};
use serde_json::Value;

use super::{Claims, KeySet, PrivateKey, SigningError, Token, signed_by_key};
use crate::vocabulary::PemEnd;

impl Token {
    /// A signed JWT whose header reads `{"alg":…,"typ":"JWT"}`, in the order that most libraries write.
    ///
    /// # Errors
    /// When the algorithm does not work with a shared secret.
    pub(crate) fn sign(claims: &Claims, algorithm: Algorithm, key: &[u8]) -> Result<Self, SigningError> {
        let header = format!(r#"{{"alg":"{algorithm:?}","typ":"JWT"}}"#);
        let payload = Value::Object(claims.clone()).to_string();
        sign_input(&signing_input(&header, &payload), algorithm, key)
    }

    /// The same token with other claims, signed with that key. Its header keeps all but `alg`. Where neither claims nor `alg`
    /// change, the signed bytes are the same, so the signatures can be compared.
    ///
    /// # Errors
    /// When the algorithm does not work with a shared secret.
    pub(super) fn with_claims(
        &self,
        before: &Claims,
        claims: &Claims,
        algorithm: Algorithm,
        key: &[u8],
    ) -> Result<Self, SigningError> {
        let mut header: Claims =
            self.json_part(0).and_then(|part| serde_json::from_value(part).ok()).unwrap_or_default();
        let unchanged =
            header.get("alg").and_then(Value::as_str) == Some(&format!("{algorithm:?}")) && before == claims;
        let same = self.compact.rsplit_once('.').map(|(input, _)| input).filter(|_| unchanged);
        header.insert("alg".into(), format!("{algorithm:?}").into());
        let other = || signing_input(&Value::Object(header).to_string(), &Value::Object(claims.clone()).to_string());
        sign_input(&same.map_or_else(other, str::to_owned), algorithm, key)
    }

    /// The same claims with `alg: none` and no signature (RFC 7519 §6.1); `None` of an opaque token.
    pub(crate) fn unsigned(&self) -> Option<Self> {
        let claims = self.claims()?;
        let header = r#"{"alg":"none","typ":"JWT"}"#;
        Some(Token::new(format!("{}.", signing_input(header, &Value::Object(claims).to_string()))))
    }

    /// The same claims, signed with that key. The header keeps all but `alg`; `None` of an opaque token.
    pub(crate) fn signed_with(&self, key: &PrivateKey) -> Option<Self> {
        self.signed_input(self.json_part(0)?, key)
    }

    /// The same, and naming another key.
    pub(crate) fn naming(&self, kid: &str, key: &PrivateKey) -> Option<Self> {
        let mut header = self.json_part(0)?;
        header["kid"] = kid.into();
        self.signed_input(header, key)
    }

    fn signed_input(&self, header: Value, key: &PrivateKey) -> Option<Self> {
        signed_by_key::signed(self.input_with(header, key.algorithm())?, key)
    }

    /// The same claims, signed as with a shared secret that is the text of the published key which verifies the token.
    pub(crate) fn signed_with_public(&self, published: &KeySet, end: PemEnd) -> Option<Self> {
        let secret = ending(published.verifying(self)?, end);
        sign_input(&self.input_with(self.json_part(0)?, Algorithm::HS256)?, Algorithm::HS256, secret.as_bytes()).ok()
    }

    fn input_with(&self, mut header: Value, algorithm: Algorithm) -> Option<String> {
        header["alg"] = format!("{algorithm:?}").into();
        Some(signing_input(&header.to_string(), &Value::Object(self.claims()?).to_string()))
    }
}

/// The text of a key, which ends with a newline, with that end.
pub(crate) fn ending(text: String, end: PemEnd) -> String {
    match end {
        PemEnd::WithNewline => text,
        PemEnd::WithoutNewline => text.trim_end().to_owned(),
    }
}

/// The signing input of RFC 7515 §2.
pub(super) fn signing_input(header: &str, payload: &str) -> String {
    format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(payload))
}

pub(super) fn sign_input(input: &str, algorithm: Algorithm, key: &[u8]) -> Result<Token, SigningError> {
    let key = EncodingKey::from_secret(key);
    let signature = sign(input.as_bytes(), &key, algorithm).map_err(|source| SigningError { algorithm, source })?;
    Ok(Token::new(format!("{input}.{signature}")))
}
