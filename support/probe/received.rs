//! What came of one exchange.

use std::collections::BTreeMap;

use super::transport;
use crate::evidence::{Extracted, HttpResponse, Observation, Response, TransportError};
use crate::redact::Redactor;
use crate::token::Token;

/// What an exchange has seen, and the token that it was given.
pub(super) struct Received {
    pub(super) observation: Observation,
    pub(super) token: Option<Token>,
    /// This machine failed, and not the target.
    pub(super) own_failure: Option<std::io::Error>,
}

impl Received {
    /// Of a request that was not answered.
    pub(super) fn failed(error: &reqwest::Error, redactor: &Redactor) -> Self {
        let response = match transport::failure(error) {
            // It may name what stands in a certificate.
            Response::Unreached(TransportError::Tls(why)) => {
                Response::Unreached(TransportError::Tls(redactor.redact(&why)))
            }
            response => response,
        };
        Received { own_failure: transport::own_failure(error), ..Received::of(response) }
    }

    /// Of a step before a login that did not give what it should.
    pub(super) fn of_step(status: u16, headers: BTreeMap<String, String>) -> Self {
        let response = HttpResponse { status, headers, body: String::new(), extracted: Extracted::Nothing };
        Received::of(Response::Http(response))
    }

    pub(super) fn of(seen: Response) -> Self {
        Received { observation: Observation::of(seen), token: None, own_failure: None }
    }
}
