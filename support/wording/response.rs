//! What a probe saw, in a few words for a person: `401 invalid_token`, `close 1008 VALIDATION_FAILED`.

use serde_json::Value;

use super::short;
use crate::evidence::{
    Connection, End, Evidence, Extracted, Frame, HttpResponse, Observation, PublishedKey, Response, TransportError,
    UntrustedCertificate,
};
use crate::outcome::Outcome;
use crate::vocabulary::{Endpoint, Presentation, Probe, Service};

/// Fields under which services name their reason, the most telling first.
const REASONS: [&str; 7] = ["error_code", "code", "error", "reason", "detail", "message", "status"];

impl Evidence {
    /// The response to the probe, in a few words for a person.
    pub fn summary(&self, probe: Probe) -> String {
        match (self.of(probe), self.compared_fingerprint(probe)) {
            (Some(_), Some(compared)) => compared,
            (Some(observation), None) => {
                let saw = of_observation(probe, observation);
                let is_welcome = self.outcome(probe) == Some(Outcome::Accepted);
                if is_welcome && self.names_its_user(probe) == Some(false) {
                    format!("{saw} as another user")
                } else {
                    saw
                }
            }
            (None, _) => "not made".into(),
        }
    }

    /// That of auth is told beside the one that differs from it.
    fn compared_fingerprint(&self, probe: Probe) -> Option<String> {
        let Probe::Fingerprint(service) = probe else { return None };
        if service != Service::Auth {
            return Some(compared("auth's", self.same_fingerprint_of(service)?));
        }
        let (other, same) = self.fingerprints_beside_auth().min_by_key(|(_, same)| *same)?;
        Some(compared(if other == Service::Backend { "the backend's" } else { "the gateway's" }, same))
    }
}

/// A fingerprint says something only beside another one.
fn compared(other: &str, same: bool) -> String {
    if same { format!("the same as {other}") } else { format!("another than {other}") }
}

fn of_observation(probe: Probe, observation: &Observation) -> String {
    let mut saw = of_response(probe, &observation.response);
    if let Some(step) = observation.step {
        saw = match &observation.response {
            Response::Http(response) => {
                format!("step {step} before it: {}, and not what `keep` asks for", response.status)
            }
            _ => format!("step {step} before it: {saw}"),
        };
    }
    match &observation.retried {
        Some(first) if observation.response != Response::Unreached(first.clone()) => format!("{first}, then {saw}"),
        _ => saw,
    }
}

fn of_response(probe: Probe, response: &Response) -> String {
    match response {
        Response::Unreached(why) => why.to_string(),
        Response::NotHttp => "a response that is not HTTP".into(),
        Response::Http(response) => of_http(probe, response),
        Response::WebSocket(connection) => of_connection(connection),
    }
}

impl std::fmt::Display for TransportError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            TransportError::Dns => f.write_str("the name does not resolve"),
            TransportError::Refused => f.write_str("connection refused"),
            TransportError::Reset => f.write_str("connection reset"),
            TransportError::Timeout => f.write_str("no response in time"),
            TransportError::NoRoute => f.write_str("no route to the host"),
            TransportError::Certificate(why) => f.write_str(why.text()),
            TransportError::Tls(why) => write!(f, "TLS: {}", short(why)),
        }
    }
}

impl UntrustedCertificate {
    fn text(self) -> &'static str {
        match self {
            UntrustedCertificate::Expired => "the certificate has expired",
            UntrustedCertificate::NotYetValid => "the certificate is not valid yet",
            UntrustedCertificate::OtherName => "the certificate is for another name",
            UntrustedCertificate::UnknownIssuer => "the certificate's issuer is unknown",
            UntrustedCertificate::Revoked => "the certificate is revoked",
            UntrustedCertificate::OfAnAuthority => "the certificate is an authority's own, which `ca` does not name",
            UntrustedCertificate::Other => "the certificate is not valid",
        }
    }
}

fn of_http(probe: Probe, response: &HttpResponse) -> String {
    let is_auth = probe.presented().is_some_and(|presented| presented.endpoint == Endpoint::Validation);
    match &response.extracted {
        Extracted::Bool(true) if is_auth => "valid".into(),
        Extracted::Bool(false) if is_auth => reason(&response.body).unwrap_or_else(|| "not valid".into()),
        Extracted::Discovery { other_issuer: Some(other) } => format!("{}, issuer {}", response.status, short(other)),
        Extracted::Keys(keys) => format!("{}, {}", response.status, of_keys(keys)),
        Extracted::NotJson => format!("{}, not JSON", response.status),
        Extracted::Nothing | Extracted::AnotherType if response.status < 300 => {
            format!("{}, nothing at {}", response.status, pointer(probe))
        }
        _ if response.status < 300 => response.status.to_string(),
        _ if response.status < 400 && response.headers.contains_key("location") => {
            let to = response.headers.get("location").map(|to| short(to)).unwrap_or_default();
            format!("{} to {to}", response.status)
        }
        // The settings that name the path.
        _ if matches!(response.status, 404 | 405) && setting_of_path(probe).is_some() => {
            let setting = setting_of_path(probe).unwrap_or_default();
            format!("{}: no such path, see {setting}", response.status)
        }
        _ => [Some(response.status.to_string()), reason(&response.body)]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join(" "),
    }
}

