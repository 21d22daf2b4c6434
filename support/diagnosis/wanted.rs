//! Which probes would close a test that is open: what a plan has to send next.

use super::client::Client;
use super::proof::{Need, Proof};
use super::property::{self, Told};
use super::test::Test;
use crate::vocabulary::Probe;

/// What is known of a test, without what says so.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Known {
    Holds,
    Fails,
    Open,
}

impl Test {
    /// What is known of it, and the probes of the statements that are open and still matter: no part of a conjunction that
    /// fails already, and no alternative to one that holds.
    pub(super) fn wanted(&self, client: &Client<'_>, wanted: &mut Vec<Probe>) -> Known {
        match self {
            Test::All(tests) => of_several(tests, client, wanted, Known::Fails),
            Test::Any(tests) => of_several(tests, client, wanted, Known::Holds),
            Test::Each(tests) => {
                let known: Vec<Known> = tests.iter().map(|test| test.wanted(client, wanted)).collect();
                any(&known)
            }
            Test::Not(test) => test.wanted(client, wanted).negated(),
            Test::NotShown(test) => match test.wanted(client, wanted) {
                Known::Holds => Known::Open,
                Known::Fails | Known::Open => Known::Holds,
            },
            Test::Shown(fault) => {
                let known = Known::of(client.shows(*fault));
                if known == Known::Open {
                    (client.record(*fault).shown_by)(client).wanted(client, wanted);
                }
                known
            }
            Test::Is(probe, property) => match property::told(client, *probe, *property) {
                Told::Holds(_) => Known::Holds,
                Told::Fails(_) => Known::Fails,
                Told::Varies => Known::Open,
                Told::Nothing => {
                    wanted.push(*probe);
                    Known::Open
                }
            },
            leaf => {
                let proof = leaf.prove(client);
                if let Proof::Open(needs) = &proof {
                    wanted.extend(needs.iter().filter_map(|need| match need {
                        Need::Response(probe) => Some(*probe),
                        Need::Other(_) => None,
                    }));
                }
                Known::of(&proof)
            }
        }
    }
}

/// Of a list that one of its tests may decide; then nothing that the others ask for matters.
fn of_several(tests: &[Test], client: &Client<'_>, wanted: &mut Vec<Probe>, decides: Known) -> Known {
    let before = wanted.len();
    let mut open = false;
    for test in tests {
        let known = test.wanted(client, wanted);
        if known == decides {
            wanted.truncate(before);
            return decides;
        }
        open |= known == Known::Open;
    }
    if open { Known::Open } else { decides.negated() }
}

fn any(known: &[Known]) -> Known {
    let is_there = |one| known.contains(&one);
    match (is_there(Known::Holds), is_there(Known::Open)) {
        (true, _) => Known::Holds,
        (false, true) => Known::Open,
        (false, false) => Known::Fails,
    }
}

impl Known {
    fn of(proof: &Proof) -> Self {
        match proof {
            Proof::Holds(_) => Known::Holds,
            Proof::Fails(_) => Known::Fails,
            Proof::Open(_) => Known::Open,
        }
    }

    fn negated(self) -> Self {
        match self {
            Known::Holds => Known::Fails,
            Known::Fails => Known::Holds,
            Known::Open => Known::Open,
        }
    }
}

#[cfg(test)]
mod tests;
