//! `fivewhys init`: a first target file, in which a comment explains every key, or one for a well-known kind of system.

use std::io::ErrorKind;
use std::path::PathBuf;

use clap::Args;
use strum::VariantArray;

use super::{CliError, Exit, output, print, program};
use crate::input::InputError;
use crate::presets::Preset;
use crate::report::wrapped;
use crate::target::DEFAULT_FILE;
use crate::wording::{command_line, short};

#[derive(Debug, Args)]
pub(super) struct InitArgs {
    /// The file to write; an existing file is never replaced
    #[arg(long, value_name = "FILE", default_value = DEFAULT_FILE)]
    config: PathBuf,
    /// A file for this kind of system; `--list` says which there are
    #[arg(long, value_name = "NAME", conflicts_with = "list")]
    preset: Option<String>,
    /// List the presets, and write nothing
    #[arg(long)]
    list: bool,
}

/// A target in which every key is explained.
const TEMPLATE: &str = include_str!("init.toml");

impl InitArgs {
    /// Writes the file, or lists the presets.
    ///
    /// # Errors
    /// When there is no such preset, or the file exists already or cannot be written.
    pub(super) fn run(self) -> Result<Exit, CliError> {
        if self.list {
            let line = |preset: &Preset| {
                wrapped(&format!("{:<16} ", preset.as_ref()), 17, preset.title().trim_end_matches('.'))
            };
            print(&Preset::VARIANTS.iter().map(line).collect::<String>())?;
            return Ok(Exit::Healthy);
        }
        let text = match &self.preset {
            None => TEMPLATE,
            Some(name) => preset(name)?,
        };
        self.write(text)?;
        Ok(Exit::Healthy)
    }

    fn write(&self, text: &str) -> Result<(), CliError> {
        let path = &self.config;
        output::create(path, text).map_err(|error| match error.kind() {
            ErrorKind::AlreadyExists => InputError::new(format!("`{}` exists already", path.display()))
                .help("name another file with `--config`, or remove this one"),
            _ => InputError::new(format!("cannot write to `{}`: {error}", path.display())),
        })?;
        let (name, file) = (program::name(), path.display().to_string());
        let config = ["--config", file.as_str()].into_iter().filter(|_| file != DEFAULT_FILE);
        let dry_run = [name.as_str(), "check", "staging"].into_iter().chain(config).chain(["--dry-run"]);
        print(&format!(
            "wrote `{}`\n\nFill in your addresses and the login. Then see what a check would send:\n\n  {}\n",
            short(&file),
            command_line(dry_run),
        ))
    }
}

fn preset(name: &str) -> Result<&'static str, InputError> {
    let found = Preset::VARIANTS.iter().find(|preset| preset.as_ref() == name);
    found.map(|preset| preset.text()).ok_or_else(|| {
        InputError::unknown("preset", name, Preset::VARIANTS.iter().map(Preset::as_ref), "`fivewhys init --list`")
    })
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;

    use super::*;
    use crate::dry_run::dry_run;
    use crate::input::Source;
    use crate::target;

    fn value_of(variable: &str) -> Option<OsString> {
        (!variable.to_ascii_lowercase().ends_with("_proxy")).then(|| format!("value-of-{variable}").into())
    }

    #[test]
    fn each_preset_is_short_right_and_can_be_checked() {
        for preset in Preset::VARIANTS {
            let (name, text) = (preset.as_ref(), preset.text());
            assert!(text.lines().count() <= 30, "{name}");
            let target = target::select(&Source::new(name, text), "staging", &value_of);
            let target = target.unwrap_or_else(|error| panic!("{error}"));
            let plan = dry_run(&target, Default::default()).unwrap_or_else(|error| panic!("{name}: {error}"));
            let presents = plan
                .rounds
                .iter()
                .flat_map(|(_, drafts)| drafts)
                .any(|(probe, _)| probe.presented().is_some_and(|presented| presented.token.is_the_clients()));
            assert!(presents, "{name} presents no token");
        }
    }
}