/// How many keys a token can be verified with.
fn of_keys(keys: &[PublishedKey]) -> String {
    match keys.iter().filter(|key| key.verifies_tokens()).count() {
        0 => "no key that can be used".into(),
        1 => "1 key".into(),
        several => format!("{several} keys"),
    }
}

impl Evidence {
    /// The setting that names a path which the probe found missing.
    pub(crate) fn setting_of_missing_path(&self, probe: Probe) -> Option<&'static str> {
        let is_404 = |probe: Probe| {
            let status = self.of(probe).and_then(|seen| seen.response.status());
            status.map(|status| matches!(status, 404 | 405))
        };
        // A path that rejects a missing token is there.
        let missing = probe.presented().map(|one| Probe::Present(Presentation::missing(one.endpoint)));
        let is_there = missing.and_then(is_404) == Some(false);
        if is_404(probe)? && !is_there { setting_of_path(probe) } else { None }
    }
}

fn setting_of_path(probe: Probe) -> Option<&'static str> {
    match probe {
        Probe::Health(Service::Auth) => Some("`health.auth`"),
        Probe::Health(_) => Some("`health.backend`"),
        Probe::Fingerprint(_) => Some("`fingerprint.path`"),
        Probe::Discovery(_) => Some("`keys.issuer`"),
        Probe::Keys(_) => Some("`keys`"),
        Probe::Present(one) if one.token.is_the_clients() => match one.endpoint {
            Endpoint::Validation => Some("`validate.path`"),
            Endpoint::Rest => Some("`protected.path`"),
            Endpoint::WebSocket => None,
        },
        _ => None,
    }
}

fn of_connection(connection: &Connection) -> String {
    let selection = match &connection.selected {
        None if connection.offered && connection.welcomed => ", no subprotocol",
        Some((_, false)) => ", a subprotocol not offered",
        _ => "",
    };
    let selection = if connection.accept_is_right { selection } else { ", a wrong Sec-WebSocket-Accept" };
    format!("{}{selection}", of_end(connection))
}

/// The setting that says where something should stand.
fn pointer(probe: Probe) -> &'static str {
    match probe {
        Probe::Login(_) | Probe::SecondLogin(_) | Probe::LaterLogin(..) => "`login.token`",
        Probe::Fingerprint(_) => "`fingerprint.at`",
        Probe::Discovery(_) => "`jwks_uri`",
        Probe::Keys(_) => "`keys`",
        _ => "`validate.accepted`",
    }
}

/// The close code with the most telling word beside it: the error frame's code, or else the reason.
fn of_end(connection: &Connection) -> String {
    let code = connection.frames.iter().rev().find_map(|frame| match frame {
        Frame::Text(text) => reason(text),
        Frame::Binary(_) => None,
    });
    match (&connection.end, code) {
        (End::Open, _) if connection.welcomed => "welcomed".into(),
        (End::Open, _) => "stayed open".into(),
        (End::Closed { code, .. }, _) if connection.welcomed => format!("welcomed, then close {code}"),
        (End::Closed { code, .. }, Some(said)) => format!("close {code} {said}"),
        (End::Closed { code, reason }, None) if reason.is_empty() => format!("close {code}"),
        (End::Closed { code, reason }, None) => format!("close {code} \"{}\"", short(reason)),
        (End::Dropped, said) => format!("{}cut without a close", before(said)),
        (End::TooLarge, said) => format!("{}a message that is larger than is read", before(said)),
        (End::Silent, None) if !connection.frames.is_empty() => "a message, then silence".into(),
        (End::Silent, said) => format!("{}silence", before(said)),
        (End::Violation(what), said) => format!("{}{}", before(said), short(what)),
    }
}

fn before(said: Option<String>) -> String {
    said.map(|said| format!("{said}, then ")).unwrap_or_default()
}

fn reason(body: &str) -> Option<String> {
    let body: Value = serde_json::from_str(body).ok()?;
    REASONS.iter().find_map(|field| body.get(field)?.as_str().filter(|text| !text.is_empty()).map(short))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn silence_says_what_came_before_it() {
        let said = |frames: &[&str]| {
            let frames = frames.iter().map(|text| Frame::Text((*text).to_owned())).collect();
            of_connection(&Connection { welcomed: false, frames, end: End::Silent, ..Connection::open() })
        };
        assert_eq!(said(&[]), "silence");
        assert_eq!(said(&[r#"{"type":"hello"}"#]), "a message, then silence");
        assert_eq!(said(&[r#"{"error":"invalid_token"}"#]), "invalid_token, then silence");
    }
}
