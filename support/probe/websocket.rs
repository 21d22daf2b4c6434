//! The WebSocket handshake and what follows it, as a lenient client: what a strict one would refuse is recorded, not enforced.
//! The upgrade is an ordinary request of the same HTTP client, so that proxies, TLS and errors are the same for all probes.

use futures_util::{SinkExt, StreamExt};
use reqwest::header::HeaderMap;
use reqwest::header::{
    CONNECTION, ORIGIN, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_PROTOCOL, SEC_WEBSOCKET_VERSION, UPGRADE,
};
use reqwest::{RequestBuilder, Response, Upgraded};
use serde_json::Value;
use tokio::time::Instant;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::handshake::client::generate_key;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, Role, WebSocketConfig, frame::coding::CloseCode};
use tokio_tungstenite::tungstenite::{Error, Message};

use super::{Session, form};
use crate::evidence::{Ask, Conversation, Credential, End, Form, Frame, Seen, Twist};

/// A larger message breaks the connection off; in bytes.
const LARGEST_MESSAGE: usize = 256 * 1024;
/// More frames than this before the decision are not waited for.
const MOST_FRAMES: usize = 32;
pub fn request(session: &Session<'_>, ask: Ask) -> Option<RequestBuilder> {
    let (target, handshake) = (session.target, &session.target.handshake);
    let mut url = match ask.twist {
        Twist::Direct => target.direct.as_ref()?.websocket.clone(),
        _ => target.websocket.clone(),
    };
    let token = if ask.credential == Credential::Missing { None } else { Some(session.token(ask)?) };
    if let Some(token) = token.filter(|_| ask.form == Form::Query) {
        url.query_pairs_mut().append_pair("token", token.expose());
    }
    let request =
        session.get(url).header(CONNECTION, "Upgrade").header(UPGRADE, "websocket").header(SEC_WEBSOCKET_VERSION, "13");
    let request = handshake
        .headers
        .iter()
        .fold(request.header(SEC_WEBSOCKET_KEY, generate_key()), |request, (name, value)| request.header(name, value));
    let request = handshake.origin.iter().fold(request, |request, origin| request.header(ORIGIN, origin));
    let Some(token) = token else { return Some(request) };
    let offered = form::subprotocols(token, ask.form, handshake).join(", ");
    let request = if offered.is_empty() { request } else { request.header(SEC_WEBSOCKET_PROTOCOL, offered) };
    Some(
        form::authorization(token, ask.form)
            .into_iter()
            .fold(request, |request, value| request.header("authorization", value)),
    )
}

/// Listens after a 101 until the decision is known, or the time is over. With `watch`, an open connection is listened to for
/// the time of `hold`.
pub async fn converse(
    session: &Session<'_>,
    sent: &HeaderMap,
    response: Response,
    watch: bool,
    until: Instant,
) -> Seen {
    let text = |headers: &HeaderMap, name| headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let offer = text(sent, SEC_WEBSOCKET_PROTOCOL).unwrap_or_default();
    let selected = text(response.headers(), SEC_WEBSOCKET_PROTOCOL).map(|selected| {
        let offered = offer.split(',').any(|offered| offered.trim() == selected);
        (session.redactor.redact(&selected), offered)
    });
    let expected = sent.get(SEC_WEBSOCKET_KEY).map(|key| derive_accept_key(key.as_bytes()));
    let mut conversation =
        Conversation { offered: !offer.is_empty(), selected, frames: Vec::new(), welcomed: false, end: End::Dropped };
    if text(response.headers(), SEC_WEBSOCKET_ACCEPT) != expected {
        conversation.end = End::Violation("a wrong Sec-WebSocket-Accept".into());
        return Seen::Opened(conversation);
    }
    if let Ok(stream) = response.upgrade().await {
        let config =
            WebSocketConfig::default().max_message_size(Some(LARGEST_MESSAGE)).max_frame_size(Some(LARGEST_MESSAGE));
        let mut socket = WebSocketStream::from_raw_socket(stream, Role::Client, Some(config)).await;
        let heard = listen(session, &mut socket, &mut conversation, watch);
        let end = tokio::time::timeout_at(until, heard).await;
        conversation.end = end.unwrap_or(End::Silent);
        leave(socket, &conversation.end).await;
    }
    Seen::Opened(conversation)
}

async fn listen(
    session: &Session<'_>,
    socket: &mut WebSocketStream<Upgraded>,
    heard: &mut Conversation,
    watch: bool,
) -> End {
    let expects_welcome = session.target.handshake.welcome.is_some();
    let quiet = tokio::time::sleep(session.target.handshake.hold);
    tokio::pin!(quiet);
    loop {
        let watching = watch && (heard.welcomed || !expects_welcome);
        let message = tokio::select! {
            message = socket.next() => message,
            () = &mut quiet, if watching => return End::Open,
        };
        let text = match message {
            Some(Ok(Message::Text(text))) => text,
            Some(Ok(Message::Binary(bytes))) if heard.frames.len() < MOST_FRAMES => {
                heard.frames.push(Frame::Binary(bytes.len()));
                continue;
            }
            Some(Ok(Message::Close(frame))) => return closed(session, frame),
            Some(Ok(_)) => continue,
            Some(Err(error)) => return broken(session, &error),
            None => return End::Dropped,
        };
        let welcome = is_welcome(session, &text);
        if heard.frames.len() < MOST_FRAMES {
            heard.frames.push(Frame::Text(session.redactor.body(&text)));
        }
        if welcome && !heard.welcomed {
            heard.welcomed = true;
            quiet.as_mut().reset(Instant::now() + session.target.handshake.hold);
            if !watch {
                return End::Open;
            }
        }
    }
}

/// Says goodbye to a peer that is still there, without waiting for its answer.
async fn leave(mut socket: WebSocketStream<Upgraded>, end: &End) {
    if *end == End::Open {
        // The observation is complete; a peer that has just gone away changes nothing about it.
        let goodbye = CloseFrame { code: CloseCode::Normal, reason: "".into() };
        _ = socket.send(Message::Close(Some(goodbye))).await;
    }
}

fn is_welcome(session: &Session<'_>, text: &str) -> bool {
    let Some(welcome) = &session.target.handshake.welcome else { return false };
    let frame: Option<Value> = serde_json::from_str(text).ok();
    frame.and_then(|frame| Some(frame.pointer(&welcome.at)? == welcome.is.as_str())).unwrap_or(false)
}

fn closed(session: &Session<'_>, frame: Option<CloseFrame>) -> End {
    match frame {
        Some(frame) => End::Closed { code: frame.code.into(), reason: session.redactor.redact(&frame.reason) },
        // A close frame without a code reads as 1005 (RFC 6455 §7.1.5).
        None => End::Closed { code: 1005, reason: String::new() },
    }
}

fn broken(session: &Session<'_>, error: &Error) -> End {
    match error {
        Error::ConnectionClosed | Error::AlreadyClosed | Error::Io(_) => End::Dropped,
        Error::Protocol(tokio_tungstenite::tungstenite::error::ProtocolError::ResetWithoutClosingHandshake) => {
            End::Dropped
        }
        other => End::Violation(session.redactor.redact(&other.to_string())),
    }
}
