//! What must hold for a target as a whole before anything is sent.

use reqwest::Url;

use super::text::AUTHORIZATION;
use super::{InputError, Reader, Request, Target};
use crate::target::{Headers, PublishedKeys, TokenPlace, Validation, is_loopback};
use crate::vocabulary::Carrier;

pub(super) fn check(reader: &Reader<'_>, target: &Target) -> Result<(), InputError> {
    services(reader, target)?;
    if target.mint.is_some() && target.signing.is_none() {
        return Err(reader
            .error(&["mint"], "`mint` signs tokens and needs `signing`")
            .help("add a table `signing` to this target"));
    }
    if target.login.is_some() && !target.given.is_empty() {
        return Err(reader
            .error(&["tokens"], "tokens come from `login` or from `tokens`, not from both")
            .help("remove one of the two tables"));
    }
    if let Some(other) = second_authorization(target).filter(|_| has_authorization(&target.headers)) {
        return Err(reader
            .error(&["headers"], format!("`Authorization` stands on every exchange, and {other} writes one too"))
            .help("remove it here, or let the token stand elsewhere"));
    }
    in_clear(reader, target)
}

/// What writes `Authorization` beside the headers of every exchange.
fn second_authorization(target: &Target) -> Option<&'static str> {
    let is_there =
        |place: &TokenPlace| place.carrier == Carrier::Header && place.name.eq_ignore_ascii_case(AUTHORIZATION);
    let writes = |request: &Request| request.basic.is_some() || has_authorization(&request.headers);
    let validation = |it: &Validation| it.token.as_ref().is_some_and(is_there) || writes(&it.request);
    let parts = [
        ("`login`", target.login.as_ref().is_some_and(|login| login.requests().any(writes))),
        ("`validate`", target.validation().is_some_and(validation)),
        ("the token of `protected`", target.protected().is_some_and(|it| is_there(&it.token) || writes(&it.request))),
        ("the token of `handshake`", target.websocket.is_some() && target.handshake.presents.has(Carrier::Header)),
    ];
    parts.into_iter().find(|(_, is_there)| *is_there).map(|(part, _)| part)
}

fn has_authorization(headers: &Headers) -> bool {
    headers.texts().any(|(name, _)| name.eq_ignore_ascii_case(AUTHORIZATION))
}

/// What a table describes needs the address of its service, and something has to validate tokens.
fn services(reader: &Reader<'_>, target: &Target) -> Result<(), InputError> {
    let needs = [
        ("login", target.auth.is_some(), "auth"),
        ("validate", target.auth.is_some(), "auth"),
        ("service", target.auth.is_some(), "auth"),
        ("protected", target.backend.is_some(), "backend"),
        ("handshake", target.websocket.is_some(), "websocket"),
    ];
    for (table, is_there, address) in needs {
        let is_described = reader.get::<toml::Value>(&[table])?.is_some_and(|value| value.is_table());
        if is_described && !is_there {
            return Err(reader
                .error(&[table], format!("`{table}` needs the address of its service"))
                .help(format!("add `{address} = \"…\"` to this target")));
        }
    }
    if target.validation().is_none() && target.protected().is_none() && target.websocket.is_none() {
        return Err(reader
            .error(&[], "nothing in this target validates a token")
            .help("add `auth`, `backend` or `websocket`: the addresses of your services"));
    }
    Ok(())
}

fn in_clear(reader: &Reader<'_>, target: &Target) -> Result<(), InputError> {
    let has_tokens = target.login.is_some() || target.mint.is_some() || !target.given.is_empty();
    let headers = target.headers.secrets().next().is_some();
    let has_secrets = |request: &Request| !request.secrets().is_empty();
    let fingerprint = target.fingerprint.iter().any(|fingerprint| has_secrets(&fingerprint.request));
    let validation = target.service.is_some() || target.validation().is_some_and(|it| has_secrets(&it.request));
    let protected = target.protected().is_some_and(|it| has_secrets(&it.request));
    let handshake = target.handshake.headers.secrets().next().is_some();
    let at_gateway = target.fingerprint_at_gateway().is_some();
    let direct = target.direct.as_ref();
    let keys = target.keys.as_ref().map(PublishedKeys::address);
    let addresses: [(&[&str], Option<&Url>, bool); 7] = [
        (&["auth"], target.auth.as_ref(), has_tokens || fingerprint || validation),
        (&["backend"], target.backend.as_ref(), has_tokens || fingerprint || protected),
        (&["websocket"], target.websocket.as_ref(), has_tokens || handshake || fingerprint && at_gateway),
        // What an access proxy wants is sent there too.
        (&["keys"], keys, false),
        (&["direct", "auth"], direct.and_then(|direct| direct.auth.as_ref()), has_tokens || validation),
        (&["direct", "backend"], direct.and_then(|direct| direct.backend.as_ref()), has_tokens || protected),
        (&["direct", "websocket"], direct.and_then(|direct| direct.websocket.as_ref()), has_tokens),
    ];
    let is_clear = |url: &Url| url.scheme() == "http" && !is_loopback(url);
    let in_clear =
        addresses.into_iter().find(|(_, url, has_secrets)| (*has_secrets || headers) && url.is_some_and(is_clear));
    in_clear.map_or(Ok(()), |(keys, ..)| {
        Err(reader
            .error(keys, "secrets would travel in the clear to another host")
            .help("use https or wss; http and ws are for loopback addresses only"))
    })
}
