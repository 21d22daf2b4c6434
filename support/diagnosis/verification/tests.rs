//! When a verification passes, fails, or says nothing.

use super::*;
use crate::evidence::{Extracted, Observation, Settings};
use crate::faults::diagnose;
use crate::vocabulary::Carriers;

fn usual() -> Presentation {
    Presentation::new(Endpoint::Rest, TokenKind::Issued, Carriers::HEADER)
}

/// Of the backend, where login issued a token and the presentations got these statuses.
fn cross_service(responses: &[(Presentation, u16)]) -> Verified {
    let mut evidence = Evidence::new(Settings::complete());
    let token = Extracted::Text { mark: Some(1), provenance: None, token_type: None };
    evidence.record(Probe::Login(User::First), Observation::http(200, token));
    for (presented, status) in responses {
        evidence.record((*presented).into(), Observation::http(*status, Extracted::NotLookedFor));
    }
    Verification::CrossService.outcome(&evidence, &diagnose(&evidence))
}

#[test]
fn it_passes_where_the_valid_token_is_accepted_and_the_forged_one_is_not() {
    let forged = usual().forged();
    let shown = [usual(), forged].map(Probe::Present).to_vec();
    assert_eq!(cross_service(&[(usual(), 200), (forged, 401)]), Verified::Pass(shown));
    assert_eq!(cross_service(&[(usual(), 401), (forged, 401)]), Verified::Fail(vec![usual().into()]));
    assert_eq!(cross_service(&[(usual(), 200), (forged, 200)]), Verified::Fail(vec![forged.into()]));
}

#[test]
fn it_says_nothing_where_no_valid_token_was_presented_or_the_service_did_not_respond() {
    let nothing = |responses: &[(Presentation, u16)]| matches!(cross_service(responses), Verified::NotPossible(_));
    assert!(nothing(&[]) && nothing(&[(usual().forged(), 401)]), "no valid token");
    assert!(nothing(&[(usual(), 429)]), "a rate limit");
    assert!(nothing(&[(usual(), 502)]), "a proxy that does not reach the service");
    assert!(!nothing(&[(usual(), 502), (usual().forged(), 200)]), "a forged token was accepted");
}

fn usual_at_auth() -> Presentation {
    Presentation::new(Endpoint::Validation, TokenKind::Issued, Carriers::BODY)
}

/// Of auth, to which tokens were presented so.
fn same_service(responses: &[(Presentation, u16)]) -> Verified {
    let mut evidence = Evidence::new(Settings::complete());
    for (presented, status) in responses {
        evidence.record((*presented).into(), Observation::http(*status, Extracted::Bool(*status == 200)));
    }
    Verification::SameService.outcome(&evidence, &diagnose(&evidence))
}

/// A backend that auth does not know says nothing of the token.
#[test]
fn what_auth_does_with_the_backends_credentials_counts_only_where_it_accepts_nothing_without_them() {
    let (usual, forged) = (usual_at_auth(), usual_at_auth().forged());
    let replayed = usual.vary(Variation::ServiceCredentials);
    let pass = Verified::Pass(vec![usual.into(), forged.into()]);
    assert_eq!(same_service(&[(usual, 200), (forged, 401), (replayed, 401)]), pass);
    let required = Verified::Pass(vec![replayed.into(), forged.into()]);
    assert_eq!(same_service(&[(usual, 401), (forged, 401), (replayed, 200)]), required);
    assert!(matches!(same_service(&[(usual, 401), (forged, 401), (replayed, 401)]), Verified::Fail(_)));
}

