//! One WebSocket connection: handshake, welcome, a while of silence, close. The handshake is written and read here, since nothing of
//! it is needed but its status, its headers and whether the accept key is right.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use serde_json::Value;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt};
use tokio::time::{Instant, timeout, timeout_at};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::handshake::client::generate_key;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, Role, WebSocketConfig};
use tokio_tungstenite::tungstenite::{Error, Message};

use super::head::{Head, USUAL};
use super::sample::{CLOSES_SOON, Seen, Way};
use super::tally::{Judged, Unreached};
use super::template::Template;
use super::welcomed::Welcomed;
use crate::evidence::{Connection, End, Extracted, Frame, HttpResponse, Response};
use crate::probe::{LARGEST_MESSAGE, LARGEST_SEARCHED, UserNames};
use crate::target::Handshake;

/// Opens the connection, waits for the welcome, and holds it.
pub(super) async fn converse<S>(
    mut stream: S,
    template: &Template,
    way: &Way<'_>,
    (until, seen): (Instant, &mut Seen),
) -> Judged
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let key = generate_key();
    let shaken = timeout_at(until, shake_hands(&mut stream, template, &key, seen)).await;
    let (answer, rest) = match shaken.unwrap_or(Err(Unreached::Timeout)) {
        Ok(read) => read,
        Err(why) => return Judged::Unreached(why),
    };
    if answer.status != 101 {
        return template.judge(&Response::Http(plain(&answer)));
    }
    let config = WebSocketConfig::default()
        .read_buffer_size(USUAL)
        .write_buffer_size(0)
        .max_message_size(Some(LARGEST_MESSAGE))
        .max_frame_size(Some(LARGEST_MESSAGE));
    let mut socket = WebSocketStream::from_partially_read(stream, rest, Role::Client, Some(config)).await;
    let mut listener = Listener {
        handshake: &way.target.handshake,
        connection: Connection {
            offered: !template.offers().is_empty(),
            selected: answer.named("sec-websocket-protocol").map(|selected| {
                let offered = template.offers().split(',').any(|offered| offered.trim() == selected);
                (selected.to_owned(), offered)
            }),
            accept_is_right: answer.named("sec-websocket-accept") == Some(derive_accept_key(key.as_bytes()).as_str()),
            named: None,
            rejected: None,
            frames: Vec::new(),
            welcomed: false,
            end: End::Silent,
        },
        names: template.names.as_ref(),
        is_upgrade: answer.names("upgrade", "websocket") && answer.names("connection", "upgrade"),
        until,
        hold: way.hold,
        welcomed: None,
        rejected: None,
    };
    let opened = Instant::now();
    let end = match &template.message {
        Some(message) => socket.send(Message::text(message.as_str())).await.err().map(|_| End::Dropped),
        None => None,
    };
    listener.connection.end = match end {
        Some(end) => end,
        None => listener.listen(&mut socket).await,
    };
    seen.welcome = listener.welcomed.map(|welcomed| welcomed.duration_since(opened));
    seen.decided = Some(listener.decided(opened));
    seen.close = close_code(&listener.connection.end);
    leave(socket, &listener.connection.end).await;
    listener.judged(template, &way.welcomed)
}

/// Of a response that opens no connection.
fn plain(head: &Head) -> HttpResponse {
    let named = |name: &str| head.named(name).map(|value| (name.to_owned(), value.to_owned()));
    let headers = ["retry-after", "content-type"].into_iter().filter_map(named).collect();
    HttpResponse { status: head.status, headers, body: String::new(), extracted: Extracted::NotLookedFor }
}

/// Asks for the upgrade, and reads the head of the response.
async fn shake_hands<S>(
    stream: &mut S,
    template: &Template,
    key: &str,
    seen: &mut Seen,
) -> Result<(Head, Vec<u8>), Unreached>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let head = [&template.head[..], b"Sec-WebSocket-Key: ", key.as_bytes(), b"\r\n\r\n"].concat();
    let sent = Instant::now();
    stream.write_all(&head).await.map_err(|_| Unreached::Network)?;
    let (head, rest) = Head::read(stream).await?;
    seen.response = Some(sent.elapsed());
    seen.retry_after = head.named("retry-after").map(str::to_owned);
    seen.names(head.fields());
    Ok((head, rest))
}

/// An open connection, as far as it has come.
struct Listener<'a> {
    handshake: &'a Handshake,
    connection: Connection,
    /// What the token calls its user.
    names: Option<&'a UserNames>,
    /// The response has the headers of an upgrade (RFC 6455 §4.2.2).
    is_upgrade: bool,
    /// The welcome comes before.
    until: Instant,
    hold: Duration,
    welcomed: Option<Instant>,
    /// When a message said that the token is rejected.
    rejected: Option<Instant>,
}

