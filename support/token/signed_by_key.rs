//! Tokens that the private key of `signing` signs.

use serde_json::Value;

use super::signed::signing_input;
use super::{Claims, PrivateKey, Token};

impl Token {
    /// A signed JWT. Its header names the key, where the key has an id.
    pub(crate) fn signed_by_key(claims: &Claims, key: &PrivateKey, kid: Option<&str>) -> Option<Self> {
        let kid = kid.map(|kid| format!(r#","kid":{}"#, Value::from(kid))).unwrap_or_default();
        let header = format!(r#"{{"alg":"{:?}","typ":"JWT"{kid}}}"#, key.algorithm());
        signed(signing_input(&header, &Value::Object(claims.clone()).to_string()), key)
    }

    /// The same token with other claims, signed by the token's own algorithm where the key can sign it. Its header keeps the rest,
    /// and names the key where the key has an id.
    pub(super) fn with_claims_by_key(&self, claims: &Claims, key: &PrivateKey, kid: Option<&str>) -> Option<Self> {
        let own = self.asymmetric_algorithm().and_then(|algorithm| key.for_algorithm(algorithm));
        self.with_claims_as_key_signs(claims, own.as_ref().unwrap_or(key), kid)
    }

    /// The same by the algorithm of the key, whichever the token's own is.
    pub(super) fn with_claims_as_key_signs(
        &self,
        claims: &Claims,
        key: &PrivateKey,
        kid: Option<&str>,
    ) -> Option<Self> {
        let mut header = self.json_part(0)?;
        header["alg"] = format!("{:?}", key.algorithm()).into();
        kid.into_iter().for_each(|kid| header["kid"] = kid.into());
        signed(signing_input(&header.to_string(), &Value::Object(claims.clone()).to_string()), key)
    }
}

pub(super) fn signed(input: String, key: &PrivateKey) -> Option<Token> {
    let signature = key.signature(&input)?;
    Some(Token::new(format!("{input}.{signature}")))
}
