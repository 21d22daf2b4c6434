//! `fivewhys logs --project`: the entries that the platform still has, within bounds that are said before anything is sent.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tokio::time::Instant;

use super::LogsArgs;
use crate::blocking::run_to_end;
use crate::cli::output::Output;
use crate::cli::progress::{self, Bytes};
use crate::cli::subject::target_for_platform;
use crate::cli::terminal::Terminal;
use crate::cli::{CliError, Exit, print, program};
use crate::cloud::entries::{LONGEST_PAGE, MOST_PAGES, NotRead, PAGE, Wanted};
use crate::input::InputError;
use crate::logs::{Filter, LONGEST_FILTER, LiveError, LiveLog, Patterns};
use crate::report;
use crate::target::{self, PlatformHost, PlatformTable, Target};

/// What `gcloud logging read` reads without another word.
const USUAL: Duration = Duration::from_secs(24 * 3_600);

/// What was read; nothing has been sent.
struct Asked {
    table: PlatformTable,
    filter: Filter,
    patterns: Patterns,
    export: Option<Output>,
    /// Of the target.
    name: Option<String>,
}

impl LogsArgs {
    /// Reads the log of the project, or prints the filter for it.
    ///
    /// # Errors
    /// When an argument, file or variable is wrong, or the suite itself fails: whatever the platform does is told.
    pub(super) fn live(&self, terminal: &Terminal) -> Result<Exit, CliError> {
        let asked = self.asked()?;
        let filter = asked.filter.for_server();
        if filter.chars().count() > LONGEST_FILTER {
            let message =
                format!("the filter is longer than the {LONGEST_FILTER} characters that Cloud Logging accepts");
            return Err(InputError::new(message).help("name fewer services").into());
        }
        if self.print_filter {
            print(&(filter + "\n"))?;
            return Ok(Exit::Healthy);
        }
        let wanted = Wanted { project: self.project.clone().unwrap_or_default(), filter };
        if !self.quiet {
            say!("{}", report::wrapped("", 2, &self.bounds(&wanted.project)).trim_end());
        }
        run_to_end(self.read_live(asked, &wanted, terminal))?
    }

    /// What is sent at most.
    fn bounds(&self, project: &str) -> String {
        let deadline = humantime::format_duration(self.deadline);
        let megabytes = LONGEST_PAGE / 1024 / 1024;
        format!(
            "reading the log of {project}: at most {MOST_PAGES}\u{a0}pages\u{a0}of\u{a0}{PAGE}\u{a0}entries and {megabytes}\u{a0}MiB each, \
             within {deadline}; Ctrl-C ends it and prints what is known"
        )
    }

    async fn read_live(&self, asked: Asked, wanted: &Wanted, terminal: &Terminal) -> Result<Exit, CliError> {
        let Asked { table, filter, patterns, export, name } = asked;
        let mut interrupt = progress::interrupt()?;
        let until = Instant::now() + self.deadline;
        let mut log = LiveLog::new(&table, wanted, (&patterns, &filter), until)?;
        let not_read = {
            let bar = Bytes::new(None, !self.quiet);
            let shown = |bytes| bar.read(bytes);
            tokio::select! {
                read = log.read(&shown) => read.err(),
                _ = interrupt.changed() => Some(NotRead::Interrupted),
            }
        };
        if let Some(why) = not_read.as_ref().filter(|_| !log.has_begun()) {
            say!("{}", cannot_read(&wanted.project, why));
            return Ok(Exit::Inconclusive);
        }
        let document = log.into_document(not_read.as_ref(), &patterns, &filter);
        Ok(self.tell(&document, export, terminal, name.as_deref()))
    }

    fn asked(&self) -> Result<Asked, InputError> {
        let name = self.target_of_project()?;
        let target = name.as_deref().map(|name| self.target_on_platform(name)).transpose()?;
        let export =
            self.export.as_deref().map(|path| Output::open_unless(self.patterns.as_slice(), path)).transpose()?;
        Ok(Asked {
            filter: self.live_filter(target.as_ref())?,
            table: self.table(target)?,
            patterns: self.patterns.as_deref().map_or_else(Patterns::shipped, Patterns::read)?,
            export,
            name,
        })
    }

