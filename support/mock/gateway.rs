//! The WebSocket gateway: finds tokens, judges them, and refuses before it accepts or after.

mod conversation;
mod tokens;

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

use super::judge::Refusal;
use super::listen::{Body, empty};
use super::record::{self, Presented};
use super::service::Service;
use crate::deployment::{
    BeforeValidation, Gateway, GatewayRejection, SecWebSocketAccept, SelectedSubprotocol, SubprotocolEncoding,
};
use conversation::Conversation;

/// The user, where a token was accepted.
type Verdict = Result<String, Refusal>;

pub async fn answer(service: Arc<Service>, mut request: Request<Incoming>) -> Response<Body> {
    if !lets_in(&service.gateway, header(&request, "origin")) {
        return empty(StatusCode::FORBIDDEN);
    }
    let Some(key) = request.headers().get(SEC_WEBSOCKET_KEY).map(|key| key.as_bytes().to_vec()) else {
        return empty(StatusCode::BAD_REQUEST);
    };
    let offered = header(&request, "sec-websocket-protocol").unwrap_or_default().to_owned();
    // The server library parses the offer, and `=` cannot stand in a protocol's name (RFC 6455 §4.1).
    if offered.contains('=') && service.gateway.token_encoding != SubprotocolEncoding::Base64Padded {
        return empty(StatusCode::BAD_REQUEST);
    }
    let response = switching(&service.gateway, &key, &offered);
    let upgrade = hyper::upgrade::on(&mut request);
    if service.gateway.before_validation != BeforeValidation::Continues {
        tokio::spawn(break_off(service, upgrade));
        return response;
    }
    let tokens = tokens::of(&service, &request);
    let presented = Presented::of(&request, tokens.first().map(String::as_str));
    let early = match service.gateway.rejects {
        GatewayRejection::BeforeUpgrade => Some(judge(&service, &tokens).await),
        GatewayRejection::AfterUpgrade | GatewayRejection::AfterWelcome | GatewayRejection::WithoutCloseFrame => None,
    };
    if let Some(Err(refusal)) = early {
        service.log(record::log(refusal, &presented));
        return empty(StatusCode::FORBIDDEN);
    }
    tokio::spawn(async move {
        let Some(conversation) = opened(&service, upgrade).await else { return };
        let verdict = match early {
            Some(verdict) => verdict,
            None => judge(&service, &tokens).await,
        };
        conversation.hold(verdict, &presented).await;
    });
    response
}

/// A client that names no origin is no browser.
fn lets_in(gateway: &Gateway, origin: Option<&str>) -> bool {
    let Some((origins, origin)) = gateway.allowed_origins.as_ref().zip(origin) else { return true };
    origins.iter().any(|known| known == origin)
}

/// One good token is enough; a refusal is that of the first.
async fn judge(service: &Service, tokens: &[String]) -> Verdict {
    let demands = service.demands(service.gateway.required_token);
    let first = service.judge.judge(tokens.first().map(String::as_str), demands).await;
    if first.is_err() {
        for token in tokens.iter().skip(1) {
            if let Ok(user) = service.judge.judge(Some(token), demands).await {
                return Ok(user);
            }
        }
    }
    first
}

async fn break_off(service: Arc<Service>, upgrade: OnUpgrade) {
    let Some(conversation) = opened(&service, upgrade).await else { return };
    if service.gateway.before_validation == BeforeValidation::ClosesWith1011 {
        conversation.close_without_reason().await;
    }
}

async fn opened(service: &Arc<Service>, upgrade: OnUpgrade) -> Option<Conversation> {
    let upgraded = TokioIo::new(upgrade.await.ok()?);
    let socket = WebSocketStream::from_raw_socket(upgraded, Role::Server, None).await;
    Some(Conversation::new(Arc::clone(service), socket))
}

fn switching(gateway: &Gateway, key: &[u8], offered: &str) -> Response<Body> {
    let mut response = empty(StatusCode::SWITCHING_PROTOCOLS);
    let headers = response.headers_mut();
    headers.insert(UPGRADE, HeaderValue::from_static("websocket"));
    headers.insert(CONNECTION, HeaderValue::from_static("Upgrade"));
    let value = |text: &str| HeaderValue::from_str(text).ok();
    let accept = accept(gateway.sec_websocket_accept, key).and_then(|accept| value(&accept));
    headers.extend(accept.map(|accept| (SEC_WEBSOCKET_ACCEPT, accept)));
    let selected = selected(gateway, offered).and_then(value);
    headers.extend(selected.map(|selected| (SEC_WEBSOCKET_PROTOCOL, selected)));
    response
}

fn accept(header: SecWebSocketAccept, key: &[u8]) -> Option<String> {
    match header {
        SecWebSocketAccept::Correct => Some(derive_accept_key(key)),
        SecWebSocketAccept::Wrong => Some(derive_accept_key(b"of another handshake")),
        SecWebSocketAccept::Missing => None,
    }
}

fn selected<'a>(gateway: &'a Gateway, offered: &str) -> Option<&'a str> {
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

/// A protocol that other servers speak.
const UNOFFERED: &str = "graphql-transport-ws";
