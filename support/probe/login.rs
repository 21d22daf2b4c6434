//! The steps before a login: requests whose responses it needs, such as a page with a CSRF token and its cookie.

use std::collections::BTreeMap;
use std::sync::Arc;

use reqwest::header::{CONTENT_TYPE, COOKIE, HeaderMap, SET_COOKIE};
use reqwest::{Request, RequestBuilder};
use serde_json::Value;
use tokio::time::Instant;

use super::http::bounded;
use super::{Exchange, Received};
use crate::evidence::{Response, TransportError, Wire};
use crate::redact::text_of;
use crate::target::{Found, Values};
use crate::vocabulary::User;

/// What the steps have kept for the requests after them.
#[derive(Default)]
pub(super) struct Kept {
    /// By placeholder.
    pub(super) values: Values,
    /// As a browser sends them on; a later one replaces an earlier one of its name.
    cookies: Values,
}

impl Kept {
    pub(super) fn send_cookies(&self, request: RequestBuilder) -> RequestBuilder {
        let pairs = self.cookies.iter().map(|(name, value)| format!("{name}={value}"));
        match self.cookies.is_empty() {
            true => request,
            false => request.header(COOKIE, pairs.collect::<Vec<_>>().join("; ")),
        }
    }

    /// What grants access, and must not be shown.
    pub(super) fn secrets(&self) -> impl Iterator<Item = &String> {
        self.values.values().chain(self.cookies.values())
    }
}

impl Exchange<'_> {
    /// Makes the steps in order. What they keep is for the request that follows.
    ///
    /// # Errors
    /// The response of the step that did not give what it should.
    pub(super) async fn steps(&self, user: User) -> Result<Kept, Box<Received>> {
        let target = self.session.target;
        let Some((login, auth)) = target.login.as_ref().zip(target.auth.as_ref()) else { return Ok(Kept::default()) };
        let mut kept = Kept::default();
        for (number, step) in (1..).zip(&login.before) {
            let mut values = Self::values_of(login, user).unwrap_or_default();
            values.extend(kept.values.clone());
            let request = kept.send_cookies(self.described(auth, &step.request, &values));
            let Ok(request) = request.build() else { continue };
            let made = tokio::time::timeout_at(self.until, self.step(request, &step.keep, &mut kept)).await;
            let late = |_| Err(Box::new(Received::of(Response::Unreached(TransportError::Timeout))));
            if let Err(mut failed) = made.unwrap_or_else(late) {
                failed.observation.step = Some(number);
                return Err(failed);
            }
        }
        Ok(kept)
    }

    /// One of them.
    async fn step(
        &self,
        request: Request,
        keep: &BTreeMap<String, Found>,
        kept: &mut Kept,
    ) -> Result<(), Box<Received>> {
        let start = Instant::now();
        // What the steps before it have kept grants access too.
        let known = kept.secrets().fold(Arc::clone(&self.redactor), |known, value| known.with_text(value));
        let exchange = Exchange { redactor: known, token: self.token.clone(), ..*self };
        let mut wire = exchange.wire(&request);
        let failed = |mut failed: Received, wire: Wire| {
            failed.observation.elapsed = start.elapsed();
            failed.observation.wire = Some(Box::new(wire));
            Box::new(failed)
        };
        let client = self.session.clients.of(&request.url().clone(), false);
        let mut response = match client.execute(request).await {
            Ok(response) => response,
            Err(error) => return Err(failed(Received::failed(&error, &exchange.redactor), wire)),
        };
        exchange.answered(&mut wire, start, &response);
        let status = response.status().as_u16();
        kept.cookies.extend(cookies(response.headers()));
        let body = match bounded(&mut response, self.until).await {
            Ok(body) => body,
            Err(error) => return Err(failed(Received::failed(&error, &exchange.redactor), wire)),
        };
        let headers = response.headers();
        let text = text_of(&body, headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()));
        let value = serde_json::from_str(&text).ok();
        for (name, place) in keep {
            match found(place, headers, &text, value.as_ref()) {
                Some(text) => _ = kept.values.insert(name.clone(), text),
                None => return Err(failed(Received::of_step(status, exchange.headers(headers)), wire)),
            }
        }
        Ok(())
    }
}

/// What stands at that place of a response.
pub(super) fn found(place: &Found, headers: &HeaderMap, text: &str, body: Option<&Value>) -> Option<String> {
    let found = match place {
        Found::At(pointer) => match body?.pointer(pointer)? {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        },
        Found::Cookie(name) => cookies(headers).find(|(cookie, _)| cookie == name)?.1,
        Found::Header(name) => {
            let value = headers.get(name)?.to_str().ok()?;
            value.strip_prefix("Bearer ").unwrap_or(value).to_owned()
        }
        Found::Text => text.trim().trim_matches('"').to_owned(),
    };
    (!found.is_empty()).then_some(found)
}

/// The cookies that a response sets (RFC 6265 §4.1).
fn cookies(headers: &HeaderMap) -> impl Iterator<Item = (String, String)> + '_ {
    let values = headers.get_all(SET_COOKIE).iter().filter_map(|value| value.to_str().ok());
    values.filter_map(|cookie| {
        let (name, value) = cookie.split(';').next()?.split_once('=')?;
        Some((name.trim().to_owned(), value.trim().to_owned()))
    })
}
