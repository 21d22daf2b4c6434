//! Which target file is meant: the one that is named, or the nearest `fivewhys.toml`.

use std::path::{Path, PathBuf};

use clap::Args;

use super::program;
use crate::input::{InputError, Source};
use crate::target::{self, DEFAULT_FILE};
use crate::wording::command_line;

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
        target::nearest(&here).ok_or_else(|| {
            InputError::new(format!("there is no `{DEFAULT_FILE}` in this folder or above"))
                .help("`fivewhys init` writes one, `--config FILE` names another; `fivewhys demo` needs none")
        })
    }

    /// The file that was named.
    pub(super) fn as_typed(&self) -> Option<&Path> {
        self.config.as_deref()
    }

    /// The target that is named, or the only one of the file: nothing else is looked at without a name, and a pipeline that lost
    /// the name is not green.
    ///
    /// # Errors
    /// When there is no file, or it has several targets and none is named.
    pub(super) fn target_name(&self, named: Option<&str>) -> Result<String, InputError> {
        let named = named.map(str::to_owned).or_else(|| std::env::var("FIVEWHYS_TARGET").ok());
        if let Some(name) = named.filter(|name| !name.is_empty()) {
            return Ok(name);
        }
        let source = self.read()?;
        let mut names: Vec<String> = target::list(&source)?.into_iter().map(|target| target.name).collect();
        match (names.pop(), names.len()) {
            (Some(only), 0) => Ok(only),
            (last, _) => {
                names.extend(last);
                Err(InputError::new(format!("`{}` has several targets, and none is named", source.path()))
                    .help(format!("name one of them: {}", target::listed(&names))))
            }
        }
    }

    /// The file, read.
    ///
    /// # Errors
    /// When there is none, or it cannot be read.
    pub(super) fn read(&self) -> Result<Source, InputError> {
        let path = self.path()?;
        Source::read(&path).map_err(|error| match path.exists() {
            true => error,
            false => {
                let shown = path.display().to_string();
                let init = command_line([&program::name(), "init", "--config", &shown]);
                error.help(format!("check the path; `{init}` writes a first one there"))
            }
        })
    }
}
