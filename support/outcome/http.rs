//! Plain HTTP responses.

use serde_json::Value;
use url::Url;

use super::Outcome;
use crate::evidence::{Extracted, HttpResponse, Observation, PublishedKey, Response};
use crate::vocabulary::{Endpoint, Probe};

impl HttpResponse {
    pub(super) fn outcome(&self, probe: Probe) -> Outcome {
        match self.status {
            429 => Outcome::RateLimited,
            503 if self.headers.contains_key("retry-after") => Outcome::RateLimited,
            500..=599 => Outcome::Failed,
            200..=299 => self.outcome_of_success(probe),
            300..=399 if is_login(probe) && matches!(self.extracted, Extracted::Text { .. }) => Outcome::Accepted,
            401 | 403 => Outcome::Rejected,
            400 | 422 if is_at(probe, Endpoint::Rest) || is_login(probe) => Outcome::Rejected,
            // Where the status is the verdict.
            400 | 422 if self.extracted == Extracted::Bool(false) => Outcome::Rejected,
            _ => Outcome::Unexpected,
        }
    }

    fn outcome_of_success(&self, probe: Probe) -> Outcome {
        match (probe, &self.extracted) {
            // Some frameworks declare a plain `pong` as HTML.
            (Probe::Health(_), _) if !self.is_page() || !self.body.contains('<') => Outcome::Accepted,
            (Probe::Fingerprint(_), Extracted::Text { .. }) => Outcome::Accepted,
            (_, Extracted::Text { .. }) if is_login(probe) => Outcome::Accepted,
            (Probe::Discovery(_), Extracted::Discovery { other_issuer: None }) => Outcome::Accepted,
            (Probe::Keys(_), Extracted::Keys(keys)) if keys.iter().any(PublishedKey::verifies_tokens) => {
                Outcome::Accepted
            }
            (_, Extracted::Bool(true)) if is_at(probe, Endpoint::Validation) => Outcome::Accepted,
            (_, Extracted::Bool(false)) if is_at(probe, Endpoint::Validation) => Outcome::Rejected,
            // A page where data should be is a sign-in or an error page, whatever its status; and so is an error without data.
            _ if is_at(probe, Endpoint::Rest) && !self.is_page() && !self.tells_of_nothing_else() => Outcome::Accepted,
            _ => Outcome::Unexpected,
        }
    }

    fn has_status_field(&self) -> bool {
        serde_json::from_str(&self.body).is_ok_and(|body: Value| body.get("status").is_some_and(Value::is_string))
    }

    /// HTML, whether or not a header says so.
    pub(crate) fn is_page(&self) -> bool {
        let begins = |tag: &str| self.body.trim_start().get(..tag.len()).is_some_and(|it| it.eq_ignore_ascii_case(tag));
        let is_declared = self.headers.get("content-type").is_some_and(|kind| kind.contains("html"));
        is_declared || ["<!doctype html", "<html"].into_iter().any(begins)
    }
}

impl Observation {
    /// A redirect to the same path, with another scheme or host, or with a slash at its end (RFC 9110 §15.4).
    pub fn redirects_to_itself(&self) -> bool {
        let Response::Http(response) = &self.response else { return false };
        let requested = self.wire.as_ref().and_then(|wire| wire.request.line.split_whitespace().nth(1)?.parse().ok());
        let Some(requested): Option<Url> = requested else { return false };
        let to = response.headers.get("location").and_then(|to| requested.join(to).ok());
        let path = |url: &Url| url.path().trim_end_matches('/').to_owned();
        matches!(response.status, 301 | 302 | 303 | 307 | 308) && to.is_some_and(|to| path(&to) == path(&requested))
    }
}

/// Wrong credentials in a body get 400 (RFC 6749 §5.2) or 422.
fn is_login(probe: Probe) -> bool {
    probe.login().is_some()
}

fn is_at(probe: Probe, endpoint: Endpoint) -> bool {
    probe.presented().is_some_and(|presented| presented.endpoint == endpoint)
}

impl Response {
    /// 502, 503 and 504 are what a reverse proxy sends for a service that it does not reach; an unhealthy service sends 503
    /// too, and then names its status in JSON.
    pub fn is_gateway_error(&self) -> bool {
        match self {
            Response::Http(response) => {
                matches!(response.status, 502 | 504) || response.status == 503 && !response.has_status_field()
            }
            _ => false,
        }
    }

    /// Limits, oversized headers and sign-ins may be the response of any proxy on the route.
    pub fn may_be_from_a_proxy(&self) -> bool {
        matches!(self.status(), Some(429 | 431)) || self.asks_for_sign_in()
    }

    /// A page, a redirect, or a challenge that is not for a bearer token: something that asks a person to sign in.
    pub fn asks_for_sign_in(&self) -> bool {
        let Response::Http(response) = self else { return false };
        let has = |name: &str| response.headers.get(name);
        match response.status {
            302 | 303 | 307 => has("location").is_some(),
            401 | 403 => {
                response.is_page() || has("www-authenticate").is_some_and(|challenge| is_for_a_person(challenge))
            }
            200..=299 => response.is_page(),
            _ => false,
        }
    }
}

/// Schemes by which a person signs in, with a password or a ticket of the machine (IANA registry of authentication schemes).
const SIGN_INS: [&str; 5] = ["basic", "digest", "negotiate", "ntlm", "hoba"];

fn is_for_a_person(challenge: &str) -> bool {
    let scheme = challenge.split_whitespace().next().unwrap_or_default().to_ascii_lowercase();
    SIGN_INS.contains(&scheme.as_str())
}
