//! From the written file to a target: resolves variables, parses addresses and durations, and refuses whatever is wrong with
//! a caret below it. Nothing has been sent when this is done.

mod check;
mod proxies;
mod values;

use std::ffi::OsString;
use std::ops::Range;

use jsonwebtoken::Algorithm;
use toml::{Spanned, Value};

use super::contract::{Credentialed, Direct, Fingerprint, Handshake, Health, Login, Mint, Signing, Validate, Welcome};
use super::file::{self, AlgorithmName, Entry, File, PrefixName, Presents};
use super::template::{Body, Headers, Text};
use super::{Stage, Target};
use crate::evidence::{Form, Prefix};
use crate::input::{InputError, Source};

/// Looks up a variable; `None` where it is not set.
pub type Environment<'a> = &'a dyn Fn(&str) -> Option<OsString>;

/// The target of that name, complete.
///
/// # Errors
/// At the first mistake in the file, in the name, or in a variable that the target needs.
pub fn select(source: &Source, name: &str, environment: Environment<'_>) -> Result<Target, InputError> {
    let file: File = source.parse()?;
    let Some(entry) = file.targets.get(name) else {
        return Err(InputError::unknown("target", name, file.targets.keys().map(String::as_str), "the file"));
    };
    let reader = Reader { source, environment, stage: entry.get_ref().stage };
    let target = reader.target(name, entry.get_ref())?;
    check::check(&reader, entry, &target)?;
    proxies::check(&target, environment)?;
    Ok(target)
}

struct Reader<'a> {
    source: &'a Source,
    environment: Environment<'a>,
    stage: Stage,
}

