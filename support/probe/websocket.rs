//! The WebSocket handshake and what follows it, as a lenient client: what a strict one would refuse is recorded, not enforced.
//! The upgrade is an ordinary request of the same HTTP client, so that proxies, TLS and errors are the same for all probes.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use reqwest::Upgraded;
use reqwest::header::{HeaderMap, HeaderName, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_PROTOCOL};
use serde_json::Value;
use tokio::time::Instant;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, Role, WebSocketConfig, frame::coding::CloseCode};
use tokio_tungstenite::tungstenite::{Bytes, Error, Message, Utf8Bytes};

use super::http::bounded_text;
use super::{Exchange, Received, carrier};
use crate::evidence::{Connection, End, Frame, Response};
use crate::vocabulary::Probe;

/// Of a larger message, in bytes, the connection keeps nothing, and ends for this check: the bound is ours.
pub(crate) const LARGEST_MESSAGE: usize = 1024 * 1024;
/// A larger frame is not searched, and nothing is read in it, in bytes: what is parsed takes many times its room.
pub(crate) const LARGEST_SEARCHED: usize = 256 * 1024;
/// Read at once, in bytes; each connection has this room from its beginning.
const READ_AT_ONCE: usize = 16 * 1024;
/// So much of all frames of a connection is kept, in bytes; of the others, their length.
const MOST_KEPT: usize = 64 * 1024;
/// More frames than this are read and not kept.
const MOST_FRAMES: usize = 32;
/// A close that belongs to a rejection comes this soon after its frame.
const CLOSE_FOLLOWS: Duration = Duration::from_millis(200);
/// While a connection is kept busy, a ping goes out this many times as long as it is watched.
const PINGS: u32 = 20;

/// Listens after a 101 until the decision is known, or the time is over.
pub(super) async fn converse(
    exchange: &Exchange<'_>,
    sent: &HeaderMap,
    response: reqwest::Response,
    (start, times): (Instant, &mut Vec<Duration>),
) -> Received {
    let text = |headers: &HeaderMap, name| headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let offer = text(sent, SEC_WEBSOCKET_PROTOCOL).unwrap_or_default();
    let selected = text(response.headers(), SEC_WEBSOCKET_PROTOCOL).map(|selected| {
        let offered = offer.split(',').any(|offered| offered.trim() == selected);
        (exchange.redactor.redact(&selected), offered)
    });
    let expected = sent.get(SEC_WEBSOCKET_KEY).map(|key| derive_accept_key(key.as_bytes()));
    let connection = Connection {
        offered: !offer.is_empty(),
        selected,
        accept_is_right: text(response.headers(), SEC_WEBSOCKET_ACCEPT) == expected,
        named: None,
        rejected: None,
        frames: Vec::new(),
        welcomed: false,
        end: End::Dropped,
    };
    // The subprotocol that is selected was offered, the token in it included.
    let selects = |name: &HeaderName| name == SEC_WEBSOCKET_PROTOCOL;
    let told =
        response.headers().iter().filter(|(name, _)| !selects(name)).filter_map(|(_, value)| value.to_str().ok());
    let echoes = told.into_iter().any(|value| exchange.is_echoed(value));
    let mut listener = Listener { exchange, connection, echoes, room: MOST_KEPT, start, times };
    if let Ok(stream) = response.upgrade().await {
        let config = WebSocketConfig::default()
            .max_message_size(Some(LARGEST_MESSAGE))
            .max_frame_size(Some(LARGEST_MESSAGE))
            .read_buffer_size(READ_AT_ONCE);
        let mut socket = WebSocketStream::from_raw_socket(stream, Role::Client, Some(config)).await;
        let end = tokio::time::timeout_at(exchange.until, listener.listen(&mut socket)).await;
        listener.connection.end = end.unwrap_or(End::Silent);
        leave(socket, &listener.connection.end).await;
    }
    exchange.redactor.redact_across(texts(&mut listener.connection));
    let mut outcome = Received::of(Response::WebSocket(listener.connection));
    outcome.observation.echoes = listener.echoes;
    outcome
}

/// What the peer said on a connection.
fn texts(connection: &mut Connection) -> impl Iterator<Item = &mut String> {
    let frames = connection.frames.iter_mut().filter_map(|frame| match frame {
        Frame::Text(text) => Some(text),
        _ => None,
    });
    let reason = match &mut connection.end {
        End::Closed { reason, .. } => Some(reason),
        _ => None,
    };
    frames.chain(reason)
}

impl Exchange<'_> {
    /// What this client says first on an open connection.
    pub(super) fn first_message(&self) -> Option<String> {
        let presented = self.probe.presented().unwrap_or_else(|| self.session.watched());
        carrier::first_message(&self.session.target.handshake, self.token.as_ref(), presented)
    }
}

/// A connection while it is listened to.
struct Listener<'a> {
    exchange: &'a Exchange<'a>,
    connection: Connection,
    echoes: bool,
    /// What of it may still be kept, in bytes.
    room: usize,
    start: Instant,
    /// When each frame came.
    times: &'a mut Vec<Duration>,
}

