//! Auth's response to a validation, in each of its formats, and how a backend reads it that knows the format.

use serde_json::{Value, json};

use super::response_style::Content;
use crate::deployment::ValidationResponse;
use crate::token::Claims;

/// Converts the response of the contract, where `valid` is a boolean.
pub(super) fn write(format: ValidationResponse, mut contract: Value) -> Content {
    let valid = contract["valid"] == true;
    match format {
        ValidationResponse::Contract => {}
        ValidationResponse::OtherField => {
            if let Some(fields) = contract.as_object_mut() {
                fields.remove("valid");
                fields.insert("ok".into(), valid.into());
            }
        }
        ValidationResponse::TextValue => contract["valid"] = if valid { "yes" } else { "no" }.into(),
        ValidationResponse::NotJson => return Content::Text(if valid { "OK" } else { "DENIED" }.into()),
    }
    Content::Json(contract)
}

/// Whether the token was accepted, and all fields; `None` where the response does not have the format.
pub(super) fn read(format: ValidationResponse, body: &str) -> Option<(bool, Value)> {
    if format == ValidationResponse::NotJson {
        return Some((body == "OK", Value::Null));
    }
    let fields: Value = serde_json::from_str(body).ok()?;
    let accepted = match format {
        ValidationResponse::OtherField => fields["ok"] == true,
        ValidationResponse::TextValue => fields["valid"] == "yes",
        ValidationResponse::Contract | ValidationResponse::NotJson => fields["valid"] == true,
    };
    Some((accepted, fields))
}

/// The response of the contract to an accepted token.
pub(super) fn accepted(claims: &Claims) -> Value {
    let claim = |name: &str| claims.get(name).cloned().unwrap_or_default();
    json!({
        "valid": true, "user_id": claim("sub"), "email": claim("email"), "permissions": claim("permissions"), "expires_at": claim("exp"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_format_is_read_as_it_was_written() {
        for format in [
            ValidationResponse::Contract,
            ValidationResponse::OtherField,
            ValidationResponse::TextValue,
            ValidationResponse::NotJson,
        ] {
            for valid in [true, false] {
                let body = match write(format, json!({"valid": valid})) {
                    Content::Json(value) | Content::Problem(value) => value.to_string(),
                    Content::Text(text) => text,
                };
                assert_eq!(read(format, &body).map(|(accepted, _)| accepted), Some(valid), "{format:?}");
            }
        }
    }
}
