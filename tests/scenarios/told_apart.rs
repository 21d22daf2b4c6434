//! The three stories of the incident reports had one symptom and three blamed causes. Each evidence confirms one of them and
//! rules the others out, or says what it cannot show.

use std::time::Duration;

use fivewhys::check::{Checked, check};
use fivewhys::deployment::{ClientToken, Deployment, VisibleSettings};
use fivewhys::diagnosis::Verdict;
use fivewhys::evidence::{Connection, End, Evidence, Frame, HttpResponse, Observation, Response, Skipped};
use fivewhys::faults::diagnose;
use fivewhys::mock;
use fivewhys::outcome::Outcome;
use fivewhys::report::{Format, render};
use fivewhys::scenario::Scenario;
use fivewhys::target::{Part, Welcome};
use fivewhys::vocabulary::{Carriers, Endpoint, Fault, Presentation, Probe, Route, Scheme, TokenKind, Variation};
use rstest::rstest;

use super::snapshot;

async fn look(id: &str) -> Checked {
    let scenario = Scenario::find(id).unwrap_or_else(|mistake| panic!("{mistake}"));
    let running = mock::start(&scenario.deployment(), &scenario.target).await.expect("loopback sockets");
    let target = running.target().unwrap_or_else(|mistake| panic!("{mistake}"));
    check(&target).await.expect("the suite does its job")
}

#[rstest]
#[case("secret/jwt-secret-mismatch", Fault::JwtSecretMismatch)]
#[case("credential/bearer-prefix-stripped", Fault::BearerPrefixStripped)]
#[case("websocket/protocol-header-missing", Fault::ProtocolHeaderMissing)]
#[tokio::test]
async fn each_story_confirms_its_own_cause_and_rules_the_others_out(#[case] id: &str, #[case] cause: Fault) {
    let Checked { evidence, diagnosis } = look(id).await;
    // The whole report, what it rules out and leaves open included.
    let report = render(Format::Verbose, &evidence, &diagnosis);
    snapshot::assert_text(
        &format!("told-apart/{cause}"),
        id,
        "One of three blamed causes, told apart",
        &snapshot::masked(&report),
    );
    for fault in [Fault::JwtSecretMismatch, Fault::BearerPrefixStripped, Fault::ProtocolHeaderMissing] {
        let confirmed = diagnosis.findings.iter().any(|finding| finding.fault == fault);
        assert_eq!((confirmed, diagnosis.ruled_out.contains_key(&fault)), (fault == cause, fault != cause), "{fault}");
    }
}

#[tokio::test]
async fn without_the_means_to_tell_them_apart_each_names_the_others() {
    let id = "secret/jwt-secret-mismatch-unknowable";
    let Checked { evidence, diagnosis } = look(id).await;
    let report = render(Format::Verbose, &evidence, &diagnosis);
    snapshot::assert_text(
        "told-apart/unknowable",
        id,
        "What the evidence of the incident cannot show",
        &snapshot::masked(&report),
    );
    assert_eq!(diagnosis.verdict, Verdict::Inconclusive);
    for fault in [Fault::JwtSecretMismatch, Fault::AudienceMismatch, Fault::ServiceCredentialsRefused] {
        let open = &diagnosis.undetermined[&fault];
        for other in [Fault::JwtSecretMismatch, Fault::AudienceMismatch, Fault::ServiceCredentialsRefused] {
            assert_eq!(open.not_separable_from.contains(&other), other != fault, "{fault}: {open:?}");
        }
        assert!(["fingerprint", "signing"].iter().all(|setting| open.settings.contains(setting)), "{fault}: {open:?}");
    }
}

/// A gateway that is slow to answer is not one that no upgrade reaches, though no 101 comes of either.
#[tokio::test]
async fn a_front_that_waits_in_vain_blocks_nothing() {
    let blocked = look("websocket/upgrade-blocked-426").await.evidence;
    let is_direct =
        |probe| matches!(probe, Probe::Present(Presentation { variation: Variation::Route(Route::Direct), .. }));
    let mut slow = blocked.without(is_direct);
    let confirmed =
        |evidence: &Evidence| diagnose(evidence).findings.iter().any(|finding| finding.fault == Fault::UpgradeBlocked);
    assert!(confirmed(&slow));
    for (probe, seen) in blocked.iter().filter(|(probe, _)| !is_direct(*probe)) {
        if let (Probe::Present(Presentation { endpoint: Endpoint::WebSocket, .. }), Response::Http(answer)) =
            (probe, &seen.response)
        {
            slow.record(probe, Observation::of(Response::Http(HttpResponse { status: 504, ..answer.clone() })));
        }
    }
    assert!(!confirmed(&slow));
}

