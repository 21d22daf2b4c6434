//! What was seen: one [`Observation`] per [`Probe`], already redacted, comparable and serialisable. The ground floor: it
//! knows neither how a probe is carried out nor what its outcome means for a fault. It cannot hold a token or a secret.

mod ask;
mod comparison;
mod credential;
mod name;
mod observations;
mod probe;
mod saw;
mod seen;
mod settings;
mod wire;
mod words;

pub use ask::{Ask, Encoding, Form, LAST_REPETITION, Path, Place, Prefix, REPETITIONS, Twist};
pub use comparison::Comparison;
pub use credential::{Change, Claim, Credential, Guess, Hmac, Origin, Variant};
pub use probe::{Expectation, Probe, Service, User};
pub use saw::{is_printable, sentence, short};
pub use seen::{Answer, Certificate, Conversation, End, Found, Frame, Reading, Seen, Unreached};
pub use settings::{Settings, Stage};
pub use wire::{Head, Wire};

use std::time::Duration;

use observations::Observations;
use serde::{Deserialize, Serialize};

/// What one probe saw, and how long it took from the first byte out to the last byte in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Observation {
    pub seen: Seen,
    pub elapsed: Duration,
    /// What the answer's `Date` tells of the clock of whoever wrote it.
    #[serde(default)]
    pub clock: Option<Offset>,
    /// The answer repeats the token that it was sent, or eight characters in a row of its signature.
    #[serde(default)]
    pub echoes: bool,
    /// The instance that the answer names, redacted.
    #[serde(default)]
    pub instance: Option<String>,
    /// The network error of the first attempt, where this is the second one.
    #[serde(default)]
    pub retried: Option<Unreached>,
    #[serde(default)]
    pub wire: Option<Box<Wire>>,
}

impl Observation {
    /// That, and nothing beside it.
    pub fn of(seen: Seen) -> Self {
        Observation {
            seen,
            elapsed: Duration::ZERO,
            clock: None,
            echoes: false,
            instance: None,
            retried: None,
            wire: None,
        }
    }
}

/// Between how many milliseconds and how many a clock is ahead of ours; negative is behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offset {
    pub least: i64,
    pub most: i64,
}

/// What can be said of a token without showing it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenFacts {
    /// `jwt(HS256, iss=…, aud=…, exp=+30m, 373 chars, 2 dots)`
    pub description: String,
    /// Length in characters.
    pub chars: usize,
    /// Seconds from the moment of receipt to `exp`; negative when it is over.
    pub expires_in: Option<i64>,
    /// Seconds from the moment of receipt back to `iat`; negative when it lies ahead.
    pub issued_ago: Option<i64>,
    /// Seconds from the moment of receipt to `nbf`; negative when it is over.
    pub not_before: Option<i64>,
    /// Names of its claims, the shorter ones.
    #[serde(default)]
    pub claims: Vec<Claim>,
    /// Its header's `alg`.
    pub algorithm: Option<String>,
    /// The signature is that of the secret which the suite was given.
    pub signed_as_known: Option<bool>,
}

/// All that one check saw.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Evidence {
    pub settings: Settings,
    tokens: Vec<(Credential, User, TokenFacts)>,
    observations: Observations,
    /// Planned, and not made before the deadline of the whole check.
    #[serde(default)]
    late: Vec<Probe>,
}

impl Evidence {
    pub fn new(settings: Settings) -> Self {
        Evidence { settings, tokens: Vec::new(), observations: Observations::default(), late: Vec::new() }
    }

    pub fn record(&mut self, probe: Probe, observation: Observation) {
        self.observations.insert(probe, observation);
    }

    /// The deadline came first.
    pub fn miss(&mut self, probe: Probe) {
        self.late.push(probe);
        self.late.sort();
    }

    pub fn late(&self) -> &[Probe] {
        &self.late
    }

    pub fn describe_token(&mut self, credential: Credential, user: User, facts: TokenFacts) {
        self.tokens.push((credential, user, facts));
        self.tokens.sort_by_key(|(credential, user, _)| (*credential, *user));
    }

    pub fn token(&self, credential: Credential, user: User) -> Option<&TokenFacts> {
        self.tokens.iter().find(|(c, u, _)| (*c, *u) == (credential, user)).map(|(_, _, facts)| facts)
    }

    /// The client's tokens that there are, the first one first.
    pub fn tokens(&self) -> impl Iterator<Item = (Credential, User)> {
        self.tokens.iter().map(|(credential, user, _)| (*credential, *user))
    }

    /// Less evidence: what a conclusion rests on shows when it is taken away.
    pub fn without(&self, taken: impl Fn(Probe) -> bool) -> Evidence {
        let mut less = self.clone();
        less.observations.retain(|probe| !taken(probe));
        less
    }

