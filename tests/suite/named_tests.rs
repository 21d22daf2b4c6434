//! What a check says as tests with names, and the runner of `--test staging`, which shows them.

#[path = "../staging/harness.rs"]
mod harness;

use std::collections::BTreeSet;
use std::fs;

use fivewhys::check::Checked;
use fivewhys::diagnosis::Verification;
use fivewhys::input::Source;
use fivewhys::mock;
use fivewhys::named_tests::{NamedTest, TestResult};
use fivewhys::scenario::Scenario;
use fivewhys::target::select_to_list;
use fivewhys::vocabulary::Fault;
use harness::Failure;
use libtest_mimic::Arguments;
use rstest::rstest;

async fn checked(scenario: &str) -> Checked {
    let scenario = Scenario::find(scenario).expect("a scenario");
    let running = mock::start(&scenario.deployment(), &scenario.target).await.expect("loopback sockets");
    fivewhys::check(&running.target().expect("a target")).await.expect("the suite does its job")
}

/// The names of the tests that fail.
fn failed(checked: &Checked) -> BTreeSet<String> {
    let fails = |test: &NamedTest| matches!(test.result(checked), TestResult::Failed(_));
    NamedTest::all().filter(fails).map(|test| test.to_string()).collect()
}

/// A fault fails its test where the scenario has it, one that is ruled out passes, and every other says what would decide it.
#[rstest]
#[case::healthy("healthy", &[])]
#[case::mismatch("secret/jwt-secret-mismatch", &["verdict", "verification::cross_service_validation",
    "verification::websocket_authentication", "verification::secret_consistency"])]
#[case::two("pairs/mismatch-and-not-echoed", &["verdict", "verification::cross_service_validation",
    "verification::websocket_authentication", "verification::secret_consistency"])]
#[case::a_warning_leaves_the_verdict("reach/slow-authentication", &[])]
#[case::not_proven("user/unknown-with-one-user", &["verdict", "verification::cross_service_validation",
    "verification::websocket_authentication"])]
#[tokio::test]
async fn exactly_what_is_confirmed_fails(#[case] scenario: &str, #[case] others: &[&str]) {
    let expected = Scenario::find(scenario).expect("a scenario").expect;
    let checked = checked(scenario).await;
    let faults = expected.faults.iter().map(|fault| NamedTest::Fault(*fault).to_string());
    let all: BTreeSet<String> = faults.chain(others.iter().map(|name| (*name).to_owned())).collect();
    assert_eq!(failed(&checked), all);
    let diagnosis = &checked.diagnosis;
    for test in NamedTest::all() {
        let NamedTest::Fault(fault) = test else { continue };
        match test.result(&checked) {
            TestResult::Passed => assert!(diagnosis.ruled_out.contains_key(&fault), "{test}"),
            TestResult::NotTested(why) => {
                let open = &diagnosis.undetermined[&fault];
                assert!(why.ends_with(&format!("needs {}", open.needs(&checked.evidence))), "{test}: {why}");
            }
            TestResult::Failed(_) => {}
        }
    }
}

/// What was confirmed by then is told, and what was not seen passes nothing.
#[tokio::test]
async fn an_interrupted_check_of_a_healthy_target_does_not_pass() {
    let mut checked = checked("healthy").await;
    checked.evidence.run.interrupted = true;
    checked.diagnosis = fivewhys::faults::diagnose(&checked.evidence);
    assert_eq!(failed(&checked), ["verdict".to_owned()].into());
}

/// A late one neither.
#[tokio::test]
async fn a_check_that_the_deadline_cuts_short_does_not_pass() {
    let running = mock::start(&Default::default(), &Default::default()).await.expect("loopback sockets");
    let mut target = running.target().expect("a target");
    target.deadline = std::time::Duration::ZERO;
    let checked = fivewhys::check(&target).await.expect("the suite does its job");
    assert_eq!(failed(&checked), ["verdict".to_owned()].into());
    let passed = NamedTest::all().filter(|test| test.result(&checked) == TestResult::Passed).collect::<Vec<_>>();
    assert_eq!(passed, [], "nothing was seen");
}

#[tokio::test]
async fn a_failed_test_says_what_the_report_says_in_80_columns() {
    let checked = checked("secret/jwt-secret-mismatch").await;
    let message = |test: NamedTest| match test.result(&checked) {
        TestResult::Failed(message) => {
            assert!(message.lines().all(|line| line.chars().count() <= 80), "{message}");
            assert!(message.ends_with('\n') && !message.ends_with("\n\n"), "{message:?}");
            message
        }
        other => panic!("{test}: {other:?}"),
    };
    let finding = message(NamedTest::Fault(Fault::JwtSecretMismatch));
    let verdict = message(NamedTest::Verdict);
    let at = verdict.find("error[jwt-secret-mismatch]").expect("the finding");
    let shared = |line: &&str| !line.trim_start().starts_with("· ");
    for line in verdict[at..].lines().take_while(|line| !line.starts_with("The backend rejected")).filter(shared) {
        assert!(finding.contains(line), "{line:?} is not in\n{finding}");
    }
    let verification = message(NamedTest::Verification(Verification::CrossService));
    for message in [&finding, &verdict, &verification] {
        assert!(!message.contains("--verbose"), "a test has no such flag:\n{message}");
    }
    for part in ["REST fails (cross-service validation)", "✗ backend accepts ", "error[jwt-secret-mismatch]: "] {
        assert!(verification.contains(part), "{part}:\n{verification}");
    }
}