/// Why it was not possible to verify that place; nothing was sent but a login with that status, if any.
fn why_not(verification: Verification, settings: Settings, login: Option<u16>) -> String {
    let mut evidence = Evidence::new(settings);
    if let Some(status) = login {
        let token = Extracted::Text { mark: Some(1), provenance: None, token_type: None };
        evidence.record(Probe::Login(User::First), Observation::http(status, token));
    }
    match verification.outcome(&evidence, &diagnose(&evidence)) {
        Verified::NotPossible(why) => why,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_place_that_was_not_verified_lacks_a_login_a_setting_or_time() {
    let all = Settings::complete;
    let without_login = || Settings { login: false, mint: false, ..all() };
    let of = Verification::CrossService;
    assert_eq!(why_not(of, all(), Some(401)), "login issued no token");
    assert_eq!(why_not(of, all(), Some(200)), "the time was over before it was asked");
    assert_eq!(why_not(of, without_login(), None), "needs `login` in the target's file, for a token that auth issued");
    assert_eq!(why_not(of, Settings { tokens: true, ..without_login() }, None), "no token could be presented");
    let gateway = Verification::WebSocket;
    assert_eq!(why_not(gateway, without_login(), None), "needs `login` or `mint` in the target's file");
    assert_eq!(
        why_not(gateway, Settings { mint: true, ..without_login() }, None),
        "the time was over before it was asked"
    );
    let mut no_rest = all();
    no_rest.endpoints.rest = None;
    assert_eq!(why_not(of, no_rest, Some(200)), "the target's file has no `protected`");
}

#[test]
fn a_path_that_is_not_there_is_named_by_its_setting() {
    let (auth, rest) = (usual_at_auth(), usual());
    let why = |verified| match verified {
        Verified::NotPossible(why) => why,
        other => panic!("{other:?}"),
    };
    let login = why(same_service(&[(auth, 404), (auth.forged(), 404)]));
    assert_eq!(login, "login issued no token");
    let mut evidence = Evidence::of_login(Settings::complete(), TokenFacts::of_secret(&["sub"]));
    evidence.settings.endpoints.assumed.rest = true;
    for presented in [auth, auth.forged(), rest, rest.forged()] {
        evidence.record(presented.into(), Observation::http(404, Extracted::NotLookedFor));
    }
    let why = |verification: Verification| why(verification.outcome(&evidence, &diagnose(&evidence)));
    assert_eq!(why(Verification::SameService), "auth has no such path; `validate` in the target's file describes it");
    assert_eq!(
        why(Verification::CrossService),
        "the backend has no such path; `protected` in the target's file describes it"
    );
}

/// What can be said of the secrets, where those services show a fingerprint with that mark, and the token has that algorithm.
fn secrets_of(settings: Settings, algorithm: Option<&str>, shown: &[(Service, u64)]) -> Verified {
    let claims: &[&str] = if algorithm.is_some() { &["sub"] } else { &[] };
    let facts = TokenFacts { algorithm: algorithm.map(str::to_owned), ..TokenFacts::of_secret(claims) };
    let mut evidence = Evidence::of_login(settings, facts);
    for (service, mark) in shown {
        let extracted = Extracted::Text { mark: Some(*mark), provenance: None, token_type: None };
        evidence.record(Probe::Fingerprint(*service), Observation::http(200, extracted));
    }
    // Everything is accepted, so that no mismatch is open.
    for (presented, seen) in [(usual(), Observation::accepted()), (usual().forged(), Observation::rejected("no"))] {
        evidence.record_twice(presented, &seen);
    }
    evidence.record_twice(Presentation::missing(Endpoint::Rest), &Observation::rejected("no token"));
    Verification::Secrets.outcome(&evidence, &diagnose(&evidence))
}

#[test]
fn secrets_are_the_same_or_not_as_far_as_fingerprints_and_the_token_tell() {
    let of = |fingerprint, gateway_fingerprint| Settings {
        fingerprint,
        gateway_fingerprint,
        ..Settings::of_one_user([None, Some(Carriers::HEADER), None])
    };
    let why = |settings, algorithm, shown: &[(Service, u64)]| match secrets_of(settings, algorithm, shown) {
        Verified::NotPossible(why) => why,
        other => panic!("{other:?}"),
    };
    let both = [(Service::Auth, 1), (Service::Backend, 1)];
    let backend = Verified::Pass(vec![Probe::Fingerprint(Service::Backend)]);
    assert_eq!(secrets_of(of(true, false), Some("HS256"), &both), backend);
    let other = [(Service::Auth, 1), (Service::Backend, 2)];
    let differ = "the fingerprints differ, and nothing shows that the backend uses its own secret";
    assert_eq!(why(of(true, false), Some("HS256"), &other), differ);
    let nothing = "needs `fingerprint` in the target's file";
    assert_eq!(why(of(false, false), Some("HS256"), &[]), nothing);
    assert_eq!(why(of(false, false), Some("RS256"), &[]), "a private key signs the token, so no secret is shared");
    assert_eq!(why(of(false, false), None, &[]), "the token is a random text, so no secret is shared");
    let (backend, gateway) = ("needs a fingerprint from both auth and the backend", "the gateway");
    for algorithm in [Some("HS256"), Some("RS256"), None] {
        assert_eq!(why(of(true, false), algorithm, &both[..1]), backend);
        assert_eq!(why(of(false, true), algorithm, &both[..1]), backend.replace("the backend", gateway));
    }
}
