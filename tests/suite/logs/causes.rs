//! A log shows no fault: it says what it is compatible with, and what would tell.

use std::collections::BTreeSet;

use fivewhys::vocabulary::Fault;
use strum::VariantArray;

use super::*;

fn codes(run: &Run, cause: usize) -> BTreeSet<String> {
    let faults = run.json["causes"][cause]["faults"].as_array().expect("faults").clone();
    faults.iter().filter_map(|fault| fault.as_str().map(str::to_owned)).collect()
}

/// Key for key the same record comes of a wrong secret, wrong service credentials, an expired token, a wrong type, and of the
/// client's own token with the right secret.
#[test]
fn the_record_of_the_incident_names_no_cause() {
    let text = "VALIDATION_FAILED DEBUG: {\"validation_result_exists\": true, \"error_from_auth_service\": null, \
                \"token_characteristics\": {\"length\": 373, \"prefix\": \"eyJhbGciOiJI\", \"dot_count\": 2, \
                \"has_bearer_prefix\": false}}";
    let run = run(lines(&[line(1, text)]).as_bytes());
    assert_eq!(run.code, Some(3), "neither healthy nor faulty: {}", run.text);
    let compatible = codes(&run, 0);
    for fault in [
        Fault::JwtSecretMismatch,
        Fault::ServiceCredentialsRefused,
        Fault::ClockSkew,
        Fault::ClaimMismatch,
        Fault::ClaimMissing,
    ] {
        assert!(compatible.contains(fault.code()) && run.text.contains(fault.code()), "{fault}: {}", run.text);
    }
    assert!(run.text.contains("nothing in the records tells which"), "{}", run.text);
    assert!(!run.text.contains("error["), "{}", run.text);
}

/// What is named is a probe that a check makes, under the name that its report shows.
#[test]
fn the_probes_that_would_tell_are_probes_of_a_check() {
    let run = run(lines(&two_attempts()).as_bytes());
    assert!(run.text.contains("next, to see why: ") && run.text.contains("check TARGET"), "{}", run.text);
    let dictionary = include_str!("../../../snapshots/accuracy/dictionary.snap");
    let probes = run.json["causes"][0]["probes"].as_array().expect("probes").clone();
    assert!(probes.len() >= 3, "{probes:#?}");
    for probe in &probes {
        let name = probe["probe"].as_str().expect("a name");
        assert!(dictionary.contains(&format!("  {name}\n")), "{name}");
        let responses = probe["responses"].as_object().expect("responses");
        assert!(responses.len() > 1, "{name} tells nothing apart: {responses:?}");
        let told: BTreeSet<&str> =
            responses.values().flat_map(|list| list.as_array().expect("a list")).filter_map(Value::as_str).collect();
        assert_eq!(told.len(), codes(&run, 0).len(), "{name}");
    }
}

#[test]
fn a_target_that_is_named_stands_in_the_next_command() {
    let arguments = ["--target", "staging", "--config", "fivewhys.toml"];
    let run = run_with(lines(&two_attempts()).as_bytes(), &arguments);
    assert!(run.text.contains("check staging --config fivewhys.toml"), "{}", run.text);
}

#[test]
fn a_failure_without_a_reason_adds_no_causes_to_one_with_a_reason() {
    let close = line(2, "WebSocket closed with code 1008: SSOT Auth failed");
    let verdict = line(1, "SSOT AUTHENTICATION FAILED: NO_TOKEN - Token=None failed on staging");
    let with_reason = run(lines(&[verdict, close.clone()]).as_bytes());
    assert_eq!(with_reason.json["causes"].as_array().map(Vec::len), Some(1), "{}", with_reason.text);
    assert_eq!(with_reason.json["causes"][0]["outcome"], "token-missing");
    assert!(!codes(&with_reason, 0).contains("jwt-secret-mismatch"), "a missing token has no signature");
    let alone = run(lines(&[close]).as_bytes());
    assert!(codes(&alone, 0).len() > codes(&with_reason, 0).len(), "{}", alone.text);
}

#[test]
fn only_known_faults_are_named_and_none_twice() {
    let run = run(lines(&two_attempts()).as_bytes());
    let faults = run.json["causes"][0]["faults"].as_array().expect("faults").len();
    let compatible = codes(&run, 0);
    assert_eq!(compatible.len(), faults);
    let known: BTreeSet<&str> = Fault::VARIANTS.iter().map(|fault| fault.code()).collect();
    assert!(compatible.iter().all(|code| known.contains(code.as_str())), "{compatible:?}");
}

#[test]
fn accepted_attempts_alone_are_no_failure() {
    let run = run(lines(&two_attempts()[..1]).as_bytes());
    assert_eq!((run.code, run.json["result"].as_str()), (Some(0), Some("no-failures")), "{}", run.text);
    assert_eq!(run.json["causes"], json!([]));
    assert!(run.text.starts_with("✓ "), "{}", run.text);
}
