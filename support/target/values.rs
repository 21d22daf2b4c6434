//! Single values of a target file, validated while serde reads them. A second line of an error is its help.

use std::collections::BTreeSet;
use std::time::Duration;

use jsonwebtoken::Algorithm;
use reqwest::Url;
use reqwest::header::HeaderValue;
use serde::Deserialize;
use serde::de::{DeserializeOwned, Deserializer, Error, IgnoredAny, IntoDeserializer};

use super::Part;
use super::handshake::{TOKEN, TOKEN_BASE64URL};
use crate::secret::header_is_secret;
use crate::vocabulary::{Carrier, Carriers};

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

pub(super) fn http_address<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Url>, D::Error> {
    address(deserializer, ["http", "https"]).map(Some)
}

pub(super) fn websocket_address<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Url>, D::Error> {
    address(deserializer, ["ws", "wss"]).map(Some)
}

fn address<'de, D: Deserializer<'de>>(deserializer: D, schemes: [&str; 2]) -> Result<Url, D::Error> {
    let text = of_bounded_length(String::deserialize(deserializer)?).map_err(D::Error::custom)?;
    let invalid = |why: &str| {
        let allowed = schemes.map(|scheme| format!("{scheme}://host[:port][/path][?query]")).join(", ");
        D::Error::custom(format!("{why}\nallowed: {allowed}"))
    };
    let url = match Url::parse(&text) {
        // The error of the parser may repeat a password.
        Err(_) if text.contains(['@', '?']) => return Err(invalid(NO_CREDENTIALS)),
        Err(error) => return Err(invalid(&format!("not an address: {error}"))),
        Ok(url) => url,
    };
    let has_secret = url.query_pairs().any(|(name, _)| header_is_secret(&name));
    if !url.username().is_empty() || url.password().is_some() || url.fragment().is_some() || has_secret {
        return Err(invalid(NO_CREDENTIALS));
    }
    if !schemes.contains(&url.scheme()) || !url.has_host() {
        // What stands before a colon may be a user and not a scheme.
        let named = SCHEMES.iter().find(|known| **known == url.scheme());
        return Err(invalid(&match named {
            Some(scheme) => format!("the scheme `{scheme}` is not allowed here"),
            None => "this scheme is not allowed here".to_owned(),
        }));
    }
    if url.port() == Some(0) {
        return Err(D::Error::custom("no service listens at port 0\nallowed: a port from 1 to 65535"));
    }
    // A handshake is an HTTP request; ws and wss are its schemes in the file only (RFC 6455 §3).
    let http = if url.scheme().starts_with("ws") { url.as_str().replacen("ws", "http", 1) } else { url.into() };
    Url::parse(&http).map_err(|error| invalid(&format!("not an address: {error}")))
}

/// Those that a message repeats.
const SCHEMES: [&str; 8] = ["http", "https", "ws", "wss", "ftp", "file", "tcp", "grpc"];
const NO_CREDENTIALS: &str = "an address has no user, password or fragment, and no secret in its query";

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
    valid_pointer(String::deserialize(deserializer)?).map_err(D::Error::custom)
}

pub(super) fn valid_pointer(pointer: String) -> Result<String, String> {
    let escapes = pointer.split('~').skip(1).all(|rest| rest.starts_with(['0', '1']));
    if pointer.starts_with('/') && escapes {
        return Ok(pointer);
    }
    Err(format!(
        "`{pointer}` is not a JSON pointer\na JSON pointer starts with a slash, and `~` is `~0`: `/{}` (RFC 6901)",
        pointer.trim_start_matches('/').replace('.', "/")
    ))
}

pub(super) fn optional_pointer<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    pointer(deserializer).map(Some)
}

/// A path of the service itself: it cannot lead to another host.
pub(super) fn path<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    valid_path(String::deserialize(deserializer)?).map_err(D::Error::custom)
}

fn valid_path(path: String) -> Result<String, String> {
    if path.starts_with('/') && !path.starts_with("//") && path.chars().all(|c| c.is_ascii_graphic() && c != '#') {
        return of_bounded_length(path);
    }
    Err("not a path\na path starts with one slash, such as `/health`".to_owned())
}

/// In bytes. Every service should read so much of an address (RFC 9110 §4.1).
const LONGEST_ADDRESS: usize = 8_000;

/// The address or path, where a service can be expected to read it.
fn of_bounded_length(address: String) -> Result<String, String> {
    match address.len() {
        ..=LONGEST_ADDRESS => Ok(address),
        length => Err(format!("this has {length} bytes\nallowed: up to {LONGEST_ADDRESS} bytes")),
    }
}

/// A path, or `false` where there is none.
pub(super) fn path_or_false<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Part<String>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Written {
        IsThere(bool),
        Path(String),
    }
    match Written::deserialize(deserializer) {
        Ok(Written::IsThere(false)) => Ok(Part::LeftOut),
        Ok(Written::Path(path)) => match valid_path(path) {
            Ok(path) => Ok(Part::Described(Box::new(path))),
            Err(wrong) => Err(D::Error::custom(wrong + "; or `false` where there is none")),
        },
        Ok(Written::IsThere(true)) | Err(_) => Err(D::Error::custom(
            "not a path\na path starts with one slash, such as `/health`; or `false` where there is none",
        )),
    }
}

