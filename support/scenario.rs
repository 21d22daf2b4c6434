//! A scenario: one deployment, one expectation. Read from a TOML file, strictly; its id is the path below `scenarios/` without
//! the extension.

mod system;

use std::collections::BTreeSet;
use std::path::Path;

use serde::Deserialize;

use crate::deployment::{
    Auth, Backend, ClientConfig, Deployment, Gateway, Platform, Proxy, SecretSource, VisibleSettings,
};
use crate::diagnosis::{Diagnosis, Verdict};
use crate::input::{InputError, Source};
use crate::presets::Preset;
use crate::vocabulary::Fault;

/// A modelled deployment, and the diagnosis that a check must reach.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Scenario {
    /// One sentence.
    pub title: String,
    /// How it happened and what users saw.
    pub story: String,
    /// The day of the real incident.
    pub observed_on: Option<Day>,
    #[serde(default)]
    client: ClientConfig,
    #[serde(default)]
    proxy: Proxy,
    #[serde(default)]
    auth_proxy: Proxy,
    #[serde(default)]
    backend: Backend,
    #[serde(default)]
    gateway: Gateway,
    #[serde(default)]
    auth: Auth,
    platform: Option<Platform>,
    response_style: Option<u64>,
    system: Option<Preset>,
    /// What the target file contains.
    #[serde(default)]
    pub target: VisibleSettings,
    /// The diagnosis that a check must reach.
    pub expect: ExpectedDiagnosis,
}

/// What a check of the scenario must find.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ExpectedDiagnosis {
    /// The exact set, every severity; empty is health.
    pub faults: BTreeSet<Fault>,
    /// At least these are undetermined.
    #[serde(default)]
    pub undetermined: BTreeSet<Fault>,
    /// Where it does not follow from the faults: those that do not affect the client leave a deployment healthy.
    pub verdict: Option<Verdict>,
}

impl ExpectedDiagnosis {
    /// What the diagnosis says otherwise, if anything.
    pub fn differs_from(&self, diagnosis: &Diagnosis) -> Option<String> {
        let found: BTreeSet<Fault> = diagnosis.findings.iter().map(|finding| finding.fault).collect();
        if found != self.faults {
            return Some(format!("confirmed: {}; expected: {}", listed(&found), listed(&self.faults)));
        }
        let open = |fault: &&Fault| diagnosis.undetermined.contains_key(fault);
        let decided: BTreeSet<Fault> = self.undetermined.iter().filter(|fault| !open(fault)).copied().collect();
        if !decided.is_empty() {
            return Some(format!("decided, and expected to be not tested: {}", listed(&decided)));
        }
        let follows = match (self.faults.is_empty(), self.undetermined.is_empty()) {
            (false, _) => Verdict::Faulty,
            (true, false) => Verdict::Inconclusive,
            (true, true) => Verdict::Healthy,
        };
        let verdict = self.verdict.unwrap_or(follows);
        (diagnosis.verdict != verdict)
            .then(|| format!("the verdict is {}, and {verdict} is expected", diagnosis.verdict))
    }
}

fn listed(faults: &BTreeSet<Fault>) -> String {
    let codes: Vec<&str> = faults.iter().map(|fault| fault.code()).collect();
    if codes.is_empty() { "nothing".to_owned() } else { codes.join(", ") }
}

/// `YYYY-MM-DD`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Day(String);

impl Scenario {
    /// # Errors
    /// When the text is not a scenario.
    pub fn parse(source: &Source) -> Result<Self, InputError> {
        let scenario: Scenario = source.parse()?;
        match scenario.system {
            None => Ok(scenario),
            Some(preset) => source.parse_with(&system::defaults(preset)?),
        }
    }

    /// The scenario with this id: from `scenarios/` of the current directory, or else the built-in one. A name that ends in
    /// `.toml` is a path instead.
    ///
    /// # Errors
    /// When it does not exist or is not valid.
    pub fn find(id: &str) -> Result<Self, InputError> {
        let file = if id.ends_with(".toml") { id.to_owned() } else { format!("{FOLDER}/{id}.toml") };
        if Path::new(&file).is_file() || id.ends_with(".toml") {
            return Scenario::parse(&Source::read(Path::new(&file))?);
        }
        match BUILT_IN.iter().find(|(name, _)| *name == id) {
            Some((_, text)) => Scenario::parse(&Source::new(file, *text)),
            None => Err(InputError::unknown("scenario", id, ids(), "`fivewhys scenarios`")),
        }
    }

    /// The modelled deployment, without title, story and expectation.
    pub fn deployment(&self) -> Deployment {
        let (mut auth, mut backend) = (self.auth.clone(), self.backend.clone());
        // Services without a list of their own load what the platform gives them.
        if let Some(platform) = &self.platform {
            let loaded = |service, sources: &mut Vec<SecretSource>| {
                if sources.is_empty() {
                    sources.extend(platform.loaded_by(service));
                }
            };
            loaded(&platform.auth, &mut auth.secret_sources);
            loaded(&platform.backend, &mut backend.secret_sources);
        }
        Deployment {
            client: self.client.clone(),
            proxy: self.proxy.clone(),
            auth_proxy: self.auth_proxy.clone(),
            backend,
            gateway: self.gateway.clone(),
            auth,
            platform: self.platform.clone(),
            response_style: self.response_style,
            system: self.system,
        }
    }
}

/// The ids of all built-in scenarios, in alphabetical order.
pub fn ids() -> impl Iterator<Item = &'static str> {
    BUILT_IN.iter().map(|(id, _)| *id)
}

impl TryFrom<String> for Day {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let digits = |part: &str, length: usize| part.len() == length && part.bytes().all(|byte| byte.is_ascii_digit());
        let parts: Vec<&str> = text.split('-').collect();
        match parts[..] {
            [year, month, day] if digits(year, 4) && digits(month, 2) && digits(day, 2) => Ok(Day(text)),
            _ => Err(format!("`{text}` is not a day; write it as YYYY-MM-DD")),
        }
    }
}

/// The files at build time, for a binary that runs outside of its checkout.
const BUILT_IN: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/scenarios.rs"));
/// Where the files are in a checkout.
const FOLDER: &str = "scenarios";
