//! One check for all tests of a run. nextest gives each test a process of its own: the first one makes the check and keeps its
//! evidence, which is redacted, in a file; the others read it, and the same diagnosis follows.

use std::fs::{DirEntry, File, create_dir_all, read_dir, remove_file};
use std::io::{Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use sha2::{Digest, Sha256};

use super::{Checked, check};
use crate::blocking::run_to_end;
use crate::bundle;
use crate::faults::diagnose;
use crate::input::Source;
use crate::probe::SuiteError;
use crate::target::Target;

/// The same for every test of one run of nextest.
const RUN: &str = "NEXTEST_RUN_ID";
/// So many checks begin in one run at the most: a process may end before its check does.
const ATTEMPTS: usize = 2;
/// A line of the file for each of them.
const BEGUN: &str = "begun\n";
const PREFIX: &str = "fivewhys-run-";
/// No run takes longer.
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// Why a run has no check to show.
#[derive(Debug, thiserror::Error)]
pub enum OnceError {
    /// The suite could not do its job.
    #[error("error: {0}")]
    Suite(#[from] SuiteError),
    /// This machine has no resources for it.
    #[error("error: cannot begin a check: {0}")]
    Runtime(std::io::Error),
    /// The evidence cannot be kept for the other tests.
    #[error("error: cannot keep what was seen for the other tests, in `{path}`: {error}", path = path.display())]
    File {
        /// Where it should be.
        path: PathBuf,
        /// Why it is not.
        error: std::io::Error,
    },
    /// Each process that began a check of this run ended before it.
    #[error(
        "error: {ATTEMPTS} checks of this run were begun and none ended; no other is made, see the tests that failed first"
    )]
    NeverEnded,
}

/// Checks the target once in a run of tests, and waits for the end. Under nextest the first test of the run makes the check, and the
/// others get what it saw from a file in `folder`; `env!("CARGO_TARGET_TMPDIR")` is one. Elsewhere this is a check, and its
/// caller keeps it for the other tests of the process.
///
/// # Errors
/// When the suite cannot do its job, or the file cannot be written.
///
/// # Panics
/// Within an asynchronous runtime, where [`check`](super::check) is the function to call.
pub fn once_per_run(target: &Target, folder: &Path) -> Result<Checked, OnceError> {
    // Another target may have the same name in another file.
    let settings = serde_json::to_vec(&target.settings()).unwrap_or_default();
    let name = format!("{}-{:x}", target.name, Sha256::digest(settings));
    once_per_run_with(folder, &name, || Ok(run_to_end(check(target)).map_err(OnceError::Runtime)??))
}

/// The same for a check of another kind, which this name stands for.
///
/// # Errors
/// As [`once_per_run`], and those of the check.
pub fn once_per_run_with(
    folder: &Path,
    name: &str,
    check: impl FnOnce() -> Result<Checked, OnceError>,
) -> Result<Checked, OnceError> {
    let Some(run) = std::env::var(RUN).ok().filter(|run| !run.is_empty()) else { return check() };
    let name = format!("{run}-{name}");
    let path = folder.join(format!("{PREFIX}{}", utf8_percent_encode(&name, NON_ALPHANUMERIC)));
    kept(&path, check)
}

/// The check that the file holds, or else a new one, which it holds then.
fn kept(path: &Path, check: impl FnOnce() -> Result<Checked, OnceError>) -> Result<Checked, OnceError> {
    let failed = |error| OnceError::File { path: path.to_owned(), error };
    // The lock ends with the process that holds it.
    let mut file = locked(path).map_err(failed)?;
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes).map_err(failed)?;
    let text = String::from_utf8_lossy(&bytes);
    let begun = text.split_inclusive('\n').take_while(|line| *line == BEGUN).count();
    if let Ok(evidence) = bundle::decode(&Source::new(path.display().to_string(), &text[begun * BEGUN.len()..])) {
        return Ok(Checked { diagnosis: diagnose(&evidence), evidence });
    }
    if begun == ATTEMPTS {
        return Err(OnceError::NeverEnded);
    }
    path.parent().into_iter().for_each(remove_old);
    rewrite(&mut file, &BEGUN.repeat(begun + 1)).map_err(failed)?;
    let checked = check()?;
    let encoded = bundle::encode(&checked.evidence).map_err(|error| failed(error.into()))?;
    file.write_all(encoded.as_bytes()).map_err(failed)?;
    Ok(checked)
}

fn locked(path: &Path) -> std::io::Result<File> {
    path.parent().map_or(Ok(()), create_dir_all)?;
    let mut options = File::options();
    options.read(true).write(true).create(true).truncate(false);
    // On Windows a file has the permissions of its folder.
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(path)?;
    file.lock()?;
    Ok(file)
}

/// What a process left that ended while it wrote is gone then.
fn rewrite(file: &mut File, text: &str) -> std::io::Result<()> {
    file.set_len(0)?;
    file.rewind()?;
    file.write_all(text.as_bytes())
}

/// Of runs that are over. A file that cannot be removed harms nothing.
fn remove_old(folder: &Path) {
    let is_old = |entry: &DirEntry| {
        let written = entry.metadata().and_then(|file| file.modified());
        let is_ours = entry.file_name().to_string_lossy().starts_with(PREFIX);
        is_ours && written.is_ok_and(|at| at.elapsed().is_ok_and(|age| age > DAY))
    };
    for entry in read_dir(folder).into_iter().flatten().flatten().filter(is_old) {
        _ = remove_file(entry.path());
    }
}

#[cfg(test)]
mod tests;
