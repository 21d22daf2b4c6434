//! The verdict, each verification and each fault of the catalogue as a test of its own, after one check: of the target that
//! `FIVEWHYS_TARGET` names, or else of the embedded deployment in another process, reached by a target's file. The first part
//! of each name says which of the two it was.
//!
//! Confirmed is FAILED with the finding as the message, ruled out is ok, and not tested is ignored with what would decide it.
//! nextest knows no test that is ignored while it runs: there it passes, and says `ignored` and the reason in its output.

mod harness;
mod served;

use std::path::Path;
use std::process::ExitCode;

use fivewhys::check::{Checked, OnceError, once_per_run, once_per_run_with};
use fivewhys::target;
use harness::Failure;
use libtest_mimic::Arguments;

/// What the names of an embedded deployment begin with.
const EMBEDDED: &str = "embedded";

fn main() -> ExitCode {
    let name = std::env::var("FIVEWHYS_TARGET").ok().filter(|name| !name.is_empty());
    let arguments = Arguments::from_args();
    let exit = match name.as_deref() {
        None => harness::run(arguments, EMBEDDED, || Ok(embedded()?)),
        Some(name) => harness::run(arguments, name, || of_target(name)),
    };
    ExitCode::from(exit)
}

/// Where tests of one run find what the first of them saw.
fn folder() -> &'static Path {
    Path::new(env!("CARGO_TARGET_TMPDIR"))
}

fn of_target(name: &str) -> Result<Checked, Failure> {
    if name == EMBEDDED {
        return Err(Failure::Usage(format!("error: rename the target `{name}`: names of a mock begin with this word")));
    }
    let target = target::named(name).map_err(|error| Failure::Usage(error.to_string()))?;
    Ok(once_per_run(&target, folder())?)
}

fn embedded() -> Result<Checked, OnceError> {
    once_per_run_with(folder(), EMBEDDED, || {
        let (_served, mut target) = served::healthy();
        EMBEDDED.clone_into(&mut target.name);
        // This file is of one process, which makes one check.
        let folder = tempfile::tempdir().map_err(OnceError::Runtime)?;
        let mut checked = once_per_run(&target, folder.path())?;
        // It ends with the check, so no command checks it again.
        checked.evidence.run.command = vec![env!("CARGO_PKG_NAME").to_owned()];
        Ok(checked)
    })
}
