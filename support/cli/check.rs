//! `fivewhys check`: everything that can be wrong with the order is found before anything is sent.

use std::fs::{File, create_dir_all};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use clap::Args;

use super::output::{is_same, open, write};
use super::{CONFIG, Exit, Failure, print};
use crate::bundle::{self, EVIDENCE, EXCHANGES};
use crate::check::Checked;
use crate::deployment::{Deployment, VisibleSettings};
use crate::evidence::Evidence;
use crate::input::{Mistake, Source};
use crate::mock;
use crate::report::{self, Format, render};
use crate::scenario::Scenario;
use crate::target::{self, Target};
use crate::{check, diagnosis, rehearsal};

/// What to look at, and what to do with what is seen.
#[derive(Debug, Args)]
pub struct Order {
    /// A target of the configuration; without it, an embedded deployment
    target: Option<String>,
    /// The file that holds the targets
    #[arg(long, value_name = "FILE", requires = "target", default_value = CONFIG)]
    config: PathBuf,
    /// The embedded deployment of this scenario instead of the healthy one
    #[arg(long, value_name = "ID", conflicts_with = "target")]
    scenario: Option<String>,
    /// Look without a reason for what shows only now and then, such as one stale instance of eight
    #[arg(long)]
    thorough: bool,
    /// Send nothing; say which probes would be made, what each sends, and which settings would decide more
    #[arg(long, requires = "target", conflicts_with_all = ["format", "evidence"])]
    dry_run: bool,
    /// Look at nothing; diagnose again what `--evidence` has written there
    #[arg(long, value_name = "DIR", conflicts_with_all = ["target", "scenario", "thorough", "dry_run", "evidence"])]
    from: Option<PathBuf>,
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// Write the report to this file
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Write what was seen, redacted, into this folder: for `--from`, and to read
    #[arg(long, value_name = "DIR")]
    evidence: Option<PathBuf>,
}

/// An order that is right.
pub struct Look {
    at: At,
    thorough: bool,
    format: Format,
    output: Option<File>,
    evidence: Option<(File, File)>,
}

enum At {
    Target(Box<Target>),
    Rehearsal(Box<Target>),
    Embedded(Box<Deployment>, VisibleSettings),
    Evidence(Box<Evidence>),
}

impl Order {
    pub fn prepare(self) -> Result<Look, Failure> {
        let at = self.at()?;
        let evidence = self.evidence.as_deref().map(folder).transpose()?;
        let output = self.output.as_deref().map(|path| self.open_output(path)).transpose()?;
        Ok(Look { at, thorough: self.thorough, format: self.format, output, evidence })
    }

    /// Not in the place of what is read, or of what is written beside it.
    fn open_output(&self, path: &Path) -> Result<File, Mistake> {
        let folders = self.from.iter().chain(&self.evidence);
        let mut taken: Vec<PathBuf> =
            folders.flat_map(|folder| [EVIDENCE, EXCHANGES].map(|name| folder.join(name))).collect();
        taken.extend(self.target.iter().map(|_| self.config.clone()));
        if taken.iter().any(|taken| is_same(taken, path)) {
            let message = format!("the report cannot take the place of `{}`", path.display());
            return Err(Mistake::new(message).help("name another file after `--output`"));
        }
        open(path)
    }

    fn at(&self) -> Result<At, Mistake> {
        if let Some(folder) = &self.from {
            return Ok(At::Evidence(Box::new(bundle::decode(&Source::read(&folder.join(EVIDENCE))?)?)));
        }
        if let Some(name) = &self.target {
            let environment = |variable: &str| std::env::var_os(variable);
            let target = target::select(&Source::read(&self.config)?, name, &environment)?;
            if self.thorough && !target.load {
                let help = "write `load = true` into this target to allow it";
                return Err(Mistake::new(format!(
                    "`--thorough` asks the same many times, and `{name}` does not allow that"
                ))
                .help(help));
            }
            let target = Box::new(Target { thorough: self.thorough, ..target });
            return Ok(if self.dry_run { At::Rehearsal(target) } else { At::Target(target) });
        }
        Ok(match &self.scenario {
            Some(id) => Scenario::find(id).map(|found| At::Embedded(Box::new(found.deployment()), found.target))?,
            None => At::Embedded(Box::default(), VisibleSettings::default()),
        })
    }
}

/// The two files of a folder, which is made where it is not there.
fn folder(path: &Path) -> Result<(File, File), Mistake> {
    create_dir_all(path).map_err(|error| Mistake::new(format!("cannot make `{}`: {error}", path.display())))?;
    Ok((open(&path.join(EVIDENCE))?, open(&path.join(EXCHANGES))?))
}

impl Look {
    pub async fn run(self) -> Result<Exit, Failure> {
        let checked = match self.at {
            At::Target(target) => check::check(&target).await?,
            At::Embedded(deployment, visible) => {
                let running = mock::start(&deployment, &visible).await?;
                check::check(&Target { thorough: self.thorough, ..running.target()? }).await?
            }
            At::Evidence(evidence) => Checked { diagnosis: diagnosis::diagnose(&evidence), evidence: *evidence },
            At::Rehearsal(target) => {
                let rehearsed = rehearsal::rehearse(&target)?;
                let text = report::rehearsal(
                    &rehearsed.rounds,
                    &rehearsed.reasoned,
                    &rehearsed.evidence,
                    &rehearsed.diagnosis,
                );
                put(self.output, &text)?;
                return Ok(Exit::Healthy);
            }
        };
        if let Some((evidence, exchanges)) = self.evidence {
            write(evidence, &bundle::encode(&checked.evidence).map_err(std::io::Error::from)?)?;
            write(exchanges, &report::exchanges(&checked.evidence))?;
        }
        put(self.output, &render(self.format, &checked.evidence, &checked.diagnosis))?;
        Ok(checked.diagnosis.verdict.into())
    }
}

fn put(output: Option<File>, text: &str) -> Result<(), Failure> {
    match output {
        Some(file) => Ok(write(file, text)?),
        None => match print(text) {
            // Who has seen enough, as `head` has, changes nothing about the verdict.
            Err(Failure::Write(error)) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
            printed => printed,
        },
    }
}
