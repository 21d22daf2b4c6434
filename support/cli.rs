//! The `fivewhys` command: its arguments, the functions they call, and the exit codes.

mod check;
mod config;
mod demo;
mod explain;
mod init;
mod output;
mod scenarios;
mod serve;
mod targets;

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::diagnosis::Verdict;
use crate::input::InputError;
use crate::{mock, probe};

#[derive(Debug, Parser)]
#[command(version, about = "Names the root cause when authentication across services fails", after_help = EXAMPLES)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Check a target, or an embedded deployment, and name the root cause of what fails
    #[command(after_help = EXIT_CODES)]
    Check(Box<check::CheckArgs>),
    /// Check an embedded deployment with a fault, and show the report; without a name, the incident's
    Demo(demo::DemoArgs),
    /// Write a first target file, in which every key is explained
    Init {
        /// The file to write; an existing file is never replaced
        #[arg(long, value_name = "FILE", default_value = DEFAULT_CONFIG)]
        config: PathBuf,
    },
    /// List the targets of the target file
    Targets {
        #[command(flatten)]
        config: config::ConfigArgs,
    },
    /// List the scenarios
    Scenarios,
    /// Run an embedded deployment until Ctrl-C
    Serve {
        /// The deployment of this scenario instead of the healthy one
        #[arg(long, value_name = "ID")]
        scenario: Option<String>,
        /// Write the target file there, in one step, instead of to standard output
        #[arg(long, value_name = "FILE")]
        write: Option<PathBuf>,
    },
    /// Explain a fault: its symptoms, how to confirm it, how to fix it
    Explain {
        /// The fault's code; without it, every fault is listed
        fault: Option<String>,
        /// Print the tests too: which responses show the fault, and which rule it out
        #[arg(long, requires = "fault")]
        tests: bool,
    },
}

/// Exit codes; scripts rely on them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
enum Exit {
    Healthy = 0,
    Faulty = 1,
    /// A flag, a file or a variable is invalid; nothing was sent.
    Usage = 2,
    Inconclusive = 3,
    /// The suite itself failed.
    InternalError = 4,
}

#[derive(Debug, thiserror::Error)]
enum CliError {
    #[error("{0}")]
    Input(#[from] InputError),
    #[error("error: {0}")]
    Mock(#[from] mock::StartError),
    #[error("error: {0}")]
    Probe(#[from] probe::SuiteError),
    #[error("error: failed to write: {0}")]
    Output(#[from] std::io::Error),
}

/// Parses the arguments of this process, runs the command, and returns the exit code.
pub fn run() -> ExitCode {
    let exit = match dispatch(Cli::parse().command) {
        Ok(exit) => exit,
        // A closed pipe, as after `| head`, is no failure.
        Err(CliError::Output(error)) if error.kind() == std::io::ErrorKind::BrokenPipe => Exit::Healthy,
        Err(failure) => {
            eprintln!("{failure}");
            if matches!(failure, CliError::Input(_)) { Exit::Usage } else { Exit::InternalError }
        }
    };
    ExitCode::from(exit as u8)
}

fn dispatch(command: Command) -> Result<Exit, CliError> {
    match command {
        Command::Check(args) => {
            let run = args.validate()?;
            run_to_end(run.run())?
        }
        Command::Demo(args) => run_to_end(args.run())?,
        Command::Init { config } => init::run(&config),
        Command::Targets { config } => targets::run(&config),
        Command::Scenarios => scenarios::run(),
        Command::Serve { scenario, write } => run_to_end(serve::run(scenario.as_deref(), write.as_deref()))?,
        Command::Explain { fault, tests } => explain::run(fault.as_deref(), tests),
    }
}

/// A resolver that does not respond cannot be interrupted, so its threads are left behind: `deadline` bounds the command.
fn run_to_end<T>(work: impl Future<Output = T>) -> std::io::Result<T> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let done = runtime.block_on(work);
    runtime.shutdown_background();
    Ok(done)
}

fn print(text: &str) -> Result<(), CliError> {
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes())?;
    Ok(out.flush()?)
}

impl From<Verdict> for Exit {
    fn from(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Healthy => Exit::Healthy,
            Verdict::Faulty => Exit::Faulty,
            Verdict::Inconclusive => Exit::Inconclusive,
        }
    }
}

const DEFAULT_CONFIG: &str = "fivewhys.toml";
const EXIT_CODES: &str = "\
Exit codes:
  0  healthy
  1  faulty: a critical fault or an error is confirmed
  2  a flag, a file or a variable is invalid; nothing was sent
  3  inconclusive: a probe failed that no finding explains, or a required
     probe was not possible, or not in time
  4  the suite itself failed";
const EXAMPLES: &str = "\
Examples:
  fivewhys demo                                         a report, without any target
  fivewhys check                                        the healthy embedded deployment
  fivewhys check --scenario secret/jwt-secret-mismatch  one with a fault
  fivewhys check staging                                a target of fivewhys.toml
  fivewhys check staging --dry-run                      the requests of that check
  fivewhys check staging --evidence seen                keep the evidence ...
  fivewhys check --from seen                            ... and diagnose it again
  fivewhys serve --write local.toml                     a deployment to check ...
  fivewhys check local --config local.toml              ... from another terminal
  fivewhys explain jwt-secret-mismatch                  the page of a fault";

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;
    use std::time::Duration;

    use super::*;

    /// Far beyond what a thread needs to start: this is for a hang.
    const LONGEST: Duration = Duration::from_secs(20);

    #[test]
    fn a_thread_that_never_ends_holds_no_command_up() {
        let (_held, never) = channel::<()>();
        let (done, ended) = channel();
        std::thread::spawn(move || {
            let work = async { drop(tokio::task::spawn_blocking(move || never.recv())) };
            _ = done.send(run_to_end(work));
        });
        assert!(ended.recv_timeout(LONGEST).expect("an end").is_ok());
    }
}
