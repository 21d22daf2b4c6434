//! How a credential is put into a request: in a body, a header, a subprotocol, or a query.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

use crate::evidence::{Form, Prefix};
use crate::target::Handshake;
use crate::token::{Claims, Token};

/// The token as text, with its prefixes.
pub fn prefixed(token: &Token, prefix: Prefix) -> String {
    let prefix = match prefix {
        Prefix::None => "",
        Prefix::Bearer => "Bearer ",
        Prefix::Twice => "Bearer Bearer ",
    };
    format!("{prefix}{}", token.expose())
}

/// The value of `Authorization`, where the form has one.
pub fn authorization(token: &Token, form: Form) -> Option<String> {
    match form {
        Form::Header(prefix) => Some(prefixed(token, prefix)),
        Form::Both => Some(prefixed(token, Prefix::Bearer)),
        _ => None,
    }
}

/// The subprotocols to offer, where the form offers any.
pub fn subprotocols(token: &Token, form: Form, handshake: &Handshake) -> Vec<String> {
    let prefix = match form {
        Form::Subprotocol(prefix) => prefix,
        Form::Both => Prefix::None,
        _ => return Vec::new(),
    };
    let encoded = URL_SAFE_NO_PAD.encode(prefixed(token, prefix));
    vec![handshake.protocol.clone(), handshake.token_protocol.replace("{token}", &encoded)]
}

/// The claims of a client's own token, with `{user}` and `{now}` filled in.
pub fn filled(claims: &Claims, user: &str, now: i64) -> Claims {
    claims.iter().map(|(name, value)| (name.clone(), fill(value, user, now))).collect()
}

fn fill(value: &Value, user: &str, now: i64) -> Value {
    match value {
        Value::String(text) => text.replace("{user}", user).replace("{now}", &now.to_string()).into(),
        Value::Array(items) => items.iter().map(|item| fill(item, user, now)).collect(),
        Value::Object(fields) => Value::Object(filled(fields, user, now)),
        other => other.clone(),
    }
}
