//! In which order candidates are told, which of them are rivals, and what they need. REST is the only place of the target, and the
//! records are made up.

use super::*;
use crate::diagnosis::diagnose;
use crate::diagnosis::property::Property;
use crate::diagnosis::record::TestOf;
use crate::diagnosis::test::{Test, accepts, all, is, never};
use crate::evidence::{Evidence, Extracted, Observation, Settings, TokenFacts};
use crate::vocabulary::{Carriers, Change, Endpoint, Presentation, Service, TokenKind};

const fn candidate(fault: Fault, symptoms: &'static [Symptom], shown_by: TestOf) -> Record {
    Record { symptoms, ..Record::made_up(fault, shown_by) }
}

fn usual() -> Presentation {
    Presentation::new(Endpoint::Rest, TokenKind::Issued, Carriers::HEADER)
}

fn open(_: &Client<'_>) -> Test {
    accepts(usual().direct())
}

const LIKE_FORGED: Symptom = Symptom::RejectedLikeForged;

static BEST_KNOWN_BY_IT: Record = candidate(Fault::JwtSecretMismatch, &[LIKE_FORGED], open);
static ALSO_LIKE_IT: Record = candidate(Fault::JwtSecretAltered, &[Symptom::NoToken, LIKE_FORGED], open);
static CONTRADICTED: Record = candidate(Fault::ClockSkew, &[LIKE_FORGED], |_| accepts(usual()));
static OF_LESS: Record = candidate(Fault::ClaimMissing, &[Symptom::RequestFails], open);
static OF_ANY_REJECTION: Record = candidate(Fault::TokenEchoed, &[Symptom::TokenRejected], open);
static OF_NOTHING_SEEN: Record = candidate(Fault::IssuerMismatch, &[Symptom::RejectedLikeMissing], open);
static OF_MANY_NEEDS: Record = candidate(Fault::AudienceMismatch, &[Symptom::RateLimited], needs_much);
static OF_A_SERVER: Record = candidate(Fault::BackendUnhealthy, &[Symptom::NoResponse], open);
static NOT_THERE: Record = candidate(Fault::LoginRefused, &[], |_| never());

fn needs_much(_: &Client<'_>) -> Test {
    let probes = [Probe::Fingerprint(Service::Auth), usual().changed(Change::Nothing).into(), Probe::Watch];
    all(probes.map(|probe| is(probe, Property::Accepted)))
}

fn records(fault: Fault) -> &'static Record {
    match fault {
        Fault::JwtSecretMismatch => &BEST_KNOWN_BY_IT,
        Fault::JwtSecretAltered => &ALSO_LIKE_IT,
        Fault::ClockSkew => &CONTRADICTED,
        Fault::ClaimMissing => &OF_LESS,
        Fault::TokenEchoed => &OF_ANY_REJECTION,
        Fault::IssuerMismatch => &OF_NOTHING_SEEN,
        Fault::AudienceMismatch => &OF_MANY_NEEDS,
        Fault::BackendUnhealthy => &OF_A_SERVER,
        _ => &NOT_THERE,
    }
}

fn of_rest() -> Settings {
    Settings::of_one_user([None, Some(Carriers::HEADER), None])
}

/// REST rejects the client's token like a forged one, and a missing one otherwise.
fn like_forged(settings: Settings, facts: TokenFacts) -> Evidence {
    let mut evidence = Evidence::of_login(settings, facts);
    for presented in [usual(), usual().forged()] {
        evidence.record_twice(presented, &Observation::rejected("invalid token"));
    }
    evidence.record_twice(Presentation::missing(Endpoint::Rest), &Observation::rejected("no token"));
    evidence
}

fn told(evidence: &Evidence) -> BTreeMap<Fault, Undetermined> {
    diagnose(evidence, records).undetermined
}

#[test]
fn candidates_come_in_the_order_of_what_their_symptoms_say_and_contradicted_ones_after_them() {
    let told = told(&like_forged(of_rest(), TokenFacts::of_secret(&["sub"])));
    let mut faults: Vec<Fault> = told.keys().copied().filter(|fault| told[fault].rank < usize::MAX).collect();
    faults.sort_by_key(|fault| told[fault].rank);
    let by_symptom = [Fault::JwtSecretMismatch, Fault::JwtSecretAltered, Fault::ClaimMissing];
    assert_eq!(faults, [by_symptom.as_slice(), &[Fault::ClockSkew]].concat());
    for nothing in [Fault::TokenEchoed, Fault::IssuerMismatch, Fault::LoginRefused] {
        assert_eq!(told[&nothing].rank, usize::MAX, "{nothing}");
    }
}

