//! A test is a value: a statement about responses that can be proved against evidence and asked for its probes. Faults are
//! recognised by tests, so that what decides is written down once and everything else is derived from it.

use std::collections::BTreeSet;

use super::client::Client;
use super::proof::Proof;
use super::property::{self, Property};
use crate::evidence::{Settings, TokenFacts};
use crate::vocabulary::{Fault, Presentation, Probe};

/// A statement about the target.
#[derive(Clone, Debug)]
pub(crate) enum Test {
    /// The response to the probe has that property, at every attempt.
    Is(Probe, Property),
    /// Both probes get the same response, but for what varies from one request to the next.
    Same(Probe, Probe),
    /// What the client's token says of itself; the probe is the one that showed the token.
    Token(&'static str, Probe, fn(&TokenFacts, &Settings) -> Option<bool>),
    /// The same of the token of the client's other user; open where there is none.
    OtherToken(&'static str, Probe, fn(&TokenFacts, &Settings) -> Option<bool>),
    /// Each holds.
    All(Vec<Test>),
    /// One of them holds, and the first that does is cited.
    Any(Vec<Test>),
    /// One of them holds, and each that does is cited: for what is told of each endpoint.
    Each(Vec<Test>),
    Not(Box<Test>),
    /// Nothing shows that it holds. Where it is shown, the question is open: it rules nothing out.
    NotShown(Box<Test>),
    /// What that fault's record asks for is there.
    Shown(Fault),
    /// No probe of a check tells; this would, as a text that fits after "needs".
    Needs(&'static str),
    /// What compares more than single responses: clocks, replicas, circuit breakers, durations.
    Computed(Computed),
}

/// A test that is a function of the responses to its probes.
#[derive(Clone, Debug)]
pub(crate) struct Computed {
    /// The statement, for a person.
    pub name: &'static str,
    pub prove: fn(&Client<'_>, &[Probe]) -> Proof,
    pub probes: Vec<Probe>,
}

impl Test {
    /// What the evidence says of it.
    pub(crate) fn prove(&self, client: &Client<'_>) -> Proof {
        match self {
            Test::Is(probe, property) => property::prove(client, *probe, *property),
            Test::Same(one, other) => property::prove_same(client, *one, *other),
            Test::Token(_, probe, is) => client.prove_of_token(client.user(), *probe, *is),
            Test::OtherToken(_, probe, is) => client.prove_of_token(client.user().other(), *probe, *is),
            Test::All(tests) => Proof::all(tests.iter().map(|test| test.prove(client))),
            Test::Any(tests) => Proof::first(tests.iter().map(|test| test.prove(client))),
            Test::Each(tests) => Proof::any(tests.iter().map(|test| test.prove(client))),
            Test::Not(test) => test.prove(client).negated(),
            Test::NotShown(test) => test.prove(client).not_shown(),
            Test::Shown(fault) => client.shows(*fault).clone(),
            Test::Needs(what) => Proof::open(*what),
            Test::Computed(computed) => (computed.prove)(client, &computed.probes),
        }
    }

    /// What the client's token alone says of it, whatever any service responds. That fails where each token which could show it would
    /// have to be made of one that cannot be read.
    pub(super) fn prove_of_token_alone(&self, client: &Client<'_>) -> Proof {
        let of_each =
            |tests: &[Test]| tests.iter().map(|test| test.prove_of_token_alone(client)).collect::<Vec<Proof>>();
        match self {
            Test::Is(probe, _) if client.has_no_such_token(*probe) => self.prove(client),
            Test::Token(..) | Test::OtherToken(..) => self.prove(client),
            Test::All(tests) => Proof::all(of_each(tests)),
            Test::Any(tests) => Proof::first(of_each(tests)),
            Test::Each(tests) => Proof::any(of_each(tests)),
            Test::Not(test) => test.prove_of_token_alone(client).negated(),
            Test::NotShown(test) => test.prove_of_token_alone(client).not_shown(),
            Test::Shown(fault) => (client.record(*fault).shown_by)(client).prove_of_token_alone(client),
            Test::Is(..) | Test::Same(..) | Test::Needs(_) | Test::Computed(_) => Proof::open("a response"),
        }
    }

    /// Every probe whose response it looks at.
    pub(crate) fn probes(&self) -> BTreeSet<Probe> {
        let mut probes = BTreeSet::new();
        self.collect(&mut probes);
        probes
    }

    fn collect(&self, probes: &mut BTreeSet<Probe>) {
        match self {
            Test::Is(probe, _) | Test::Token(_, probe, _) | Test::OtherToken(_, probe, _) => _ = probes.insert(*probe),
            Test::Same(one, other) => probes.extend([*one, *other]),
            Test::All(tests) | Test::Any(tests) | Test::Each(tests) => {
                tests.iter().for_each(|test| test.collect(probes));
            }
            Test::Not(test) | Test::NotShown(test) => test.collect(probes),
            Test::Shown(_) | Test::Needs(_) => {}
            Test::Computed(computed) => probes.extend(&computed.probes),
        }
    }
}

/// True of every deployment: nothing needs to be seen for it.
pub(crate) fn given() -> Test {
    Test::All(Vec::new())
}

/// True of no deployment.
pub(crate) fn never() -> Test {
    Test::Any(Vec::new())
}

pub(crate) fn all(tests: impl IntoIterator<Item = Test>) -> Test {
    Test::All(tests.into_iter().collect())
}

pub(crate) fn any(tests: impl IntoIterator<Item = Test>) -> Test {
    Test::Any(tests.into_iter().collect())
}

pub(crate) fn each(tests: impl IntoIterator<Item = Test>) -> Test {
    Test::Each(tests.into_iter().collect())
}

pub(crate) fn not(test: Test) -> Test {
    Test::Not(Box::new(test))
}

pub(crate) fn not_shown(test: Test) -> Test {
    Test::NotShown(Box::new(test))
}

pub(crate) fn is(probe: impl Into<Probe>, property: Property) -> Test {
    Test::Is(probe.into(), property)
}

pub(crate) fn same(one: impl Into<Probe>, other: impl Into<Probe>) -> Test {
    Test::Same(one.into(), other.into())
}

pub(crate) fn accepts(presented: Presentation) -> Test {
    is(presented, Property::Accepted)
}

pub(crate) fn rejects(presented: Presentation) -> Test {
    is(presented, Property::Rejected)
}

/// Accepted where a missing token is rejected: what an open endpoint accepts says nothing about the token.
pub(crate) fn takes_token(presented: Presentation) -> Test {
    all([accepts(presented), rejects(Presentation::missing(presented.endpoint))])
}

/// Accepted where a forged token is rejected in the same way: the signature is verified there.
pub(crate) fn verifies(presented: Presentation) -> Test {
    all([takes_token(presented), rejects(presented.forged())])
}

/// The valid token gets another response than a missing one.
pub(crate) fn differs_from_missing(presented: Presentation) -> Test {
    not(same(presented, Presentation::missing(presented.endpoint)))
}

pub(crate) fn rejects_like_missing(presented: Presentation) -> Test {
    all([rejects(presented), same(presented, Presentation::missing(presented.endpoint))])
}

/// The token arrives, and is rejected like one with a broken signature.
pub(crate) fn rejects_like_forged(presented: Presentation) -> Test {
    all([rejects(presented), same(presented, presented.forged()), differs_from_missing(presented)])
}

/// The token arrives and is rejected, and not like one with a broken signature, which may be accepted: its own may verify.
pub(crate) fn rejects_unlike_forged(presented: Presentation) -> Test {
    let forged = presented.forged();
    let told = any([rejects(forged), accepts(forged)]);
    all([rejects(presented), told, not(same(presented, forged)), differs_from_missing(presented)])
}

/// The token makes a difference: it is accepted, or rejected with another response than a missing one.
pub(crate) fn arrives(presented: Presentation) -> Test {
    any([takes_token(presented), all([rejects(presented), differs_from_missing(presented)])])
}
