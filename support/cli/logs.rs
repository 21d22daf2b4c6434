//! `fivewhys logs`: what the services wrote while tokens were accepted and rejected. Sends nothing, unless a project is named.

mod live;

use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use clap::Args;

use super::check::print_to_the_end;
use super::config::ConfigArgs;
use super::output::Output;
use super::outputs::unless_unwritten;
use super::progress::Bytes;
use super::rate::duration;
use super::terminal::Terminal;
use super::{CliError, Exit, program};
use crate::input::InputError;
use crate::logs::{Dialect, Document, Filter, LogFile, Patterns, Result as Told, count, query};
use crate::report;
use crate::target::{self, Target};

const LIVE: &str = "From the platform";

#[derive(Debug, Args)]
pub(super) struct LogsArgs {
    /// Files of Cloud Logging entries: an array, or JSON lines; gzip and zstd too; `-`, or none, is standard input. With
    /// `--project` it is a target instead
    files: Vec<PathBuf>,
    /// Read the log of this project of Google Cloud instead of files, the newest entry first
    #[arg(long, value_name = "PROJECT", value_parser = live::project, help_heading = LIVE)]
    project: Option<String>,
    /// Send nothing; print the filter with which `--project` asks for entries
    #[arg(long, conflicts_with_all = ["format", "export"], help_heading = LIVE)]
    print_filter: bool,
    /// Read no longer than this
    #[arg(long, value_name = "DURATION", value_parser = duration, default_value = "10m", help_heading = LIVE)]
    deadline: Duration,
    /// Entries from then on: a duration before now such as `24h`, or a date and time in RFC 3339; with `--project` the last
    /// 24 hours by default
    #[arg(long, value_name = "TIME", value_parser = time)]
    since: Option<i64>,
    /// Entries before then
    #[arg(long, value_name = "TIME", value_parser = time)]
    until: Option<i64>,
    /// Entries of this service only; may be given several times
    #[arg(long, value_name = "NAME")]
    service: Vec<String>,
    /// Patterns in place of those that are built in; `--print-patterns` prints these
    #[arg(long, value_name = "FILE")]
    patterns: Option<PathBuf>,
    /// Print the patterns that are built in, to begin a file of your own
    #[arg(long, exclusive = true)]
    print_patterns: bool,
    /// Print the same counts as one SQL query, over the files or over a view of Log Analytics; reads nothing, sends nothing
    #[arg(long, value_name = "DIALECT", value_enum, conflicts_with_all = ["export", "project", "print_filter"])]
    print_query: Option<Dialect>,
    /// A target of the target file: its `log-services` count, and the next command checks it
    #[arg(long, value_name = "NAME")]
    target: Option<String>,
    #[command(flatten)]
    config: ConfigArgs,
    /// The format of the report
    #[arg(long, value_enum, default_value_t, env = "FIVEWHYS_FORMAT", help_heading = "Report")]
    format: LogsFormat,
    /// Write the JSON object to this file as well
    #[arg(long, value_name = "FILE", help_heading = "Report")]
    export: Option<PathBuf>,
    /// Show no progress
    #[arg(long, help_heading = "Report")]
    quiet: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
enum LogsFormat {
    /// What failed, where and when, and what would tell why
    #[default]
    Text,
    /// One object, `fivewhys.logs/1`
    Json,
}

impl LogsArgs {
    /// Reads the files, and says what they say.
    ///
    /// # Errors
    /// When a file cannot be read, the report cannot be written, or the suite itself fails.
    pub(super) fn run(&self, terminal: &Terminal) -> Result<Exit, CliError> {
        if self.print_patterns {
            super::print(Patterns::SHIPPED)?;
            return Ok(Exit::Healthy);
        }
        if self.project.is_some() || self.print_filter {
            return self.live(terminal);
        }
        let patterns = self.patterns.as_deref().map_or_else(Patterns::shipped, Patterns::read)?;
        let filter = self.filter()?;
        if let Some(dialect) = self.print_query {
            super::print(&query(dialect, &self.files_of(dialect)?, &patterns, &filter))?;
            return Ok(Exit::Healthy);
        }
        let files = self.files()?;
        let taken: Vec<PathBuf> = self.files.iter().chain(&self.patterns).cloned().collect();
        let export = self.export.as_deref().map(|path| Output::open_unless(&taken, path)).transpose()?;
        let document = {
            let bar = Bytes::new(size(&files), !self.quiet);
            Document::of(count(&files, &patterns, &filter, &|read| bar.read(read))?, &patterns, &filter)
        };
        Ok(self.tell(&document, export, terminal, self.target.as_deref()))
    }

