//! Connections that were opened with 101, and those that were cut.

use serde_json::Value;

use super::Outcome;
use crate::evidence::{Connection, End, Evidence, Frame, Response, TransportError};
use crate::vocabulary::{Presentation, Probe, Variation};

impl Connection {
    pub(super) fn outcome(&self, probe: Probe) -> Outcome {
        match &self.end {
            end if probe.only_watches() && !matches!(end, End::Open | End::TooLarge) => Outcome::Failed,
            // Clients fail an invalid handshake, so nothing that follows it is evidence (RFC 6455 §4.1).
            _ if !self.accept_is_right => Outcome::Unexpected,
            _ if self.rejected == Some(true) => Outcome::Rejected,
            End::Open => Outcome::Accepted,
            // 1012 service restart, 1013 try again later (IANA registry of close codes).
            End::Closed { code: 1012 | 1013, .. } => Outcome::RateLimited,
            // A replica that goes away after its welcome has accepted the token.
            End::Closed { code: 1001, .. } if self.welcomed => Outcome::Failed,
            // 1001 going away and 1011 internal error are rejections only where the server says anything at all.
            End::Closed { code: 1001 | 1011, reason } if reason.is_empty() && self.said_nothing_else() => {
                Outcome::Failed
            }
            End::Closed { code: 1005 | 1006, .. } if self.said_nothing_else() => Outcome::Failed,
            // Complaints about how the frames were written, and not about the token (RFC 6455 §7.4.1).
            End::Closed { code: 1002 | 1007 | 1009 | 1010, .. } if self.frames.is_empty() => Outcome::Unexpected,
            // The target's file says what is a rejection, and this is none.
            End::Closed { .. } if self.rejected == Some(false) => Outcome::Unexpected,
            End::Closed { .. } => Outcome::Rejected,
            End::TooLarge => Outcome::Unexpected,
            End::Dropped | End::Silent | End::Violation(_) => Outcome::Failed,
        }
    }

    /// No frame came, or only a welcome.
    fn said_nothing_else(&self) -> bool {
        self.frames.is_empty() || self.welcomed && self.frames.len() == 1
    }

    /// One of the offered subprotocols was selected, or none where none was offered.
    pub fn selects_an_offer(&self) -> bool {
        match &self.selected {
            Some((_, offered)) => *offered,
            None => !self.offered,
        }
    }
}

impl Response {
    /// The 101, and all that followed.
    pub fn connection(&self) -> Option<&Connection> {
        match self {
            Response::WebSocket(connection) => Some(connection),
            _ => None,
        }
    }

    /// The peer closed the connection without a response, before or after the upgrade.
    pub fn is_cut(&self) -> bool {
        match self {
            Response::Unreached(why) => *why == TransportError::Reset,
            Response::WebSocket(connection) => connection.end == End::Dropped,
            Response::Http(_) | Response::NotHttp => false,
        }
    }

    /// A strict client, such as a browser, fails the connection when its offer is not selected, when something else is, and
    /// when the handshake is invalid (RFC 6455 §4.1, WHATWG WebSockets).
    pub fn suits_a_strict_client(&self) -> bool {
        self.connection().is_none_or(|connection| connection.accept_is_right && connection.selects_an_offer())
    }

    /// It says that a circuit breaker is open, and nothing of the token.
    pub fn tells_of_a_circuit_breaker(&self) -> bool {
        let tells = |text: &str| {
            // Most texts lack one of its letters.
            let may_tell = text.contains(['k', 'K']) && text.contains(['b', 'B']);
            let letters = || text.chars().filter(char::is_ascii_alphabetic).collect::<String>();
            may_tell && letters().to_ascii_lowercase().contains("circuitbreaker")
        };
        match self {
            Response::Http(response) => tells(&response.body),
            Response::WebSocket(connection) => {
                let reason = if let End::Closed { reason, .. } = &connection.end { reason.as_str() } else { "" };
                let frames = connection.frames.iter();
                tells(reason) || frames.into_iter().any(|frame| matches!(frame, Frame::Text(text) if tells(text)))
            }
            Response::Unreached(_) | Response::NotHttp => false,
        }
    }

    /// Whether the number stands somewhere in the response's JSON: in its body, or in a frame.
    pub fn has_number(&self, number: usize) -> bool {
        let digits = number.to_string();
        // A number without fraction and exponent stands in the text digit by digit, so most texts need not be parsed.
        let has = |text: &str| {
            text.contains(&digits) && serde_json::from_str(text).is_ok_and(|value: Value| has_number(&value, number))
        };
        match self {
            Response::Http(response) => has(&response.body),
            Response::WebSocket(connection) => {
                connection.frames.iter().any(|frame| matches!(frame, Frame::Text(text) if has(text)))
            }
            Response::Unreached(_) | Response::NotHttp => false,
        }
    }
}

impl Evidence {
    /// Whether the service cut this connection where it accepts another token at the same endpoint: a rejection without a
    /// response. After a welcome, only where a valid token in the same carriers is not cut.
    pub fn is_cut_off(&self, probe: Probe) -> bool {
        let Some(presented) = probe.presented() else { return false };
        let cut = self.of(probe).is_some_and(|observation| observation.response.is_cut());
        let connection = || self.of(probe).and_then(|seen| seen.response.connection());
        // Without a welcome that the target's file describes, any frame may be one.
        let is_welcome = |it: &Connection| it.welcomed || !self.settings.welcome && !it.frames.is_empty();
        if cut && connection().is_some_and(is_welcome) && !self.lasts(presented) {
            return false;
        }
        let mut beside = self.presentations().filter(|other| other.endpoint == presented.endpoint);
        cut && beside.any(|other| self.outcome(other) == Some(Outcome::Accepted))
    }

    /// Whether there is nothing for this token, as for another one that is invalid, where the service accepts a third at the same
    /// address: some hide what exists behind 404 (RFC 9110 §15.5.5).
    fn is_hidden(&self, probe: Probe) -> bool {
        let Some(presented) = probe.presented() else { return false };
        let is_404 = |one: Presentation| self.of(one.into()).is_some_and(|seen| seen.response.status() == Some(404));
        let is_at_its_address = |one: &Presentation| !matches!(one.variation, Variation::Route(_) | Variation::NewUrl);
        let beside = || {
            let there = self.presentations().filter(move |other| other.endpoint == presented.endpoint);
            there.filter(is_at_its_address).filter(move |other| *other != presented)
        };
        is_404(presented)
            && is_at_its_address(&presented)
            && beside().any(|other| other.token.is_invalid() && is_404(other))
            && beside().any(|other| self.outcome(other) == Some(Outcome::Accepted))
    }

    /// Whether it is a rejection that only the responses to other tokens show to be one.
    pub fn is_turned_away(&self, probe: Probe) -> bool {
        self.is_cut_off(probe) || self.is_hidden(probe)
    }
}

fn has_number(value: &Value, number: usize) -> bool {
    match value {
        Value::Number(found) => found.as_u64() == u64::try_from(number).ok(),
        Value::Array(items) => items.iter().any(|item| has_number(item, number)),
        Value::Object(fields) => fields.values().any(|field| has_number(field, number)),
        _ => false,
    }
}
