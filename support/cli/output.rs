//! Files that a command writes. They are opened before anything is sent and changed only when the text is complete, unless the old
//! text could be taken for the new one.

use std::fs::File;
use std::io::{Seek, Write};
use std::path::{Path, PathBuf};

use crate::input::InputError;

/// Opens the file without truncating it: the old text stays until there is a new one.
///
/// # Errors
/// When the file cannot be written.
pub(super) fn open(path: &Path) -> Result<File, InputError> {
    let opened = File::options().write(true).create(true).truncate(false).open(path);
    opened.map_err(|error| InputError::new(format!("cannot write to `{}`: {error}", path.display())))
}

/// The same for a report, which must not replace what this command reads or writes elsewhere.
///
/// # Errors
/// When the file is one of these, or cannot be written.
pub(super) fn open_unless(taken: &[PathBuf], path: &Path) -> Result<File, InputError> {
    if taken.iter().any(|taken| is_same_file(taken, path)) {
        let message = format!("the report cannot replace `{}`", path.display());
        return Err(InputError::new(message).help("name another file for it"));
    }
    open(path)
}

/// Whether both paths lead to one existing file, through links of either kind too.
fn is_same_file(one: &Path, other: &Path) -> bool {
    same_file::is_same_file(one, other).unwrap_or_default()
}

/// Takes the old text away.
pub(super) fn empty(mut file: &File) -> std::io::Result<()> {
    // A device such as /dev/stdout can be neither truncated nor rewound.
    if file.metadata()?.is_file() {
        file.set_len(0)?;
        file.rewind()?;
    }
    Ok(())
}

/// Replaces the content of the file.
pub(super) fn replace(mut file: File, text: &str) -> std::io::Result<()> {
    empty(&file)?;
    file.write_all(text.as_bytes())?;
    file.flush()
}
