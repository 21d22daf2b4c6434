//! What of a response may name the replica that sent it: headers, and cookies that it sets.

use std::time::SystemTime;

use super::Factor;
use crate::probe::names_a_replica;

/// A header or a cookie, its name and its value.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Named {
    pub(super) by: Factor,
    pub(super) of: String,
    pub(super) value: String,
}

/// So many of each response are looked at.
const MOST: usize = 8;

/// Those of these headers, at that time.
pub(super) fn named<'a>(headers: impl Iterator<Item = (&'a str, &'a str)>, now: SystemTime) -> Vec<Named> {
    let named = headers.filter_map(|(name, value)| {
        let name = name.to_ascii_lowercase();
        match name == "set-cookie" {
            true => cookie(value, now),
            false => names_a_replica(&name).then(|| Named { by: Factor::Replica, of: name, value: value.to_owned() }),
        }
    });
    named.take(MOST).collect()
}

/// A cookie that is set. One that is deleted follows from a rejection, and names nothing.
fn cookie(text: &str, now: SystemTime) -> Option<Named> {
    let mut parts = text.split(';');
    let (of, value) = parts.next()?.split_once('=')?;
    let (of, value) = (of.trim().to_owned(), value.trim().trim_matches('"').to_owned());
    let attributes = parts.filter_map(|part| part.split_once('=').map(|(name, value)| (name.trim(), value.trim())));
    let (mut age, mut expires) = (None, None);
    attributes.for_each(|(name, value)| match name.to_ascii_lowercase().as_str() {
        "max-age" => age = value.parse::<i64>().ok(),
        // There are servers that write dashes (RFC 6265 §5.1.1 reads both).
        "expires" => expires = httpdate::parse_http_date(&value.replace('-', " ")).ok(),
        _ => {}
    });
    // `Max-Age` comes first (RFC 6265 §5.3).
    let is_over = age.map_or_else(|| expires.is_some_and(|expires| expires <= now), |age| age <= 0);
    (!value.is_empty() && !is_over).then_some(Named { by: Factor::Cookie, of, value })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(headers: &[(&str, &str)]) -> Vec<(Factor, String)> {
        named(headers.iter().copied(), SystemTime::now()).into_iter().map(|named| (named.by, named.of)).collect()
    }

    #[test]
    fn a_cookie_that_is_deleted_names_nothing() {
        for deleted in [
            "session=; Path=/",
            "session=\"\"",
            "session=x; Max-Age=0",
            "session=deleted; expires=Thu, 01-Jan-1970 00:00:01 GMT; Max-Age=-1",
            "session=deleted; Expires=Thu, 01 Jan 1970 00:00:00 GMT",
        ] {
            assert_eq!(names(&[("Set-Cookie", deleted)]), [], "{deleted}");
        }
        for set in ["lb=a", "lb=a; Max-Age=60; Expires=Thu, 01 Jan 1970 00:00:00 GMT", "lb=a; Expires=soon"] {
            assert_eq!(names(&[("Set-Cookie", set)]), [(Factor::Cookie, "lb".to_owned())], "{set}");
        }
    }

    #[test]
    fn a_header_that_tells_the_outcome_names_no_replica() {
        for told in ["X-Envoy-Upstream-Status", "X-Node-Error", "X-Upstream-Cache", "X-Backend-Code", "X-Pod-Reason"] {
            assert_eq!(names(&[(told, "401")]), [], "{told}");
        }
        assert_eq!(names(&[("X-Served-By", "pod-1")]), [(Factor::Replica, "x-served-by".to_owned())]);
    }
}
