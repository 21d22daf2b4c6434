//! Which target file is meant: the one that is named, or the nearest `fivewhys.toml`.

use std::path::{Path, PathBuf};

use clap::Args;

use super::DEFAULT_CONFIG;
use crate::input::{InputError, Source};

#[derive(Debug, Args)]
pub(super) struct ConfigArgs {
    /// The target file; without it, `fivewhys.toml` of this folder or of the nearest one above
    #[arg(long, value_name = "FILE", env = "FIVEWHYS_CONFIG")]
    config: Option<PathBuf>,
}

impl ConfigArgs {
    /// Where the file is.
    ///
    /// # Errors
    /// When none is named, and there is none.
    pub(super) fn path(&self) -> Result<PathBuf, InputError> {
        if let Some(named) = &self.config {
            return Ok(named.clone());
        }
        let here = std::env::current_dir()
            .map_err(|error| InputError::new(format!("cannot read the current folder: {error}")))?;
        nearest(&here).ok_or_else(|| {
            InputError::new(format!("there is no `{DEFAULT_CONFIG}` in this folder or above"))
                .help("`fivewhys init` writes one, `--config FILE` names another; `fivewhys demo` needs none")
        })
    }

    /// The file that was named.
    pub(super) fn as_typed(&self) -> Option<&Path> {
        self.config.as_deref()
    }

    /// The file, read.
    ///
    /// # Errors
    /// When there is none, or it cannot be read.
    pub(super) fn read(&self) -> Result<Source, InputError> {
        Source::read(&self.path()?)
    }
}

fn nearest(folder: &Path) -> Option<PathBuf> {
    let file = folder.ancestors().map(|folder| folder.join(DEFAULT_CONFIG)).find(|file| file.is_file())?;
    // As a person would write it.
    Some(if file.parent() == Some(folder) { DEFAULT_CONFIG.into() } else { file })
}
