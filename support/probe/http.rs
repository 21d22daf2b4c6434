//! Plain HTTP exchanges: what of an answer becomes an observation.

use std::collections::BTreeMap;
use std::hash::BuildHasher;
use std::time::{SystemTime, UNIX_EPOCH};

use reqwest::Request;
use reqwest::header::{CONTENT_TYPE, HeaderMap};
use serde_json::Value;
use tokio::time::{Instant, timeout_at};
use uuid::Uuid;

use super::request::UNKNOWN_PATH;
use super::{Exchange, Received, websocket};
use crate::evidence::{Extracted, HttpResponse, Offset, Response, Wire};
use crate::redact::text_of;
use crate::target::{Found, Verdict};
use crate::token::Token;
use crate::vocabulary::{Attempt, Endpoint, Presentation, Probe};
use crate::wording::{cut, short};

/// More of a body than this is not read; in bytes.
pub(crate) const LONGEST_BODY: usize = 64 * 1024;
/// Servers accept no longer line of a request; in characters.
const LONGEST_HEADER: usize = 8 * 1024;
/// Words in the name of a header by which responses name the replica that sent them.
const REPLICA_WORDS: [&str; 9] =
    ["served-by", "instance", "replica", "pod", "backend", "upstream", "node", "machine-id", "hostname"];
/// Words in the name of a header that measures something, such as `X-Envoy-Upstream-Service-Time`, or tells what came of the request:
/// that differs because a token is rejected.
const MEASURES: [&str; 11] =
    ["time", "duration", "latency", "length", "count", "status", "error", "code", "result", "cache", "reason"];
/// `Date` is in whole seconds, and servers keep it for a moment; in milliseconds.
const DATE_LAG: i64 = 1_000;

