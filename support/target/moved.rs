//! Keys of an older format: each gets one message that names the new one.

use crate::input::{InputError, Source};

/// The table within a target, the old key, and what to write now.
const MOVED: [(&str, &str, &str); 9] = [
    ("", "patience", "`slow-after`"),
    ("", "lifetime", "`min-lifetime`"),
    ("", "skew", "`max-skew`"),
    ("login", "body", "`json`"),
    ("validate", "body", "`json`"),
    ("validate", "prefix", "`scheme`, such as `scheme = \"Bearer\"`"),
    ("handshake", "hold", "`stays-open`"),
    ("handshake", "protocol", "the first entry of `subprotocols`"),
    ("handshake", "token-protocol", "an entry of `subprotocols`, such as `\"jwt.{token|base64url}\"`"),
];

/// # Errors
/// At the first key that has moved.
pub(super) fn check(source: &Source) -> Result<(), InputError> {
    // A file that does not parse has a message of its own.
    let Ok(Some(targets)) = source.get::<toml::Table>(&["targets"]) else { return Ok(()) };
    for (name, target) in &targets {
        for (table, key, now) in MOVED {
            let place = if table.is_empty() { Some(target) } else { target.get(table) };
            if place.is_some_and(|place| place.get(key).is_some()) {
                let keys: Vec<&str> =
                    ["targets", name, table, key].into_iter().filter(|part| !part.is_empty()).collect();
                return Err(source.error_at(&keys, format!("`{key}` has moved")).help(format!("write {now}")));
            }
        }
    }
    Ok(())
}
