//! Auth's verdict on a token, in each of the forms in which it may be given, and as a backend reads it that knows the form.

use serde_json::{Value, json};

use super::dialect::Said;
use crate::deployment::ValidationResponse;
use crate::token::Claims;

/// From the form of the contract, where `valid` is a boolean.
pub fn write(answers: ValidationResponse, mut verdict: Value) -> Said {
    let valid = verdict["valid"] == true;
    match answers {
        ValidationResponse::Contract => {}
        ValidationResponse::OtherField => {
            if let Some(fields) = verdict.as_object_mut() {
                fields.remove("valid");
                fields.insert("ok".into(), valid.into());
            }
        }
        ValidationResponse::TextValue => verdict["valid"] = if valid { "yes" } else { "no" }.into(),
        ValidationResponse::NotJson => return Said::Text(if valid { "OK" } else { "DENIED" }.into()),
    }
    Said::Json(verdict)
}

/// Whether the token was accepted, and what more was said; `None` where it cannot be read.
pub fn read(answers: ValidationResponse, body: &str) -> Option<(bool, Value)> {
    if answers == ValidationResponse::NotJson {
        return Some((body == "OK", Value::Null));
    }
    let verdict: Value = serde_json::from_str(body).ok()?;
    let accepted = match answers {
        ValidationResponse::OtherField => verdict["ok"] == true,
        ValidationResponse::TextValue => verdict["valid"] == "yes",
        ValidationResponse::Contract | ValidationResponse::NotJson => verdict["valid"] == true,
    };
    Some((accepted, verdict))
}

/// What auth tells of an accepted token.
pub fn accepting(claims: &Claims) -> Value {
    let claim = |name: &str| claims.get(name).cloned().unwrap_or_default();
    json!({
        "valid": true, "user_id": claim("sub"), "email": claim("email"), "permissions": claim("permissions"), "expires_at": claim("exp"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_is_read_as_it_was_written() {
        for answers in [
            ValidationResponse::Contract,
            ValidationResponse::OtherField,
            ValidationResponse::TextValue,
            ValidationResponse::NotJson,
        ] {
            for valid in [true, false] {
                let body = match write(answers, json!({"valid": valid})) {
                    Said::Json(value) | Said::Problem(value) => value.to_string(),
                    Said::Text(text) => text,
                };
                assert_eq!(read(answers, &body).map(|(accepted, _)| accepted), Some(valid), "{answers:?}");
            }
        }
    }
}
