//! Takes a token out of a request, one arm for each carrier. `probe/carrier.rs` puts it in.

use base64::Engine;
use base64::engine::general_purpose::{URL_SAFE, URL_SAFE_NO_PAD};
use hyper::Request;
use hyper::body::Incoming;
use hyper::header::{AUTHORIZATION, COOKIE, HeaderMap, HeaderName, SEC_WEBSOCKET_PROTOCOL};
use serde_json::Value;

use crate::deployment::{AuthorizationParsing, Deployment, SubprotocolEncoding, TokenFormat};
use crate::vocabulary::Carrier;

/// How the services of a deployment read each carrier.
pub(crate) struct TokenReader {
    authorization: AuthorizationParsing,
    /// With the blank that follows it.
    scheme: String,
    /// Never an entry with a token, even where `token_protocol` would match it.
    protocol: String,
    token_protocol: String,
    encoding: SubprotocolEncoding,
    query: String,
    cookie: String,
    /// A JSON pointer.
    message: String,
}

/// The parts of a request that can carry a token.
pub(crate) struct CarryingParts<'a> {
    pub(crate) headers: &'a HeaderMap,
    pub(crate) query: Option<&'a str>,
    pub(crate) body: &'a [u8],
}

impl<'a> CarryingParts<'a> {
    /// Of a request without a body, as a REST request and a handshake are.
    pub(super) fn of(request: &'a Request<Incoming>) -> Self {
        CarryingParts { headers: request.headers(), query: request.uri().query(), body: &[] }
    }
}

impl TokenReader {
    pub(crate) fn new(deployment: &Deployment) -> Self {
        TokenReader {
            authorization: deployment.backend.authorization_parsing,
            scheme: format!("{} ", deployment.backend.authorization_scheme),
            protocol: deployment.gateway.protocol.clone(),
            token_protocol: deployment.gateway.token_protocol.clone(),
            encoding: deployment.gateway.token_encoding,
            query: deployment.gateway.token_query.clone(),
            cookie: deployment.gateway.token_cookie.clone(),
            message: deployment.gateway.token_message.clone(),
        }
    }

    pub(crate) fn token(&self, carrier: Carrier, parts: &CarryingParts<'_>) -> Option<String> {
        match carrier {
            Carrier::Body => serde_json::from_slice::<Value>(parts.body).ok()?["token"].as_str().map(str::to_owned),
            Carrier::Header => self.in_authorization(header(parts.headers, AUTHORIZATION)?).map(str::to_owned),
            Carrier::Subprotocol => self.in_offer(header(parts.headers, SEC_WEBSOCKET_PROTOCOL)?),
            // REST reads the name of RFC 6750 §2.3.
            Carrier::Query => [&self.query, "access_token"].iter().find_map(|name| in_query(parts.query?, name)),
            Carrier::Cookie => in_cookies(parts.headers, &self.cookie),
            // It is read once the connection is open.
            Carrier::Message => None,
        }
    }

    /// The token in the first message of a client.
    pub(crate) fn in_message(&self, text: &str) -> Option<String> {
        // Engine.IO and Socket.IO write the kind of a packet as digits before it.
        let message: Value = serde_json::from_str(text.trim_start_matches(|c: char| c.is_ascii_digit())).ok()?;
        message.pointer(&self.message)?.as_str().map(str::to_owned)
    }

    fn in_authorization<'a>(&self, value: &'a str) -> Option<&'a str> {
        match self.authorization {
            AuthorizationParsing::AnyCaseScheme => {
                let (scheme, token) = value.split_at_checked(self.scheme.len())?;
                scheme.eq_ignore_ascii_case(&self.scheme).then_some(token)
            }
            AuthorizationParsing::ExactCaseScheme => value.strip_prefix(&self.scheme),
            AuthorizationParsing::WholeValue => Some(value),
        }
    }

    fn in_offer(&self, offered: &str) -> Option<String> {
        let (before, after) = self.token_protocol.split_once("{token}")?;
        let mut entries = offered.split(',').map(str::trim).filter(|entry| *entry != self.protocol);
        self.decoded(entries.find_map(|entry| entry.strip_prefix(before)?.strip_suffix(after))?)
    }

    fn decoded(&self, encoded: &str) -> Option<String> {
        let decoded = match self.encoding {
            SubprotocolEncoding::Base64url => URL_SAFE_NO_PAD.decode(encoded),
            SubprotocolEncoding::Base64Padded => URL_SAFE.decode(encoded),
            SubprotocolEncoding::Raw => return Some(encoded.to_owned()),
        };
        String::from_utf8(decoded.ok()?).ok()
    }
}