/// With a reason or without: what a gateway sends to every token, and not to a missing one, is no rejection of a token.
#[tokio::test]
async fn a_verifier_that_closes_with_a_reason_fails_too() {
    let silent = look("reach/verifier-fails-gateway").await.evidence;
    let mut told = silent.clone();
    for (probe, seen) in silent.iter() {
        if let Response::WebSocket(connection) = &seen.response
            && let End::Closed { code: 1011, .. } = connection.end
        {
            let end = End::Closed { code: 1011, reason: "Internal error".into() };
            told.record(probe, Observation::of(Response::WebSocket(Connection { end, ..connection.clone() })));
        }
    }
    for evidence in [&silent, &told] {
        let found: Vec<Fault> = diagnose(evidence).findings.iter().map(|finding| finding.fault).collect();
        assert!(found.contains(&Fault::VerifierFails), "{found:?}");
    }
}

/// An open circuit breaker says nothing of a forged token, so nothing was seen to reject it.
#[tokio::test]
async fn a_circuit_breaker_rejects_no_token() {
    let mut evidence = look("healthy").await.evidence;
    assert_eq!(diagnose(&evidence).verdict, Verdict::Healthy);
    let is_forged = |probe: &Probe| {
        probe.presented().is_some_and(|one| (one.endpoint, one.token) == (Endpoint::WebSocket, TokenKind::Forged))
    };
    let forged = evidence.iter().map(|(probe, _)| probe).find(is_forged).expect("a forged token at the gateway");
    let Some(Response::WebSocket(rejected)) = evidence.of(forged).map(|seen| seen.response.clone()) else {
        panic!("rejected after the upgrade")
    };
    let frames = vec![Frame::Text(r#"{"error_code": "AUTH_CIRCUIT_BREAKER_OPEN"}"#.into())];
    evidence.record(forged, Observation::of(Response::WebSocket(Connection { frames, ..rejected })));
    assert_eq!(diagnose(&evidence).verdict, Verdict::Inconclusive);
}

/// What the target's file says wrongly of the welcome is not the gateway's fault.
#[tokio::test]
async fn a_welcome_in_other_words_is_no_failure() {
    let running = mock::start(&Deployment::default(), &VisibleSettings::default()).await.expect("loopback sockets");
    let mut target = running.target().unwrap_or_else(|mistake| panic!("{mistake}"));
    target.handshake.welcome = Some(Welcome::At { at: "/type".into(), is: "hello".into() });
    // It is waited for as long as that, each time.
    target.timeout = Duration::from_millis(500);
    let Checked { evidence, diagnosis } = check(&target).await.expect("the suite does its job");
    assert_eq!(diagnosis.verdict, Verdict::Inconclusive);
    let needs = diagnosis.undetermined[&Fault::GatewayFailsAfterAuth].needs(&evidence);
    assert!(needs.contains("`handshake.welcome`"), "{needs}");
}

#[tokio::test]
async fn the_incident_s_token_is_the_incident_s() {
    let checked = look("secret/incident-token").await;
    let facts = checked.evidence.token_facts().next().expect("a token");
    assert_eq!(facts.description, "jwt(HS256, iss=netra-auth-service, exp=+30m, 373 chars, 2 dots)");
}

/// What is not sent because it may be rejected is said, with that reason.
#[tokio::test]
async fn what_is_held_back_is_said() {
    let Checked { evidence, .. } = look("reach/circuit-breaker-open").await;
    let held_back = |presented: Presentation| {
        evidence.skipped().any(|(probe, why)| probe == presented.into() && why == Skipped::HeldBack)
    };
    let rest = Presentation::new(Endpoint::Rest, TokenKind::Issued, Carriers::HEADER);
    assert!(held_back(rest.scheme(Scheme::Twice)), "{:?}", evidence.skipped().collect::<Vec<_>>());
    assert!(!held_back(rest), "the valid token is sent once more");
}

/// A target may be a gateway alone: what should be rejected is sent there too, between connections that are accepted.
#[tokio::test]
async fn a_gateway_alone_is_sent_what_it_should_reject() {
    let mut deployment = Deployment::default();
    deployment.client.token = ClientToken::Minted;
    let running = mock::start(&deployment, &VisibleSettings::default()).await.expect("loopback sockets");
    let mut target = running.target().unwrap_or_else(|mistake| panic!("{mistake}"));
    (target.auth, target.backend, target.service, target.fingerprint) = (None, None, None, None);
    (target.validate, target.protected, target.direct) = (Part::LeftOut, Part::LeftOut, None);
    let Checked { evidence, diagnosis } = check(&target).await.expect("the suite does its job");
    let report = render(Format::Verbose, &evidence, &diagnosis);
    let usual = Presentation::new(Endpoint::WebSocket, TokenKind::SelfSigned, evidence.settings.presents());
    for invalid in [usual.forged(), Presentation::missing(Endpoint::WebSocket)] {
        assert_eq!(evidence.outcome(invalid), Some(Outcome::Rejected), "{report}");
    }
    assert_eq!(diagnosis.verdict, Verdict::Healthy, "{report}");
}
