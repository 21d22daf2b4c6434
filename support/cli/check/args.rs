//! What to check, and where the results go. Scripts set the same by variables.

use std::path::PathBuf;

use clap::Args;
use clap::builder::FalseyValueParser;

use crate::cli::reports::ReportsArgs;
use crate::cli::subject::SubjectArgs;
use crate::report::Format;

const WHAT: &str = "What to check";
const HOW: &str = "How";
const REPORT: &str = "Report";

#[derive(Debug, Args)]
pub(in crate::cli) struct CheckArgs {
    #[command(flatten, next_help_heading = WHAT)]
    pub(super) subject: SubjectArgs,
    /// Send nothing; diagnose the evidence that `--evidence` has written to this folder
    #[arg(long, value_name = "DIR", conflicts_with_all = ["target", "scenario", "thorough", "no_platform", "compare_payloads", "dry_run", "evidence"], help_heading = WHAT)]
    pub(super) from: Option<PathBuf>,
    /// Repeat probes even without a failure, to find 1 stale replica of 8
    #[arg(long, env = "FIVEWHYS_THOROUGH", value_parser = FalseyValueParser::new(), help_heading = HOW)]
    pub(super) thorough: bool,
    /// Leave out what the platform's metadata say of the secrets
    #[arg(long, env = "FIVEWHYS_NO_PLATFORM", value_parser = FalseyValueParser::new(), help_heading = HOW)]
    pub(super) no_platform: bool,
    /// Read the values of the secrets too, and compare them in memory
    #[arg(long, env = "FIVEWHYS_COMPARE_PAYLOADS", value_parser = FalseyValueParser::new(), conflicts_with = "no_platform", help_heading = HOW)]
    pub(super) compare_payloads: bool,
    /// Take along what the log says, as `fivewhys logs --export FILE` wrote it: it may illustrate a finding, and changes none
    #[arg(long, value_name = "FILE", conflicts_with = "dry_run", help_heading = HOW)]
    pub(super) logs: Option<PathBuf>,
    /// Send nothing; list the probes, the request of each, and the settings that would decide more
    #[arg(long, conflicts_with = "evidence", help_heading = HOW)]
    pub(super) dry_run: bool,
    /// The format of the report
    #[arg(long, value_enum, default_value_t, env = "FIVEWHYS_FORMAT", conflicts_with = "dry_run", help_heading = REPORT)]
    pub(super) format: Format,
    /// Add every probe, and every fault that is ruled out or not tested
    #[arg(long, short, env = "FIVEWHYS_VERBOSE", value_parser = FalseyValueParser::new(), conflicts_with_all = ["format", "dry_run"], help_heading = REPORT)]
    pub(super) verbose: bool,
    /// The verdict only, in one line, and no progress
    #[arg(long, short, env = "FIVEWHYS_QUIET", value_parser = FalseyValueParser::new(), conflicts_with_all = ["format", "verbose", "dry_run"], help_heading = REPORT)]
    pub(super) quiet: bool,
    /// Write the report to this file
    #[arg(long, value_name = "FILE", env = "FIVEWHYS_OUTPUT", help_heading = REPORT)]
    pub(super) output: Option<PathBuf>,
    #[command(flatten)]
    pub(super) reports: ReportsArgs,
    /// Write the evidence, redacted, to this folder: one file for `--from`, one to read
    #[arg(long, value_name = "DIR", env = "FIVEWHYS_EVIDENCE", help_heading = REPORT)]
    pub(super) evidence: Option<PathBuf>,
}
