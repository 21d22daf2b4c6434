//! `fivewhys check`: everything that can be wrong with the order is found before anything is sent.

use std::fs::File;
use std::io::{ErrorKind, Seek, Write};
use std::path::Path;

use super::{Exit, Failure, print};
use crate::deployment::Deployment;
use crate::input::{Mistake, Source};
use crate::mock::{self, Knowledge};
use crate::report::{Format, render};
use crate::scenario::Scenario;
use crate::target::{self, Target};
use crate::{check, diagnosis};

/// An order that is right.
pub struct Look {
    at: At,
    output: Option<File>,
}

enum At {
    Target(Box<Target>),
    Embedded(Box<Deployment>, Knowledge),
}

pub fn prepare(
    target: Option<&str>,
    config: &Path,
    scenario: Option<&str>,
    output: Option<&Path>,
) -> Result<Look, Failure> {
    let at = match (target, scenario) {
        (Some(name), _) => {
            let environment = |variable: &str| std::env::var(variable).ok();
            At::Target(Box::new(target::select(&Source::read(config)?, name, &environment)?))
        }
        (None, Some(id)) => {
            let scenario = Scenario::find(id)?;
            At::Embedded(Box::new(scenario.deployment()), scenario.target)
        }
        (None, None) => At::Embedded(Box::default(), Knowledge::default()),
    };
    let output = output.map(open).transpose()?;
    Ok(Look { at, output })
}

/// Without truncating it: the old report stays until there is a new one.
fn open(path: &Path) -> Result<File, Mistake> {
    let opened = File::options().write(true).create(true).truncate(false).open(path);
    opened.map_err(|error| Mistake::new(format!("cannot write to `{}`: {error}", path.display())))
}

pub async fn run(look: Look, thorough: bool, format: Format) -> Result<Exit, Failure> {
    let checked = match look.at {
        At::Target(target) => check::check(&Target { thorough, ..*target }).await?,
        At::Embedded(deployment, knowledge) => {
            let running = mock::start(&deployment, &knowledge).await?;
            check::check(&Target { thorough, ..running.target()? }).await?
        }
    };
    let report = render(format, &checked.evidence, &checked.diagnosis);
    match look.output {
        Some(file) => write(file, &report)?,
        None => match print(&report) {
            // Who has seen enough, as `head` has, changes nothing about the verdict.
            Err(Failure::Write(error)) if error.kind() == ErrorKind::BrokenPipe => {}
            printed => printed?,
        },
    }
    Ok(verdict(&checked.diagnosis))
}

fn write(mut file: File, report: &str) -> std::io::Result<()> {
    // What is no ordinary file, such as /dev/stdout, can be neither shortened nor rewound, and need not be.
    if file.metadata()?.is_file() {
        file.set_len(0)?;
        file.rewind()?;
    }
    file.write_all(report.as_bytes())?;
    file.flush()
}

fn verdict(diagnosis: &diagnosis::Diagnosis) -> Exit {
    diagnosis.verdict.into()
}