impl Listener<'_> {
    /// Until the connection was held long enough, or ended.
    async fn listen<S>(&mut self, socket: &mut WebSocketStream<S>) -> End
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        // Without a welcome to wait for, staying open is the acceptance, and takes as long as the target's file says.
        let mut held_until = self.handshake.welcome.is_none().then(|| Instant::now() + self.handshake.stays_open);
        loop {
            let end = held_until.unwrap_or(self.until);
            let Some(next) = timeout_at(end, socket.next()).await.ok().filter(|_| Instant::now() < end) else {
                return if held_until.is_some() { End::Open } else { End::Silent };
            };
            let text = match next {
                Some(Ok(Message::Text(text))) => text,
                Some(Ok(Message::Binary(bytes))) => {
                    self.connection.frames.push(Frame::Binary(bytes.len()));
                    match bytes.try_into() {
                        Ok(text) => text,
                        Err(_) => continue,
                    }
                }
                Some(Ok(Message::Close(frame))) => return self.closed(frame),
                Some(Ok(_)) => continue,
                // The bound is ours.
                Some(Err(Error::Capacity(_))) => return End::TooLarge,
                Some(Err(_)) | None => return End::Dropped,
            };
            self.connection.frames.truncate(1);
            if self.connection.frames.is_empty() {
                self.connection.frames.push(Frame::Binary(text.len()));
            }
            if text.len() > LARGEST_SEARCHED {
                continue;
            }
            if self.handshake.rejects.as_ref().is_some_and(|rejects| rejects.by_frame(&text)) {
                self.connection.rejected = Some(true);
                self.rejected = Some(Instant::now());
                return self.close_after_rejection(socket).await;
            }
            let frame = serde_json::from_str::<Value>(&text).ok();
            let is_welcome = self.handshake.welcome.as_ref().is_some_and(|it| it.is(&text, frame.as_ref()));
            if is_welcome || self.handshake.welcome.is_none() {
                self.compare_user(frame.as_ref());
            }
            if !self.connection.welcomed && is_welcome {
                self.connection.welcomed = true;
                self.welcomed = Some(Instant::now());
                held_until = Some(Instant::now() + self.hold);
            }
        }
    }

    /// Whom it names.
    fn compare_user(&mut self, frame: Option<&Value>) {
        let named = self.handshake.user.as_ref().and_then(|pointer| frame?.pointer(pointer));
        let told = named.zip(self.names).and_then(|(user, names)| names.of_whom(user));
        self.connection.named = self.connection.named.or(told);
    }

    /// The close that comes with a rejection, whatever comes before it.
    async fn close_after_rejection<S>(&mut self, socket: &mut WebSocketStream<S>) -> End
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        let until = Instant::now() + CLOSES_SOON;
        loop {
            match timeout_at(until, socket.next()).await {
                Ok(Some(Ok(Message::Close(frame)))) => return self.closed(frame),
                Ok(Some(Ok(_))) => {}
                Ok(Some(Err(_)) | None) => return End::Dropped,
                Err(_) => return End::Open,
            }
        }
    }

    fn closed(&mut self, frame: Option<CloseFrame>) -> End {
        if frame.as_ref().is_some_and(is_invalid) {
            return End::Dropped;
        }
        let code = frame.as_ref().map_or(1005, |frame| u16::from(frame.code));
        let rejects = self.handshake.rejects.as_ref();
        if self.connection.rejected.is_none() {
            self.connection.rejected = rejects.and_then(|rejects| rejects.by_code(code));
        }
        End::Closed { code, reason: frame.map(|frame| frame.reason.to_string()).unwrap_or_default() }
    }

    /// When it was known what came of it. Where nothing ends the connection, that is the welcome; and where the target's file describes
    /// none, a client is served from the 101 on.
    fn decided(&self, opened: Instant) -> Instant {
        let kept = self.welcomed.unwrap_or(opened);
        let is_kept = matches!(self.connection.end, End::Open);
        self.rejected.unwrap_or_else(|| if is_kept { kept } else { Instant::now() })
    }

    fn judged(self, template: &Template, welcomed: &Welcomed) -> Judged {
        let is_another = |named| welcomed.names_another(template.user, named);
        // Clients fail a handshake in which nothing, or another subprotocol than theirs, is selected (RFC 6455 §4.1, WHATWG WebSockets).
        let suits = self.connection.accept_is_right && self.connection.selects_an_offer() && self.is_upgrade;
        match &self.connection.end {
            _ if !suits => Judged::Unreached(Unreached::Unexpected),
            // Who is welcomed as another user is not served.
            _ if self.connection.named.is_some_and(is_another) => Judged::Rejected,
            // A service that ends what it has opened has not served the client, whatever it calls that.
            End::Dropped | End::Closed { code: 1005 | 1006, .. } => Judged::Rejected,
            End::Silent => Judged::Unreached(Unreached::Timeout),
            _ => template.judge(&Response::WebSocket(self.connection)),
        }
    }
}

/// Whether the library put this frame in the place of one with a code that must not be sent, such as 1006.
fn is_invalid(frame: &CloseFrame) -> bool {
    frame.code == CloseCode::Protocol && frame.reason.as_str() == "Protocol violation"
}

/// As clients report it: 1006 where no close frame came, or none that is valid (RFC 6455 §7.1.5, §7.4.1).
fn close_code(end: &End) -> Option<u16> {
    match end {
        End::Closed { code, .. } => Some(*code),
        End::Dropped => Some(1006),
        _ => None,
    }
}

/// Says goodbye, and lets the server close first (RFC 6455 §7.1.1).
async fn leave<S>(mut socket: WebSocketStream<S>, end: &End)
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let goodbye = async {
        if matches!(end, End::Open | End::Silent) {
            let frame = CloseFrame { code: CloseCode::Normal, reason: "".into() };
            socket.send(Message::Close(Some(frame))).await.ok()?;
        }
        while let Some(Ok(_)) = socket.next().await {}
        Some(())
    };
    _ = timeout(CLOSES_SOON, goodbye).await;
}