impl Reader<'_> {
    fn target(&self, name: &str, entry: &Entry) -> Result<Target, InputError> {
        Ok(Target {
            name: name.to_owned(),
            stage: entry.stage,
            auth: self.url(&entry.auth, &["http", "https"])?,
            backend: self.url(&entry.backend, &["http", "https"])?,
            websocket: self.url(&entry.websocket, &["ws", "wss"])?,
            health: Health {
                auth: self.path(entry.health.auth.as_ref(), "/health")?,
                backend: self.path(entry.health.backend.as_ref(), "/health")?,
            },
            timeout: self.duration(entry.timeout.as_ref(), "10s")?,
            patience: self.duration(entry.patience.as_ref(), "3s")?,
            lifetime: self.duration(entry.lifetime.as_ref(), "15m")?,
            skew: self.duration(entry.skew.as_ref(), "30s")?,
            // Where users live nothing is done but reading, unless it is written out.
            negatives: entry.negatives.unwrap_or(entry.stage != Stage::Production),
            load: entry.load.unwrap_or(entry.stage != Stage::Production),
            connections: self.connections(entry.connections.as_ref())?,
            thorough: false,
            deadline: self.duration(entry.deadline.as_ref(), "60s")?,
            roots: self.roots(entry.ca.as_ref())?,
            login: entry.login.as_ref().map(|login| self.login(login)).transpose()?,
            mint: entry.mint.as_ref().map(|mint| self.mint(mint.get_ref())).transpose()?,
            validate: self.validate(&entry.validate)?,
            protected: self.path(entry.protected.path.as_ref(), "/api/threads")?,
            handshake: self.handshake(&entry.handshake)?,
            signing: entry.signing.as_ref().map(|signing| self.signing(signing)).transpose()?,
            service: entry
                .service
                .as_ref()
                .map(|service| Ok(Credentialed { headers: self.headers(&service.headers)? }))
                .transpose()?,
            direct: entry.direct.as_ref().map(|direct| self.direct(direct)).transpose()?,
            fingerprint: entry.fingerprint.as_ref().map(|fingerprint| self.fingerprint(fingerprint)).transpose()?,
        })
    }

    fn login(&self, login: &file::Login) -> Result<Login, InputError> {
        Ok(Login {
            path: self.path(Some(&login.path), "/auth/login")?,
            headers: self.headers(&login.headers)?,
            body: if login.users.get_ref().len() > 1 {
                self.body_with("{user}", &login.body)?
            } else {
                self.body(login.body.get_ref())?
            },
            token: self.pointer(&login.token)?,
            users: self.users(&login.users)?,
        })
    }

    fn mint(&self, mint: &file::Mint) -> Result<Mint, InputError> {
        let claims = match serde_json::to_value(mint.claims.get_ref()) {
            Ok(serde_json::Value::Object(claims)) => claims,
            _ => return Err(self.error(&mint.claims, "the claims must be a table")),
        };
        Ok(Mint { claims, lifetime: self.duration(mint.lifetime.as_ref(), "30m")?, users: self.users(&mint.users)? })
    }

    fn validate(&self, validate: &file::Validate) -> Result<Validate, InputError> {
        let text = |text: &str| Body::Text(Text::Plain(text.to_owned()));
        let usual = || Body::Object(vec![("token".into(), text("{token}")), ("token_type".into(), text("access"))]);
        Ok(Validate {
            path: self.path(validate.path.as_ref(), "/auth/validate")?,
            body: validate.body.as_ref().map_or_else(|| Ok(usual()), |body| self.body_with("{token}", body))?,
            accepted: self.optional_pointer(validate.accepted.as_ref())?.unwrap_or_else(|| "/valid".into()),
            prefix: match validate.prefix {
                PrefixName::None => Prefix::None,
                PrefixName::Bearer => Prefix::Bearer,
            },
        })
    }

    fn handshake(&self, handshake: &file::Handshake) -> Result<Handshake, InputError> {
        let welcome = |welcome: &file::Welcome| Ok(Welcome { at: self.pointer(&welcome.at)?, is: welcome.is.clone() });
        Ok(Handshake {
            presents: form(handshake.presents),
            protocol: self.subprotocol(handshake.protocol.as_ref(), "jwt-auth", "")?,
            token_protocol: self.subprotocol(handshake.token_protocol.as_ref(), "jwt.{token}", "{token}")?,
            origin: handshake.origin.as_ref().map(|origin| self.header_value(origin)).transpose()?,
            headers: self.handshake_headers(&handshake.headers)?,
            welcome: handshake.welcome.as_ref().map(welcome).transpose()?,
            user: self.optional_pointer(handshake.user.as_ref())?,
            error_code: self.optional_pointer(handshake.error_code.as_ref())?.unwrap_or_else(|| "/error_code".into()),
            hold: self.duration(handshake.hold.as_ref(), "2s")?,
        })
    }

    fn signing(&self, signing: &file::Signing) -> Result<Signing, InputError> {
        let secret = match self.text(&signing.secret, true)? {
            Text::Secret(secret) => secret,
            Text::Plain(_) => return Err(self.error(&signing.secret, "a secret is written `{ env = \"NAME\" }`")),
        };
        Ok(Signing { secret, algorithm: algorithm(signing.algorithm) })
    }

    fn direct(&self, direct: &file::Direct) -> Result<Direct, InputError> {
        Ok(Direct {
            backend: self.url(&direct.backend, &["http", "https"])?,
            websocket: self.url(&direct.websocket, &["ws", "wss"])?,
        })
    }

    fn fingerprint(&self, fingerprint: &file::Fingerprint) -> Result<Fingerprint, InputError> {
        Ok(Fingerprint {
            path: self.path(Some(&fingerprint.path), "/debug/jwt-secret-hash")?,
            at: self.pointer(&fingerprint.at)?,
            version: self.optional_pointer(fingerprint.version.as_ref())?,
            source: self.optional_pointer(fingerprint.source.as_ref())?,
            headers: self.headers(&fingerprint.headers)?,
        })
    }

    /// The token's own header is not among them: a second one would be sent beside it, or in place of none.
    fn handshake_headers(&self, fields: &file::Fields) -> Result<Headers, InputError> {
        match fields.iter().find(|(name, _)| name.eq_ignore_ascii_case("authorization")) {
            Some((_, at)) => Err(self
                .hidden(at, "`Authorization` carries the token that is tried, and cannot be set here")
                .help("`login` and `mint` give tokens; `presents` says how they travel")),
            None => self.headers(fields),
        }
    }

    fn headers(&self, fields: &file::Fields) -> Result<Headers, InputError> {
        fields
            .iter()
            .map(|(name, value)| Ok((self.header_name(name, value)?, self.header_text(name, value)?)))
            .collect::<Result<_, _>>()
            .map(Headers)
    }

    /// A body that does not say whose token is wanted, or which one is to be judged, asks nothing.
    fn body_with(&self, placeholder: &str, fields: &Spanned<file::Fields>) -> Result<Body, InputError> {
        let body = self.body(fields.get_ref())?;
        if body.fill("", "").to_string().contains(placeholder) {
            return Ok(body);
        }
        let start = fields.span().start;
        Err(self.source.error(start..start + 1, format!("`{placeholder}` stands nowhere in this body")))
    }

    fn body(&self, fields: &file::Fields) -> Result<Body, InputError> {
        let fields =
            fields.iter().map(|(key, value)| Ok((key.clone(), self.part(key, value.get_ref(), &value.span())?)));
        fields.collect::<Result<_, _>>().map(Body::Object)
    }

    fn part(&self, key: &str, value: &Value, span: &Range<usize>) -> Result<Body, InputError> {
        let spanned = || Spanned::new(span.clone(), value.clone());
        Ok(match value {
            Value::String(_) => Body::Text(self.field_text(key, &spanned())?),
            Value::Table(table) if table.contains_key("env") && table.len() == 1 => {
                Body::Text(self.field_text(key, &spanned())?)
            }
            Value::Table(table) => {
                let fields = table.iter().map(|(key, value)| Ok((key.clone(), self.part(key, value, span)?)));
                Body::Object(fields.collect::<Result<_, _>>()?)
            }
            Value::Array(items) => {
                Body::Array(items.iter().map(|item| self.part(key, item, span)).collect::<Result<_, _>>()?)
            }
            other => {
                Body::Other(serde_json::to_value(other).map_err(|error| self.error(&spanned(), error.to_string()))?)
            }
        })
    }

    fn error<T>(&self, at: &Spanned<T>, message: impl Into<String>) -> InputError {
        self.source.error(at.span(), message)
    }
}

fn form(presents: Presents) -> Form {
    match presents {
        Presents::Header => Form::Header(Prefix::Bearer),
        Presents::Subprotocol => Form::Subprotocol(Prefix::None),
        Presents::Both => Form::Both,
        Presents::Query => Form::Query,
    }
}

fn algorithm(name: AlgorithmName) -> Algorithm {
    match name {
        AlgorithmName::HS256 => Algorithm::HS256,
        AlgorithmName::HS384 => Algorithm::HS384,
        AlgorithmName::HS512 => Algorithm::HS512,
    }
}
