//! What was seen: one [`Observation`] per [`Probe`], already redacted, comparable and serialisable. Data only: what a response
//! means stands in [`outcome`](crate::outcome), how it is told in `wording`. It cannot hold a token or a secret.

mod comparison;
mod described;
mod log_records;
#[cfg(test)]
mod made_up;
mod named_user;
mod normalised;
mod observation;
mod pause;
mod places;
pub mod provenance;
mod published_key;
mod response;
mod run;
mod settings;
mod skipped;
mod texts;
mod token_facts;
mod watched;
mod wire;

pub use described::Described;
pub use log_records::{LogRecords, RecordCount};
pub(crate) use observation::Seen;
pub use observation::{Observation, Offset};
pub use places::{Addresses, Assumed, Direct, Endpoints, KeysAt, NamedPaths};
pub use published_key::{PublishedKey, SignedBy, Unusable};
pub use response::{
    Connection, End, Extracted, Frame, HttpResponse, NamedUser, Response, TransportError, UntrustedCertificate,
};
pub use run::Run;
pub use settings::{Settings, Stage};
pub use skipped::Skipped;
pub use token_facts::TokenFacts;
pub use wire::{Head, Wire};

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::outcome::Outcome;
use crate::vocabulary::{Attempt, LAST_REPEAT, Presentation, Probe, TokenKind, User};
use comparison::Part;
use normalised::Parts;
use provenance::Provenance;

/// All that one check saw.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(from = "Recorded", into = "Recorded")]
pub struct Evidence {
    /// What the target's file permits and describes.
    pub settings: Settings,
    /// When the check was made, for how long, and by which command.
    pub run: Run,
    tokens: Vec<(TokenKind, User, TokenFacts)>,
    /// In the order of the probes: they are searched far more often than one is added.
    observations: Vec<(Probe, Seen)>,
    /// Planned, and not made.
    skipped: BTreeMap<Probe, Skipped>,
    /// What the platform says of the services' secrets, where the target's file names it.
    pub provenance: Option<Provenance>,
    /// What the services' log says, where a summary of it was taken along.
    pub logs: Option<LogRecords>,
    /// What differs from one response to the next, measured where the same was sent twice.
    varying: BTreeMap<Part, Parts>,
}

/// Evidence as it is written: JSON knows only strings as keys of an object, so observations travel as pairs.
#[derive(Serialize, Deserialize)]
struct Recorded {
    settings: Settings,
    #[serde(default)]
    run: Run,
    tokens: Vec<(TokenKind, User, TokenFacts)>,
    observations: Vec<(Probe, Observation)>,
    #[serde(default)]
    skipped: Vec<(Probe, Skipped)>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    provenance: Option<Provenance>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    logs: Option<LogRecords>,
}

impl Evidence {
    /// Evidence of a check that has sent nothing yet.
    pub fn new(settings: Settings) -> Self {
        let (run, tokens, observations, skipped) = (Run::default(), Vec::new(), Vec::new(), Vec::new());
        Recorded { settings, run, tokens, observations, skipped, provenance: None, logs: None }.into()
    }

    /// Keeps what a probe saw, in place of an earlier observation of the same probe.
    pub fn record(&mut self, probe: Probe, observation: Observation) {
        let seen = Seen::new(probe, observation, &self.settings);
        match self.place(probe) {
            Ok(place) => self.observations[place].1 = seen,
            Err(place) => self.observations.insert(place, (probe, seen)),
        }
        self.measure(probe);
    }

    /// Reads every text of a service again.
    pub(crate) fn revise_texts(&mut self, mut read: impl FnMut(&mut String)) {
        for (probe, seen) in &mut self.observations {
            let mut observation = seen.observation.clone();
            observation.each_text(&mut read);
            *seen = Seen::new(*probe, observation, &self.settings);
        }
        self.measure_all();
    }

    /// The probe was planned, and not made for that reason.
    pub fn skip(&mut self, probe: Probe, why: Skipped) {
        self.skipped.insert(probe, why);
    }

    /// The probes that were planned and not made.
    pub fn skipped(&self) -> impl Iterator<Item = (Probe, Skipped)> {
        self.skipped.iter().map(|(probe, why)| (*probe, *why))
    }

    /// The probes that were planned and not made before the deadline.
    pub fn late(&self) -> impl Iterator<Item = Probe> {
        self.skipped().filter(|(_, why)| *why == Skipped::Late).map(|(probe, _)| probe)
    }

    /// Whether probes were not made, since their token had expired by then.
    pub fn outlived_its_tokens(&self) -> bool {
        self.skipped().any(|(_, why)| why == Skipped::Expired)
    }

    /// Whether the probe was planned and could not be made.
    pub fn is_impossible(&self, probe: impl Into<Probe>) -> bool {
        self.skipped.get(&probe.into()) == Some(&Skipped::Impossible)
    }

    /// How long the target needed for a response, at least: by how much this machine was late is taken off.
    pub fn took(&self, probe: Probe) -> Option<Duration> {
        self.of(probe).map(|observation| observation.elapsed.saturating_sub(observation.held_up))
    }

    /// By how much this machine was late during a probe, at most.
    pub fn held_up(&self) -> Duration {
        self.iter().map(|(_, observation)| observation.held_up).max().unwrap_or_default()
    }

