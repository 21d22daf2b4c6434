//! The folder that `--evidence` writes: one file that `--from` reads, one for a person.

use std::fs::{File, create_dir_all};
use std::path::{Path, PathBuf};

use super::output::{open, replace};
use crate::bundle::{self, EVIDENCE, EXCHANGES};
use crate::evidence::Evidence;
use crate::input::{InputError, Source};
use crate::report;

/// Its two files, open.
pub(super) struct EvidenceFolder {
    evidence: File,
    exchanges: File,
}

impl EvidenceFolder {
    /// Creates the folder where it is missing.
    ///
    /// # Errors
    /// When it or one of its files cannot be written.
    pub(super) fn open(path: &Path) -> Result<Self, InputError> {
        create_dir_all(path)
            .map_err(|error| InputError::new(format!("cannot create the folder `{}`: {error}", path.display())))?;
        Ok(EvidenceFolder { evidence: open(&path.join(EVIDENCE))?, exchanges: open(&path.join(EXCHANGES))? })
    }

    /// # Errors
    /// When a file cannot be written.
    pub(super) fn write(self, evidence: &Evidence) -> std::io::Result<()> {
        replace(self.evidence, &bundle::encode(evidence).map_err(std::io::Error::from)?)?;
        replace(self.exchanges, &report::exchanges(evidence))
    }
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
    Source::read(&folder.join(EVIDENCE))
        .map_err(|error| error.help("`fivewhys check TARGET --evidence DIR` writes such a folder"))
}
