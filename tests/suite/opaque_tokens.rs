//! Random texts as tokens: only auth knows what one stands for, so nothing in it can be wrong, and no secret signs it.

use fivewhys::check::{Checked, check};
use fivewhys::mock;
use fivewhys::report::{Format, render};
use fivewhys::scenario::Scenario;
use fivewhys::vocabulary::Fault;
use rstest::rstest;

async fn look(id: &str) -> Checked {
    let scenario = Scenario::find(id).unwrap_or_else(|mistake| panic!("{mistake}"));
    let running = mock::start(&scenario.deployment(), &scenario.target).await.expect("loopback sockets");
    let target = running.target().unwrap_or_else(|mistake| panic!("{mistake}"));
    check(&target).await.expect("the suite does its job")
}

/// Each is about a signature, a header or a claim.
const OF_A_JWT: [Fault; 12] = [
    Fault::JwtSecretMismatch,
    Fault::JwtSecretAltered,
    Fault::JwtSecretSelfMismatch,
    Fault::SigningKeyUnknown,
    Fault::ClaimMissing,
    Fault::ClaimMismatch,
    Fault::ClaimMalformed,
    Fault::AudienceMismatch,
    Fault::IssuerMismatch,
    Fault::AlgorithmMismatch,
    Fault::SecretVersionDrift,
    Fault::UnsignedTokenAccepted,
];

#[rstest]
#[case::rejected("secret/service-credentials-unknowable-opaque")]
#[case::accepted("healthy/opaque-tokens")]
#[tokio::test]
async fn what_only_a_jwt_can_have_is_ruled_out(#[case] id: &str) {
    let Checked { evidence, diagnosis } = look(id).await;
    let report = render(Format::Verbose, &evidence, &diagnosis);
    for fault in OF_A_JWT {
        assert!(diagnosis.ruled_out.contains_key(&fault), "{fault}\n{report}");
    }
    for (fault, open) in &diagnosis.undetermined {
        let in_vain: Vec<_> = open.settings.iter().filter(|setting| IN_VAIN.contains(setting)).collect();
        assert!(in_vain.is_empty(), "{fault} asks for {in_vain:?}\n{report}");
    }
    assert!(!IN_VAIN.iter().any(|setting| report.contains(&format!("`{setting}`"))), "{report}");
}

/// Settings that tell nothing of a random text.
const IN_VAIN: [&str; 3] = ["signing", "keys", "fingerprint"];

/// What does not depend on what a token is stays open: the backend's own credentials, and whether an expired one is accepted.
#[tokio::test]
async fn what_any_token_can_meet_stays_open() {
    let diagnosis = look("secret/service-credentials-unknowable-opaque").await.diagnosis;
    for fault in [Fault::ServiceCredentialsRefused, Fault::ExpiredTokenAccepted, Fault::JwtSecretStaleReplica] {
        assert!(diagnosis.undetermined.contains_key(&fault), "{fault}");
    }
    // Of a token that can be read, a claim may be the cause.
    let diagnosis = look("claims/audience-mismatch-unknowable").await.diagnosis;
    assert!(diagnosis.undetermined.contains_key(&Fault::AudienceMismatch), "{:?}", diagnosis.undetermined.keys());
}