    /// What can be said of each of them, in that order.
    pub fn token_facts(&self) -> impl Iterator<Item = &TokenFacts> {
        self.tokens.iter().map(|(_, _, facts)| facts)
    }

    /// Its answers side by side, as words.
    pub fn comparison(&self) -> Comparison<'_> {
        Comparison::new(self)
    }

    pub fn of(&self, probe: Probe) -> Option<&Observation> {
        self.observations.get(probe)
    }

    /// As often as that was asked, the first time included.
    pub fn times(&self, ask: Ask) -> impl Iterator<Item = Ask> {
        let [first, last] =
            [Twist::Plain, Twist::Again(LAST_REPETITION)].map(|twist| Probe::Present(ask.twisted(twist)));
        self.observations.range(first..=last).filter_map(|(probe, _)| match probe {
            Probe::Present(ask) => Some(ask),
            _ => None,
        })
    }

    /// In the order of the vocabulary, whatever the order in which they were made.
    pub fn iter(&self) -> impl Iterator<Item = (Probe, &Observation)> {
        self.observations.iter()
    }

    pub fn reading(&self, probe: Probe) -> Option<Reading> {
        self.of(probe).map(|observation| observation.seen.reading(probe))
    }

    /// Whether the probe came out as it does on a healthy target; `None` where it was not made.
    pub fn met(&self, probe: Probe) -> Option<bool> {
        let observation = self.of(probe)?;
        let reading = observation.seen.reading(probe);
        Some(match probe.expectation(&self.settings) {
            // The path is a convention, and a service without it is not ill for that.
            _ if matches!(probe, Probe::Health(_)) && observation.seen.is_status(404) => true,
            // A watched connection shows only whether it lasts; offers are seen where a token is presented.
            Expectation::Accept => {
                reading == Reading::Accepted && (probe == Probe::Hold || observation.seen.suits_a_strict_client())
            }
            Expectation::Refuse => matches!(reading, Reading::Refused | Reading::Unlike) || self.is_cut_off(probe),
            Expectation::Any => true,
        })
    }

    /// Whether it did so at the first attempt, which is the one that counts.
    pub fn met_at_once(&self, probe: Probe) -> Option<bool> {
        let at_once = self.of(probe)?.retried.is_none() || probe.expectation(&self.settings) == Expectation::Any;
        self.met(probe).map(|met| met && at_once)
    }

    /// Whether the service hung up on this one where it accepts another: a refusal without words.
    pub fn is_cut_off(&self, probe: Probe) -> bool {
        let Probe::Present(ask) = probe else { return false };
        let accepted = |other: Probe| {
            let beside = matches!(other, Probe::Present(other) if other.place == ask.place);
            beside && self.reading(other) == Some(Reading::Accepted)
        };
        let cut = self.of(probe).is_some_and(|observation| observation.seen.is_cut());
        cut && self.iter().any(|(other, _)| accepted(other))
    }

    /// What the probe saw, in a few words for a person.
    pub fn saw(&self, probe: Probe) -> String {
        match (self.of(probe), probe, self.same_fingerprint()) {
            (Some(_), Probe::Fingerprint(Service::Auth), Some(same)) => compared("the backend's", same),
            (Some(_), Probe::Fingerprint(Service::Backend), Some(same)) => compared("auth's", same),
            (Some(observation), ..) => saw::of(probe, observation),
            (None, ..) => "not asked".into(),
        }
    }

    /// Whether auth and the backend show the same fingerprint; `None` where one of them shows none.
    pub fn same_fingerprint(&self) -> Option<bool> {
        self.same_marks(|found| found.0)
    }

    /// Whether auth and the backend have their secrets from the same version and source; `None` where one of them does not
    /// tell.
    pub fn same_provenance(&self) -> Option<bool> {
        self.same_marks(|found| found.1)
    }

    fn same_marks(&self, pick: impl Fn((Option<u64>, Option<u64>)) -> Option<u64>) -> Option<bool> {
        let mark = |service| match &self.of(Probe::Fingerprint(service))?.seen {
            Seen::Answered(Answer { found: Found::Text { mark, provenance }, .. }) => pick((*mark, *provenance)),
            _ => None,
        };
        Some(mark(Service::Auth)? == mark(Service::Backend)?)
    }

    /// Whether two answers have the same form: the same fields of a JSON object, or no JSON both. `None` where one of them is
    /// no plain answer.
    pub fn same_form(&self, one: Probe, other: Probe) -> Option<bool> {
        let fields = |probe| match &self.of(probe)?.seen {
            Seen::Answered(answer) => Some(words::fields(&answer.body)),
            _ => None,
        };
        Some(fields(one)? == fields(other)?)
    }
}

/// A fingerprint says something only beside another one.
fn compared(other: &str, same: bool) -> String {
    if same { format!("the same as {other}") } else { format!("another than {other}") }
}
