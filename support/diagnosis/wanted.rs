//! Which probes would close a test that is open: what a plan has to send next.

use std::collections::BTreeSet;

use super::client::Client;
use super::proof::{Need, Proof};
use super::test::Test;
use crate::vocabulary::Probe;

impl Test {
    /// The probes of the statements that are open and still matter: no part of a conjunction that fails already, and no
    /// alternative to one that holds.
    pub(super) fn wanted(&self, client: &Client<'_>, wanted: &mut BTreeSet<Probe>) {
        match self {
            Test::All(tests) => {
                if !tests.iter().any(|test| matches!(test.prove(client), Proof::Fails(_))) {
                    tests.iter().for_each(|test| test.wanted(client, wanted));
                }
            }
            Test::Any(tests) => {
                if !tests.iter().any(|test| test.prove(client).holds()) {
                    tests.iter().for_each(|test| test.wanted(client, wanted));
                }
            }
            Test::Each(tests) => tests.iter().for_each(|test| test.wanted(client, wanted)),
            Test::Not(test) | Test::NotShown(test) => test.wanted(client, wanted),
            Test::Shown(fault) => (client.record(*fault).shown_by)(client).wanted(client, wanted),
            leaf => {
                if let Proof::Open(needs) = leaf.prove(client) {
                    wanted.extend(needs.iter().filter_map(|need| match need {
                        Need::Response(probe) => Some(*probe),
                        Need::Other(_) => None,
                    }));
                }
            }
        }
    }
}
