//! A scenario: one deployment, one expectation. Read from a TOML file, strictly; its id is the path below `scenarios/` without
//! the extension.

use std::collections::BTreeSet;
use std::path::Path;

use serde::Deserialize;

use crate::deployment::{Auth, Backend, Client, Deployment, Gateway, Proxy};
use crate::diagnosis::{Fault, Verdict};
use crate::input::{InputError, Source};
use crate::mock::Knowledge;

/// What is modelled, and what a check must say of it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Scenario {
    /// One sentence.
    pub title: String,
    /// How it came about and what people saw.
    pub story: String,
    /// The day on which it really happened.
    pub seen: Option<Day>,
    #[serde(default)]
    client: Client,
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
    dialect: Option<u64>,
    /// What the suite may know.
    #[serde(default)]
    pub target: Knowledge,
    pub expect: Expectation,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Expectation {
    /// The exact set, every severity; empty is health.
    pub faults: BTreeSet<Fault>,
    /// At least these are undetermined.
    #[serde(default)]
    pub undetermined: BTreeSet<Fault>,
    /// Where the faults leave it open: those that do not hurt the client leave a deployment healthy.
    pub verdict: Option<Verdict>,
}

/// `YYYY-MM-DD`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Day(String);

impl Scenario {
    /// # Errors
    /// When the text is not a scenario.
    pub fn parse(source: &Source) -> Result<Self, InputError> {
        source.parse()
    }

    /// The scenario of that id: from `scenarios/` of the current directory, or else as it was when this was built. What ends
    /// in `.toml` is a path instead.
    ///
    /// # Errors
    /// When there is none, or it is not right.
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

    pub fn deployment(&self) -> Deployment {
        Deployment {
            client: self.client.clone(),
            proxy: self.proxy.clone(),
            auth_proxy: self.auth_proxy.clone(),
            backend: self.backend.clone(),
            gateway: self.gateway.clone(),
            auth: self.auth.clone(),
            dialect: self.dialect,
        }
    }
}

/// The ids of all scenarios that this was built with, in alphabetical order.
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

/// The files as they were when this was built, for a binary that is far from its checkout.
const BUILT_IN: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/scenarios.rs"));
/// Where the files stand in a checkout.
const FOLDER: &str = "scenarios";
