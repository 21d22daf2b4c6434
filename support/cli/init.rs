//! `fivewhys init`: a target's file to begin with, in which every key stands with its meaning.

use std::fs::File;
use std::io::{ErrorKind, Write};
use std::path::Path;

use super::{Exit, Failure, print};
use crate::input::Mistake;
use crate::wording::short;

/// What the file holds.
pub const TEMPLATE: &str = include_str!("init.toml");

/// Asks nothing, and never writes over a file that is there.
pub fn init(path: &Path) -> Result<Exit, Failure> {
    let mut file = File::options().write(true).create_new(true).open(path).map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists => Mistake::new(format!("`{}` is there already", path.display()))
            .help("name another file with `--config`, or remove this one"),
        _ => Mistake::new(format!("cannot write to `{}`: {error}", path.display())),
    })?;
    file.write_all(TEMPLATE.as_bytes())?;
    print(&format!(
        "wrote `{0}`: put your addresses and the login into it, then look before you send:\n\n  \
         fivewhys check staging --config {0} --dry-run\n",
        short(&path.display().to_string())
    ))?;
    Ok(Exit::Healthy)
}
