//! The steps before a login: requests whose responses it needs, such as a page with a CSRF token and its cookie.

use reqwest::header::{COOKIE, HeaderMap, SET_COOKIE};
use serde_json::Value;

use super::http::bounded;
use super::request::COOKIES;
use super::{Exchange, Received};
use crate::target::{Found, Values};
use crate::vocabulary::{Probe, User};

impl Exchange<'_> {
    /// Makes the steps in order. What they keep is for the request that follows.
    ///
    /// # Errors
    /// The response of the step that did not give what it should.
    pub(super) async fn steps(&self) -> Result<Values, Box<Received>> {
        let (Probe::Login(user) | Probe::SecondLogin(user)) = self.probe else { return Ok(Values::new()) };
        let target = self.session.target;
        let Some((login, auth)) = target.login.as_ref().zip(target.auth.as_ref()) else { return Ok(Values::new()) };
        let mut kept = Values::new();
        for step in &login.before {
            let mut values = self.values(user).unwrap_or_default();
            values.extend(kept.clone());
            let mut request = self.described(auth, &step.request, &values);
            if let Some(cookies) = kept.get(COOKIES) {
                request = request.header(COOKIE, cookies);
            }
            let Ok(request) = request.build() else { continue };
            let client = self.session.clients.of(&request.url().clone(), false);
            let response = client.execute(request).await.map_err(|error| Box::new(Received::failed(&error)))?;
            let headers = response.headers().clone();
            keep_cookies(&mut kept, &headers);
            let (status, shown) = (response.status().as_u16(), self.headers(&headers));
            let body = bounded(response, self.until).await.map_err(|error| Box::new(Received::failed(&error)))?;
            let text = String::from_utf8_lossy(&body).into_owned();
            let value = serde_json::from_str(&text).ok();
            for (name, place) in &step.keep {
                match found(place, &headers, &text, value.as_ref()) {
                    Some(text) => _ = kept.insert(name.clone(), text),
                    None => return Err(Box::new(Received::of_step(status, shown))),
                }
            }
        }
        Ok(kept)
    }

    fn values(&self, user: User) -> Option<Values> {
        Self::values_of(self.session.target.login.as_ref()?, user)
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

/// As a browser sends them on; a later one replaces an earlier one of its name.
fn keep_cookies(kept: &mut Values, headers: &HeaderMap) {
    let before = kept.get(COOKIES).cloned().unwrap_or_default();
    let mut all: Values = before
        .split("; ")
        .filter_map(|cookie| cookie.split_once('='))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    all.extend(cookies(headers));
    let joined = all.into_iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ");
    if !joined.is_empty() {
        kept.insert(COOKIES.to_owned(), joined);
    }
}
