//! The types and units of the registered claims (RFC 7519 §2, §4.1): names are texts, dates are seconds since 1970 in UTC. Libraries
//! differ in what they accept otherwise.

use serde_json::Value;

use super::Claims;
use crate::vocabulary::{ClaimName, DATE_CLAIMS};

const NAMES: [&str; 3] = ["iss", "jti", "sub"];
/// In seconds since 1970: the year 2001. A date of today in minutes or days is earlier.
const LONG_AGO: f64 = 1e9;
/// In seconds since 1970: the year 5138. A date of today in milliseconds is later.
const FAR_AHEAD: f64 = 1e11;
/// In seconds. Time zones differ by whole quarters of an hour.
const QUARTER: i64 = 15 * 60;
/// In seconds: a token is issued within so long before it is received.
const RECEIVED_WITHIN: i64 = 2;

/// The claims whose type or unit is not that of the RFC. `now` is a Unix time in seconds.
pub(super) fn malformed(claims: &Claims, now: i64) -> Vec<ClaimName> {
    let has = |name: &&str, is: fn(&Value) -> bool| claims.get(*name).is_some_and(|value| !is(value));
    let names = NAMES.iter().filter(|name| has(name, Value::is_string));
    let audience = ["aud"].iter().filter(|name| has(name, is_audience));
    let ahead = claims.get("iat").and_then(Value::as_i64).map_or(0, |iat| iat.saturating_sub(now));
    let in_local_time = |name: &&&str| **name == "iat" && whole_quarters(ahead) != 0;
    let dates = DATE_CLAIMS.iter().filter(|name| has(name, is_date) || in_local_time(name));
    names.chain(audience).chain(dates).filter_map(|name| ClaimName::from(name).ok()).collect()
}

/// The claims that say what kind of token it is, and do not say that it is one for access.
pub(super) fn other_kind(claims: &Claims) -> Vec<ClaimName> {
    let names_another = |name: &&str| {
        let kind = claims.get(*name).and_then(Value::as_str).map(str::to_lowercase);
        kind.is_some_and(|kind| OTHER_KINDS.iter().any(|other| kind.contains(other)))
    };
    KINDS.iter().filter(|name| names_another(name)).filter_map(|name| ClaimName::from(name).ok()).collect()
}

const KINDS: [&str; 5] = ["token_type", "type", "typ", "token_use", "kind"];
const OTHER_KINDS: [&str; 4] = ["refresh", "id", "service", "reset"];

/// One text, or several (RFC 7519 §4.1.3).
fn is_audience(value: &Value) -> bool {
    value.is_string() || value.as_array().is_some_and(|entries| entries.iter().all(Value::is_string))
}

pub(super) fn is_date(value: &Value) -> bool {
    value.as_f64().is_some_and(|date| (LONG_AGO..FAR_AHEAD).contains(&date))
}

/// The offset, where it is one of a time zone, or 0.
pub(super) fn whole_quarters(ahead: i64) -> i64 {
    let quarters = (ahead + RECEIVED_WITHIN).div_euclid(QUARTER) * QUARTER;
    let is_exact = (0..=2 * RECEIVED_WITHIN).contains(&(ahead + RECEIVED_WITHIN - quarters));
    if is_exact && quarters.abs() <= FURTHEST { quarters } else { 0 }
}

/// In seconds: no time zone is further from UTC.
const FURTHEST: i64 = 14 * 60 * 60;

/// A number or a truth value as a text.
pub(super) fn as_text(value: &Value) -> Option<Value> {
    (value.is_number() || value.is_boolean()).then(|| value.to_string().into())
}

/// Whole seconds, of milliseconds or of a number in quotes.
pub(super) fn as_seconds(value: &Value) -> Option<i64> {
    let date = value.as_f64().or_else(|| value.as_str()?.parse().ok())?;
    Some(if date < FAR_AHEAD { date } else { date / 1_000.0 } as i64)
}
