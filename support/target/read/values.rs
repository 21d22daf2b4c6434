//! Single values of a target's file: addresses, durations, pointers, header values, secrets. Each knows what is allowed.

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use reqwest::Url;
use reqwest::header::{HeaderName, HeaderValue};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use toml::{Spanned, Value};

use super::{InputError, Reader, Stage, Text};
use crate::secret::Secret;

/// Words in the name of a header under which a literal is taken for a secret.
const SECRET_HEADERS: [&str; 13] = [
    "secret",
    "password",
    "passwd",
    "token",
    "key",
    "apikey",
    "auth",
    "authorization",
    "cookie",
    "credential",
    "credentials",
    "signature",
    "bypass",
];
/// The same in the name of a field, where `token_type` and its like are no secrets.
const SECRET_FIELDS: [&str; 7] = ["secret", "password", "passwd", "key", "apikey", "credential", "credentials"];
/// Headers that are the connection's own affair (RFC 9110 §7.6.1, RFC 6455 §4.1).
const OWN_HEADERS: [&str; 5] = ["connection", "content-length", "transfer-encoding", "upgrade", "host"];
/// More than any round has probes.
const MOST_CONNECTIONS: usize = 1_000;
const NOT_BARE: &str = "an address has no user, password, query or fragment";

impl Reader<'_> {
    pub(super) fn url(&self, at: &Spanned<String>, schemes: &[&str]) -> Result<Url, InputError> {
        let allowed = format!(
            "allowed: {}",
            schemes.iter().map(|scheme| format!("{scheme}://host[:port][/path]")).collect::<Vec<_>>().join(", ")
        );
        // An address may hold a password; the caret shows its first letters only.
        let hidden = || self.source.error(at.span().start..at.span().start + 1, NOT_BARE).help(&allowed);
        let url = Url::parse(at.get_ref()).map_err(|error| match at.get_ref().contains(['@', '?']) {
            true => hidden(),
            false => self.error(at, format!("not an address: {error}")).help(&allowed),
        })?;
        if !url.username().is_empty() || url.password().is_some() || url.query().is_some() || url.fragment().is_some() {
            return Err(hidden());
        }
        if !schemes.contains(&url.scheme()) || !url.has_host() {
            return Err(self.error(at, format!("the scheme `{}` does not fit here", url.scheme())).help(allowed));
        }
        // A handshake is an HTTP request; ws and wss are its names in the file only (RFC 6455 §3).
        let http = if url.scheme().starts_with("ws") { url.as_str().replacen("ws", "http", 1) } else { url.into() };
        Url::parse(&http).map_err(|error| self.error(at, format!("not an address: {error}")))
    }

    pub(super) fn duration(&self, at: Option<&Spanned<String>>, usual: &str) -> Result<Duration, InputError> {
        let text = at.map_or(usual, |at| at.get_ref());
        let complain = |why: String| match at {
            Some(at) => self.error(at, why).help("a duration is a number with a unit, such as `500ms`, `10s` or `15m`"),
            None => InputError::new(why),
        };
        let duration = humantime::parse_duration(text).map_err(|error| complain(format!("not a duration: {error}")))?;
        let allowed = Duration::from_millis(1)..=Duration::from_secs(30 * 24 * 3600);
        if allowed.contains(&duration) {
            Ok(duration)
        } else {
            Err(complain("a duration lies between 1ms and 30d".into()))
        }
    }

    pub(super) fn pointer(&self, at: &Spanned<String>) -> Result<String, InputError> {
        let pointer = at.get_ref();
        let escapes = pointer.split('~').skip(1).all(|rest| rest.starts_with(['0', '1']));
        if pointer.starts_with('/') && escapes {
            return Ok(pointer.clone());
        }
        let help = format!(
            "a JSON pointer starts with a slash, and `~` is `~0`: `/{}` (RFC 6901)",
            pointer.trim_start_matches('/').replace('.', "/")
        );
        Err(self.error(at, format!("`{pointer}` is not a JSON pointer")).help(help))
    }

    /// A path of the service itself: it cannot lead to another host.
    pub(super) fn path(&self, at: Option<&Spanned<String>>, usual: &str) -> Result<String, InputError> {
        let Some(at) = at else { return Ok(usual.to_owned()) };
        let path = at.get_ref();
        if path.starts_with('/') && !path.starts_with("//") && path.chars().all(|c| c.is_ascii_graphic() && c != '#') {
            return Ok(path.clone());
        }
        Err(self.error(at, "not a path").help(format!("a path starts with one slash, such as `{usual}`")))
    }

    pub(super) fn optional_pointer(&self, at: Option<&Spanned<String>>) -> Result<Option<String>, InputError> {
        at.map(|at| self.pointer(at)).transpose()
    }

    pub(super) fn users(&self, at: &Spanned<Vec<String>>) -> Result<Vec<String>, InputError> {
        let users = at.get_ref();
        let mut seen = std::collections::BTreeSet::new();
        if users.is_empty() || users.iter().any(|user| user.trim().is_empty() || !seen.insert(user)) {
            return Err(self.error(at, "`users` names at least one user, none of them empty and none twice"));
        }
        Ok(users.clone())
    }

    /// A subprotocol is a token of RFC 9110 §5.6.2, because it travels in a comma-separated header.
    pub(super) fn subprotocol(
        &self,
        at: Option<&Spanned<String>>,
        usual: &str,
        placeholder: &str,
    ) -> Result<String, InputError> {
        let Some(at) = at else { return Ok(usual.to_owned()) };
        let rest = at.get_ref().replacen(placeholder, "", 1);
        let valid = (!rest.is_empty() || !placeholder.is_empty())
            && rest.chars().all(|c| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c));
        if valid && at.get_ref().contains(placeholder) {
            return Ok(at.get_ref().clone());
        }
        let help = format!("letters, digits and !#$%&'*+-.^_`|~, such as `{usual}`");
        Err(self.error(at, format!("`{}` cannot be a subprotocol here", at.get_ref())).help(help))
    }

    pub(super) fn header_value(&self, at: &Spanned<String>) -> Result<String, InputError> {
        HeaderValue::from_str(at.get_ref())
            .map_err(|_| self.error(at, "not a header value: visible characters only"))?;
        Ok(at.get_ref().clone())
    }

    pub(super) fn header_name(&self, name: &str, at: &Spanned<Value>) -> Result<String, InputError> {
        let lower = name.to_ascii_lowercase();
        match HeaderName::from_bytes(name.as_bytes()) {
            Ok(_) if OWN_HEADERS.contains(&lower.as_str()) || lower.starts_with("sec-websocket-") => {
                Err(self.hidden(at, &format!("the header `{name}` belongs to the connection and cannot be set")))
            }
            Ok(_) => Ok(name.to_owned()),
            Err(_) => Err(self.hidden(at, &format!("`{name}` is not the name of a header"))),
        }
    }

    pub(super) fn header_text(&self, name: &str, at: &Spanned<Value>) -> Result<Text, InputError> {
        let text = self.text(at, is_secretive(name, &SECRET_HEADERS))?;
        HeaderValue::from_str(text.expose())
            .map_err(|_| self.hidden(at, "not a header value: visible characters only"))?;
        Ok(text)
    }

    pub(super) fn field_text(&self, name: &str, at: &Spanned<Value>) -> Result<Text, InputError> {
        self.text(at, is_secretive(name, &SECRET_FIELDS))
    }

    /// `{ env = "NAME" }`, or a literal. A literal under a secretive name is a secret, and those stay on this machine.
    pub(super) fn text(&self, at: &Spanned<Value>, secretive: bool) -> Result<Text, InputError> {
        match at.get_ref() {
            Value::String(literal) if secretive && !literal.contains('{') => self.literal_secret(at, literal),
            Value::String(literal) => Ok(Text::Plain(literal.clone())),
            Value::Table(table) if table.len() == 1 => match table.get("env") {
                Some(Value::String(variable)) => self.variable(at, variable).map(Text::Secret),
                _ => Err(self.hidden(at, "expected a text or `{ env = \"NAME\" }`")),
            },
            _ => Err(self.hidden(at, "expected a text or `{ env = \"NAME\" }`")),
        }
    }

    fn literal_secret(&self, at: &Spanned<Value>, literal: &str) -> Result<Text, InputError> {
        if self.stage == Stage::Local && !literal.is_empty() {
            return Ok(Text::Secret(Secret::new(literal)));
        }
        let help = "write `{ env = \"NAME\" }` and set the variable; literal secrets are for `stage = \"local\"` only";
        Err(self.hidden(at, "a secret may not stand in this file").help(help))
    }

    fn variable(&self, at: &Spanned<Value>, variable: &str) -> Result<Secret, InputError> {
        let why = match (self.environment)(variable).map(OsString::into_string) {
            Some(Ok(value)) if !value.trim().is_empty() => return Ok(Secret::new(value)),
            Some(Ok(_)) => "is empty",
            Some(Err(_)) => "holds bytes that are no UTF-8",
            None => "is not set",
        };
        Err(self.error(at, format!("the variable `{variable}` {why}")).help("set it, or remove this setting"))
    }

    pub(super) fn connections(&self, at: Option<&Spanned<usize>>) -> Result<usize, InputError> {
        let usual = if self.stage == Stage::Production { 1 } else { MOST_CONNECTIONS };
        let number = at.map_or(usual, |at| *at.get_ref());
        match at {
            Some(at) if !(1..=MOST_CONNECTIONS).contains(&number) => {
                Err(self.error(at, format!("between 1 and {MOST_CONNECTIONS} connections at a time")))
            }
            _ => Ok(number),
        }
    }

    pub(super) fn roots(&self, at: Option<&Spanned<PathBuf>>) -> Result<Vec<CertificateDer<'static>>, InputError> {
        let Some(at) = at else { return Ok(Vec::new()) };
        let complain = |why: String| self.error(at, format!("cannot use `{}`: {why}", at.get_ref().display()));
        let certificates = CertificateDer::pem_file_iter(at.get_ref()).map_err(|error| complain(error.to_string()))?;
        let certificates: Vec<_> =
            certificates.collect::<Result<_, _>>().map_err(|error| complain(error.to_string()))?;
        if certificates.is_empty() {
            Err(complain("it holds no certificate in PEM form".into()))
        } else {
            Ok(certificates)
        }
    }

    /// A mistake in a value that may be a secret: the caret stands below its first character, and the rest is blanked.
    pub(super) fn hidden(&self, at: &Spanned<Value>, message: &str) -> InputError {
        self.source.error(at.span().start..at.span().start + 1, message)
    }
}

fn is_secretive(name: &str, words: &[&str]) -> bool {
    let name = name.to_ascii_lowercase();
    name.split(['-', '_']).any(|word| words.contains(&word))
}