/// The raw token, where the text has the format. A raw token may begin with anything, so that it always has.
pub(super) fn raw(format: TokenFormat, presented: &str) -> Option<&str> {
    match (format, presented.strip_prefix(BEARER)) {
        (TokenFormat::Raw, _) => Some(presented),
        (TokenFormat::Either, stripped) => Some(stripped.unwrap_or(presented)),
        (TokenFormat::BearerPrefixed, stripped) => stripped,
    }
}

/// The scheme of `Authorization` and the prefix in a body (RFC 6750 §2.1).
pub(super) const BEARER: &str = "Bearer ";

fn header(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

pub(super) fn in_cookies(headers: &HeaderMap, name: &str) -> Option<String> {
    let mut cookies = header(headers, COOKIE)?.split(';').filter_map(|cookie| cookie.trim().split_once('='));
    cookies.find(|(found, _)| *found == name).map(|(_, value)| value.to_owned())
}

/// In a query, or in the body of a form.
pub(super) fn in_query(query: &str, name: &str) -> Option<String> {
    let mut pairs = url::form_urlencoded::parse(query.as_bytes());
    pairs.find(|(found, _)| found == name).map(|(_, token)| token.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use hyper::header::HeaderValue;

    fn token(change: impl Fn(&mut Deployment), carrier: Carrier, value: &'static str) -> Option<String> {
        let mut deployment = Deployment::default();
        change(&mut deployment);
        let name = if carrier == Carrier::Header { AUTHORIZATION } else { SEC_WEBSOCKET_PROTOCOL };
        let headers = HeaderMap::from_iter([(name, HeaderValue::from_static(value))]);
        let parts = CarryingParts { headers: &headers, query: Some(value), body: value.as_bytes() };
        TokenReader::new(&deployment).token(carrier, &parts)
    }

    fn parsed(parsing: AuthorizationParsing, value: &'static str) -> Option<String> {
        token(|deployment| deployment.backend.authorization_parsing = parsing, Carrier::Header, value)
    }

    #[test]
    fn each_carrier_holds_a_token() {
        assert_eq!(token(|_| (), Carrier::Body, r#"{"token": "a.b.c"}"#).as_deref(), Some("a.b.c"));
        assert_eq!(token(|_| (), Carrier::Query, "x=1&token=a.b%2Ec").as_deref(), Some("a.b.c"));
        assert_eq!(token(|_| (), Carrier::Header, "Bearer a.b.c").as_deref(), Some("a.b.c"));
        assert_eq!(token(|_| (), Carrier::Subprotocol, "jwt-auth, jwt.YS5iLmM").as_deref(), Some("a.b.c"));
        for carrier in [Carrier::Body, Carrier::Query, Carrier::Header, Carrier::Subprotocol] {
            assert_eq!(token(|_| (), carrier, "none"), None, "{carrier:?}");
        }
    }

    #[test]
    fn the_scheme_is_read_as_configured() {
        assert_eq!(parsed(AuthorizationParsing::AnyCaseScheme, "bearer t").as_deref(), Some("t"));
        assert_eq!(parsed(AuthorizationParsing::ExactCaseScheme, "bearer t"), None);
        assert_eq!(parsed(AuthorizationParsing::WholeValue, "Bearer t").as_deref(), Some("Bearer t"));
    }

    #[test]
    fn an_entry_is_decoded_as_configured() {
        let with = |encoding, value| {
            token(|deployment| deployment.gateway.token_encoding = encoding, Carrier::Subprotocol, value)
        };
        assert_eq!(with(SubprotocolEncoding::Base64Padded, "jwt.YQ==").as_deref(), Some("a"));
        assert_eq!(with(SubprotocolEncoding::Base64Padded, "jwt.YQ"), None);
        assert_eq!(with(SubprotocolEncoding::Base64url, "jwt.YQ=="), None);
        assert_eq!(with(SubprotocolEncoding::Raw, "jwt.YQ").as_deref(), Some("YQ"));
    }

    #[test]
    fn a_body_has_the_prefix_or_not() {
        assert_eq!(raw(TokenFormat::Raw, "Bearer t"), Some("Bearer t"));
        assert_eq!(raw(TokenFormat::Either, "t"), Some("t"));
        assert_eq!(
            (raw(TokenFormat::BearerPrefixed, "t"), raw(TokenFormat::BearerPrefixed, "Bearer t")),
            (None, Some("t"))
        );
    }
}