impl Listener<'_> {
    async fn listen(&mut self, socket: &mut WebSocketStream<Upgraded>) -> End {
        let session = self.exchange.session;
        let watch = session.hold(self.exchange.probe);
        let hold = watch.unwrap_or(session.target.handshake.stays_open);
        let expects_welcome = session.target.handshake.welcome.is_some();
        let busy = self.exchange.probe == Probe::WatchWithPings;
        let said = self.exchange.first_message();
        if let Some(text) = said {
            _ = socket.send(Message::text(text)).await;
        }
        let quiet = tokio::time::sleep(hold);
        let mut pings = tokio::time::interval((hold / PINGS).max(Duration::from_millis(1)));
        tokio::pin!(quiet);
        loop {
            let watching = watch.is_some() && (self.connection.welcomed || !expects_welcome);
            let message = tokio::select! {
                message = socket.next() => message,
                () = &mut quiet, if watching => return End::Open,
                _ = pings.tick(), if busy && watching => {
                    // Whether the peer still listens shows in what it says.
                    _ = socket.send(Message::Ping(Bytes::new())).await;
                    continue;
                }
            };
            let text = match message {
                Some(Ok(Message::Text(text))) => text,
                // Some libraries send JSON in binary frames.
                Some(Ok(Message::Binary(bytes))) => match Utf8Bytes::try_from(bytes.clone()) {
                    Ok(text) if text.trim_start().starts_with('{') => text,
                    _ => {
                        self.put(Frame::Binary(bytes.len()));
                        continue;
                    }
                },
                Some(Ok(Message::Close(frame))) => return self.closed(frame),
                Some(Ok(_)) => continue,
                Some(Err(error)) => return self.broken(&error),
                None => return End::Dropped,
            };
            self.keep(&text);
            if text.len() > LARGEST_SEARCHED {
                continue;
            }
            if self.is_rejection(&text) {
                self.connection.rejected = Some(true);
                // What follows a rejection is its close.
                return self.close_after_rejection(socket).await;
            }
            if self.welcomes(&text) {
                quiet.as_mut().reset(Instant::now() + hold);
                if watch.is_none() {
                    return End::Open;
                }
            }
        }
    }

    /// As much of it as is compared and shown: a flood costs no time.
    fn keep(&mut self, text: &str) {
        if self.connection.frames.len() == MOST_FRAMES {
            return;
        }
        self.echoes |= text.len() <= LARGEST_SEARCHED && self.exchange.is_echoed(text);
        match self.room.checked_sub(text.len()) {
            Some(room) => {
                self.room = room;
                self.put(Frame::Text(bounded_text(self.exchange.redactor.redact_body(text))));
            }
            None => self.put(Frame::Binary(text.len())),
        }
    }

    fn put(&mut self, frame: Frame) {
        if self.connection.frames.len() < MOST_FRAMES {
            self.connection.frames.push(frame);
            self.times.push(self.start.elapsed());
        }
    }

    /// Whether this frame is the welcome, the first one.
    fn welcomes(&mut self, text: &str) -> bool {
        let handshake = &self.exchange.session.target.handshake;
        let frame = serde_json::from_str::<Value>(text).ok();
        let is_welcome = handshake.welcome.as_ref().is_some_and(|welcome| welcome.is(text, frame.as_ref()));
        // Without a welcome, whatever frame names a user does.
        if let Some(frame) = frame.as_ref().filter(|_| is_welcome || handshake.welcome.is_none()) {
            self.compare_user(frame);
        }
        if self.connection.welcomed || !is_welcome {
            return false;
        }
        self.connection.welcomed = true;
        true
    }

    /// Whom the frame names, where it names one; the first that does decides.
    fn compare_user(&mut self, frame: &Value) {
        let target = self.exchange.session.target;
        let named = target.handshake.user.as_ref().and_then(|pointer| frame.pointer(pointer));
        // An object or a list has its user somewhere within.
        let told = named
            .filter(|user| user.is_string() || user.is_number())
            .zip(self.exchange.names())
            .and_then(|(user, names)| names.of_whom(user));
        self.connection.named = self.connection.named.or(told);
    }

    /// Whether the target's file says that this frame rejects a token.
    fn is_rejection(&self, text: &str) -> bool {
        self.exchange.session.target.handshake.rejects.as_ref().is_some_and(|rejects| rejects.by_frame(text))
    }

    /// The close that comes with a rejection, where one comes at once.
    async fn close_after_rejection(&mut self, socket: &mut WebSocketStream<Upgraded>) -> End {
        match tokio::time::timeout(CLOSE_FOLLOWS, socket.next()).await {
            Ok(Some(Ok(Message::Close(frame)))) => self.closed(frame),
            Ok(Some(Err(error))) => self.broken(&error),
            Ok(None) => End::Dropped,
            Ok(Some(Ok(_))) | Err(_) => End::Open,
        }
    }

    fn closed(&mut self, frame: Option<CloseFrame>) -> End {
        let rejects = self.exchange.session.target.handshake.rejects.as_ref();
        let code = frame.as_ref().map_or(1005, |frame| u16::from(frame.code));
        if self.connection.rejected.is_none() {
            self.connection.rejected = rejects.and_then(|rejects| rejects.by_code(code));
        }
        match frame {
            Some(frame) => {
                End::Closed { code: frame.code.into(), reason: self.exchange.redactor.redact(&frame.reason) }
            }
            // A close frame without a code reads as 1005 (RFC 6455 §7.1.5).
            None => End::Closed { code: 1005, reason: String::new() },
        }
    }

    fn broken(&self, error: &Error) -> End {
        match error {
            Error::ConnectionClosed | Error::AlreadyClosed | Error::Io(_) => End::Dropped,
            Error::Protocol(tokio_tungstenite::tungstenite::error::ProtocolError::ResetWithoutClosingHandshake) => {
                End::Dropped
            }
            Error::Capacity(_) => End::TooLarge,
            other => End::Violation(self.exchange.redactor.redact(&other.to_string())),
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
