//! Where the gateway looks for a token, and what it takes for one there.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use hyper::Request;
use hyper::body::Incoming;

use super::header;
use crate::deployment::{Gateway, SubprotocolEncoding};
use crate::mock::service::Service;
use crate::vocabulary::Carrier;

/// What may be a token, in the order in which the places are looked at; the same one in two places is one.
pub fn of(service: &Service, request: &Request<Incoming>) -> Vec<String> {
    let gateway = &service.gateway;
    let mut tokens: Vec<String> = Vec::new();
    for token in gateway.token_carriers.iter().filter_map(|place| read(service, *place, request)) {
        if !tokens.contains(&token) {
            tokens.push(token);
        }
    }
    if gateway.first_token_decides {
        tokens.truncate(1);
    }
    tokens
}

fn read(service: &Service, place: Carrier, request: &Request<Incoming>) -> Option<String> {
    match place {
        Carrier::Header => service.bearer(request).map(str::to_owned),
        Carrier::Subprotocol => in_offer(&service.gateway, header(request, "sec-websocket-protocol")?),
        Carrier::Body => None,
        Carrier::Query => in_query(request.uri().query()?),
    }
}

fn in_offer(gateway: &Gateway, offered: &str) -> Option<String> {
    let (before, after) = gateway.token_protocol.split_once("{token}")?;
    let entries = offered.split(',').map(str::trim).filter(|entry| *entry != gateway.protocol);
    let encoded = entries.into_iter().find_map(|entry| entry.strip_prefix(before)?.strip_suffix(after))?;
    decode(gateway.token_encoding, encoded)
}

fn decode(encoding: SubprotocolEncoding, encoded: &str) -> Option<String> {
    let decoded = match encoding {
        SubprotocolEncoding::Base64url => URL_SAFE_NO_PAD.decode(encoded),
        SubprotocolEncoding::Base64Padded => STANDARD.decode(encoded),
        SubprotocolEncoding::Raw => return Some(encoded.to_owned()),
    };
    String::from_utf8(decoded.ok()?).ok()
}

fn in_query(query: &str) -> Option<String> {
    let mut pairs = url::form_urlencoded::parse(query.as_bytes());
    pairs.find(|(name, _)| name == "token").map(|(_, token)| token.into_owned())
}
