//! Named tests as `cargo test` and nextest run them. What to check is the caller's.

use fivewhys::check::{Checked, OnceError};
use fivewhys::named_tests::{NamedTest, TestResult};
use libtest_mimic::{Arguments, Completion, Failed, Trial};

/// Why there are no results.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// The target cannot be checked; nothing was sent.
    #[error("{0}")]
    Usage(String),
    /// The suite itself failed.
    #[error(transparent)]
    Suite(#[from] OnceError),
}

/// Makes the check unless no test is to be run, and shows what it says. Returns the exit code.
pub(crate) fn run(mut arguments: Arguments, prefix: &str, check: impl FnOnce() -> Result<Checked, Failure>) -> u8 {
    // Which tests are ignored is known after the check: none may be left out before it, or a target would be green unchecked.
    arguments.ignored &= arguments.list;
    // The results are there before the tests run, and stay in their order.
    arguments.test_threads = Some(1);
    let is_run = |trial: &Trial| !arguments.is_filtered_out(trial) && !arguments.is_ignored(trial);
    let is_needed = !arguments.list && trials(prefix, None).iter().any(is_run);
    let checked = match is_needed.then(check).transpose() {
        Ok(checked) => checked,
        Err(failure) => {
            eprintln!("{failure}");
            return failure.exit();
        }
    };
    match libtest_mimic::run(&arguments, trials(prefix, checked.as_ref())).has_failed() {
        true => 101,
        false => 0,
    }
}

/// Of a check, or the names alone.
fn trials(prefix: &str, checked: Option<&Checked>) -> Vec<Trial> {
    let trial = |test: NamedTest| {
        let result = checked.map(|checked| test.result(checked));
        Trial::ignorable_test(format!("{prefix}::{test}"), move || completed(result))
    };
    NamedTest::all().map(trial).collect()
}

fn completed(result: Option<TestResult>) -> Result<Completion, Failed> {
    match result {
        Some(TestResult::Passed) => Ok(Completion::Completed),
        Some(TestResult::Failed(message)) => Err(message.trim_end().into()),
        Some(TestResult::NotTested(why)) => Ok(Completion::ignored_with(why)),
        None => Err("no check was made".into()),
    }
}

impl Failure {
    /// As `fivewhys check` ends.
    fn exit(&self) -> u8 {
        match self {
            Failure::Usage(_) => 2,
            Failure::Suite(_) => 4,
        }
    }
}
