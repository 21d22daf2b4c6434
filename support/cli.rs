//! The `fivewhys` command: its arguments, the functions they call, and the exit codes.

/// Writes a line to standard error. One that is closed or full ends nothing: the exit code says the same.
macro_rules! say {
    ($($text:tt)*) => {{
        use std::io::Write as _;
        _ = writeln!(std::io::stderr(), $($text)*);
    }};
}

mod check;
mod compare;
mod config;
mod demo;
mod described;
mod evidence_folder;
mod explain;
mod gate;
mod github;
mod help;
mod init;
mod logs;
mod output;
mod outputs;
mod panics;
mod preflight;
mod program;
mod progress;
mod rate;
mod reports;
mod scenarios;
mod serve;
mod signals;
mod subject;
mod targets;
mod terminal;
mod variables;
mod watch;

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{ColorChoice, FromArgMatches, Parser, Subcommand};
use clap_complete::Shell;

use crate::blocking::run_to_end;
use crate::diagnosis::Verdict;
use crate::input::InputError;
use crate::{cloud, mock, probe};
use terminal::Terminal;

#[derive(Debug, Parser)]
#[command(version, about = "Names the root cause when authentication across services fails")]
struct Cli {
    #[command(subcommand)]
    command: Command,
    /// When to use colours
    #[arg(long, global = true, value_enum, default_value_t, env = "FIVEWHYS_COLOR", help_heading = "Report")]
    color: ColorChoice,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Check a target, and name the root cause of what fails
    #[command(after_help = help::EXIT_CODES)]
    Check(Box<check::CheckArgs>),
    /// Decide whether a deployment may stay: check, rate and secrets
    #[command(after_help = help::GATE_EXIT_CODES)]
    Gate(Box<gate::GateArgs>),
    /// Before a deployment: would the services load the same secret?
    #[command(after_help = help::PREFLIGHT_EXIT_CODES)]
    Preflight(preflight::PreflightArgs),
    /// Measure how often valid tokens are accepted, and decide
    #[command(after_help = help::RATE_EXIT_CODES)]
    Rate(Box<rate::RateArgs>),
    /// Add up runs of `rate` from several machines, and decide anew
    #[command(after_help = help::MERGE_EXIT_CODES)]
    Merge(rate::MergeArgs),
    /// Compare two reports: what a deployment has changed
    #[command(after_help = help::COMPARE_EXIT_CODES)]
    Compare(compare::CompareArgs),
    /// Count what the services wrote into the log while tokens failed
    #[command(after_help = help::LOGS_EXIT_CODES)]
    Logs(Box<logs::LogsArgs>),
    /// Check and measure again and again, and print what has changed
    #[command(after_help = help::WATCH_EXIT_CODES)]
    Watch(watch::WatchArgs),
    /// Show the report of an embedded deployment with a fault
    #[command(after_help = help::DEMO_EXIT_CODES)]
    Demo(demo::DemoArgs),
    /// Write a first target file, in which every key is explained
    Init(init::InitArgs),
    /// List the targets of the target file
    Targets {
        #[command(flatten)]
        config: config::ConfigArgs,
    },
    /// Explain a fault: how it looks, how to confirm it, how to fix it
    Explain {
        /// The code of a fault, or a text to look for; without it, every fault is listed
        pattern: Option<String>,
        /// Print the tests too: which responses show the fault, and which rule it out
        #[arg(long, requires = "pattern")]
        tests: bool,
    },
    /// List the scenarios, which are embedded deployments
    Scenarios(scenarios::ScenariosArgs),
    /// Run an embedded deployment until Ctrl-C, to check it from outside
    Serve {
        /// The deployment of this scenario instead of the healthy one
        #[arg(long, value_name = "ID")]
        scenario: Option<String>,
        /// Write the target file there, in one step, instead of to standard output
        #[arg(long, value_name = "FILE")]
        write: Option<PathBuf>,
        /// Show the tokens in the records too, where they are printed on a terminal
        #[arg(long)]
        show_tokens: bool,
        /// Append the log of the services to this file, as entries of Cloud Logging: `fivewhys logs FILE` counts them
        #[arg(long, value_name = "FILE")]
        logs: Option<PathBuf>,
    },
    /// Print the completions for a shell
    Completions {
        /// The shell that reads them
        shell: Shell,
    },
    /// Print the manual page
    Man,
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
    #[error("error: {0}")]
    Cloud(#[from] cloud::CloudError),
    #[error("error: failed to write: {0}")]
    Output(#[from] std::io::Error),
}

/// Parses the arguments of this process, runs the command, and returns the exit code.
pub fn run() -> ExitCode {
    let typed: Vec<_> = std::env::args_os().collect();
    let matches = variables::heeded(help::command(), &typed).get_matches_from(&typed);
    let cli = Cli::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
    let exit = match panics::guarded(|| dispatch(cli)) {
        Ok(exit) => exit,
        // A closed pipe, as after `| head`, is no failure.
        Err(CliError::Output(error)) if error.kind() == std::io::ErrorKind::BrokenPipe => Exit::Healthy,
        Err(failure) => {
            say!("{}", program::called_by_name(&failure.to_string()));
            if matches!(failure, CliError::Input(_)) { Exit::Usage } else { Exit::InternalError }
        }
    };
    ExitCode::from(exit as u8)
}

fn dispatch(cli: Cli) -> Result<Exit, CliError> {
    let terminal = Terminal::of_stdout(cli.color);
    match cli.command {
        Command::Check(args) => {
            let run = args.validate()?;
            run_to_end(run.run(&terminal))?
        }
        Command::Gate(args) => {
            let run = args.validate()?;
            run_to_end(run.run(&terminal))?
        }
        Command::Preflight(args) => {
            let run = args.validate()?;
            run_to_end(run.run(&terminal))?
        }
        Command::Rate(args) => {
            let run = args.validate()?;
            run_to_end(run.run(&terminal))?
        }
        Command::Watch(args) => run_to_end(args.validate()?.run())?,
        Command::Merge(args) => args.run(&terminal),
        Command::Compare(args) => args.run(&terminal),
        Command::Logs(args) => args.run(&terminal),
        Command::Demo(args) => run_to_end(args.run(&terminal))?,
        Command::Init(args) => args.run(),
        Command::Targets { config } => targets::run(&config),
        Command::Scenarios(args) => args.run(),
        Command::Serve { scenario, write, logs, show_tokens } => {
            run_to_end(serve::run(scenario.as_deref(), write.as_deref(), logs.as_deref(), show_tokens))?
        }
        Command::Explain { pattern, tests } => explain::run(pattern.as_deref(), tests, &terminal),
        Command::Completions { shell } => help::completions(shell),
        Command::Man => help::man(),
    }
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
