//! What a text is written to without replacing anything: a device, a pipe, what a descriptor leads to, the end of a file.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::Path;

use super::folder_of;

/// Whether a text flows into it. A link is followed where it stands for a descriptor, such as `/dev/stdout`; any other is replaced.
pub(super) fn is_stream(path: &Path) -> bool {
    let Ok(found) = fs::symlink_metadata(path) else { return false };
    let folder = fs::canonicalize(folder_of(path)).unwrap_or_default();
    let is_descriptor = folder == Path::new("/dev") || folder.starts_with("/proc");
    found.is_symlink() && is_descriptor || !(found.is_file() || found.is_dir() || found.is_symlink())
}

/// Opens it to write at its end.
///
/// # Errors
/// When it cannot be opened at once: a pipe that no process reads would let this one wait.
pub(super) fn open(path: &Path) -> io::Result<File> {
    at_once(path, File::options().append(true))
}

/// The same of a file that may be missing.
///
/// # Errors
/// When it cannot be opened at once.
pub(in crate::cli) fn appended(path: &Path) -> io::Result<File> {
    at_once(path, File::options().append(true).create(true))
}

#[cfg(unix)]
fn at_once(path: &Path, options: &mut OpenOptions) -> io::Result<File> {
    use std::os::unix::fs::{FileTypeExt, OpenOptionsExt};

    use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl};
    use rustix::io::Errno;

    let opened = options.custom_flags(OFlags::NONBLOCK.bits().cast_signed()).open(path);
    let is_pipe = || fs::metadata(path).is_ok_and(|found| found.file_type().is_fifo());
    let file = opened.map_err(|error| match error.raw_os_error() == Some(Errno::NXIO.raw_os_error()) && is_pipe() {
        true => io::Error::new(ErrorKind::NotConnected, NoReader),
        false => error,
    })?;
    // From here on a reader may take its time.
    fcntl_setfl(&file, fcntl_getfl(&file)? - OFlags::NONBLOCK)?;
    Ok(file)
}

#[cfg(not(unix))]
fn at_once(path: &Path, options: &mut OpenOptions) -> io::Result<File> {
    options.open(path)
}

/// A named pipe whose other end is closed.
#[cfg(unix)]
#[derive(Debug, thiserror::Error)]
#[error("no process reads from this pipe")]
pub(super) struct NoReader;

/// Writes all of it.
///
/// # Errors
/// When it cannot be written.
pub(super) fn pour(mut stream: &File, text: &str) -> io::Result<()> {
    match stream.write_all(text.as_bytes()).and_then(|()| stream.flush()) {
        // The reader of a pipe has what it wanted.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        written => written,
    }
}
