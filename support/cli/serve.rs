//! `fivewhys serve`: an embedded deployment on loopback, until a signal ends it.

use std::fs;
use std::io::Write;
use std::path::Path;

use super::program::{self, absolute};
use super::signals::Signals;
use super::{CliError, Exit, print};
use crate::deployment::VisibleSettings;
use crate::input::InputError;
use crate::mock;
use crate::scenario::Scenario;
use crate::wording::command_line;

/// Serves until SIGINT or SIGTERM. Writes the target file to `file`, or to standard output.
///
/// # Errors
/// When the scenario is unknown, a port cannot be bound, or the file cannot be written.
pub(super) async fn run(scenario: Option<&str>, file: Option<&Path>) -> Result<Exit, CliError> {
    let (deployment, visible) = match scenario {
        Some(id) => Scenario::find(id).map(|scenario| (scenario.deployment(), scenario.target))?,
        None => (Default::default(), VisibleSettings::default()),
    };
    let mut signals = Signals::listen()?;
    let mut running = mock::start(&deployment, &visible).await?;
    match file {
        Some(path) => write_atomically(path, &running.target_file)?,
        None => print(&running.target_file)?,
    }
    log(&next_steps(file));
    loop {
        tokio::select! {
            () = signals.received() => return Ok(Exit::Healthy),
            Some(record) = running.log.recv() => log(&record),
        }
    }
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
    format!("{first}\n\n  {check}\n")
}

/// A name for what was printed.
const SAVED: &str = "served.toml";

/// A closed standard error does not end the deployment.
fn log(text: &str) {
    _ = writeln!(std::io::stderr(), "{text}");
}

/// Renames a complete file into place: a process that waits for the file never reads half of it. Only its owner can read the
/// secrets in it.
fn write_atomically(path: &Path, text: &str) -> Result<(), InputError> {
    let mut temporary = path.as_os_str().to_owned();
    temporary.push(format!(".{}", std::process::id()));
    let written = write_private(Path::new(&temporary), text).and_then(|()| fs::rename(&temporary, path));
    if written.is_err() {
        _ = fs::remove_file(&temporary);
    }
    written.map_err(|error| InputError::new(format!("cannot write to `{}`: {error}", path.display())))
}

fn write_private(path: &Path, text: &str) -> std::io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    // On Windows a file has the permissions of its folder.
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)?.write_all(text.as_bytes())
}