/// The exit code and the output of `--test staging` with these arguments.
fn run(arguments: &[&str], check: impl FnOnce() -> Result<Checked, Failure>) -> (u8, String) {
    let folder = tempfile::tempdir().expect("a folder");
    let log = folder.path().join("log");
    let all = ["staging", "--logfile", log.to_str().expect("UTF-8")].into_iter().chain(arguments.iter().copied());
    let exit = harness::run(Arguments::from_iter(all), "staging", check);
    (exit, fs::read_to_string(log).unwrap_or_default())
}

/// The results by name, of those that were run.
fn results(output: &str) -> Vec<(&str, &str)> {
    let lines = output.lines().filter_map(|line| line.strip_prefix("test staging::"));
    lines.filter_map(|line| line.split_once(" ... ")).map(|(name, result)| (name.trim_end(), result)).collect()
}

fn not_asked() -> Result<Checked, Failure> {
    panic!("a check is made")
}

#[tokio::test]
async fn a_filter_chooses_among_the_names() {
    let checked = checked("secret/jwt-secret-mismatch-unknowable").await;
    let (exit, output) = run(&["secret"], || Ok(checked));
    let results = results(&output);
    let is_meant = |name: &str| name.starts_with("secret::") || name == "verification::secret_consistency";
    assert!(results.iter().all(|(name, _)| is_meant(name)), "{output}");
    assert_eq!(results.len(), 9, "{output}");
    let of = |name: &str| results.iter().find(|(one, _)| *one == name).map(|(_, result)| *result);
    assert_eq!(of("verification::secret_consistency"), Some("ignored (needs `fingerprint` in the target's file)"));
    assert!(
        of("secret::jwt-secret-mismatch").is_some_and(|result| result.starts_with("ignored (may be the cause; needs "))
    );
    assert_eq!(exit, 0, "none of these is confirmed: the verdict is another test");
}

#[tokio::test]
async fn a_finding_is_the_message_of_its_test() {
    let checked = checked("secret/jwt-secret-mismatch").await;
    let (exit, output) = run(&["secret::"], || Ok(checked));
    assert_eq!(exit, 101);
    let failed: Vec<_> = results(&output).into_iter().filter(|(_, result)| *result == "FAILED").collect();
    assert_eq!(failed, [("secret::jwt-secret-mismatch", "FAILED")]);
    assert!(
        output.contains("---- staging::secret::jwt-secret-mismatch ----\nerror[jwt-secret-mismatch]: "),
        "{output}"
    );
    assert!(output.contains("\n  fix     "), "{output}");
}

/// As nextest lists them, without a target.
#[rstest]
#[case::all(&["--list", "--format", "terse"], NamedTest::all().count())]
#[case::ignored(&["--list", "--format", "terse", "--ignored"], 0)]
#[case::filtered(&["--list", "verification::"], 4)]
fn a_list_sends_nothing(#[case] arguments: &[&str], #[case] count: usize) {
    let (exit, output) = run(arguments, not_asked);
    assert_eq!((exit, output.lines().count()), (0, count), "{output}");
    assert!(output.lines().all(|line| line.starts_with("staging::") && line.ends_with(": test")), "{output}");
}

#[test]
fn nothing_is_sent_where_no_test_is_left() {
    assert_eq!(run(&["no_such_test"], not_asked).0, 0);
    assert_eq!(run(&["--exact", "secret"], not_asked).0, 0);
    assert_eq!(run(&["--skip", "::"], not_asked).0, 0);
}

/// `--ignored` was how this check was asked for: it must not become green without one.
#[tokio::test]
async fn ignored_tests_alone_cannot_be_run_so_all_are() {
    let checked = checked("secret/jwt-secret-mismatch").await;
    let (exit, output) = run(&["--ignored"], || Ok(checked));
    assert_eq!((exit, results(&output).len()), (101, NamedTest::all().count()));
}

/// A user copies it, and fills in the addresses.
#[test]
fn the_target_file_of_the_example_is_valid() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/example/fivewhys.toml");
    let source = Source::read(file.as_ref()).expect("the file");
    let (_, lacking) = select_to_list(&source, "staging", &|_| None).unwrap_or_else(|mistake| panic!("{mistake}"));
    assert_eq!(lacking, ["E2E_BYPASS_KEY".to_owned()].into());
}

#[test]
fn a_target_that_cannot_be_checked_shows_no_test() {
    let failure = || Err(Failure::Usage("error: unknown target".into()));
    assert_eq!(run(&[], failure), (2, String::new()));
}
