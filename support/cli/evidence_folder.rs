//! The folder that `--evidence` writes: one file that `--from` reads, one for a person.

use std::fs::DirBuilder;
use std::io;
use std::path::{Path, PathBuf};

use super::CliError;
use super::output::{Access, Output};
use crate::bundle::{self, EVIDENCE, EXCHANGES};
use crate::evidence::Evidence;
use crate::input::{InputError, Source};
use crate::report;

/// Its two files, which only their owner may read.
pub(super) struct EvidenceFolder {
    evidence: Output,
    exchanges: Output,
}

impl EvidenceFolder {
    /// Creates the folder where it is missing.
    ///
    /// # Errors
    /// When it or one of its files cannot be written.
    pub(super) fn open(path: &Path) -> Result<Self, InputError> {
        if path.symlink_metadata().is_ok_and(|found| found.is_symlink()) {
            let message = format!("`{}` is a symbolic link: evidence is written into a folder itself", path.display());
            return Err(InputError::new(message).help("name the folder that it leads to"));
        }
        create(path)
            .map_err(|error| InputError::new(format!("cannot create the folder `{}`: {error}", path.display())))?;
        let [evidence, exchanges] = files(path).map(|file| Output::open(&file, Access::Owner));
        Ok(EvidenceFolder { evidence: evidence?, exchanges: exchanges? })
    }

    /// Writes each, whatever becomes of the other.
    pub(super) fn write(self, evidence: &Evidence) -> [Result<(), CliError>; 2] {
        let encoded = bundle::encode(evidence).map_err(io::Error::from);
        let written = encoded.and_then(|text| self.evidence.write(&text));
        [written, self.exchanges.write(&report::exchanges(evidence))].map(|written| written.map_err(CliError::from))
    }
}

/// The folder with those above it, where they are missing: for their owner only, as the files are.
fn create(folder: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    // On Windows a folder has the permissions of the one above it.
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.recursive(true).create(folder)
}

/// The files of such a folder.
pub(super) fn files(folder: &Path) -> [PathBuf; 2] {
    [EVIDENCE, EXCHANGES].map(|name| folder.join(name))
}

/// The one that a machine reads.
///
/// # Errors
/// When it cannot be read.
pub(super) fn read(folder: &Path) -> Result<Source, InputError> {
    Source::read_document(&folder.join(EVIDENCE))
        .map_err(|error| error.help("`fivewhys check TARGET --evidence DIR` writes such a folder"))
}
