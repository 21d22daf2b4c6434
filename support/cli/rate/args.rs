//! What to measure, and how.

use std::path::PathBuf;
use std::time::Duration;

use clap::builder::FalseyValueParser;
use clap::{Args, ValueEnum};

use super::LONGEST;
use crate::cli::subject::SubjectArgs;
use crate::rate::{Leg, USUAL_OBJECTIVE};

const WHAT: &str = "What to measure";
const HOW: &str = "How";
const REPORT: &str = "Report";

#[derive(Debug, Args)]
pub(in crate::cli) struct RateArgs {
    #[command(flatten, next_help_heading = WHAT)]
    pub(super) subject: SubjectArgs,
    /// One leg, or several; without it, all that the target has
    #[arg(long = "leg", value_enum, value_name = "LEG", value_delimiter = ',', help_heading = WHAT)]
    pub(super) legs: Vec<Leg>,
    /// The success rate that is too low, between 0 and 1
    #[arg(long, default_value_t = USUAL_OBJECTIVE, value_parser = share, help_heading = HOW)]
    pub(super) objective: f64,
    /// So many samples of each leg, instead of as many as decide
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..), help_heading = HOW)]
    pub(super) samples: Option<u64>,
    /// Connections at a time; at most what the stage allows
    #[arg(long, value_name = "C", value_parser = at_least_one, help_heading = HOW)]
    pub(super) concurrency: Option<usize>,
    /// Begin the samples of a clean run, or those of `--samples`, evenly over this time, such as `10s`; a longer run goes on at that pace
    #[arg(long, value_name = "DURATION", value_parser = duration, help_heading = HOW)]
    pub(super) spread: Option<Duration>,
    /// Watch a welcomed connection for so long; without it, at most 250ms
    #[arg(long, value_name = "DURATION", value_parser = duration, help_heading = HOW)]
    pub(super) hold: Option<Duration>,
    /// Fail at a single close with this code, whatever the rate: 1008 is that of the incident
    #[arg(long, value_name = "CODE", value_delimiter = ',', value_parser = clap::value_parser!(u16).range(1000..=4999), help_heading = HOW)]
    pub(super) forbid_close: Vec<u16>,
    /// Make one part of several, such as `2/8`; `8` alone takes the part from CLOUD_RUN_TASK_INDEX or JOB_COMPLETION_INDEX
    #[arg(long, value_name = "I/N", value_parser = shard, help_heading = HOW)]
    pub(super) shard: Option<(Option<u64>, u64)>,
    /// The same text for all parts, so that their marks of replicas and users compare
    #[arg(long, value_name = "TEXT", env = "FIVEWHYS_RUN_KEY", hide_env_values = true, help_heading = HOW)]
    pub(super) run_key: Option<String>,
    /// Send nothing; say what would be sent at most
    #[arg(long, help_heading = HOW)]
    pub(super) dry_run: bool,
    /// The format of the report
    #[arg(long, value_enum, default_value_t, env = "FIVEWHYS_FORMAT", help_heading = REPORT)]
    pub(super) format: RateFormat,
    /// The decision only, in one line, and no progress
    #[arg(long, short, env = "FIVEWHYS_QUIET", value_parser = FalseyValueParser::new(), conflicts_with = "format", help_heading = REPORT)]
    pub(super) quiet: bool,
    /// Write the report to this file; an old one is removed when the run begins
    #[arg(long, value_name = "FILE", help_heading = REPORT)]
    pub(super) output: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum RateFormat {
    /// The decision, a row for each leg, and what rejections are tied to
    #[default]
    Text,
    /// Its first line: the decision
    #[value(skip)]
    Quiet,
    /// One object, `fivewhys.rate/1`
    Json,
}

pub(in crate::cli) fn share(text: &str) -> Result<f64, String> {
    let share: f64 = text.parse().map_err(|_| "it must be a number, such as 0.95".to_owned())?;
    match (0.01..=0.9999).contains(&share) {
        true => Ok(share),
        false => Err("it must be between 0.01 and 0.9999".to_owned()),
    }
}

fn at_least_one(text: &str) -> Result<usize, String> {
    text.parse().ok().filter(|count| *count > 0).ok_or_else(|| "it must be a whole number, at least 1".to_owned())
}

pub(in crate::cli) fn duration(text: &str) -> Result<Duration, String> {
    let duration = humantime::parse_duration(text)
        .map_err(|_| "it must be a number with a unit, such as `500ms`, `10s` or `5m`".to_owned())?;
    if duration <= LONGEST { Ok(duration) } else { Err("it must be a day at most".to_owned()) }
}

fn shard(text: &str) -> Result<(Option<u64>, u64), String> {
    let wrong = || "it must be `I/N`, with a part from 1 to N, or the number of parts".to_owned();
    let number = |text: &str| text.parse::<u64>().map_err(|_| wrong());
    match text.split_once('/') {
        Some((number_of, of)) => match (number(number_of)?, number(of)?) {
            (number, of) if (1..=of).contains(&number) => Ok((Some(number), of)),
            _ => Err(wrong()),
        },
        None => number(text).and_then(|of| if of > 0 { Ok((None, of)) } else { Err(wrong()) }),
    }
}
