//! `fivewhys init`: a first target file, in which a comment explains every key.

use std::fs::File;
use std::io::{ErrorKind, Write};
use std::path::Path;

use super::{CliError, Exit, print};
use crate::input::InputError;
use crate::wording::short;

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
    print(&format!(
        "wrote `{0}`: fill in your addresses and the login, then see what a check would send:\n\n  \
         fivewhys check staging --config {0} --dry-run\n",
        short(&path.display().to_string())
    ))?;
    Ok(Exit::Healthy)
}
