//! The name by which this program was called, so that what is suggested can be pasted.

use std::path::{Path, PathBuf};

use crate::wording::is_printable;

/// As the shell that runs this command finds it.
pub(super) fn name() -> String {
    let called = std::env::args_os().next().and_then(|name| name.into_string().ok());
    called.filter(|name| !name.is_empty() && name.chars().all(is_printable)).unwrap_or_else(|| PLAIN.to_owned())
}

/// As a shell in any folder finds it.
pub(super) fn name_anywhere() -> String {
    let name = name();
    if name.contains('/') { absolute(Path::new(&name)).display().to_string() } else { name }
}

/// The path from the root, as far as this folder is known.
pub(super) fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}

/// A message of a part that does not know how the program was called.
pub(super) fn called_by_name(message: &str) -> String {
    message.replace(&format!("`{PLAIN} "), &format!("`{} ", name()))
}

/// As messages call it.
const PLAIN: &str = env!("CARGO_PKG_NAME");
