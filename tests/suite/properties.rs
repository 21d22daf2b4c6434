//! Whatever evidence there is, it has a diagnosis, and the same one in every order; less evidence never turns "ruled out"
//! into "confirmed", and healthy means that no verification failed.

mod made;

use fivewhys::check::check;
use fivewhys::diagnosis::{Diagnosis, Verdict, Verification, Verified};
use fivewhys::faults::diagnose;
use fivewhys::mock;
use fivewhys::scenario::Scenario;
use fivewhys::vocabulary::{Endpoint, Fault, LAST_REPEAT, Presentation, Probe, TokenKind};
use made::{evidence, made};
use proptest::prelude::*;
use strum::VariantArray;

use crate::every_case::every_case;

fn confirmed(diagnosis: &Diagnosis) -> Vec<Fault> {
    diagnosis.findings.iter().map(|finding| finding.fault).collect()
}

/// CI draws that many, a developer's run a quarter.
const CASES: u32 = 512;

fn cases() -> u32 {
    CASES / if every_case() { 1 } else { 4 }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_order_of_observations_does_not_matter(made in made(), seed in any::<u64>()) {
        let (settings, mut observations, tokens) = made;
        // The last observation of a probe counts, so each is made once.
        observations.sort_by_key(|(probe, _)| *probe);
        observations.dedup_by_key(|(probe, _)| *probe);
        let one = diagnose(&evidence(&(settings.clone(), observations.clone(), tokens.clone())));
        fastrand::Rng::with_seed(seed).shuffle(&mut observations);
        prop_assert_eq!(one, diagnose(&evidence(&(settings, observations, tokens))));
    }

    #[test]
    fn less_evidence_never_turns_ruled_out_into_confirmed(made in made(), taken in any::<u64>()) {
        let all = evidence(&made);
        let before = diagnose(&all);
        let kept: Vec<Probe> = all.iter().map(|(probe, _)| probe).enumerate().filter(|(index, _)| taken >> (index % 64) & 1 == 0).map(|(_, probe)| probe).collect();
        let after = diagnose(&all.without(|probe| !kept.contains(&probe)));
        for fault in confirmed(&after) {
            prop_assert!(!before.ruled_out.contains_key(&fault), "{fault} was ruled out by {:?}", before.ruled_out[&fault]);
        }
    }

    #[test]
    fn every_fault_has_one_place_and_a_reason(made in made()) {
        let evidence = evidence(&made);
        let diagnosis = diagnose(&evidence);
        let all = diagnosis.findings.len() + diagnosis.ruled_out.len() + diagnosis.undetermined.len();
        prop_assert_eq!(all, Fault::VARIANTS.len());
        prop_assert!(diagnosis.findings.iter().all(|finding| !finding.because.is_empty() && finding.whys.len() == 5));
        if diagnosis.verdict == Verdict::Healthy {
            let fails = |one: &&Verification| matches!(one.outcome(&evidence, &diagnosis), Verified::Fail(_));
            prop_assert!(!Verification::VARIANTS.iter().any(|one| fails(&one)), "healthy, and a verification fails");
        }
        for format in [fivewhys::report::Format::Text, fivewhys::report::Format::Json] {
            prop_assert!(!fivewhys::report::render(format, &evidence, &diagnosis).is_empty());
        }
    }
}

/// A valid token that is sent between others and rejected tells that its service is unsteady, as a circuit breaker in one replica
/// makes it: what was rejected meanwhile at the same service shows nothing.
#[tokio::test]
async fn a_rejection_between_others_takes_the_proof_from_those_beside_it() {
    let scenario = Scenario::find("credential/credential-shadowed").unwrap_or_else(|mistake| panic!("{mistake}"));
    let running = mock::start(&scenario.deployment(), &scenario.target).await.expect("loopback sockets");
    let checked = check(&running.target().expect("a target")).await.expect("the suite does its job");
    assert!(confirmed(&checked.diagnosis).contains(&Fault::CredentialShadowed));
    let (mut evidence, settings) = (checked.evidence.clone(), &checked.evidence.settings);
    let valid = Presentation::new(Endpoint::Rest, TokenKind::Issued, settings.usual(Endpoint::Rest));
    let rejection = evidence.of(valid.forged().into()).expect("a forged token was sent").clone();
    evidence.record(valid.repeat(LAST_REPEAT + 3).into(), rejection);
    assert!(!confirmed(&diagnose(&evidence)).contains(&Fault::CredentialShadowed));
}
