//! What is said where the suite itself panics. The message of a panic may repeat what a service has sent, so it is not shown.

use std::backtrace::Backtrace;
use std::panic::{AssertUnwindSafe, Location, PanicHookInfo, catch_unwind, set_hook};

use super::{CliError, Exit};

/// Runs it; a panic is a failure of the suite.
pub(super) fn guarded(run: impl FnOnce() -> Result<Exit, CliError>) -> Result<Exit, CliError> {
    set_hook(Box::new(report));
    catch_unwind(AssertUnwindSafe(run)).unwrap_or(Ok(Exit::InternalError))
}

fn report(panic: &PanicHookInfo<'_>) {
    say!("{}", text(panic.location()));
    if std::env::var_os("RUST_BACKTRACE").is_some() {
        say!("{}", Backtrace::force_capture());
    }
}

fn text(location: Option<&Location<'_>>) -> String {
    let place = location.map(|at| format!(" at {}:{}", at.file(), at.line())).unwrap_or_default();
    format!(
        "error: the suite itself failed{place}; its message is not shown, for it may repeat what a service has sent"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_reported_by_its_place_only() {
        let caught = catch_unwind(|| panic!("canary")).expect_err("it panics");
        assert!(caught.is::<&str>());
        let said = text(Some(Location::caller()));
        assert!(said.contains("panics.rs:") && !said.contains("canary"), "{said}");
    }
}
