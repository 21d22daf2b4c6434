//! Files that a command writes. Each is complete or absent: the text goes to a new file beside its place, which then takes that place
//! in one step. So whatever ends the process leaves the old file or the new one. That this will work is tried before anything is sent.

mod stream;

use std::fs::{self, File};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use tempfile::{Builder, NamedTempFile};

use crate::input::InputError;
pub(super) use stream::appended;
use stream::{is_stream, pour};

/// A file to write.
pub(super) struct Output {
    path: PathBuf,
    to: Place,
    access: Access,
}

enum Place {
    /// A file, or a name that no file has yet.
    File,
    /// A device, a pipe, or what a descriptor of this process leads to: it has no content to replace, and is open.
    Stream(File),
}

/// Who may read a new file.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Access {
    /// As this process creates files, or as the file was before.
    Usual,
    /// Its owner only.
    Owner,
}

impl Output {
    /// Tries whether the file can be written, and leaves it as it is.
    ///
    /// # Errors
    /// When it cannot.
    pub(super) fn open(path: &Path, access: Access) -> Result<Self, InputError> {
        let cannot = |error| InputError::new(format!("cannot write to `{}`: {}", path.display(), plain(error)));
        let to = if is_stream(path) {
            Place::Stream(stream::open(path).map_err(cannot)?)
        } else {
            may_replace(path).and_then(|()| temporary(path, access)?.close()).map_err(cannot)?;
            Place::File
        };
        Ok(Output { path: path.to_owned(), to, access })
    }

    /// The same for a report, which must not replace what this command reads or writes elsewhere.
    ///
    /// # Errors
    /// When the file is one of these, or cannot be written.
    pub(super) fn open_unless(taken: &[PathBuf], path: &Path) -> Result<Self, InputError> {
        // What is compared is opened, and a pipe would let this process wait.
        if !is_stream(path) && taken.iter().any(|taken| !is_stream(taken) && is_same(taken, path)) {
            let message = format!("the report cannot replace `{}`", path.display());
            return Err(InputError::new(message).help("name another file for it"));
        }
        Output::open(path, Access::Usual)
    }

    /// Takes the old file away: what follows may be killed, and nobody may take an earlier text for its result.
    ///
    /// # Errors
    /// When it cannot be removed, by its name.
    pub(super) fn remove_old(&self) -> io::Result<()> {
        match (&self.to, fs::symlink_metadata(&self.path)) {
            (Place::File, Ok(_)) => fs::remove_file(&self.path).map_err(|error| self.named(error)),
            _ => Ok(()),
        }
    }

    /// Writes the whole text, or nothing.
    ///
    /// # Errors
    /// When it cannot be written, by its name.
    pub(super) fn write(self, text: &str) -> io::Result<()> {
        let written = match &self.to {
            Place::File => self.replace(text),
            Place::Stream(stream) => pour(stream, text),
        };
        written.map_err(|error| self.named(error))
    }

    fn replace(&self, text: &str) -> io::Result<()> {
        let mut file = temporary(&self.path, self.access)?;
        if let Some(old) = old_file(&self.path).filter(|_| self.access == Access::Usual) {
            file.as_file().set_permissions(old.permissions())?;
        }
        file.write_all(text.as_bytes())?;
        file.as_file().sync_all()?;
        file.persist(&self.path)?;
        keep_name(&self.path);
        Ok(())
    }

    fn named(&self, error: io::Error) -> io::Error {
        io::Error::new(error.kind(), format!("`{}`: {}", self.path.display(), plain(error)))
    }
}

/// Writes a file that must not be there yet, whole or not at all.
///
/// # Errors
/// When there is one, or it cannot be written.
pub(super) fn create(path: &Path, text: &str) -> io::Result<()> {
    if fs::symlink_metadata(path).is_ok() {
        return Err(ErrorKind::AlreadyExists.into());
    }
    let mut file = temporary(path, Access::Usual).map_err(plain)?;
    file.write_all(text.as_bytes())?;
    file.as_file().sync_all()?;
    file.persist_noclobber(path)?;
    keep_name(path);
    Ok(())
}

/// Whether a file of that name may take the place of what is there.
fn may_replace(path: &Path) -> io::Result<()> {
    let ends_as_a_folder = path.as_os_str().as_encoded_bytes().ends_with(b"/");
    if ends_as_a_folder || path.file_name().is_none() || fs::symlink_metadata(path).is_ok_and(|old| old.is_dir()) {
        return Err(ErrorKind::IsADirectory.into());
    }
    // The error of a folder that is missing.
    fs::metadata(folder_of(path))?;
    // A file that must not be written must not be replaced either. Opening changes nothing.
    old_file(path).map_or(Ok(()), |_| File::options().write(true).open(path).map(drop))
}

/// A file that is there, and no link to one.
fn old_file(path: &Path) -> Option<fs::Metadata> {
    fs::symlink_metadata(path).ok().filter(fs::Metadata::is_file)
}

/// A new file beside that one; it is gone when it is dropped.
fn temporary(path: &Path, access: Access) -> io::Result<NamedTempFile> {
    let mut builder = Builder::new();
    builder.prefix(".fivewhys-");
    // On Windows a file has the permissions of its folder.
    #[cfg(unix)]
    if access == Access::Usual {
        // What the process does not want is taken from these.
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    }
    builder.tempfile_in(folder_of(path))
}

/// A name is in its folder, which has a place on the disk of its own. Where a folder cannot be synchronised, the file is there anyway.
fn keep_name(path: &Path) {
    #[cfg(unix)]
    if let Ok(folder) = File::open(folder_of(path)) {
        _ = folder.sync_all();
    }
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Whether both paths lead to one file, through links of either kind too, or would once it is there.
fn is_same(one: &Path, other: &Path) -> bool {
    let place = |path: &Path| Some(fs::canonicalize(folder_of(path)).ok()?.join(path.file_name()?));
    let is_same_place = place(one).is_some_and(|one| place(other) == Some(one));
    is_same_place || same_file::is_same_file(one, other).unwrap_or_default()
}

/// What the system said, without the name of a file that a reader does not know.
fn plain(error: io::Error) -> io::Error {
    match error.get_ref() {
        Some(told) if !told.is::<stream::NoReader>() => error.kind().into(),
        _ => error,
    }
}

#[cfg(test)]
mod tests;
