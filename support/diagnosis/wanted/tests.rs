//! Which probes a test that is open still asks for. REST is the only place of the target.

use super::*;
use crate::diagnosis::test::{accepts, all, any, each, never, not, not_shown, rejects};
use crate::evidence::{Evidence, Observation, Settings, TokenFacts};
use crate::faults::record;
use crate::vocabulary::{Carriers, Endpoint, Fault, Presentation, TokenKind};

fn usual() -> Presentation {
    Presentation::new(Endpoint::Rest, TokenKind::Issued, Carriers::HEADER)
}

/// REST accepts the client's token, and nothing else was sent.
fn known(test: &Test) -> (Known, Vec<Probe>) {
    let settings = Settings::of_one_user([None, Some(Carriers::HEADER), None]);
    let mut evidence = Evidence::of_login(settings, TokenFacts::of_secret(&["sub"]));
    evidence.record_twice(usual(), &Observation::accepted());
    let mut wanted = Vec::new();
    let known = test.wanted(&Client::new(&evidence, record), &mut wanted);
    (known, wanted)
}

/// Open, holding and failing, and the probe that the open one asks for.
fn tests() -> ([Test; 3], Vec<Probe>) {
    let forged = usual().forged();
    ([rejects(forged), accepts(usual()), rejects(usual())], vec![forged.into()])
}

#[test]
fn no_part_of_a_conjunction_that_fails_and_no_alternative_to_one_that_holds_is_asked_for() {
    let ([open, holds, fails], asked) = tests();
    let both = |one: &Test, other: &Test| [one.clone(), other.clone()];
    assert!(known(&all(both(&open, &fails))) == (Known::Fails, vec![]));
    assert!(known(&all(both(&open, &holds))) == (Known::Open, asked.clone()));
    assert!(known(&all(both(&holds, &holds))) == (Known::Holds, vec![]));
    assert!(known(&any(both(&open, &holds))) == (Known::Holds, vec![]));
    assert!(known(&any(both(&open, &fails))) == (Known::Open, asked.clone()));
    assert!(known(&any(both(&fails, &fails))) == (Known::Fails, vec![]));
    assert!(known(&never()) == (Known::Fails, vec![]));
}

#[test]
fn of_what_is_told_of_each_endpoint_the_open_ones_are_asked_for_too() {
    let ([open, holds, fails], asked) = tests();
    let both = |one: &Test, other: &Test| [one.clone(), other.clone()];
    assert!(known(&each(both(&open, &holds))) == (Known::Holds, asked.clone()));
    assert!(known(&each(both(&open, &fails))) == (Known::Open, asked));
    assert!(known(&each(both(&fails, &fails))) == (Known::Fails, vec![]));
}

#[test]
fn a_negation_asks_for_the_same_and_what_is_not_shown_holds_until_it_is() {
    let ([open, holds, fails], asked) = tests();
    assert!(known(&not(open.clone())) == (Known::Open, asked.clone()));
    assert!(
        known(&not(holds.clone())) == (Known::Fails, vec![]) && known(&not(fails.clone())) == (Known::Holds, vec![])
    );
    assert!(known(&not_shown(open)) == (Known::Holds, asked));
    assert!(known(&not_shown(holds)) == (Known::Open, vec![]) && known(&not_shown(fails)) == (Known::Holds, vec![]));
}

#[test]
fn what_another_record_shows_asks_for_the_probes_of_that_record_while_it_is_open() {
    let (state, asked) = known(&Test::Shown(Fault::UnsignedTokenAccepted));
    assert!(state == Known::Open && asked.contains(&usual().with(TokenKind::Unsigned).into()), "{asked:?}");
    // An accepted token was not rejected before.
    let (state, asked) = known(&Test::Shown(Fault::RefusalCached));
    assert!(state == Known::Fails && asked.is_empty(), "{asked:?}");
}