impl Exchange<'_> {
    /// Carries it out once; what went over the wire stands in `wire`, however this ends.
    pub(super) async fn make(&self, request: Request, sent: SystemTime, wire: &mut Wire) -> Received {
        let start = Instant::now();
        let kept = matches!(self.probe, Probe::Present(Presentation { attempt: Attempt::SameConnection(_), .. }));
        let offered = request.headers().clone();
        let response = match self.session.clients.of(&request.url().clone(), kept).execute(request).await {
            Ok(response) => response,
            Err(error) => return Received::failed(&error, &self.redactor),
        };
        self.answered(wire, start, &response);
        let clock = offset(response.headers(), sent, SystemTime::now());
        let replica = self.replica(response.headers());
        let is_handshake = self.probe.only_watches()
            || matches!(
                self.probe,
                Probe::UpgradeUnknownPath | Probe::Present(Presentation { endpoint: Endpoint::WebSocket, .. })
            );
        let mut outcome = match is_handshake && response.status() == 101 {
            true => websocket::converse(self, &offered, response, (start, &mut wire.frames)).await,
            false => self.read(response).await,
        };
        outcome.observation.clock = clock;
        outcome.observation.replica = replica;
        outcome
    }

    async fn read(&self, mut response: reqwest::Response) -> Received {
        let status = response.status().as_u16();
        let headers = self.headers(response.headers());
        let body = match bounded(&mut response, self.until).await {
            Ok(body) => body,
            Err(error) => return Received::failed(&error, &self.redactor),
        };
        let raw_headers = response.headers();
        let text = text_of(&body, raw_headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()));
        let value = serde_json::from_str(&text).ok();
        // More than is read may be JSON: the bound is ours.
        let is_whole = body.len() < LONGEST_BODY || value.is_some();
        // What grants access, or tells of a secret, is used and not kept.
        let grants = (self.probe.login().is_some() || matches!(self.probe, Probe::Fingerprint(_)))
            && (200..400).contains(&status);
        let (extracted, token) = match is_whole {
            true => self.find(status, raw_headers, &text, value.as_ref()),
            false => (Extracted::NotLookedFor, None),
        };
        let echoes = self.is_echoed(&text)
            || raw_headers.values().any(|value| value.to_str().is_ok_and(|value| self.is_echoed(value)));
        let body = if grants { String::new() } else { bounded_text(self.redactor.redact_body(&text)) };
        let body = if self.probe == Probe::LoginUnknownPath { without_unknown_path(body) } else { body };
        let mut outcome = Received::of(Response::Http(HttpResponse { status, headers, body, extracted }));
        outcome.observation.echoes = echoes;
        outcome.token = token;
        outcome
    }

    /// Whether a text of the peer repeats what it was sent.
    pub(super) fn is_echoed(&self, text: &str) -> bool {
        self.token.as_ref().is_some_and(|token| token.is_echoed_in(text))
    }

    /// Those that are texts, redacted. Of long values, as much as a request may have: what a flood sends is not kept.
    pub(super) fn headers(&self, headers: &HeaderMap) -> BTreeMap<String, String> {
        let mut shown: BTreeMap<_, _> = readable(headers)
            .filter_map(|(name, value)| Some((name.to_owned(), self.redactor.redact_header(name, beginning(value))?)))
            .map(|(name, value)| (name, cut(&value, LONGEST_HEADER)))
            .collect();
        self.redactor.redact_across(shown.values_mut());
        shown
    }

    fn replica(&self, headers: &HeaderMap) -> Option<String> {
        readable(headers)
            .find(|(name, _)| names_a_replica(name))
            .map(|(_, value)| self.redactor.redact(beginning(value)))
            .map(|value| cut(&value, LONGEST_HEADER))
    }

    /// What the target's file says of this response, and the token, where that is what it is.
    fn find(&self, status: u16, headers: &HeaderMap, text: &str, body: Option<&Value>) -> (Extracted, Option<Token>) {
        let target = self.session.target;
        let is_success = (200..300).contains(&status);
        match self.probe {
            Probe::Present(one) if one.endpoint == Endpoint::Validation => {
                let verdict = target.validation().map(|validation| &validation.accepted);
                (verdict.map_or(Extracted::NotLookedFor, |verdict| validated(verdict, status, body)), None)
            }
            Probe::Login(_) | Probe::SecondLogin(_) | Probe::LaterLogin(..) => {
                match target.login.as_ref().map(|login| &login.token) {
                    None => (Extracted::NotLookedFor, None),
                    // A form login sets its cookie and redirects to the first page.
                    Some(Found::Cookie(_) | Found::Header(_)) if !(200..400).contains(&status) => {
                        (Extracted::NotLookedFor, None)
                    }
                    Some(Found::At(_) | Found::Text) if !is_success => (Extracted::NotLookedFor, None),
                    Some(Found::At(pointer)) => self.at(pointer, body),
                    Some(place) => match super::login::found(place, headers, text, body) {
                        Some(token) => self.found_text(&token, body),
                        None => (Extracted::Nothing, None),
                    },
                }
            }
            _ if !is_success => (Extracted::NotLookedFor, None),
            Probe::Discovery(_) | Probe::Keys(_) => (self.published(body), None),
            Probe::Fingerprint(_) => match &target.fingerprint {
                Some(fingerprint) => self.at(&fingerprint.at, body),
                None => (Extracted::NotLookedFor, None),
            },
            _ => (Extracted::NotLookedFor, None),
        }
    }

    fn at(&self, pointer: &str, body: Option<&Value>) -> (Extracted, Option<Token>) {
        match body.map(|body| body.pointer(pointer)) {
            None => (Extracted::NotJson, None),
            Some(None | Some(Value::Null)) => (Extracted::Nothing, None),
            Some(Some(Value::Bool(verdict))) => (Extracted::Bool(*verdict), None),
            Some(Some(Value::String(text))) if !text.is_empty() => self.found_text(text, body),
            Some(Some(_)) => (Extracted::AnotherType, None),
        }
    }

    fn found_text(&self, text: &str, body: Option<&Value>) -> (Extracted, Option<Token>) {
        match self.probe {
            Probe::Login(_) | Probe::SecondLogin(_) | Probe::LaterLogin(..) => {
                let token_type = body.and_then(|body| self.token_type(body));
                let token = Token::new(text).issued_for(body.and_then(|body| self.issued_for(body))).received();
                (Extracted::Text { mark: Some(self.mark(text)), provenance: None, token_type }, Some(token))
            }
            _ => (
                Extracted::Text {
                    mark: Some(self.mark(text)),
                    provenance: body.and_then(|body| self.provenance(body)),
                    token_type: None,
                },
                None,
            ),
        }
    }

    /// What stands beside the token.
    fn token_type(&self, body: &Value) -> Option<String> {
        let login = self.session.target.login.as_ref()?;
        let named = body.pointer(&login.beside_token("token_type"))?.as_str()?;
        Some(short(&self.redactor.redact(named)))
    }

    /// The seconds that the token lives, as the response says. Some write 0 or less where it does not expire.
    fn issued_for(&self, body: &Value) -> Option<i64> {
        let pointer = self.session.target.login.as_ref()?.expires_in.as_ref()?;
        seconds(body.pointer(pointer)?).filter(|seconds| *seconds > 0)
    }

    /// Equal where the texts are, within one check: what a mark is of cannot be found out from outside.
    fn mark(&self, text: &str) -> u64 {
        self.session.marks.hash_one(text)
    }

    /// Where the secret comes from, as far as the answer tells.
    fn provenance(&self, body: &Value) -> Option<u64> {
        let fingerprint = self.session.target.fingerprint.as_ref()?;
        let pointers = [&fingerprint.version, &fingerprint.source].into_iter().flatten();
        let told: Vec<String> = pointers
            .filter_map(|pointer| body.pointer(pointer))
            .filter(|told| !told.is_null())
            .map(Value::to_string)
            .collect();
        (!told.is_empty()).then(|| self.mark(&told.join("\n")))
    }
}

