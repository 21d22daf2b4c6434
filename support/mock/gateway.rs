//! The WebSocket gateway: finds a token, judges it, and refuses before it accepts or after.

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use futures_util::{SinkExt, StreamExt};
use hyper::body::Incoming;
use hyper::header::{
    CONNECTION, HeaderValue, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_PROTOCOL, UPGRADE,
};
use hyper::upgrade::Upgraded;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, Role};
use uuid::Uuid;

use super::judge::Refusal;
use super::listen::{Body, empty};
use super::record::{self, Presented};
use super::service::Service;
use crate::deployment::{Reads, Refuses, Selects, Words};

const PROTOCOL: &str = "jwt-auth";

pub async fn answer(service: Arc<Service>, mut request: Request<Incoming>) -> Response<Body> {
    let Some(key) = request.headers().get(SEC_WEBSOCKET_KEY).map(|key| derive_accept_key(key.as_bytes())) else {
        return empty(StatusCode::BAD_REQUEST);
    };
    let offered = header(&request, "sec-websocket-protocol").unwrap_or_default();
    if offered.contains('=') {
        return empty(StatusCode::BAD_REQUEST);
    }
    let token = token(&service, &request);
    let presented = Presented::of(&request, token.as_deref());
    let demands = service.demands(service.gateway.demands);
    let early = match service.gateway.refuses {
        Refuses::BeforeAccept => Some(service.judge.judge(token.as_deref(), demands).await),
        Refuses::AfterAccept | Refuses::AfterWelcome | Refuses::ByHangingUp => None,
    };
    if let Some(Err(refusal)) = early {
        service.log(record::log(refusal, &presented));
        return empty(StatusCode::FORBIDDEN);
    }
    let upgrade = hyper::upgrade::on(&mut request);
    let selects =
        service.gateway.selects == Selects::Offered && offered.split(',').any(|entry| entry.trim() == PROTOCOL);
    tokio::spawn(async move {
        let Ok(upgraded) = upgrade.await else { return };
        let socket = WebSocketStream::from_raw_socket(TokioIo::new(upgraded), Role::Server, None).await;
        let verdict = match early {
            Some(verdict) => verdict,
            None => service.judge.judge(token.as_deref(), demands).await,
        };
        converse(&service, socket, verdict, &presented).await;
    });
    switching(&key, selects)
}

fn switching(key: &str, selects: bool) -> Response<Body> {
    let mut response = empty(StatusCode::SWITCHING_PROTOCOLS);
    let headers = response.headers_mut();
    headers.insert(UPGRADE, HeaderValue::from_static("websocket"));
    headers.insert(CONNECTION, HeaderValue::from_static("Upgrade"));
    headers.extend(HeaderValue::from_str(key).ok().map(|key| (SEC_WEBSOCKET_ACCEPT, key)));
    headers.extend(selects.then(|| (SEC_WEBSOCKET_PROTOCOL, HeaderValue::from_static(PROTOCOL))));
    response
}

/// The first place at which a token can be read decides, good or bad.
fn token(service: &Service, request: &Request<Incoming>) -> Option<String> {
    service.gateway.reads.iter().find_map(|place| match place {
        Reads::Header => service.bearer(request).map(str::to_owned),
        Reads::Subprotocol => {
            let offered = header(request, "sec-websocket-protocol")?;
            let encoded = offered.split(',').find_map(|entry| entry.trim().strip_prefix("jwt."))?;
            String::from_utf8(URL_SAFE_NO_PAD.decode(encoded).ok()?).ok()
        }
        Reads::Query => {
            let query = request.uri().query()?;
            url::form_urlencoded::parse(query.as_bytes())
                .find(|(name, _)| name == "token")
                .map(|(_, token)| token.into_owned())
        }
    })
}

async fn converse(
    service: &Service,
    mut socket: WebSocketStream<TokioIo<Upgraded>>,
    verdict: Result<String, Refusal>,
    presented: &Presented,
) {
    // A client that has gone away needs no answer, so what cannot be sent is let be.
    match verdict {
        Ok(user) => {
            if service.gateway.pings_first {
                _ = send(&mut socket, &json!({"type": "ping"})).await;
            }
            _ = send(&mut socket, &welcome(&user)).await;
            while let Some(Ok(_)) = socket.next().await {}
        }
        Err(refusal) => {
            service.log(record::log(refusal, presented));
            let frame = record::error_frame(refusal, presented);
            let frame = if service.backend.words == Words::Noisy {
                record::noisy(frame, service.count_refusal())
            } else {
                frame
            };
            match service.gateway.refuses {
                Refuses::ByHangingUp => return,
                Refuses::AfterWelcome => _ = send(&mut socket, &welcome("")).await,
                Refuses::BeforeAccept | Refuses::AfterAccept => {}
            }
            _ = send(&mut socket, &frame).await;
            let frame = CloseFrame { code: service.gateway.close_code.into(), reason: "SSOT Auth failed".into() };
            _ = socket.close(Some(frame)).await;
            while let Some(Ok(_)) = socket.next().await {}
        }
    }
}

async fn send(
    socket: &mut WebSocketStream<TokioIo<Upgraded>>,
    frame: &Value,
) -> Result<(), tokio_tungstenite::tungstenite::Error> {
    socket.send(Message::text(frame.to_string())).await
}

fn welcome(user: &str) -> Value {
    let data = json!({"event": "connection_established", "connection_id": Uuid::new_v4().to_string(), "user_id": user, "server_time": record::timestamp()});
    json!({"type": "system_message", "data": data, "timestamp": record::timestamp()})
}

fn header(request: &Request<Incoming>, name: &str) -> Option<String> {
    request.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned)
}
