//! What is said on a connection that has been opened, until one side is done with it.

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

use super::Verdict;
use crate::deployment::{AfterAcceptance, GatewayRejection, RejectionResponse, WelcomedUser};
use crate::mock::judge::Refusal;
use crate::mock::record::{self, Presented};
use crate::mock::service::Service;

/// An open connection. A client that has gone away needs no answer, so what cannot be sent is let be.
pub struct Conversation {
    service: Arc<Service>,
    socket: WebSocketStream<TokioIo<Upgraded>>,
}

impl Conversation {
    pub fn new(service: Arc<Service>, socket: WebSocketStream<TokioIo<Upgraded>>) -> Self {
        Conversation { service, socket }
    }

    pub async fn hold(self, verdict: Verdict, presented: &Presented) {
        match verdict {
            Ok(user) => self.let_in(&user).await,
            Err(refusal) => self.refuse(refusal, presented).await,
        }
    }

    pub async fn close_without_reason(self) {
        self.close(CloseFrame { code: CloseCode::Error, reason: "".into() }).await;
    }

    async fn let_in(mut self, user: &str) {
        match self.service.gateway.after_acceptance {
            AfterAcceptance::Welcomes => {
                self.welcome(user).await;
                self.stay().await;
            }
            AfterAcceptance::ClosesWith1011 => self.close_without_reason().await,
            AfterAcceptance::DropsConnection => {}
            AfterAcceptance::SendsNothing => self.stay().await,
            AfterAcceptance::WelcomesThenDrops => {
                self.welcome(user).await;
                tokio::time::sleep(SOON).await;
            }
        }
    }

    async fn refuse(mut self, refusal: Refusal, presented: &Presented) {
        let service = Arc::clone(&self.service);
        service.log(record::log(refusal, presented));
        let frame = record::error_frame(&service, refusal, presented);
        let frame = if service.backend.rejection_response == RejectionResponse::Varying {
            record::noisy(frame, service.count_refusal())
        } else {
            frame
        };
        match service.gateway.rejects {
            GatewayRejection::WithoutCloseFrame => return,
            GatewayRejection::AfterWelcome => self.send(&welcome("")).await,
            GatewayRejection::BeforeUpgrade | GatewayRejection::AfterUpgrade => {}
        }
        self.send(&frame).await;
        self.close(CloseFrame { code: service.gateway.close_code.into(), reason: "SSOT Auth failed".into() }).await;
    }

    async fn welcome(&mut self, user: &str) {
        if self.service.gateway.pings_before_welcome {
            self.send(&json!({"type": "ping"})).await;
        }
        let user = match self.service.gateway.welcomed_user {
            WelcomedUser::Own => user,
            WelcomedUser::Other => SOMEBODY_ELSE,
        };
        self.send(&welcome(user)).await;
    }

    /// Until the client goes, or has been quiet for too long.
    async fn stay(mut self) {
        match self.service.gateway.idle_timeout {
            None => while let Some(Ok(_)) = self.socket.next().await {},
            Some(quiet) => while let Ok(Some(Ok(_))) = timeout(quiet, self.socket.next()).await {},
        }
    }

    async fn send(&mut self, frame: &Value) {
        _ = self.socket.send(Message::text(self.service.frame(frame))).await;
    }

    async fn close(mut self, frame: CloseFrame) {
        _ = self.socket.close(Some(frame)).await;
        while let Some(Ok(_)) = self.socket.next().await {}
    }
}

fn welcome(user: &str) -> Value {
    let data = json!({"event": "connection_established", "connection_id": Uuid::new_v4().to_string(), "user_id": user, "server_time": record::timestamp()});
    json!({"type": "system_message", "data": data, "timestamp": record::timestamp()})
}

/// Long enough for the welcome to arrive, and too short for anything else.
const SOON: Duration = Duration::from_millis(10);
/// Nobody whom a client logs in as.
const SOMEBODY_ELSE: &str = "staging-e2e-user-099";
