//! The rollback of Cloud Run services: the steps of `deploy.yml`, and what they call.

use std::fs;

use rstest::rstest;

use super::runner::{Ended, Runner, root};

const DEPLOY: &str = "workflows/deploy.yml";

/// Keeps what each service serves in a file; a service whose file `NAME.fails` is there cannot be changed.
const GCLOUD: &str = r#"
case $2-$3 in
    services-describe) cat "$HERE/serving/$4" ;;
    services-update-traffic)
        [ ! -e "$HERE/serving/$4.fails" ] || exit 1
        case $5 in
            --to-latest) cat "$HERE/serving/$4.latest" > "$HERE/serving/$4" ;;
            --to-revisions=*) tr , '\n' <<< "${5#--to-revisions=}" > "$HERE/serving/$4" ;;
        esac ;;
    deploy-*) echo "$3-00002-new=100" > "$HERE/serving/$3.latest" ;;
esac"#;

/// A project with the services `auth` and `backend`, and what serves there.
fn cloud(services: &str) -> Runner {
    let mut runner = Runner::new();
    runner.program("gcloud", GCLOUD);
    fs::create_dir(runner.path("serving")).expect("made");
    serve(&runner, "auth", "auth-00001-old=100");
    serve(&runner, "backend", "backend-00001-old=100");
    std::os::unix::fs::symlink(root().join(".github"), runner.path("workspace/.github")).expect("linked");
    // A pattern of files that is not quoted becomes the name of a service.
    fs::write(runner.path("workspace/backend"), "").expect("written");
    runner.value("vars.CLOUD_RUN_SERVICES", services).value("vars.GCP_PROJECT", "a-project");
    runner.value("vars.GCP_REGION", "europe-west1").value("vars.CLOUD_RUN_IMAGES", "registry.test/images");
    runner.value("inputs.tag", "v2");
    runner
}

fn serve(runner: &Runner, service: &str, traffic: &str) {
    fs::write(runner.path("serving").join(service), format!("{traffic}\n")).expect("written");
}

fn serving(runner: &Runner, service: &str) -> String {
    fs::read_to_string(runner.path("serving").join(service)).expect("the file").trim_end().replace('\n', ",")
}

/// The rollback after a gate with this exit code.
fn roll_back(runner: &mut Runner, code: &str, before: &str) -> Ended {
    runner.value("needs.gate.outputs.exit-code", code).value("needs.deploy.outputs.before", before);
    runner.step(DEPLOY, "Roll back")
}

/// The calls that change something.
fn changes(runner: &Runner) -> Vec<String> {
    runner.calls().into_iter().filter(|call| !call.contains(" describe ")).collect()
}

/// The value of the output `before`, as the runner reads it from the file.
fn recorded(ended: &Ended) -> String {
    assert_eq!(ended.code, Some(0), "{}", ended.text);
    let value = ended.outputs.strip_prefix("before<<END_OF_RECORD\n").expect("the output");
    value.strip_suffix("\nEND_OF_RECORD\n").expect("its end").to_owned()
}

const BEFORE: &str = "auth auth-00001-old=100\nbackend backend-00001-old=100";

#[test]
fn a_faulty_deployment_is_rolled_back_to_what_served_before_it() {
    let mut runner = cloud("auth backend");
    let before = recorded(&runner.step(DEPLOY, "Record what serves"));
    assert_eq!(before, BEFORE);
    let described = runner.calls();
    assert!(described[0].starts_with("gcloud run services describe auth --project=a-project --region=europe-west1 "));
    let deployed = runner.step(DEPLOY, "Deploy");
    assert_eq!((deployed.code, serving(&runner, "auth").as_str()), (Some(0), "auth-00002-new=100"), "{deployed:?}");
    fs::remove_file(runner.path("calls")).expect("removed");
    let ended = roll_back(&mut runner, "1", &before);
    assert_eq!(ended.code, Some(0), "{}", ended.text);
    assert_eq!(
        changes(&runner),
        [
            "gcloud run services update-traffic auth --to-revisions=auth-00001-old=100 --project=a-project --region=europe-west1 --quiet",
            "gcloud run services update-traffic backend --to-revisions=backend-00001-old=100 --project=a-project --region=europe-west1 --quiet",
        ]
    );
    assert_eq!(
        [serving(&runner, "auth"), serving(&runner, "backend")],
        ["auth-00001-old=100", "backend-00001-old=100"]
    );
    let summary = fs::read_to_string(runner.path("summary")).expect("a summary");
    assert!(summary.contains("auth: rolled back from auth-00002-new=100 to auth-00001-old=100.\n"), "{summary}");
}

/// What is no proof of a fault changes nothing, and reads nothing.
#[rstest]
fn nothing_is_rolled_back_unless_the_gate_says_faulty(
    #[values("0", "2", "3", "4", "", "101", "137", "01", "1 ", "11", "faulty")] code: &str,
) {
    let mut runner = cloud("auth backend");
    let ended = roll_back(&mut runner, code, BEFORE);
    assert_eq!((ended.code, runner.calls()), (Some(0), vec![]), "{}", ended.text);
    assert!(ended.text.starts_with("Not rolled back: "), "{}", ended.text);
}

