//! Your staging in `cargo test` and in nextest: each verification is a test, and the report is its failure message.
//!
//! 1. Copy this file into the `tests` folder of your crate, and `fivewhys.toml` beside its `Cargo.toml`; add `fivewhys` to its
//!    `[dev-dependencies]`, as this `Cargo.toml` says.
//! 2. Fill in your addresses and a login; secrets come from variables. `fivewhys check staging --dry-run` says what would be sent.
//! 3. `cargo test --test staging`, or `cargo nextest run --test staging`.
//!
//! One check is made for all of these tests. In `cargo test` they share a process and the value below. nextest starts a process
//! for each test: the first one checks, and the others read what it saw from a file, which holds no token and no secret.
//!
//! A test that nothing decides fails and says what is missing. Delete it, or put `#[ignore]` before it, where that is as it should be.

use std::path::Path;
use std::sync::LazyLock;

use fivewhys::check::{Checked, once_per_run};
use fivewhys::diagnosis::Verification;
use fivewhys::named_tests::{NamedTest, TestResult};
use fivewhys::report::{Format, render};
use fivewhys::target;

/// Made by the first test that needs it.
static CHECKED: LazyLock<Result<Checked, String>> = LazyLock::new(|| {
    let name = std::env::var("FIVEWHYS_TARGET").unwrap_or_else(|_| "staging".to_owned());
    let target = target::named(&name).map_err(|error| error.to_string())?;
    once_per_run(&target, Path::new(env!("CARGO_TARGET_TMPDIR"))).map_err(|error| error.to_string())
});

#[track_caller]
fn passes(test: NamedTest) {
    let checked = CHECKED.as_ref().unwrap_or_else(|error| panic!("{error}"));
    let report = || render(Format::Text, &checked.evidence, &checked.diagnosis);
    match test.result(checked) {
        TestResult::Passed => {}
        TestResult::Failed(_) => panic!("{}", report()),
        TestResult::NotTested(why) => panic!("{test} is not tested: {why}\n\n{}", report()),
    }
}

/// Auth validates a token that it has issued.
#[test]
fn same_service_validation() {
    passes(NamedTest::Verification(Verification::SameService));
}

/// The backend validates a token that auth has issued.
#[test]
fn cross_service_validation() {
    passes(NamedTest::Verification(Verification::CrossService));
}

/// The gateway validates the token as your client presents it.
#[test]
fn websocket_authentication() {
    passes(NamedTest::Verification(Verification::WebSocket));
}

/// Auth and the backend hold the same secret.
#[test]
fn secret_consistency() {
    passes(NamedTest::Verification(Verification::Secrets));
}

/// The four above are about tokens. This one fails for everything else too: an outage, a check that did not end.
#[test]
fn nothing_else_is_wrong() {
    passes(NamedTest::Verdict);
}
