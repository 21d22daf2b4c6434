//! Which target file is meant where no flag names one.

use std::path::{Path, PathBuf};

use super::{Environment, Target, select};
use crate::input::{InputError, Source};

/// The name of a target file.
pub(crate) const DEFAULT_FILE: &str = "fivewhys.toml";
/// Names another one.
const VARIABLE: &str = "FIVEWHYS_CONFIG";
/// Repeats probes even without a failure, as `--thorough` does.
const THOROUGH: &str = "FIVEWHYS_THOROUGH";

/// The target of that name, as `fivewhys check NAME` finds it: in the file that `FIVEWHYS_CONFIG` names, or else in `fivewhys.toml`
/// of the current folder or the nearest one above; secrets come from the variables of this process. `FIVEWHYS_THOROUGH=true` repeats
/// probes as `--thorough` does.
///
/// # Errors
/// When there is no such file or target, when the target forbids what a thorough check needs, or as [`select`].
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
    let target = select(&Source::read(&folder.join(file))?, name, environment)?;
    target.repeating(environment(THOROUGH).is_some_and(|value| is_set(&value.to_string_lossy())))
}

/// As the flags read their variables.
fn is_set(value: &str) -> bool {
    !["", "0", "f", "false", "n", "no", "off"].contains(&value.to_lowercase().as_str())
}

impl Target {
    /// The same, with probes that are repeated even without a failure.
    ///
    /// # Errors
    /// When the target does not permit that.
    pub(crate) fn repeating(self, thorough: bool) -> Result<Self, InputError> {
        if thorough && !self.load {
            return Err(InputError::new(format!(
                "`--thorough` repeats probes many times, which `load = false` of `{}` forbids",
                self.name
            ))
            .help("set `load = true` in this target to permit it"));
        }
        Ok(Target { thorough: self.thorough || thorough, ..self })
    }
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
    fn a_variable_repeats_probes_where_the_target_permits_it() {
        let folder = tempfile::tempdir().expect("a folder");
        write(&folder.path().join(DEFAULT_FILE), "here");
        let thorough = |value: &'static str| {
            let environment = move |variable: &str| (variable == THOROUGH).then(|| OsString::from(value));
            named_from(folder.path(), "here", &environment)
        };
        for (value, expected) in [("true", true), ("1", true), ("false", false), ("", false)] {
            assert_eq!(thorough(value).map(|target| target.thorough).ok(), Some(expected), "{value}");
        }
        let file = folder.path().join(DEFAULT_FILE);
        let text = fs::read_to_string(&file).expect("written");
        fs::write(&file, text + "load = false\n").expect("written");
        assert!(thorough("true").is_err_and(|error| error.to_string().contains("load = false")));
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
