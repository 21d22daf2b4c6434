//! The operator's command: what may be said, what it calls, and what its exit codes mean.

mod check;
mod init;
mod output;
mod serve;
mod tell;

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::diagnosis::Verdict;
use crate::input::Mistake;
use crate::{mock, probe};

#[derive(Debug, Parser)]
#[command(version, about = "Names the root cause when authentication across services fails", after_help = EXAMPLES)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Look at a target, or at an embedded deployment, and say what is wrong
    #[command(after_help = EXIT_CODES)]
    Check(Box<check::Order>),
    /// Write a target's file to begin with, every key explained
    Init {
        /// Where to write it; never over a file that is there
        #[arg(long, value_name = "FILE", default_value = CONFIG)]
        config: PathBuf,
    },
    /// List the scenarios
    Scenarios,
    /// Run an embedded deployment until Ctrl-C
    Serve {
        /// The deployment of this scenario instead of the healthy one
        #[arg(long, value_name = "ID")]
        scenario: Option<String>,
        /// Write the target's file there, complete at once, instead of to standard output
        #[arg(long, value_name = "FILE")]
        write: Option<PathBuf>,
    },
    /// What a fault is, how it looks, how to confirm it, how to mend it
    Explain {
        /// Its code; without it, all of them
        fault: Option<String>,
    },
}

/// Exit codes; a contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
enum Exit {
    Healthy = 0,
    Faulty = 1,
    /// A mistake in the flags, a file, or a variable; nothing was sent.
    Usage = 2,
    Inconclusive = 3,
    /// The suite itself failed.
    SuiteError = 4,
}

#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error("{0}")]
    Mistake(#[from] Mistake),
    #[error("error: {0}")]
    Mock(#[from] mock::Broken),
    #[error("error: {0}")]
    Probe(#[from] probe::SuiteError),
    #[error("error: failed to write: {0}")]
    Write(#[from] std::io::Error),
}

/// Parses the arguments, does what they say, and gives the exit code.
pub fn run() -> ExitCode {
    let exit = match dispatch(Cli::parse().command) {
        Ok(exit) => exit,
        // Who closes our output, as `head` does, has seen enough.
        Err(Failure::Write(error)) if error.kind() == std::io::ErrorKind::BrokenPipe => Exit::Healthy,
        Err(failure) => {
            eprintln!("{failure}");
            if matches!(failure, Failure::Mistake(_)) { Exit::Usage } else { Exit::SuiteError }
        }
    };
    ExitCode::from(exit as u8)
}

fn dispatch(command: Command) -> Result<Exit, Failure> {
    match command {
        Command::Check(order) => {
            let look = order.prepare()?;
            runtime()?.block_on(look.run())
        }
        Command::Init { config } => init::init(&config),
        Command::Scenarios => tell::scenarios(),
        Command::Serve { scenario, write } => runtime()?.block_on(serve::run(scenario.as_deref(), write.as_deref())),
        Command::Explain { fault } => tell::explain(fault.as_deref()),
    }
}

fn runtime() -> std::io::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()
}

fn print(text: &str) -> Result<(), Failure> {
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

const CONFIG: &str = "fivewhys.toml";
const EXIT_CODES: &str = "\
Exit codes:
  0  healthy
  1  faulty: a critical fault or an error is confirmed
  2  a mistake in the flags, a file or a variable; nothing was sent
  3  inconclusive: something is wrong that no finding explains, or a needed
     probe could not be made, or not in time
  4  the suite itself failed";
const EXAMPLES: &str = "\
Examples:
  fivewhys check                                        the healthy embedded deployment
  fivewhys check --scenario secret/jwt-secret-mismatch  a broken one
  fivewhys check staging                                a target of fivewhys.toml
  fivewhys check staging --dry-run                      what that would send
  fivewhys check staging --evidence seen                keep what was seen ...
  fivewhys check --from seen                            ... and diagnose it again
  fivewhys serve --write local.toml                     a deployment to look at ...
  fivewhys check local --config local.toml              ... from another terminal
  fivewhys explain jwt-secret-mismatch                  what a fault is";
