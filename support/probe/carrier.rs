//! Puts a token into a request, one arm for each carrier. [`mock`](crate::mock) takes it out again.

use base64::Engine;
use base64::engine::general_purpose::{URL_SAFE, URL_SAFE_NO_PAD};
use reqwest::RequestBuilder;
use reqwest::header::{AUTHORIZATION, SEC_WEBSOCKET_PROTOCOL};

use crate::target::Handshake;
use crate::token::Token;
use crate::vocabulary::{Carrier, Encoding, Presentation, Scheme, Variation};

/// The token as text, with what stands before it.
pub(super) fn prefixed(token: &Token, scheme: Scheme) -> String {
    let prefix = match scheme {
        Scheme::None => "",
        Scheme::LowerCase => "bearer ",
        Scheme::Bearer => "Bearer ",
        Scheme::Twice => "Bearer Bearer ",
    };
    format!("{prefix}{}", token.expose())
}

/// The request with the token in each of its carriers. A body is written as a whole, where the request is made.
pub(super) fn put(
    request: RequestBuilder,
    token: &Token,
    presented: Presentation,
    handshake: &Handshake,
) -> RequestBuilder {
    presented.carriers.iter().fold(request, |request, carrier| match carrier {
        Carrier::Body => request,
        Carrier::Header => request.header(AUTHORIZATION, prefixed(token, scheme(presented, Scheme::Bearer))),
        Carrier::Subprotocol => request.header(SEC_WEBSOCKET_PROTOCOL, offer(token, presented.variation, handshake)),
        Carrier::Query => request.query(&[(QUERY, token.expose())]),
    })
}

/// The name of the parameter.
const QUERY: &str = "token";

/// The scheme that the variation says, or else the usual one of the carrier.
pub(super) fn scheme(presented: Presentation, usual: Scheme) -> Scheme {
    match presented.variation {
        Variation::Scheme(scheme) => scheme,
        _ => usual,
    }
}

/// The subprotocols that are offered, the one that carries the token among them.
pub(super) fn offer(token: &Token, variation: Variation, handshake: &Handshake) -> String {
    let usual = |text: &str| handshake.token_protocol.replace("{token}", text);
    let entry = match variation {
        Variation::Scheme(scheme) => usual(&URL_SAFE_NO_PAD.encode(prefixed(token, scheme))),
        Variation::Encoding(Encoding::Raw) => usual(token.expose()),
        Variation::Encoding(Encoding::Padded) => usual(&URL_SAFE.encode(token.expose())),
        Variation::Encoding(Encoding::Bearer) => format!("bearer.{}", URL_SAFE_NO_PAD.encode(token.expose())),
        Variation::Encoding(Encoding::Alone) => token.expose().to_owned(),
        _ => usual(&URL_SAFE_NO_PAD.encode(token.expose())),
    };
    format!("{}, {entry}", handshake.protocol)
}