    /// Where files would be named.
    fn target_of_project(&self) -> Result<Option<String>, InputError> {
        let named = self.files.iter().map(|file| file.display().to_string()).chain(self.target.clone());
        let mut named: Vec<String> = named.collect();
        let flag = if self.print_filter { "--print-filter" } else { "--project" };
        match (named.pop(), named.is_empty()) {
            (one, true) => Ok(one),
            _ => Err(InputError::new(format!("`{flag}` reads no files, and several names are given"))
                .help("name one target, or none")),
        }
    }

    fn target_on_platform(&self, name: &str) -> Result<Target, InputError> {
        let target = target_for_platform(&self.config.read()?, name, self.print_filter)?;
        match target.platform.as_ref().map(|table| &table.host) {
            Some(PlatformHost::Kubernetes { .. }) => {
                let message = format!("`{name}` runs on Kubernetes, and `--project` reads the log of Cloud Run");
                Err(InputError::new(message)
                    .help("write its entries to a file with `gcloud logging read`, and name the file"))
            }
            _ => Ok(target),
        }
    }

    /// Those of a flag, or else of `log-services`, or else of the table `platform`.
    fn live_filter(&self, target: Option<&Target>) -> Result<Filter, InputError> {
        let of_platform = |target: &Target| {
            let hosted = target.platform.iter().flat_map(|table| table.services.values());
            hosted.map(|hosted| hosted.name.clone()).collect::<Vec<_>>()
        };
        let of_target = |target: &Target| match target.log_services.is_empty() {
            true => of_platform(target),
            false => target.log_services.clone(),
        };
        let services = match self.service.is_empty() {
            true => target.map(of_target).unwrap_or_default(),
            false => self.service.clone(),
        };
        if services.iter().any(|name| name.is_empty() || name.chars().any(char::is_control)) {
            return Err(InputError::new("a service has a name without control characters").help("correct `--service`"));
        }
        let usual = || SystemTime::now().checked_sub(USUAL)?.duration_since(UNIX_EPOCH).ok();
        let since = self.since.or_else(|| usual().map(|since| since.as_secs() as i64));
        Ok(Filter { since, until: self.until, services })
    }

    /// Where the project is read, and by whom.
    fn table(&self, target: Option<Target>) -> Result<PlatformTable, InputError> {
        let project = self.project.clone().unwrap_or_default();
        let usual = PlatformHost::CloudRun { project: project.clone(), region: String::new(), api: None };
        let table = target.and_then(|target| target.platform);
        Ok(match table {
            Some(PlatformTable { host: PlatformHost::CloudRun { region, api, .. }, services, token }) => {
                PlatformTable { host: PlatformHost::CloudRun { project, region, api }, services, token }
            }
            _ => {
                let environment = |variable: &str| std::env::var_os(variable);
                let token = if self.print_filter { None } else { target::access_token(&environment)? };
                PlatformTable { host: usual, services: Default::default(), token }
            }
        })
    }
}

/// One message for standard error.
fn cannot_read(project: &str, why: &NotRead) -> String {
    program::called_by_name(&format!("error: cannot read the log of `{project}`: {}", why.says(project)))
}

/// The id of a project.
pub(super) fn project(text: &str) -> Result<String, String> {
    match target::is_project(text) {
        true => Ok(text.to_owned()),
        false => {
            Err("write the id of a project: small letters, digits and hyphens, such as `netra-staging`".to_owned())
        }
    }
}

impl From<LiveError> for CliError {
    fn from(error: LiveError) -> Self {
        match error {
            LiveError::Input(error) => CliError::Input(error),
            LiveError::Cloud(error) => CliError::Cloud(error),
        }
    }
}
