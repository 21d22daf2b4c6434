//! What a person writes: each mistake with file, line and caret, and nothing sent.

use rstest::rstest;

use super::{command, config, text, written};

const SERVICES: &str = "auth = { service = \"a\" }\nbackend = { service = \"b\" }\n";

fn mistake(config: &str) -> String {
    let (_folder, file) = written(config);
    let output =
        command(&["preflight", "x", "--config", file.to_str().expect("UTF-8")]).output().expect("the binary starts");
    assert_eq!((output.status.code(), text(&output.stdout).as_str()), (Some(2), ""), "{}", text(&output.stderr));
    text(&output.stderr)
}

#[rstest]
#[case::no_platform("namespce = \"n\"", "unknown field `namespce`", "did you mean `namespace`?")]
#[case::half("project = \"p\"", "not the keys of one platform", "`project` and `region`")]
#[case::both(
    "project = \"p\"\nregion = \"r\"\nnamespace = \"n\"",
    "not the keys of one platform",
    "Kubernetes has `namespace`"
)]
#[case::a_name_that_leads_elsewhere(
    "project = \"p/../q\"\nregion = \"r\"",
    "not a name of a platform",
    "small letters"
)]
#[case::another_host(
    "project = \"p\"\nregion = \"r\"\napi = \"https://example.test\"",
    "have fixed addresses",
    "remove `api`"
)]
#[case::in_the_clear("namespace = \"n\"\napi = \"http://example.test\"", "in the clear", "kubectl proxy")]
#[case::a_literal_token(
    "project = \"p\"\nregion = \"r\"\ntoken = \"ya29.canary\"",
    "a secret must not stand in this file",
    "env = "
)]
fn a_wrong_key_gets_a_caret(#[case] platform: &str, #[case] message: &str, #[case] help: &str) {
    let error = mistake(&config(&format!("{platform}\n{SERVICES}")));
    assert!(error.contains(message) && error.contains(help), "{error}");
    assert!(error.contains("targets.toml:") && error.contains('^'), "{error}");
    assert!(!error.contains("canary"), "{error}");
}

#[rstest]
#[case::of_another_platform(
    "auth = { deployment = \"a\" }",
    "the service has no name on this platform",
    "service = \"NAME\""
)]
#[case::a_text("auth = \"a\"", "a string stands here", "allowed: { service = \"NAME\" }")]
#[case::none("", "no service is named", "auth = { … }")]
#[case::a_secret(
    "auth = { service = \"a\", secret-sources = [\"JWT_SECRET\", \"s3cr3t canary=\"] }",
    "entry 2 is neither a variable nor a file",
    "/secrets/jwt"
)]
#[case::nowhere(
    "auth = { service = \"a\", secret-sources = [] }",
    "looks for its secret somewhere",
    "secret-sources = "
)]
fn a_wrong_service_gets_a_caret(#[case] services: &str, #[case] message: &str, #[case] help: &str) {
    let error = mistake(&config(&format!("project = \"p\"\nregion = \"r\"\n{services}")));
    assert!(error.contains(message) && error.contains(help) && error.contains('^'), "{error}");
    assert!(!error.contains("canary"), "{error}");
}

#[test]
fn a_target_without_a_platform_is_told_what_to_add() {
    let error = mistake("[targets.x]\nstage = \"staging\"\nauth = \"https://auth.test\"\n");
    assert!(error.contains("`x` does not say what its services run on"), "{error}");
    assert!(error.contains("[targets.x.platform]"), "{error}");
}

#[test]
fn the_variable_of_the_token_is_the_only_one_that_is_needed() {
    let platform = format!("project = \"p\"\nregion = \"r\"\ntoken = {{ env = \"UNSET_TOKEN\" }}\n{SERVICES}");
    let error = mistake(&config(&platform));
    assert!(error.contains("the variable `UNSET_TOKEN` is not set"), "{error}");
}