#[test]
fn rivals_share_a_symptom_that_was_seen_and_is_a_failure() {
    let told = told(&like_forged(of_rest(), TokenFacts::of_secret(&["sub"])));
    let rivals = |fault: Fault| told[&fault].not_separable_from.clone();
    assert_eq!(rivals(Fault::JwtSecretMismatch), [Fault::JwtSecretAltered, Fault::ClockSkew]);
    for alone in [Fault::TokenEchoed, Fault::IssuerMismatch] {
        assert_eq!(rivals(alone), [], "{alone}");
    }
}

#[test]
fn an_accepted_token_leaves_no_rivals() {
    let mut evidence = Evidence::of_login(of_rest(), TokenFacts::of_secret(&["sub"]));
    evidence.record_twice(usual(), &Observation::accepted());
    assert!(told(&evidence).values().all(|open| open.not_separable_from.is_empty()));
}

/// Without a forged token nothing shows that it was rejected like one.
#[test]
fn where_something_failed_a_symptom_that_may_be_there_makes_rivals_too_unless_it_is_a_limit() {
    let rivals = |status| {
        let mut evidence = Evidence::of_login(of_rest(), TokenFacts::of_secret(&["sub"]));
        evidence.record_twice(usual(), &Observation::http(status, Extracted::NotLookedFor));
        told(&evidence)[&Fault::JwtSecretMismatch].not_separable_from.clone()
    };
    assert_eq!(rivals(401), [Fault::JwtSecretAltered, Fault::ClockSkew]);
    assert_eq!(rivals(429), []);
    assert_eq!(rivals(503), [], "a server error rejects no token");
}

#[test]
fn where_one_attempt_gets_a_server_error_what_rejects_no_token_comes_before_what_does() {
    let mut evidence = Evidence::of_login(of_rest(), TokenFacts::of_secret(&["sub"]));
    evidence.record(usual().into(), Observation::accepted());
    evidence.record(usual().repeat(1).into(), Observation::http(503, Extracted::NotLookedFor));
    let told = told(&evidence);
    assert!(told[&Fault::BackendUnhealthy].rank < told[&Fault::JwtSecretMismatch].rank);
}

#[test]
fn what_is_needed_is_a_setting_or_a_probe_and_nothing_of_a_secret_that_is_not_shared() {
    let needs = |settings: Settings, algorithm: Option<&str>| {
        let algorithm = algorithm.map(str::to_owned);
        let claims = if algorithm.is_some() { TokenFacts::of_secret(&["sub"]) } else { TokenFacts::of_secret(&[]) };
        let mut told = told(&like_forged(settings, TokenFacts { algorithm, ..claims }));
        let open = told.remove(&Fault::AudienceMismatch).expect("open");
        (open.settings, open.probes, open.others)
    };
    let (resigned, watch) = (Probe::Present(usual().changed(Change::Nothing)), "websocket");
    let known = Settings { fingerprint: true, ..of_rest() };
    let fingerprint = Probe::Fingerprint(Service::Auth);
    assert_eq!(needs(known, Some("HS256")), (vec![watch], vec![fingerprint, resigned], vec![]));
    assert_eq!(needs(of_rest(), Some("HS256")), (vec!["fingerprint", watch], vec![resigned], vec![]));
    let private = "a token that only the private key of auth can sign".to_owned();
    assert_eq!(needs(of_rest(), Some("RS256")), (vec![watch], vec![], vec![private]));
}

#[test]
fn what_the_failure_of_an_unknown_cause_hides_names_that_failure() {
    let told = told(&like_forged(of_rest(), TokenFacts::of_secret(&["sub"])));
    let hidden = &told[&Fault::LoginRefused];
    assert_eq!((hidden.hidden_by, hidden.hidden_by_failure), (None, Some(usual().into())));
}
