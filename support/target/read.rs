//! From the target file to a target. serde reads what a value alone decides; what depends on the stage or the environment is
//! read here. Nothing has been sent when this is done.

mod consistency;
mod proxies;
mod text;

use std::collections::BTreeMap;
use std::ffi::OsString;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::template::{Headers, JsonBody};
use super::{Stage, Target};
use crate::input::{InputError, Source};
use text::Fields;

/// More than any round has probes.
const MAX_CONNECTIONS: usize = 1_000;

/// Looks up an environment variable; `None` where it is not set.
pub type Environment<'a> = &'a dyn Fn(&str) -> Option<OsString>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TargetFile {
    #[serde(default)]
    targets: BTreeMap<String, Target>,
}

/// The target of that name, complete.
///
/// # Errors
/// At the first invalid key or value of the file, an unknown name, or an invalid variable that the target needs.
pub fn select(source: &Source, name: &str, environment: Environment<'_>) -> Result<Target, InputError> {
    let mut targets = targets(source)?;
    let Some(target) = targets.remove(name) else {
        return Err(InputError::unknown("target", name, targets.keys().map(String::as_str), "the file"));
    };
    let reader = Reader { source, environment, stage: target.stage, name };
    let target = reader.complete(target)?;
    consistency::check(&reader, &target)?;
    proxies::check(&target, environment)?;
    Ok(target)
}

/// Every target of the file, without what the environment holds.
///
/// # Errors
/// At the first invalid key or value of the file, or where it has no target.
pub fn list(source: &Source) -> Result<Vec<Target>, InputError> {
    let targets = targets(source)?;
    Ok(targets.into_iter().map(|(name, target)| Target { name, ..target }).collect())
}

fn targets(source: &Source) -> Result<BTreeMap<String, Target>, InputError> {
    let targets = source.parse::<TargetFile>()?.targets;
    if targets.is_empty() {
        let message = format!("`{}` has no table `[targets.NAME]`", source.path());
        return Err(InputError::new(message).help("`fivewhys init` writes a file with one"));
    }
    Ok(targets)
}

struct Reader<'a> {
    source: &'a Source,
    environment: Environment<'a>,
    stage: Stage,
    name: &'a str,
}

impl Reader<'_> {
    fn complete(&self, mut target: Target) -> Result<Target, InputError> {
        let is_production = self.stage == Stage::Production;
        target.name = self.name.to_owned();
        target.negatives = self.get(&["negatives"])?.unwrap_or(!is_production);
        target.load = self.get(&["load"])?.unwrap_or(!is_production);
        target.connections = self.get(&["connections"])?.unwrap_or(if is_production { 1 } else { MAX_CONNECTIONS });
        if !(1..=MAX_CONNECTIONS).contains(&target.connections) {
            return Err(self.error(&["connections"], format!("between 1 and {MAX_CONNECTIONS} connections at a time")));
        }
        target.roots = target.ca.as_ref().map(|path| self.roots(path)).transpose()?.unwrap_or_default();
        if let Some(login) = &mut target.login {
            login.headers = self.headers("login")?;
            let placeholder = (login.users.len() > 1).then_some("{user}");
            login.body = self.body("login", placeholder)?.unwrap_or_default();
        }
        if let Some(body) = self.body("validate", Some("{token}"))? {
            target.validate.body = body;
        }
        target.handshake.headers = self.handshake_headers()?;
        if let Some(signing) = &mut target.signing {
            signing.secret = self.signing_secret()?;
        }
        if let Some(service) = &mut target.service {
            service.headers = self.headers("service")?;
        }
        if let Some(fingerprint) = &mut target.fingerprint {
            fingerprint.headers = self.headers("fingerprint")?;
        }
        Ok(target)
    }

    /// An `Authorization` here would be sent beside the token of a probe, or where a probe sends none.
    fn handshake_headers(&self) -> Result<Headers, InputError> {
        let fields = self.fields("handshake", "headers")?.unwrap_or_default();
        match fields.iter().find(|(name, _)| name.eq_ignore_ascii_case("authorization")) {
            Some((_, at)) => Err(self
                .secret_error(at, "`Authorization` carries the token of a probe and cannot be set here")
                .help("`login` and `mint` provide tokens; `presents` says where the client puts them")),
            None => self.headers("handshake"),
        }
    }

    fn headers(&self, table: &str) -> Result<Headers, InputError> {
        let fields = self.fields(table, "headers")?.unwrap_or_default();
        fields
            .iter()
            .map(|(name, value)| Ok((self.header_name(name, value)?, self.header_text(name, value)?)))
            .collect::<Result<_, _>>()
            .map(Headers)
    }

    /// Without its placeholder, a body would ask for no user in particular, or validate no token of a probe.
    fn body(&self, table: &str, placeholder: Option<&str>) -> Result<Option<JsonBody>, InputError> {
        let Some(fields) = self.fields(table, "body")? else { return Ok(None) };
        let fields = fields.iter().map(|(key, value)| Ok((key.clone(), self.body_value(key, value)?)));
        let body = JsonBody::Object(fields.collect::<Result<_, _>>()?);
        match placeholder.filter(|placeholder| !body.fill("", "").to_string().contains(placeholder)) {
            Some(placeholder) => Err(self.error(&[table, "body"], format!("`{placeholder}` is missing in this body"))),
            None => Ok(Some(body)),
        }
    }

    fn fields(&self, table: &str, key: &str) -> Result<Option<Fields>, InputError> {
        self.get(&[table, key])
    }

    fn get<T: DeserializeOwned>(&self, keys: &[&str]) -> Result<Option<T>, InputError> {
        self.source.get(&self.keys(keys))
    }

    fn roots(&self, path: &std::path::Path) -> Result<Vec<CertificateDer<'static>>, InputError> {
        let unusable = |why: String| self.error(&["ca"], format!("cannot use `{}`: {why}", path.display()));
        let certificates = CertificateDer::pem_file_iter(path).map_err(|error| unusable(error.to_string()))?;
        let certificates: Vec<_> =
            certificates.collect::<Result<_, _>>().map_err(|error| unusable(error.to_string()))?;
        match certificates.is_empty() {
            true => Err(unusable("it holds no certificate in PEM form".into())),
            false => Ok(certificates),
        }
    }

    /// An error at the value of this target below these keys.
    fn error(&self, keys: &[&str], message: impl Into<String>) -> InputError {
        self.source.error_at(&self.keys(keys), message)
    }

    fn keys<'k>(&'k self, keys: &[&'k str]) -> Vec<&'k str> {
        [&["targets", self.name], keys].concat()
    }
}
