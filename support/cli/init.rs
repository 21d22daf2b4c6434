//! `fivewhys init`: a first target file, in which a comment explains every key.

use std::fs::File;
use std::io::{ErrorKind, Write};
use std::path::Path;

use super::{CliError, DEFAULT_CONFIG, Exit, print, program};
use crate::input::InputError;
use crate::wording::{command_line, short};

/// The text of the file.
const TEMPLATE: &str = include_str!("init.toml");

/// Writes the file. It never replaces an existing one.
///
/// # Errors
/// When the file exists already, or cannot be written.
pub(super) fn run(path: &Path) -> Result<Exit, CliError> {
    let mut file = File::options().write(true).create_new(true).open(path).map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists => InputError::new(format!("`{}` exists already", path.display()))
            .help("name another file with `--config`, or remove this one"),
        _ => InputError::new(format!("cannot write to `{}`: {error}", path.display())),
    })?;
    file.write_all(TEMPLATE.as_bytes())?;
    let (name, file) = (program::name(), path.display().to_string());
    let config = ["--config", file.as_str()].into_iter().filter(|_| file != DEFAULT_CONFIG);
    let dry_run = [name.as_str(), "check", "staging"].into_iter().chain(config).chain(["--dry-run"]);
    print(&format!(
        "wrote `{}`: fill in your addresses and the login, then see what a check would send:\n\n  {}\n",
        short(&file),
        command_line(dry_run),
    ))?;
    Ok(Exit::Healthy)
}