#[test]
fn a_service_that_cannot_be_rolled_back_does_not_keep_the_others_from_it() {
    let mut runner = cloud("auth backend");
    serve(&runner, "auth", "auth-00002-new=100");
    serve(&runner, "backend", "backend-00002-new=100");
    serve(&runner, "auth.fails", "");
    let ended = roll_back(&mut runner, "1", BEFORE);
    assert_eq!(
        (ended.code, serving(&runner, "backend").as_str()),
        (Some(1), "backend-00001-old=100"),
        "{}",
        ended.text
    );
    assert!(ended.text.contains("auth: NOT ROLLED BACK, gcloud failed; it should serve auth-00001-old=100."));
    // The next try is about what is left.
    fs::remove_file(runner.path("serving/auth.fails")).expect("removed");
    fs::remove_file(runner.path("calls")).expect("removed");
    let again = roll_back(&mut runner, "1", BEFORE);
    assert_eq!((again.code, changes(&runner).len()), (Some(0), 1), "{}", again.text);
    assert_eq!(serving(&runner, "auth"), "auth-00001-old=100");
}

#[test]
fn a_service_that_serves_what_it_did_is_left_alone() {
    let mut runner = cloud("auth backend");
    let ended = roll_back(&mut runner, "1", BEFORE);
    assert_eq!((ended.code, changes(&runner)), (Some(0), vec![]), "{}", ended.text);
    assert!(ended.text.contains("auth: not rolled back, it serves auth-00001-old=100 already."), "{}", ended.text);
}

#[test]
fn a_service_whose_revision_cannot_be_read_is_rolled_back_all_the_same() {
    let mut runner = cloud("auth backend");
    fs::remove_file(runner.path("serving/auth")).expect("removed");
    let ended = roll_back(&mut runner, "1", BEFORE);
    assert_eq!((ended.code, serving(&runner, "auth").as_str()), (Some(0), "auth-00001-old=100"), "{}", ended.text);
}

/// A gradual rollout is restored with its shares. A tag that gets no traffic is no part of it.
#[test]
fn traffic_that_was_split_is_split_again() {
    let mut runner = cloud("auth");
    serve(&runner, "auth", "auth-00003-c=60\nauth-00001-a=10\nauth-00002-tagged=\nauth-00003-c=30");
    let before = recorded(&runner.step(DEPLOY, "Record what serves"));
    assert_eq!(before, "auth auth-00001-a=10,auth-00003-c=90");
    serve(&runner, "auth", "auth-00004-d=100");
    assert_eq!(roll_back(&mut runner, "1", &before).code, Some(0));
    assert_eq!(serving(&runner, "auth"), "auth-00001-a=10,auth-00003-c=90");
}

/// Names that are flags, patterns, commands or of another service's form reach no command line.
#[rstest]
fn an_odd_name_is_no_service(
    #[values("--help", "*", "$(touch${IFS}here)", "auth;id", "Auth", "-", "auth-", "`id`", "a/b")] name: &str,
) {
    let mut runner = cloud(&format!("auth {name}"));
    let recorded = runner.step(DEPLOY, "Record what serves");
    assert_eq!((recorded.code, recorded.outputs.as_str()), (Some(1), ""), "{}", recorded.text);
    serve(&runner, "backend", "backend-00002-new=100");
    let ended = roll_back(&mut runner, "1", &format!("{name} x-1=100\nbackend backend-00001-old=100"));
    assert_eq!(
        (ended.code, serving(&runner, "backend").as_str()),
        (Some(1), "backend-00001-old=100"),
        "{}",
        ended.text
    );
    let with_name = runner.calls().into_iter().filter(|call| call.contains(&format!(" {name} "))).count();
    assert_eq!((with_name, runner.path("workspace/here").exists()), (0, false));
}

#[rstest]
#[case::no_record("", 2)]
#[case::no_revision("auth", 1)]
#[case::no_share("auth auth-00001-old", 1)]
#[case::a_flag("auth --clear-tags", 1)]
#[case::more_than_a_revision("auth auth-00001-old=100 --clear-tags", 1)]
fn a_record_of_another_form_rolls_nothing_back(#[case] before: &str, #[case] code: i32) {
    let mut runner = cloud("auth");
    let ended = roll_back(&mut runner, "1", before);
    assert_eq!((ended.code, changes(&runner)), (Some(code), vec![]), "{}", ended.text);
    assert!(ended.text.to_lowercase().starts_with("not rolled back: "), "{}", ended.text);
}

/// What cannot be recorded could not be rolled back: the job ends before its step `Deploy`.
#[rstest]
#[case::not_there("auth gateway", None)]
#[case::without_traffic("auth backend", Some("backend-00001-old="))]
#[case::no_names("  ", None)]
fn nothing_is_recorded_unless_every_service_is(#[case] services: &str, #[case] backend: Option<&str>) {
    let runner = cloud(services);
    if let Some(traffic) = backend {
        serve(&runner, "backend", traffic);
    }
    let recorded = runner.step(DEPLOY, "Record what serves");
    assert_eq!((recorded.code, recorded.outputs.as_str()), (Some(1), ""), "{}", recorded.text);
}
