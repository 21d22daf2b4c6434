//! The frames on an open connection, until one side closes it.

use std::sync::Arc;
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use hyper::upgrade::Upgraded;
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::time::timeout;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use uuid::Uuid;

use crate::deployment::{AfterAcceptance, GatewayRejection, RejectionResponse, WelcomedUser};
use crate::mock::rejection::Rejection;
use crate::mock::rejection_report::{self, HandshakeRecord};
use crate::mock::replica::Replica;

/// Errors of sending are ignored: the client has closed the connection and needs no response.
pub(super) struct OpenConnection {
    replica: Arc<Replica>,
    socket: WebSocketStream<TokioIo<Upgraded>>,
}

impl OpenConnection {
    pub(super) fn new(replica: Arc<Replica>, socket: WebSocketStream<TokioIo<Upgraded>>) -> Self {
        OpenConnection { replica, socket }
    }

    pub(super) async fn serve(self, user: Result<String, Rejection>, record: &HandshakeRecord) {
        match user {
            Err(rejection @ Rejection::VerifierError) => {
                rejection_report::log(&self.replica, rejection, record);
                self.close_without_reason().await;
            }
            Ok(user) => self.accept(&user).await,
            Err(rejection) => self.reject(rejection, record).await,
        }
    }

    /// What the client says first, unless it leaves or says nothing for long.
    pub(super) async fn first_message(&mut self) -> Option<String> {
        let message = timeout(FIRST_MESSAGE, self.socket.next()).await.ok()??.ok()?;
        message.into_text().ok().map(|text| text.to_string())
    }

    pub(super) async fn close_without_reason(self) {
        self.close(CloseFrame { code: CloseCode::Error, reason: "".into() }).await;
    }

    async fn accept(mut self, user: &str) {
        self.replica.log_acceptance(user);
        match self.replica.gateway.after_acceptance {
            AfterAcceptance::Welcomes => {
                self.welcome(user).await;
                match self.replica.gateway.one_connection_per_user {
                    true => self.stay_open_until_another(user).await,
                    false => self.stay_open().await,
                }
            }
            AfterAcceptance::ClosesWith1011 => self.close_without_reason().await,
            AfterAcceptance::DropsConnection => {}
            AfterAcceptance::SendsNothing => self.stay_open().await,
            AfterAcceptance::WelcomesThenDrops => {
                self.welcome(user).await;
                tokio::time::sleep(AFTER_WELCOME).await;
            }
        }
    }

    async fn reject(mut self, rejection: Rejection, record: &HandshakeRecord) {
        let replica = Arc::clone(&self.replica);
        rejection_report::log(&replica, rejection, record);
        let mut frame = rejection_report::error_frame(&replica, rejection, record);
        if replica.backend.rejection_response == RejectionResponse::Varying {
            frame = rejection_report::varying(frame, replica.count_rejection());
        }
        match replica.gateway.rejects {
            GatewayRejection::WithoutCloseFrame => return,
            GatewayRejection::AfterWelcome => self.send_welcome("").await,
            GatewayRejection::BeforeUpgrade | GatewayRejection::NotFound | GatewayRejection::AfterUpgrade => {}
        }
        match &replica.gateway.error_frame {
            Some(text) => _ = self.socket.send(Message::text(text)).await,
            None => self.send(&frame).await,
        }
        let code = replica.gateway.close_code;
        replica.log_failure(format!("WebSocket closed with code {code}: {CLOSE_REASON}"));
        self.close(CloseFrame { code: code.into(), reason: CLOSE_REASON.into() }).await;
    }

    async fn welcome(&mut self, user: &str) {
        if self.replica.gateway.pings_before_welcome {
            self.send(&json!({"type": "ping"})).await;
        }
        let user = match self.replica.gateway.welcomed_user {
            WelcomedUser::Own => user,
            WelcomedUser::Other => OTHER_USER,
        };
        self.send_welcome(user).await;
    }

    async fn send_welcome(&mut self, user: &str) {
        match self.replica.gateway.welcome.clone() {
            Some(text) => _ = self.socket.send(Message::text(text.replace("{user}", user))).await,
            None => self.send(&welcome(user)).await,
        }
    }

    /// Until the client closes the connection, or the idle timeout ends.
    async fn stay_open(mut self) {
        while self.is_used().await {}
    }

    /// The same, or until the same user opens another one.
    async fn stay_open_until_another(mut self, user: &str) {
        let newer = self.replica.sessions.begin(user);
        loop {
            tokio::select! {
                () = newer.notified() => break,
                is_used = self.is_used() => if !is_used { return },
            }
        }
        self.close(CloseFrame { code: CloseCode::Library(OPENED_ELSEWHERE), reason: "opened elsewhere".into() }).await;
    }

    /// A message came before the idle timeout.
    async fn is_used(&mut self) -> bool {
        let idle = self.replica.gateway.idle_timeout;
        let message = self.socket.next();
        let message = match idle {
            None => message.await,
            Some(idle) => timeout(idle, message).await.ok().flatten(),
        };
        matches!(message, Some(Ok(_)))
    }

    async fn send(&mut self, frame: &Value) {
        _ = self.socket.send(Message::text(self.replica.frame(frame))).await;
    }

    async fn close(mut self, frame: CloseFrame) {
        _ = self.socket.close(Some(frame)).await;
        while let Some(Ok(_)) = self.socket.next().await {}
    }
}

fn welcome(user: &str) -> Value {
    let timestamp = rejection_report::timestamp;
    let data = json!({"event": "connection_established", "connection_id": Uuid::new_v4().to_string(), "user_id": user, "server_time": timestamp()});
    json!({"type": "system_message", "data": data, "timestamp": timestamp()})
}

/// As graphql-ws waits for `connection_init`.
const FIRST_MESSAGE: Duration = Duration::from_secs(3);
/// Long enough for the welcome to arrive, and too short for any other frame.
const AFTER_WELCOME: Duration = Duration::from_millis(10);
const CLOSE_REASON: &str = "SSOT Auth failed";
/// A private close code (RFC 6455 §7.4.2).
const OPENED_ELSEWHERE: u16 = 4409;
/// No client logs in as this user.
const OTHER_USER: &str = "staging-e2e-user-099";
