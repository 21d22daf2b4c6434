//! What a response means for the probe that got it: accepted, rejected, or neither; and whether a healthy target would have
//! sent it. Statuses, close codes and what the target's file says decide; a message can only keep a response from counting as a
//! rejection.

mod connection;
mod effects;
mod envelope;
mod expectation;
mod http;
pub mod provenance;

pub use effects::Rejections;
pub use expectation::Expectation;

use crate::evidence::{Observation, Response};
use crate::vocabulary::Probe;

/// What a response means for the probe that got it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The service accepts the token, or the request where it presents none.
    Accepted,
    /// The service rejects the token, or the request where it presents none.
    Rejected,
    /// Too many requests, or "try again later": says nothing about the token.
    RateLimited,
    /// The service, or a proxy before it, failed over the request.
    Failed,
    /// A response that the contract does not know: neither accepted nor rejected follows from it.
    Unexpected,
    /// No response came.
    Unreached,
}

impl Observation {
    /// What it means for the probe. A step before a login says nothing of the login itself.
    pub fn outcome(&self, probe: Probe) -> Outcome {
        match self.response.outcome(probe) {
            Outcome::Accepted | Outcome::Rejected if self.step.is_some() => Outcome::Unexpected,
            outcome => outcome,
        }
    }
}

impl Response {
    /// What it means as a response to that probe.
    pub fn outcome(&self, probe: Probe) -> Outcome {
        match self {
            Response::Unreached(_) => Outcome::Unreached,
            Response::NotHttp => Outcome::Unexpected,
            Response::Http(response) => response.outcome(probe),
            Response::WebSocket(connection) => connection.outcome(probe),
        }
    }

    /// The status of a plain response.
    pub fn status(&self) -> Option<u16> {
        match self {
            Response::Http(response) => Some(response.status),
            _ => None,
        }
    }
}
