//! Files that a command writes: opened before anything is sent, changed when there is something to write.

use std::fs::File;
use std::io::{Seek, Write};
use std::path::Path;

use crate::input::Mistake;

/// Without truncating it: the old text stays until there is a new one.
///
/// # Errors
/// When it cannot be written to.
pub fn open(path: &Path) -> Result<File, Mistake> {
    let opened = File::options().write(true).create(true).truncate(false).open(path);
    opened.map_err(|error| Mistake::new(format!("cannot write to `{}`: {error}", path.display())))
}

/// Whether both are there and are one file, whatever it is called.
pub fn is_same(one: &Path, other: &Path) -> bool {
    let found = one.canonicalize().ok();
    found.is_some() && found == other.canonicalize().ok()
}

/// Instead of all that it held.
pub fn write(mut file: File, text: &str) -> std::io::Result<()> {
    // What is no ordinary file, such as /dev/stdout, can be neither shortened nor rewound, and need not be.
    if file.metadata()?.is_file() {
        file.set_len(0)?;
        file.rewind()?;
    }
    file.write_all(text.as_bytes())?;
    file.flush()
}