    /// What cannot be written changes the exit code only where nothing failed.
    fn tell(&self, document: &Document, export: Option<Output>, terminal: &Terminal, target: Option<&str>) -> Exit {
        let exit = match document.result {
            Told::NoFailures => Exit::Healthy,
            Told::Failures | Told::UnrecognisedErrors | Told::NothingRecognised | Told::Incomplete => {
                Exit::Inconclusive
            }
        };
        let told = match self.format {
            LogsFormat::Json => print_to_the_end(&document.json()),
            LogsFormat::Text => {
                print_to_the_end(&terminal.show(&report::logs(document, &self.check(target), terminal.width)))
            }
        };
        let exported = export.map_or(Ok(()), |file| file.write(&document.json()).map_err(CliError::from));
        unless_unwritten(unless_unwritten(exit, told), exported)
    }

    fn files(&self) -> Result<Vec<LogFile>, InputError> {
        let stdin = || {
            let help = "name a file, or pipe one: `gcloud logging read … --format json | fivewhys logs`";
            match std::io::stdin().is_terminal() {
                true => Err(InputError::new("no file is named, and standard input is a terminal").help(help)),
                false => Ok(LogFile::Stdin),
            }
        };
        if self.files.is_empty() {
            return Ok(vec![stdin()?]);
        }
        if self.files.iter().filter(|path| is_stdin(path)).count() > 1 {
            return Err(InputError::new("`-` stands there twice, and standard input can be read once"));
        }
        let file = |path: &PathBuf| if is_stdin(path) { stdin() } else { Ok(LogFile::Path(path.clone())) };
        self.files.iter().map(file).collect()
    }

    /// Those that are named, which need not be there.
    fn files_of(&self, dialect: Dialect) -> Result<Vec<LogFile>, InputError> {
        if dialect == Dialect::Bigquery && !self.files.is_empty() {
            let help = "leave the files out, or write `--print-query duckdb`";
            return Err(InputError::new("a query of BigQuery reads a view of Log Analytics, and no file").help(help));
        }
        let file = |path: &PathBuf| if is_stdin(path) { LogFile::Stdin } else { LogFile::Path(path.clone()) };
        Ok(self.files.iter().map(file).collect())
    }

    /// The target that is named.
    fn target(&self) -> Result<Option<Target>, InputError> {
        let Some(name) = &self.target else { return Ok(None) };
        let targets = target::list(&self.config.read()?)?;
        let unknown = || {
            let names = targets.iter().map(|target| target.name.as_str());
            InputError::unknown("target", name, names, "`fivewhys targets`")
        };
        targets.iter().find(|target| target.name == *name).cloned().map(Some).ok_or_else(unknown)
    }

    /// What makes a check of it.
    fn check(&self, target: Option<&str>) -> Vec<String> {
        let name = target.unwrap_or("TARGET");
        let config = self.config.as_typed().filter(|_| target.is_some()).map(|path| path.display().to_string());
        let config = config.into_iter().flat_map(|path| ["--config".to_owned(), path]);
        [program::name(), "check".to_owned(), name.to_owned()].into_iter().chain(config).collect()
    }

    fn filter(&self) -> Result<Filter, InputError> {
        if self.since.zip(self.until).is_some_and(|(since, until)| since >= until) {
            return Err(InputError::new("`--since` is not before `--until`, so no entry would count"));
        }
        let of_target = self.target()?.map(|target| target.log_services).unwrap_or_default();
        let services = if self.service.is_empty() { of_target } else { self.service.clone() };
        Ok(Filter { since: self.since, until: self.until, services })
    }
}

fn is_stdin(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// In bytes; `None` where one of them is no file.
fn size(files: &[LogFile]) -> Option<u64> {
    let size = |file: &LogFile| match file {
        LogFile::Path(path) => path.metadata().ok().filter(std::fs::Metadata::is_file).map(|file| file.len()),
        LogFile::Stdin => None,
    };
    files.iter().map(size).sum()
}

/// In seconds since 1970.
fn time(text: &str) -> Result<i64, String> {
    let seconds = |time: SystemTime| time.duration_since(UNIX_EPOCH).map(|since| since.as_secs() as i64);
    let before = humantime::parse_duration(text).ok().and_then(|ago| SystemTime::now().checked_sub(ago));
    let time = match before {
        Some(time) => Ok(time),
        None => {
            humantime::parse_rfc3339_weak(text).or_else(|_| humantime::parse_rfc3339_weak(&format!("{text}T00:00:00")))
        }
    };
    let time = time.map_err(|_| "write `24h`, `2025-09-08`, or `2025-09-08T14:00:00Z`".to_owned())?;
    seconds(time).map_err(|_| "it lies before 1970".to_owned())
}
