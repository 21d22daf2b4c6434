//! The WebSocket gateway: it finds tokens, validates them, and rejects before or after the upgrade.

mod connection;
mod sessions;

use std::sync::Arc;

use hyper::body::Incoming;
use hyper::header::{
    CONNECTION, HeaderValue, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_PROTOCOL, UPGRADE,
};
use hyper::upgrade::OnUpgrade;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::Role;

use super::carrier::CarryingParts;
use super::listen::{HttpBody, empty_response};
use super::rejection::Rejection;
use super::rejection_report::{self, HandshakeRecord};
use super::replica::Replica;
use crate::deployment::{
    BeforeValidation, Gateway, GatewayRejection, SecWebSocketAccept, SelectedSubprotocol, SubprotocolEncoding,
    VerifyingEndpoint,
};
use crate::vocabulary::Carrier;
use connection::OpenConnection;
pub(super) use sessions::Sessions;

pub(super) async fn respond(replica: Arc<Replica>, mut request: Request<Incoming>) -> Response<HttpBody> {
    if !allows_origin(&replica.gateway, header(&request, "origin")) {
        return empty_response(StatusCode::FORBIDDEN);
    }
    let Some(key) = request.headers().get(SEC_WEBSOCKET_KEY).map(|key| key.as_bytes().to_vec()) else {
        return empty_response(StatusCode::BAD_REQUEST);
    };
    let offered = header(&request, "sec-websocket-protocol").unwrap_or_default().to_owned();
    // As server libraries do that parse the offer: a subprotocol cannot contain `=` (RFC 6455 §4.1).
    if offered.contains('=') && replica.gateway.token_encoding != SubprotocolEncoding::Base64Padded {
        return empty_response(StatusCode::BAD_REQUEST);
    }
    let response = switching_protocols(&replica.gateway, &key, &offered);
    let upgrade = hyper::upgrade::on(&mut request);
    if replica.gateway.before_validation != BeforeValidation::Continues {
        tokio::spawn(fail(replica, upgrade));
        return response;
    }
    let tokens = tokens(&replica, &request);
    let record = HandshakeRecord::of(&request, tokens.first().map(String::as_str));
    let validated = match replica.gateway.rejects {
        GatewayRejection::BeforeUpgrade | GatewayRejection::NotFound => Some(validate(&replica, &tokens).await),
        GatewayRejection::AfterUpgrade | GatewayRejection::AfterWelcome | GatewayRejection::WithoutCloseFrame => None,
    };
    if let Some(Err(rejection)) = validated {
        rejection_report::log(&replica, rejection, &record);
        return empty_response(match rejection {
            Rejection::VerifierError => StatusCode::INTERNAL_SERVER_ERROR,
            _ if replica.gateway.rejects == GatewayRejection::NotFound => StatusCode::NOT_FOUND,
            _ => StatusCode::FORBIDDEN,
        });
    }
    tokio::spawn(async move {
        let Some(mut connection) = open(&replica, upgrade).await else { return };
        let mut tokens = tokens;
        if replica.gateway.token_carriers.contains(&Carrier::Message) && tokens.is_empty() {
            tokens.extend(connection.first_message().await.and_then(|text| replica.reader.in_message(&text)));
        }
        let result = match validated {
            Some(result) => result,
            None => validate(&replica, &tokens).await,
        };
        connection.serve(result, &record).await;
    });
    response
}

/// A client without an `Origin` is not a browser.
fn allows_origin(gateway: &Gateway, origin: Option<&str>) -> bool {
    let Some((allowed, origin)) = gateway.allowed_origins.as_ref().zip(origin) else { return true };
    allowed.iter().any(|allowed| allowed == origin)
}

/// In the order of the carriers, each token once.
fn tokens(replica: &Replica, request: &Request<Incoming>) -> Vec<String> {
    let (gateway, parts) = (&replica.gateway, CarryingParts::of(request));
    let mut tokens: Vec<String> = Vec::new();
    for token in gateway.token_carriers.iter().filter_map(|carrier| replica.reader.token(*carrier, &parts)) {
        if !tokens.contains(&token) {
            tokens.push(token);
        }
    }
    if gateway.first_token_decides {
        tokens.truncate(1);
    }
    tokens
}

/// The user of the first valid token, or the rejection of the first token.
async fn validate(replica: &Replica, tokens: &[String]) -> Result<String, Rejection> {
    let required = replica.required_token(replica.gateway.required_token);
    let first =
        replica.validator.validate(VerifyingEndpoint::Gateway, tokens.first().map(String::as_str), required).await;
    if first.is_err() {
        for token in tokens.iter().skip(1) {
            if let Ok(user) = replica.validator.validate(VerifyingEndpoint::Gateway, Some(token), required).await {
                return Ok(user);
            }
        }
    }
    first
}

async fn fail(replica: Arc<Replica>, upgrade: OnUpgrade) {
    let Some(connection) = open(&replica, upgrade).await else { return };
    if replica.gateway.before_validation == BeforeValidation::ClosesWith1011 {
        connection.close_without_reason().await;
    }
}

async fn open(replica: &Arc<Replica>, upgrade: OnUpgrade) -> Option<OpenConnection> {
    let upgraded = TokioIo::new(upgrade.await.ok()?);
    let socket = WebSocketStream::from_raw_socket(upgraded, Role::Server, None).await;
    Some(OpenConnection::new(Arc::clone(replica), socket))
}

fn switching_protocols(gateway: &Gateway, key: &[u8], offered: &str) -> Response<HttpBody> {
    let mut response = empty_response(StatusCode::SWITCHING_PROTOCOLS);
    let headers = response.headers_mut();
    headers.insert(UPGRADE, HeaderValue::from_static("websocket"));
    headers.insert(CONNECTION, HeaderValue::from_static("Upgrade"));
    let value = |text: &str| HeaderValue::from_str(text).ok();
    let accept = accept_value(gateway.sec_websocket_accept, key).and_then(|accept| value(&accept));
    headers.extend(accept.map(|accept| (SEC_WEBSOCKET_ACCEPT, accept)));
    let selected = selected_subprotocol(gateway, offered).and_then(value);
    headers.extend(selected.map(|selected| (SEC_WEBSOCKET_PROTOCOL, selected)));
    response
}

fn accept_value(accept: SecWebSocketAccept, key: &[u8]) -> Option<String> {
    match accept {
        SecWebSocketAccept::Correct => Some(derive_accept_key(key)),
        SecWebSocketAccept::Wrong => Some(derive_accept_key(b"of another handshake")),
        SecWebSocketAccept::Missing => None,
    }
}

fn selected_subprotocol<'a>(gateway: &'a Gateway, offered: &str) -> Option<&'a str> {
    let protocol = gateway.protocol.as_str();
    match gateway.selected_subprotocol {
        SelectedSubprotocol::IfOffered => offered.split(',').any(|entry| entry.trim() == protocol).then_some(protocol),
        SelectedSubprotocol::None => None,
        SelectedSubprotocol::Always => Some(protocol),
        SelectedSubprotocol::Unoffered => Some(UNOFFERED),
    }
}

fn header<'a>(request: &'a Request<Incoming>, name: &str) -> Option<&'a str> {
    request.headers().get(name).and_then(|value| value.to_str().ok())
}

/// A subprotocol of other servers.
const UNOFFERED: &str = "graphql-transport-ws";