pub(super) fn users<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    let users = Vec::<String>::deserialize(deserializer)?;
    let mut seen = BTreeSet::new();
    if users.is_empty() || users.iter().any(|user| user.trim().is_empty() || !seen.insert(user)) {
        return Err(D::Error::custom("`users` lists at least one user, each of them once and none of them empty"));
    }
    Ok(users)
}

/// What a client offers; at most one entry carries the token.
pub(super) fn subprotocols<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    let offered = Vec::<String>::deserialize(deserializer)?;
    let plain = |entry: &String| entry.replacen(TOKEN_BASE64URL, "", 1).replacen(TOKEN, "", 1);
    let has_token = |entry: &&String| entry.contains("{token");
    if let Some(wrong) = offered.iter().find(|entry| entry.is_empty() || !is_token(&plain(entry))) {
        return Err(not_a_subprotocol(wrong, "jwt-auth` or `jwt.{token|base64url}"));
    }
    if offered.iter().filter(has_token).count() > 1 {
        return Err(D::Error::custom("the token stands in one of the subprotocols at most"));
    }
    Ok(offered)
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

/// One word, or a list of them.
pub(super) fn presents<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Carriers, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum OneOrSeveral {
        One(String),
        Several(Vec<String>),
    }
    let allowed = Carrier::words_of_a_handshake();
    let names = match OneOrSeveral::deserialize(deserializer)
        .map_err(|_| D::Error::custom(format!("a word or a list of words\nallowed: {}", allowed.join(", "))))?
    {
        OneOrSeveral::One(name) if name == "both" => {
            return Err(D::Error::custom("`both` is now a list\nwrite `presents = [\"header\", \"subprotocol\"]`"));
        }
        OneOrSeveral::One(name) => vec![name],
        OneOrSeveral::Several(names) => names,
    };
    let carrier = |name: &String| {
        let known = allowed.contains(&name.as_str()).then(|| name.parse().ok()).flatten();
        known.ok_or_else(|| D::Error::unknown_variant(name, allowed))
    };
    if names.is_empty() {
        return Err(D::Error::custom(format!(
            "a client presents its token somewhere\nallowed: {}",
            allowed.join(", ")
        )));
    }
    names.iter().map(carrier).collect()
}

pub(super) fn algorithm<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Algorithm>, D::Error> {
    const NAMES: [&str; 12] =
        ["HS256", "HS384", "HS512", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA"];
    let name = String::deserialize(deserializer)?;
    let known = NAMES.contains(&name.as_str()).then(|| name.parse().ok()).flatten();
    known
        .map(Some)
        .ok_or_else(|| D::Error::custom(format!("`{name}` cannot be signed here\nallowed: {}", NAMES.join(", "))))
}

/// A table, or `false` where the target has no such part.
pub(super) fn part<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Part<T>, D::Error> {
    struct TableOrFalse<T>(std::marker::PhantomData<T>);
    impl<'de, T: Deserialize<'de>> serde::de::Visitor<'de> for TableOrFalse<T> {
        type Value = Part<T>;

        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("a table, or `false` where the target has no such part")
        }

        fn visit_bool<E: Error>(self, is_there: bool) -> Result<Self::Value, E> {
            if is_there { Ok(Part::Assumed) } else { Ok(Part::LeftOut) }
        }

        fn visit_map<A: serde::de::MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
            let table = serde::de::value::MapAccessDeserializer::new(map);
            T::deserialize(table).map(|part| Part::Described(Box::new(part)))
        }
    }
    deserializer.deserialize_any(TableOrFalse(std::marker::PhantomData))
}

/// One word of several, and nothing else: serde would take a table with such a key for the word.
pub(super) fn word<'de, D: Deserializer<'de>, T: DeserializeOwned>(deserializer: D) -> Result<T, D::Error> {
    struct Word<T>(std::marker::PhantomData<T>);
    fn read<T: DeserializeOwned, E: Error>(text: &str) -> Result<T, E> {
        T::deserialize(IntoDeserializer::<E>::into_deserializer(text))
    }
    impl<T: DeserializeOwned> serde::de::Visitor<'_> for Word<T> {
        type Value = T;

        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            // serde lists the words only in the error for one that is none.
            let error = read::<T, serde::de::value::Error>("").err().map(|error| error.to_string());
            let list = error.as_deref().and_then(|error| error.split_once(", expected ")).map(|(_, list)| list);
            f.write_str(list.unwrap_or("a word"))
        }

        fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
            read(text)
        }
    }
    deserializer.deserialize_any(Word(std::marker::PhantomData))
}

pub(super) fn optional_word<'de, D: Deserializer<'de>, T: DeserializeOwned>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    word(deserializer).map(Some)
}

/// RFC 7519 §4.1.2.
pub(super) fn subject() -> String {
    "sub".into()
}
