//! What a command looks at: a target of the target file, or an embedded deployment.

use std::collections::BTreeSet;

use clap::Args;

use super::config::ConfigArgs;
use super::{CliError, described, program};
use crate::deployment::{Deployment, VisibleSettings};
use crate::evidence::Described;
use crate::input::{InputError, Source};
use crate::mock::{self, RunningDeployment};
use crate::scenario::Scenario;
use crate::target::{self, Target};

#[derive(Debug, Args)]
pub(super) struct SubjectArgs {
    /// A target of the target file; without it, its only target [env: FIVEWHYS_TARGET=]
    #[arg(display_order = 0)]
    target: Option<String>,
    #[command(flatten)]
    pub(super) config: ConfigArgs,
    /// An embedded deployment instead: `fivewhys scenarios` lists them
    #[arg(long, value_name = "ID", conflicts_with = "target")]
    pub(super) scenario: Option<String>,
}

/// What was read; nothing has been sent.
pub(super) enum Subject {
    Target(Box<Target>, Described),
    Embedded(Box<Deployment>, Box<VisibleSettings>, Described),
}

impl SubjectArgs {
    /// The name of the target; `None` for an embedded deployment.
    ///
    /// # Errors
    /// When none is named, and the file has several.
    pub(super) fn target_name(&self) -> Result<Option<String>, InputError> {
        match self.scenario {
            Some(_) => Ok(None),
            None => self.config.target_name(self.target.as_deref()).map(Some),
        }
    }

    /// Reads all that is needed.
    ///
    /// # Errors
    /// At the first file, key or variable that is wrong.
    pub(super) fn read(&self) -> Result<Subject, InputError> {
        if let Some(id) = &self.scenario {
            let found = Scenario::find(id)?;
            return Ok(Subject::Embedded(
                Box::new(found.deployment()),
                Box::new(found.target),
                described::of_scenario(id),
            ));
        }
        let name = self.config.target_name(self.target.as_deref())?;
        let source = self.config.read()?;
        let target = target::select(&source, &name, &|variable: &str| std::env::var_os(variable))?;
        Ok(Subject::Target(Box::new(target), described::of_target(&source, &name)))
    }

    /// The same for a list of what would be sent: with the variables that are not set, which is no mistake there.
    ///
    /// # Errors
    /// As [`read`](SubjectArgs::read), where no variable is lacking.
    pub(super) fn read_to_list(&self) -> Result<(Subject, BTreeSet<String>), InputError> {
        let Some(name) = self.target_name()? else { return Ok((self.read()?, BTreeSet::new())) };
        let source = self.config.read()?;
        let environment = |variable: &str| std::env::var_os(variable);
        let (target, unset) = target::select_to_list(&source, &name, &environment)?;
        Ok((Subject::Target(Box::new(target), described::of_target(&source, &name)), unset))
    }

    /// The same for a command that asks the platform only: of the variables it needs that of `platform.token`, and none to list.
    ///
    /// # Errors
    /// As [`read`](SubjectArgs::read), where no other variable is lacking.
    pub(super) fn read_platform(&self, is_listed: bool) -> Result<Subject, InputError> {
        if self.scenario.is_some() {
            return self.read();
        }
        let name = self.config.target_name(self.target.as_deref())?;
        let source = self.config.read()?;
        let target = target_for_platform(&source, &name, is_listed)?;
        Ok(Subject::Target(Box::new(target), described::of_target(&source, &name)))
    }

    /// What makes a check of the same again.
    pub(super) fn check_again(&self, target: Option<&str>) -> Vec<String> {
        self.again("check", target)
    }

    /// What gives the same to that command.
    pub(super) fn again(&self, command: &str, target: Option<&str>) -> Vec<String> {
        let mut words = vec![program::name(), command.to_owned()];
        match (&self.scenario, target) {
            (Some(id), _) => words.extend(["--scenario".to_owned(), id.clone()]),
            (None, Some(name)) => {
                words.push(name.to_owned());
                let config = self.config.as_typed().map(|path| path.display().to_string());
                words.extend(config.into_iter().flat_map(|path| ["--config".to_owned(), path]));
            }
            (None, None) => {}
        }
        words
    }
}

/// The target of that name, of whose variables only that of `platform.token` is needed, and none to list.
///
/// # Errors
/// As [`target::select`], where no other variable is lacking.
pub(super) fn target_for_platform(source: &Source, name: &str, is_listed: bool) -> Result<Target, InputError> {
    let (target, unset) = target::select_to_list(source, name, &|variable: &str| std::env::var_os(variable))?;
    let keys = ["targets", name, "platform", "token", "env"];
    let token = source.get::<String>(&keys).ok().flatten();
    match token.filter(|variable| !is_listed && unset.contains(variable)) {
        Some(variable) => {
            let error = source.error_at(&keys, format!("the variable `{variable}` is not set"));
            Err(error.help("set it, or remove this setting; `--dry-run` works without"))
        }
        None => Ok(target),
    }
}

impl Subject {
    /// The target, running where it is embedded: as long as what comes with it is kept.
    ///
    /// # Errors
    /// When an embedded deployment cannot be started.
    pub(super) async fn start(self) -> Result<(Target, Option<RunningDeployment>, Described), CliError> {
        match self {
            Subject::Target(target, described) => Ok((*target, None, described)),
            Subject::Embedded(deployment, visible, described) => {
                let running = mock::start(&deployment, &visible).await?;
                Ok((running.target()?, Some(running), described))
            }
        }
    }
}
