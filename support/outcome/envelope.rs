//! Bodies that tell of an error whatever the status: GraphQL does so with 200, and so do services that put each response into an envelope.

use serde_json::Value;

use crate::evidence::HttpResponse;

impl HttpResponse {
    /// As GraphQL does (section 7.1 of its specification), or with a field that says whether it went well.
    pub(crate) fn tells_of_an_error(&self) -> bool {
        self.envelope().is_some_and(|body| is_error(&body))
    }

    /// And it has no data beside it.
    pub(super) fn tells_of_nothing_else(&self) -> bool {
        let is_empty = |data: &Value| match data {
            Value::Object(fields) => fields.values().all(is_nothing),
            other => is_nothing(other),
        };
        self.envelope().is_some_and(|body| is_error(&body) && body.get("data").is_none_or(is_empty))
    }

    fn envelope(&self) -> Option<Value> {
        // Most bodies have none of these fields, and need not be parsed.
        let may_tell = ["\"error", "\"success\"", "\"ok\""].iter().any(|field| self.body.contains(field));
        if may_tell { serde_json::from_str(&self.body).ok() } else { None }
    }
}

fn is_error(body: &Value) -> bool {
    let has = |name: &str| body.get(name).is_some_and(|value| !is_nothing(value));
    let is_false = |name: &str| body.get(name) == Some(&Value::Bool(false));
    ["error", "errors"].into_iter().any(has) || ["success", "ok"].into_iter().any(is_false)
}

fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::Number(number) => number.as_f64() == Some(0.0),
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(fields) => fields.is_empty(),
        Value::Bool(true) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::Extracted;

    fn response(body: &str) -> HttpResponse {
        let (headers, extracted) = (Default::default(), Extracted::NotLookedFor);
        HttpResponse { status: 200, headers, body: body.to_owned(), extracted }
    }

    #[test]
    fn an_error_without_data_is_all_that_a_response_tells() {
        for body in [
            r#"{"errors":[{"message":"UNAUTHENTICATED"}],"data":null}"#,
            r#"{"errors":[{"message":"UNAUTHENTICATED"}],"data":{"me":null}}"#,
            r#"{"error":"invalid_token"}"#,
            r#"{"success":false,"code":40101}"#,
        ] {
            assert!(response(body).tells_of_nothing_else(), "{body}");
        }
        for body in [
            r#"{"error":null,"data":{}}"#,
            r#"{"errors":[{"message":"one field"}],"data":{"me":{"id":1},"other":null}}"#,
            r#"{"ok":true}"#,
            r#"[{"error":"of a row"}]"#,
            "an \"error\" in a text",
        ] {
            assert!(!response(body).tells_of_nothing_else(), "{body}");
        }
        assert!(response(r#"{"errors":["x"],"data":{"me":1}}"#).tells_of_an_error(), "whatever else it has");
    }
}
