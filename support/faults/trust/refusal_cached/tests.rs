//! Whether the one token is rejected, and not its user or every token. Auth accepts each token, and REST is the only other place.

use super::*;
use crate::evidence::{Evidence, Extracted, Observation, Settings, TokenFacts};
use crate::faults::concluded::{is_confirmed, is_ruled_out};
use crate::vocabulary::{Carriers, Change, Endpoint, LAST_LATER, Presentation, Probe, TokenKind, User};

fn usual() -> Presentation {
    Presentation::new(Endpoint::Rest, TokenKind::Issued, Carriers::HEADER)
}

fn of_users(users: usize) -> Settings {
    Settings { users, ..Settings::of_one_user([Some(Carriers::BODY), Some(Carriers::HEADER), None]) }
}

fn validation() -> Presentation {
    Presentation::new(Endpoint::Validation, TokenKind::Issued, Carriers::BODY)
}

/// Auth has issued a token to each user, and accepts it.
fn accepted_by_auth(users: usize) -> Evidence {
    let mut evidence = Evidence::of_login(of_users(users), TokenFacts::of_secret(&["sub"]));
    for user in [User::First, User::Second].into_iter().take(users) {
        evidence.record_twice(validation().by(user), &Observation::accepted());
    }
    evidence
}

/// REST rejects the user's first token, and accepts so many later ones.
fn accepts_later(users: usize, user: User, later: u8) -> Evidence {
    let mut evidence = accepted_by_auth(users);
    evidence.record_twice(usual().by(user), &Observation::rejected("invalid token"));
    evidence.record_twice(Presentation::missing(Endpoint::Rest), &Observation::rejected("no token"));
    let kinds = (3..=LAST_LATER).map(TokenKind::Later);
    for kind in [TokenKind::Second].into_iter().chain(kinds).take(later.into()) {
        evidence.record_twice(usual().by(user).with(kind), &Observation::accepted());
    }
    evidence
}

fn is_cached(evidence: &Evidence) -> bool {
    is_confirmed(evidence, Fault::RefusalCached)
}

/// An issuer that signs with two secrets at random has a rejected token now and then too.
#[test]
fn a_rejection_is_cached_only_where_every_later_token_of_the_user_is_accepted() {
    let all = LAST_LATER - 1;
    assert!(is_cached(&accepts_later(1, User::First, all)));
    assert!(!is_cached(&accepts_later(1, User::First, all - 1)), "one was not tried");
    let mut again = accepts_later(1, User::First, all);
    again.record_twice(usual().with(TokenKind::Later(LAST_LATER)), &Observation::rejected("invalid token"));
    assert!(!is_cached(&again), "the last one is rejected again");
}

#[test]
fn what_is_accepted_once_it_is_signed_again_was_signed_with_another_secret() {
    let mut evidence = accepts_later(1, User::First, LAST_LATER - 1);
    evidence.record_twice(usual().changed(Change::Nothing), &Observation::accepted());
    assert!(!is_cached(&evidence));
}

#[test]
fn another_token_that_says_the_same_shows_it_too_unless_the_same_one_signed_again_is_accepted() {
    let shown = |later: u8, resigned: Observation| {
        let mut evidence = accepts_later(1, User::First, later);
        evidence.record_twice(usual().changed(Change::UnknownClaim), &Observation::accepted());
        evidence.record_twice(usual().changed(Change::Nothing), &resigned);
        is_cached(&evidence)
    };
    assert!(shown(1, Observation::rejected("invalid token")));
    assert!(!shown(0, Observation::rejected("invalid token")), "no new one was tried");
    assert!(!shown(1, Observation::accepted()));
}

/// A load balancer may choose one of two unlike replicas by the letters of the token.
#[test]
fn another_token_that_says_the_same_shows_nothing_where_a_new_one_is_rejected() {
    let with_logins = |marks: [u64; 2]| {
        let mut evidence = accepts_later(1, User::First, 0);
        evidence.record_twice(usual().changed(Change::UnknownClaim), &Observation::accepted());
        evidence.record_twice(usual().changed(Change::Nothing), &Observation::rejected("invalid token"));
        evidence.record_twice(usual().with(TokenKind::Second), &Observation::rejected("invalid token"));
        for (login, mark) in [Probe::Login(User::First), Probe::SecondLogin(User::First)].into_iter().zip(marks) {
            let token = Extracted::Text { mark: Some(mark), provenance: None, token_type: None };
            evidence.record(login, Observation::http(200, token));
        }
        is_cached(&evidence)
    };
    assert!(with_logins([1, 1]), "the login issued the same token again");
    assert!(!with_logins([1, 2]));
}

#[test]
fn the_rejection_of_the_second_user_is_cached_where_the_first_one_is_accepted() {
    let mut evidence = accepts_later(2, User::Second, LAST_LATER - 1);
    assert!(!is_cached(&evidence), "the first user was not tried");
    evidence.record_twice(usual(), &Observation::accepted());
    assert!(is_cached(&evidence));
    let mut rejected = accepts_later(2, User::Second, LAST_LATER - 1);
    rejected.record_twice(usual(), &Observation::rejected("invalid token"));
    assert!(!is_cached(&rejected), "whatever is wrong concerns the first user too");
}

#[test]
fn a_target_with_one_user_needs_no_token_of_another() {
    let mut accepted = accepted_by_auth(1);
    accepted.record_twice(usual(), &Observation::accepted());
    assert!(is_ruled_out(&accepted, Fault::RefusalCached));
    accepted.settings.users = 2;
    assert!(!is_ruled_out(&accepted, Fault::RefusalCached));
    accepted.record_twice(usual().by(User::Second), &Observation::accepted());
    assert!(is_ruled_out(&accepted, Fault::RefusalCached));
    for test in crate::faults::tests(&accepted_by_auth(1), Fault::RefusalCached) {
        let by_another = |probe: &Probe| probe.presented().is_some_and(|one| one.user == User::Second);
        assert!(!test.probes().iter().any(by_another), "{test:?}");
    }
}

/// Of two replicas of auth with different secrets, one may have issued it.
#[test]
fn a_token_that_auth_does_not_accept_each_time_may_be_rejected_rightly() {
    for user in [User::First, User::Second] {
        let mut evidence = accepts_later(2, user, LAST_LATER - 1);
        if user == User::Second {
            evidence.record_twice(usual(), &Observation::accepted());
        }
        assert!(is_cached(&evidence), "{user:?}");
        evidence.record_twice(validation().by(user), &Observation::rejected("invalid token"));
        assert!(!is_cached(&evidence), "{user:?}");
    }
}
