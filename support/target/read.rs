//! From the target file to a target. serde reads what a value alone decides; what depends on the stage or the environment is
//! read here. Nothing has been sent when this is done.

mod consistency;
mod handshake;
mod literals;
mod parts;
mod platform;
mod proxies;
mod requests;
mod signing;
mod text;

pub(crate) use platform::access_token;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use reqwest::Method;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::{Account, Request, Stage, Target, USUAL_CONNECTIONS, Values};
use crate::input::{InputError, Source, closest, public_name, read_bounded};
use crate::secret::Secret;
use crate::wording::is_printable;

/// The bundles of whole systems are smaller than a tenth of it, in bytes.
const MOST_CERTIFIED: u64 = 8 * 1024 * 1024;
/// More targets than fit in a message are counted.
const MOST_LISTED: usize = 24;
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
    read(source, name, environment, None)
}

/// The same for a check that is not made: another text stands for each variable that is not set. With the names of these.
///
/// # Errors
/// As [`select`], where no variable is lacking.
pub fn select_to_list(
    source: &Source,
    name: &str,
    environment: Environment<'_>,
) -> Result<(Target, BTreeSet<String>), InputError> {
    let unset = RefCell::default();
    let target = read(source, name, environment, Some(&unset))?;
    Ok((target, unset.into_inner()))
}

fn read(
    source: &Source,
    name: &str,
    environment: Environment<'_>,
    unset: Option<&RefCell<BTreeSet<String>>>,
) -> Result<Target, InputError> {
    let mut targets = targets(source)?;
    let Some(target) = targets.remove(name) else {
        return Err(unknown(source, name, targets.keys().map(String::as_str)));
    };
    let reader = Reader { source, environment, unset, stage: target.stage, name };
    let target = reader.complete(target)?;
    consistency::check(&reader, &target)?;
    proxies::check(&target, environment)?;
    Ok(target)
}

/// Whose name is not there; an address in its place may hold a password.
fn unknown<'a>(source: &Source, name: &str, targets: impl Iterator<Item = &'a str>) -> InputError {
    let all: Vec<String> = targets.map(public_name).collect();
    let close = closest(name, all.iter().map(String::as_str)).map(|close| format!("did you mean `{close}`? "));
    let listed = listed(&all);
    InputError::new(format!("unknown target `{}` in `{}`", public_name(name), source.path()))
        .help(format!("{}its targets: {listed}", close.unwrap_or_default()))
}

/// Names of targets, as many as fit in a message.
pub(crate) fn listed(names: &[String]) -> String {
    match names.len().saturating_sub(MOST_LISTED) {
        0 => names.join(", "),
        more => format!("{}, and {more} more", names[..MOST_LISTED].join(", ")),
    }
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
    super::tables::check(source)?;
    super::moved::check(source)?;
    let targets = source.parse::<TargetFile>()?.targets;
    if let Some(name) = targets.keys().find(|name| !name.chars().all(is_printable)) {
        let message = format!("the name of target `{}` has characters that cannot be printed", name.escape_default());
        return Err(InputError::new(message).help("name it with letters, digits and signs"));
    }
    if targets.is_empty() {
        let message = format!("`{}` has no table `[targets.NAME]`", source.path());
        let help =
            "write `[targets.staging]`, a `stage` and your addresses below it; `fivewhys init` writes such a file";
        return Err(InputError::new(message).help(help));
    }
    Ok(targets)
}

/// Each user and password, as a header has them.
fn basics(target: &Target) -> Vec<Secret> {
    let encoded = |request: &Request, values: &Values| {
        let [user, password] = request.basic.as_ref()?;
        let both = format!("{}:{}", user.fill(values), password.fill(values));
        Some(Secret::new(STANDARD.encode(both)))
    };
    let of_login = target.login.iter().flat_map(|login| {
        let values = login.accounts.iter().map(Account::values).collect::<Vec<_>>();
        let of_each = move |request| values.iter().filter_map(|values| encoded(request, values)).collect::<Vec<_>>();
        login.requests().flat_map(of_each).collect::<Vec<_>>()
    });
    let others = target.requests().filter_map(|request| encoded(request, &Values::new()));
    of_login.chain(others).collect()
}

struct Reader<'a> {
    source: &'a Source,
    environment: Environment<'a>,
    /// The variables that are not set, where that is no mistake.
    unset: Option<&'a RefCell<BTreeSet<String>>>,
    stage: Stage,
    name: &'a str,
}

impl Reader<'_> {
    fn complete(&self, mut target: Target) -> Result<Target, InputError> {
        let is_production = self.stage == Stage::Production;
        target.name = self.name.to_owned();
        target.negatives = self.get(&["negatives"])?.unwrap_or(!is_production);
        target.load = self.get(&["load"])?.unwrap_or(!is_production);
        let usual = match self.stage {
            Stage::Local => None,
            Stage::Staging => Some(USUAL_CONNECTIONS),
            Stage::Production => Some(1),
        };
        target.connections = self.get(&["connections"])?.or(usual);
        if target.connections.is_some_and(|connections| !(1..=MAX_CONNECTIONS).contains(&connections)) {
            return Err(self.error(&["connections"], format!("between 1 and {MAX_CONNECTIONS} connections at a time")));
        }
        target.roots = target.ca.as_ref().map(|path| self.roots(&["ca"], path)).transpose()?.unwrap_or_default();
        target.headers = self.headers(&["headers"], &[])?;
        self.no_placeholder(&["health", "auth"], &target.health.auth)?;
        self.no_placeholder(&["health", "backend"], &target.health.backend)?;
        if let Some(login) = &mut target.login {
            self.login(login)?;
        }
        target.given = self.given_tokens()?;
        target.validate = self.validation(target.validate)?;
        target.health.named = target.health.differs_from_default();
        target.protected = self.protected(target.protected)?;
        if let Some(fingerprint) = &mut target.fingerprint {
            fingerprint.request = self.request(&["fingerprint"], fingerprint.written(), (Method::GET, None), &[])?;
        }
        target.basics = basics(&target);
        self.handshake(&mut target.handshake)?;
        if let Some(mint) = &target.mint {
            self.claims(&mint.claims)?;
        }
        if let Some(signing) = &mut target.signing {
            self.signing(signing)?;
        }
        if let Some(service) = &mut target.service {
            service.headers = self.headers(&["service", "headers"], &[])?;
        }
        target.platform = self.platform()?;
        self.no_secret_within_texts()?;
        Ok(target)
    }

    fn get<T: DeserializeOwned>(&self, keys: &[&str]) -> Result<Option<T>, InputError> {
        self.source.get(&self.keys(keys))
    }

    fn roots(&self, keys: &[&str], path: &std::path::Path) -> Result<Vec<CertificateDer<'static>>, InputError> {
        let unusable = |why: String| self.error(keys, format!("cannot use `{}`: {why}", path.display()));
        let text = read_bounded(path, MOST_CERTIFIED).map_err(unusable)?;
        let certificates: Vec<_> = CertificateDer::pem_slice_iter(text.as_bytes())
            .collect::<Result<_, _>>()
            .map_err(|error| unusable(error.to_string()))?;
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