/// Whole seconds; some servers write them as a text.
fn seconds(value: &Value) -> Option<i64> {
    match value {
        Value::String(text) => text.trim().parse().ok(),
        number => number.as_f64().map(|seconds| seconds as i64),
    }
}

/// Whether a header of that name, in small letters, tells which replica has responded.
pub(crate) fn names_a_replica(header: &str) -> bool {
    let has = |words: &[&str]| words.iter().any(|word| header.contains(word));
    has(&REPLICA_WORDS) && !has(&MEASURES)
}

/// As much of a value as is read: twice as much as is shown, for what stands for a secret may be shorter.
fn beginning(value: &str) -> &str {
    let longest = (2 * LONGEST_HEADER).min(value.len());
    &value[..(0..=longest).rev().find(|end| value.is_char_boundary(*end)).unwrap_or_default()]
}

fn readable(headers: &HeaderMap) -> impl Iterator<Item = (&str, &str)> {
    headers.iter().filter_map(|(name, value)| Some((name.as_str(), value.to_str().ok()?)))
}

/// The clock of the peer against ours: it wrote the second of `Date` at some moment between the two.
fn offset(headers: &HeaderMap, sent: SystemTime, received: SystemTime) -> Option<Offset> {
    let date = httpdate::parse_http_date(headers.get("date")?.to_str().ok()?).ok()?;
    let millis = |time: SystemTime| i64::try_from(time.duration_since(UNIX_EPOCH).ok()?.as_millis()).ok();
    let (date, sent, received) = (millis(date)?, millis(sent)?, millis(received)?);
    Some(Offset { least: date - received, most: date + 1_000 + DATE_LAG - sent })
}

/// What the response says of the token.
pub(crate) fn validated(verdict: &Verdict, status: u16, body: Option<&Value>) -> Extracted {
    match verdict {
        Verdict::Status(statuses) => match status {
            status if statuses.contains(&status) => Extracted::Bool(true),
            // What services respond to an invalid token where the status is all they say (RFC 6750 §3.1, RFC 9110 §15.5.1).
            400 | 401 | 403 | 422 => Extracted::Bool(false),
            _ => Extracted::NotLookedFor,
        },
        Verdict::Value { .. } if !(200..300).contains(&status) => Extracted::NotLookedFor,
        Verdict::Value { at, is } => match body.map(|body| body.pointer(at)) {
            None => Extracted::NotJson,
            Some(Some(found)) if found == is => Extracted::Bool(true),
            // Another value, or none where a value and not a truth value is expected: the token is not valid.
            Some(Some(Value::Bool(_))) => Extracted::Bool(false),
            Some(_) if !is.is_boolean() => Extracted::Bool(false),
            Some(None | Some(Value::Null)) => Extracted::Nothing,
            Some(Some(_)) => Extracted::AnotherType,
        },
    }
}

/// An answer that repeats the path must read as that of the real path, for the two are compared.
fn without_unknown_path(body: String) -> String {
    let Some(start) = body.find(&format!("-{UNKNOWN_PATH}-")) else { return body };
    let end = (start + UNKNOWN_PATH.len() + 2 + Uuid::nil().simple().to_string().len()).min(body.len());
    match (body.get(..start), body.get(end..)) {
        (Some(before), Some(after)) => without_unknown_path(format!("{before}{after}")),
        _ => body,
    }
}

/// What comes of a body within the bounds of size and time; the rest is not waited for.
pub(super) async fn bounded(response: &mut reqwest::Response, until: Instant) -> reqwest::Result<Vec<u8>> {
    let mut body = Vec::new();
    while let Ok(chunk) = timeout_at(until, response.chunk()).await {
        let Some(chunk) = chunk? else { break };
        body.extend_from_slice(&chunk[..chunk.len().min(LONGEST_BODY - body.len())]);
        if body.len() == LONGEST_BODY {
            break;
        }
    }
    Ok(body)
}
/// At most as much as is read of a body: what stands for a character that is not shown is longer than the character.
pub(super) fn bounded_text(mut text: String) -> String {
    let longest = LONGEST_BODY.min(text.len());
    text.truncate((0..=longest).rev().find(|end| text.is_char_boundary(*end)).unwrap_or_default());
    text.shrink_to_fit();
    text
}