    /// Keeps what can be said of a token that the client has.
    pub fn describe_token(&mut self, token: TokenKind, user: User, facts: TokenFacts) {
        self.tokens.push((token, user, facts));
        self.tokens.sort_by_key(|(token, user, _)| (*token, *user));
    }

    /// What has become known of the client's tokens since they were described.
    pub(crate) fn revise_tokens(&mut self, revise: impl Fn(TokenKind, User, &mut TokenFacts)) {
        self.tokens.iter_mut().for_each(|(token, user, facts)| revise(*token, *user, facts));
    }

    /// What can be said of that token; `None` where the client has none of that kind.
    pub fn token(&self, token: TokenKind, user: User) -> Option<&TokenFacts> {
        self.tokens.iter().find(|(other, by, _)| (*other, *by) == (token, user)).map(|(_, _, facts)| facts)
    }

    /// The client's tokens that there are, the first one first.
    pub fn tokens(&self) -> impl Iterator<Item = (TokenKind, User)> {
        self.tokens.iter().map(|(token, user, _)| (*token, *user))
    }

    /// What can be said of each of them, in that order.
    pub fn token_facts(&self) -> impl Iterator<Item = &TokenFacts> {
        self.tokens.iter().map(|(_, _, facts)| facts)
    }

    /// Less evidence: what a conclusion rests on shows when it is taken away.
    #[must_use]
    pub fn without(&self, taken: impl Fn(Probe) -> bool) -> Evidence {
        let mut less = self.clone();
        less.observations.retain(|(probe, _)| !taken(*probe));
        less.measure_all();
        less
    }

    /// What that probe saw; `None` where it was not made.
    pub fn of(&self, probe: Probe) -> Option<&Observation> {
        self.seen(probe).map(|seen| &seen.observation)
    }

    /// What its response means; `None` where the probe was not made.
    pub fn outcome(&self, probe: impl Into<Probe>) -> Option<Outcome> {
        self.seen(probe.into()).map(|seen| seen.outcome)
    }

    pub(crate) fn seen(&self, probe: Probe) -> Option<&Seen> {
        self.place(probe).ok().map(|place| &self.observations[place].1)
    }

    fn place(&self, probe: Probe) -> Result<usize, usize> {
        self.observations.binary_search_by(|(one, _)| one.cmp(&probe))
    }

    /// What was seen at every attempt on a fresh connection where this is the first one, or else at this one.
    pub(crate) fn each_attempt(&self, probe: Probe) -> impl Iterator<Item = (Probe, &Seen)> {
        let last = match probe {
            Probe::Present(one) if one.attempt == Attempt::First => one.repeat(LAST_REPEAT).into(),
            other => other,
        };
        self.between(probe, last)
    }

    /// Every attempt at that presentation on a fresh connection, the first one included.
    pub fn attempts(&self, presented: Presentation) -> impl Iterator<Item = Presentation> {
        let first = presented.attempt(Attempt::First);
        self.each_attempt(first.into()).filter_map(|(probe, _)| probe.presented())
    }

    /// Every attempt at that presentation on a fresh connection, those that were sent between others included.
    pub fn repeats(&self, presented: Presentation) -> impl Iterator<Item = Presentation> {
        let (first, last) = (presented.attempt(Attempt::First), presented.repeat(u8::MAX));
        self.between(first.into(), last.into()).filter_map(|(probe, _)| probe.presented())
    }

    fn between(&self, first: Probe, last: Probe) -> impl Iterator<Item = (Probe, &Seen)> {
        let from = self.observations.partition_point(|(probe, _)| *probe < first);
        let there = self.observations[from..].iter().map(|(probe, seen)| (*probe, seen));
        there.take_while(move |(probe, _)| *probe <= last)
    }

    /// In the order of the vocabulary, whatever the order in which they were made.
    pub fn iter(&self) -> impl Iterator<Item = (Probe, &Observation)> {
        self.observations.iter().map(|(probe, seen)| (*probe, &seen.observation))
    }

    /// Every presentation that was made.
    pub fn presentations(&self) -> impl Iterator<Item = Presentation> {
        self.observations.iter().filter_map(|(probe, _)| probe.presented())
    }
}

impl From<Recorded> for Evidence {
    fn from(recorded: Recorded) -> Self {
        let Recorded { settings, run, tokens, observations, skipped, provenance, logs } = recorded;
        let seen = |(probe, observation)| (probe, Seen::new(probe, observation, &settings));
        let observations: BTreeMap<_, _> = observations.into_iter().map(seen).collect();
        let observations = observations.into_iter().collect();
        let (skipped, varying) = (skipped.into_iter().collect(), BTreeMap::new());
        let mut evidence = Evidence { settings, run, tokens, observations, skipped, provenance, logs, varying };
        evidence.measure_all();
        evidence
    }
}

impl From<Evidence> for Recorded {
    fn from(evidence: Evidence) -> Self {
        let Evidence { settings, run, tokens, observations, skipped, provenance, logs, .. } = evidence;
        let observations = observations.into_iter().map(|(probe, seen)| (probe, seen.observation)).collect();
        Recorded { settings, run, tokens, observations, skipped: skipped.into_iter().collect(), provenance, logs }
    }
}
