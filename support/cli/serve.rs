//! `fivewhys serve`: an embedded deployment on loopback, until a signal ends it.

use std::fs::File;
use std::io::{IsTerminal, Write};
use std::path::Path;

use super::output::{self, Access, Output};
use super::program::{self, absolute};
use super::signals::Signals;
use super::{CliError, Exit, print};
use crate::deployment::VisibleSettings;
use crate::input::InputError;
use crate::mock;
use crate::redact::Redactor;
use crate::scenario::Scenario;
use crate::wording::command_line;

/// Serves until SIGINT or SIGTERM. Writes the target file to `file`, or to standard output, and appends the log to `logs` as well.
///
/// # Errors
/// When the scenario is unknown, a port cannot be bound, or the file cannot be written.
pub(super) async fn run(
    scenario: Option<&str>,
    file: Option<&Path>,
    logs: Option<&Path>,
    show_tokens: bool,
) -> Result<Exit, CliError> {
    let (deployment, visible) = match scenario {
        Some(id) => Scenario::find(id).map(|scenario| (scenario.deployment(), scenario.target))?,
        None => (Default::default(), VisibleSettings::default()),
    };
    let mut entries = logs.map(|path| appended(path, file)).transpose()?;
    let mut signals = Signals::listen()?;
    let running = mock::start(&deployment, &visible).await?;
    let mut records = running.log();
    match file {
        // A process that waits for the file never reads half of it. Only its owner can read the secrets in it.
        Some(path) => Output::open(path, Access::Owner)?.write(&running.target_file)?,
        None => print(&running.target_file)?,
    }
    log(&next_steps(file));
    // What is not read on a terminal is kept or sent somewhere.
    let is_shown = show_tokens && std::io::stderr().is_terminal();
    if show_tokens && !is_shown {
        log("tokens are not shown: standard error is no terminal");
    }
    let known = running.target()?;
    let redactor = Redactor::new(known.secrets(), []);
    loop {
        tokio::select! {
            () = signals.received() => return Ok(Exit::Healthy),
            Some(record) = records.recv() => {
                log(&if is_shown { record.whole } else { redactor.redact(&record.masked) });
                if let Some(file) = &mut entries {
                    // At once: another process may read it any time.
                    file.write_all((record.entries.join("\n") + "\n").as_bytes())?;
                }
            }
        }
    }
}

/// The file at whose end entries are written; it is not the target file.
fn appended(path: &Path, target_file: Option<&Path>) -> Result<File, InputError> {
    let shown = path.display();
    if target_file.is_some_and(|other| absolute(other) == absolute(path)) {
        return Err(
            InputError::new(format!("`{shown}` cannot be the target file and the log")).help("name another file")
        );
    }
    output::appended(path)
        .map_err(|error| InputError::new(format!("cannot write to `{shown}`: {error}")).help("check the path"))
}

/// What to run in another terminal, which may be in another folder.
fn next_steps(file: Option<&Path>) -> String {
    let name = program::name_anywhere();
    let config = file.map(|path| absolute(path).display().to_string());
    let check = command_line([&name, "check", "local", "--config", config.as_deref().unwrap_or(SAVED)]);
    let first = match file {
        Some(_) => "serving until Ctrl-C; in another terminal:".to_owned(),
        None => format!("serving until Ctrl-C; save the lines above as {SAVED} (`--write FILE` does), then:"),
    };
    format!("{first}\n\n  {check}\n\nThe log of the services follows; the check does not read it.\n")
}

/// A name for what was printed.
const SAVED: &str = "served.toml";

/// A closed standard error does not end the deployment.
fn log(text: &str) {
    _ = writeln!(std::io::stderr(), "{text}");
}
