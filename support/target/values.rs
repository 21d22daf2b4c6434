//! Single values of a target file, validated while serde reads them. A second line of an error is its help.

use std::collections::BTreeSet;
use std::time::Duration;

use jsonwebtoken::Algorithm;
use reqwest::Url;
use reqwest::header::HeaderValue;
use serde::de::{Deserialize, Deserializer, Error, IgnoredAny};

use crate::secret::Secret;
use crate::vocabulary::{Carriers, Scheme};

pub(super) fn seconds<const N: u64>() -> Duration {
    Duration::from_secs(N)
}

pub(super) fn minutes<const N: u64>() -> Duration {
    Duration::from_secs(60 * N)
}

/// For a value that depends on the stage or the environment: [`select`](super::select) reads it.
pub(super) fn read_later<'de, D: Deserializer<'de>, T: Default>(deserializer: D) -> Result<T, D::Error> {
    IgnoredAny::deserialize(deserializer).map(|_| T::default())
}

pub(super) fn secret_read_later<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Secret, D::Error> {
    IgnoredAny::deserialize(deserializer).map(|_| Secret::new(""))
}

pub(super) fn http_address<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Url, D::Error> {
    address(deserializer, ["http", "https"])
}

pub(super) fn websocket_address<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Url, D::Error> {
    address(deserializer, ["ws", "wss"])
}

fn address<'de, D: Deserializer<'de>>(deserializer: D, schemes: [&str; 2]) -> Result<Url, D::Error> {
    let text = String::deserialize(deserializer)?;
    let invalid = |why: &str| {
        let allowed = schemes.map(|scheme| format!("{scheme}://host[:port][/path]")).join(", ");
        D::Error::custom(format!("{why}\nallowed: {allowed}"))
    };
    let url = match Url::parse(&text) {
        // The error of the parser may repeat a password.
        Err(_) if text.contains(['@', '?']) => return Err(invalid(NO_CREDENTIALS)),
        Err(error) => return Err(invalid(&format!("not an address: {error}"))),
        Ok(url) => url,
    };
    if !url.username().is_empty() || url.password().is_some() || url.query().is_some() || url.fragment().is_some() {
        return Err(invalid(NO_CREDENTIALS));
    }
    if !schemes.contains(&url.scheme()) || !url.has_host() {
        return Err(invalid(&format!("the scheme `{}` is not allowed here", url.scheme())));
    }
    // A handshake is an HTTP request; ws and wss are its schemes in the file only (RFC 6455 §3).
    let http = if url.scheme().starts_with("ws") { url.as_str().replacen("ws", "http", 1) } else { url.into() };
    Url::parse(&http).map_err(|error| invalid(&format!("not an address: {error}")))
}

const NO_CREDENTIALS: &str = "an address has no user, password, query or fragment";

pub(super) fn duration<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
    let duration = humantime::parse_duration(&String::deserialize(deserializer)?).map_err(|error| {
        let help = "a duration is a number with a unit, such as `500ms`, `10s` or `15m`";
        D::Error::custom(format!("not a duration: {error}\n{help}"))
    })?;
    match (Duration::from_millis(1)..=Duration::from_secs(30 * 24 * 3600)).contains(&duration) {
        true => Ok(duration),
        false => Err(D::Error::custom("a duration lies between 1ms and 30d")),
    }
}

pub(super) fn pointer<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let pointer = String::deserialize(deserializer)?;
    let escapes = pointer.split('~').skip(1).all(|rest| rest.starts_with(['0', '1']));
    if pointer.starts_with('/') && escapes {
        return Ok(pointer);
    }
    Err(D::Error::custom(format!(
        "`{pointer}` is not a JSON pointer\na JSON pointer starts with a slash, and `~` is `~0`: `/{}` (RFC 6901)",
        pointer.trim_start_matches('/').replace('.', "/")
    )))
}

pub(super) fn optional_pointer<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    pointer(deserializer).map(Some)
}

/// A path of the service itself: it cannot lead to another host.
pub(super) fn path<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let path = String::deserialize(deserializer)?;
    if path.starts_with('/') && !path.starts_with("//") && path.chars().all(|c| c.is_ascii_graphic() && c != '#') {
        return Ok(path);
    }
    Err(D::Error::custom("not a path\na path starts with one slash, such as `/health`"))
}

pub(super) fn users<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    let users = Vec::<String>::deserialize(deserializer)?;
    let mut seen = BTreeSet::new();
    if users.is_empty() || users.iter().any(|user| user.trim().is_empty() || !seen.insert(user)) {
        return Err(D::Error::custom("`users` lists at least one user, each of them once and none of them empty"));
    }
    Ok(users)
}

pub(super) fn subprotocol<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let text = String::deserialize(deserializer)?;
    if !text.is_empty() && is_token(&text) {
        return Ok(text);
    }
    Err(not_a_subprotocol(&text, "jwt-auth"))
}

pub(super) fn token_subprotocol<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let text = String::deserialize(deserializer)?;
    if text.contains("{token}") && is_token(&text.replacen("{token}", "", 1)) {
        return Ok(text);
    }
    Err(not_a_subprotocol(&text, "jwt.{token}"))
}

/// The token of RFC 9110 §5.6.2: subprotocols are sent in a comma-separated header.
fn is_token(text: &str) -> bool {
    text.chars().all(|c| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c))
}

fn not_a_subprotocol<E: Error>(text: &str, example: &str) -> E {
    E::custom(format!(
        "`{text}` cannot be a subprotocol here\nallowed: letters, digits and !#$%&'*+-.^_`|~, such as `{example}`"
    ))
}

pub(super) fn header_value<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let text = String::deserialize(deserializer)?;
    match HeaderValue::from_str(&text) {
        Ok(_) => Ok(Some(text)),
        Err(_) => Err(D::Error::custom("not a header value: visible characters only")),
    }
}

pub(super) fn presents<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Carriers, D::Error> {
    one_of(
        deserializer,
        &["header", "subprotocol", "both", "query"],
        [Carriers::HEADER, Carriers::SUBPROTOCOL, Carriers::HEADER_AND_SUBPROTOCOL, Carriers::QUERY],
    )
}

pub(super) fn prefix<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Scheme, D::Error> {
    one_of(deserializer, &["none", "bearer"], [Scheme::None, Scheme::Bearer])
}

pub(super) fn algorithm<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Algorithm, D::Error> {
    one_of(deserializer, &["HS256", "HS384", "HS512"], [Algorithm::HS256, Algorithm::HS384, Algorithm::HS512])
}

fn one_of<'de, D: Deserializer<'de>, T, const N: usize>(
    deserializer: D,
    names: &'static [&'static str; N],
    values: [T; N],
) -> Result<T, D::Error> {
    let name = String::deserialize(deserializer)?;
    let found = names.iter().zip(values).find(|(known, _)| **known == name);
    found.map(|(_, value)| value).ok_or_else(|| D::Error::unknown_variant(&name, names))
}
