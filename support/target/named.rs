//! Which target file is meant where no flag names one.

use std::path::{Path, PathBuf};

use super::{Environment, Target, select};
use crate::input::{InputError, Source};

/// The name of a target file.
pub(crate) const DEFAULT_FILE: &str = "fivewhys.toml";
/// Names another one.
const VARIABLE: &str = "FIVEWHYS_CONFIG";

/// The target of that name, as `fivewhys check NAME` finds it: in the file that `FIVEWHYS_CONFIG` names, or else in `fivewhys.toml`
/// of the current folder or the nearest one above; secrets come from the variables of this process.
///
/// # Errors
/// When there is no such file or target, or as [`select`].
pub fn named(name: &str) -> Result<Target, InputError> {
    let here =
        std::env::current_dir().map_err(|error| InputError::new(format!("cannot read the current folder: {error}")))?;
    named_from(&here, name, &|variable| std::env::var_os(variable))
}

fn named_from(folder: &Path, name: &str, environment: Environment<'_>) -> Result<Target, InputError> {
    // An empty variable says nothing.
    let config = environment(VARIABLE).filter(|config| !config.is_empty());
    let file = config.map(PathBuf::from).or_else(|| nearest(folder)).ok_or_else(|| {
        InputError::new(format!("there is no `{DEFAULT_FILE}` in `{}` or above", folder.display()))
            .help(format!("`fivewhys init` writes one, `{VARIABLE}` names another"))
    })?;
    select(&Source::read(&folder.join(file))?, name, environment)
}

/// The file of that folder, or of the nearest one above.
pub(crate) fn nearest(folder: &Path) -> Option<PathBuf> {
    let file = folder.ancestors().map(|folder| folder.join(DEFAULT_FILE)).find(|file| file.is_file())?;
    // As a person would write it.
    Some(if file.parent() == Some(folder) { DEFAULT_FILE.into() } else { file })
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;
    use std::fs;

    use super::*;

    fn write(file: &Path, name: &str) {
        let target = format!("[targets.{name}]\nstage = \"local\"\nauth = \"http://127.0.0.1:1\"\n");
        fs::write(file, target).expect("written");
    }

    #[test]
    fn the_variable_names_a_file_and_without_it_the_nearest_one_is_read() {
        let folder = tempfile::tempdir().expect("a folder");
        let below = folder.path().join("below");
        fs::create_dir(&below).expect("a folder");
        let named = |name: &str, config: Option<&str>| {
            let found =
                named_from(&below, name, &|variable| config.filter(|_| variable == VARIABLE).map(OsString::from));
            found.map(|target| target.name).map_err(|error| error.to_string())
        };
        assert!(named("above", None).is_err_and(|error| error.contains("fivewhys init")));
        write(&folder.path().join(DEFAULT_FILE), "above");
        write(&below.join("other.toml"), "other");
        assert_eq!(named("above", None).as_deref(), Ok("above"));
        assert_eq!(named("above", Some("")).as_deref(), Ok("above"));
        assert_eq!(named("other", Some("other.toml")).as_deref(), Ok("other"));
        assert!(named("abov", None).is_err_and(|error| error.contains("did you mean `above`?")));
    }
}
