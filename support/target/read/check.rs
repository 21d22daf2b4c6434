//! What must be true of a target as a whole before anything is sent to it.

use toml::Spanned;

use super::{Entry, InputError, Reader, Target};
use crate::target::is_loopback;

pub(super) fn check(reader: &Reader<'_>, entry: &Spanned<Entry>, target: &Target) -> Result<(), InputError> {
    let entry = entry.get_ref();
    if let Some(mint) = entry.mint.as_ref().filter(|_| entry.signing.is_none()) {
        return Err(reader
            .error(mint, "`mint` signs tokens and needs the secret to do so")
            .help("add a table `signing` to this target"));
    }
    let signing = target.mint.is_some();
    let tokens = target.login.is_some() || signing;
    let to_auth = tokens
        || target.service.is_some()
        || has_secret_headers(target)
        || target.validate.body.secrets().next().is_some();
    let direct = entry.direct.as_ref().zip(target.direct.as_ref());
    let mut places = vec![
        (&entry.auth, &target.auth, to_auth),
        (&entry.backend, &target.backend, tokens || has_secret_headers(target)),
    ];
    places.push((&entry.websocket, &target.websocket, tokens || target.handshake.headers.secrets().next().is_some()));
    if let Some((written, read)) = direct {
        places.extend([(&written.backend, &read.backend, tokens), (&written.websocket, &read.websocket, tokens)]);
    }
    match places.into_iter().find(|(_, url, secret)| *secret && url.scheme() == "http" && !is_loopback(url)) {
        Some((written, ..)) => {
            let help = "use https or wss; plain http is for loopback addresses only";
            Err(reader.error(written, "secrets would travel in the clear to another host").help(help))
        }
        None => Ok(()),
    }
}

fn has_secret_headers(target: &Target) -> bool {
    target.fingerprint.as_ref().is_some_and(|fingerprint| fingerprint.headers.secrets().next().is_some())
}
