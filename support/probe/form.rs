//! How a credential is put into a request: in a body, a header, a subprotocol, or a query.

use base64::Engine;
use base64::engine::general_purpose::{URL_SAFE, URL_SAFE_NO_PAD};
use serde_json::Value;

use crate::evidence::{Encoding, Form, Prefix};
use crate::target::Handshake;
use crate::token::{Claims, Token};

/// The token as text, with its prefixes.
pub fn prefixed(token: &Token, prefix: Prefix) -> String {
    let prefix = match prefix {
        Prefix::None => "",
        Prefix::LowerCase => "bearer ",
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
    let usual = |text: &str| handshake.token_protocol.replace("{token}", text);
    let entry = match form {
        Form::Subprotocol(prefix) => usual(&URL_SAFE_NO_PAD.encode(prefixed(token, prefix))),
        Form::Both | Form::BehindBadHeader => usual(&URL_SAFE_NO_PAD.encode(token.expose())),
        Form::Encoded(Encoding::Raw) => usual(token.expose()),
        Form::Encoded(Encoding::Padded) => usual(&URL_SAFE.encode(token.expose())),
        Form::Encoded(Encoding::Bearer) => format!("bearer.{}", URL_SAFE_NO_PAD.encode(token.expose())),
        Form::Encoded(Encoding::Alone) => token.expose().to_owned(),
        _ => return Vec::new(),
    };
    vec![handshake.protocol.clone(), entry]
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
