//! What must hold for a target as a whole before anything is sent.

use super::{InputError, Reader, Target};
use crate::target::is_loopback;

pub(super) fn check(reader: &Reader<'_>, target: &Target) -> Result<(), InputError> {
    if target.mint.is_some() && target.signing.is_none() {
        return Err(reader
            .error(&["mint"], "`mint` signs tokens and needs the signing secret")
            .help("add a table `signing` to this target"));
    }
    let has_tokens = target.login.is_some() || target.mint.is_some();
    let fingerprint = target.fingerprint.iter().any(|fingerprint| fingerprint.headers.secrets().next().is_some());
    let validation = target.service.is_some() || target.validate.body.secrets().next().is_some();
    let handshake = target.handshake.headers.secrets().next().is_some();
    let mut addresses: Vec<(&[&str], _, bool)> = vec![
        (&["auth"], &target.auth, has_tokens || fingerprint || validation),
        (&["backend"], &target.backend, has_tokens || fingerprint),
        (&["websocket"], &target.websocket, has_tokens || handshake),
    ];
    if let Some(direct) = &target.direct {
        addresses.push((&["direct", "backend"], &direct.backend, has_tokens));
        addresses.push((&["direct", "websocket"], &direct.websocket, has_tokens));
    }
    let in_clear =
        addresses.into_iter().find(|(_, url, has_secrets)| *has_secrets && url.scheme() == "http" && !is_loopback(url));
    in_clear.map_or(Ok(()), |(keys, ..)| {
        Err(reader
            .error(keys, "secrets would travel in the clear to another host")
            .help("use https or wss; http and ws are for loopback addresses only"))
    })
}
