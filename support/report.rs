//! A diagnosis and its evidence in the form that a reader expects, a file for each. Decides nothing.

mod alert;
mod commands;
mod compare;
mod dry_run;
mod exchanges;
mod excluded;
mod explain;
mod flow;
mod gate;
mod github;
mod headline;
mod html;
mod impact;
mod json;
mod junit;
mod layout;
mod logs;
mod markdown;
mod not_tested;
mod openmetrics;
mod place;
mod preflight;
mod rate;
mod rate_plan;
mod remarks;
mod rows;
mod sarif;
mod sure;
mod text;
mod told;
mod unproven;
mod verifications;

pub(crate) use compare::{compared, compared_json};
pub use dry_run::dry_run;
pub use exchanges::exchanges;
pub use explain::explain;
pub(crate) use told::CHECK;
pub use told::{Condition, Told};

use crate::diagnosis::{Diagnosis, Finding, Verification};
use crate::evidence::Evidence;
use crate::vocabulary::Probe;
pub(crate) use github::annotations;
use layout::Page;
pub(crate) use logs::logs;
pub(crate) use openmetrics::Gauges;
pub(crate) use preflight::{preflight, preflight_json, preflight_plan};
pub(crate) use rate::{rate, rate_in_a_line};
pub(crate) use rate_plan::rate_plan;

/// The format of a report.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// Up to 100 columns: what is broken, where, what to do, how sure
    #[default]
    Text,
    /// The same with every probe, and every fault that is ruled out or not tested
    #[value(skip)]
    Verbose,
    /// Its first line: the verdict
    #[value(skip)]
    Quiet,
    /// One object; `schema` names its version
    Json,
    /// XML that every CI shows: the verdict, findings and probes as test cases
    Junit,
    /// SARIF 2.1.0, for code scanning: a result for each finding
    Sarif,
    /// For the summary of a job, with a diagram of the token's way
    Markdown,
    /// One page for a browser, which loads nothing else
    Html,
    /// Metrics as text, for a textfile collector or a push gateway
    Openmetrics,
}

/// The whole report of a check, which ends with a line break.
pub fn render(format: Format, evidence: &Evidence, diagnosis: &Diagnosis) -> String {
    render_told(format, &Told::check(evidence, diagnosis))
}

/// The same of a check and what a gate requires beside it.
pub fn render_told(format: Format, told: &Told<'_>) -> String {
    render_wide(format, layout::WIDTH, told)
}

/// The same, for a text in so many columns.
pub(crate) fn render_wide(format: Format, width: usize, told: &Told<'_>) -> String {
    match format {
        Format::Text => gate::text(width, told, false),
        Format::Verbose => gate::text(width, told, true),
        Format::Quiet => headline::line(width, told),
        Format::Json => format!("{:#}\n", gate::object(told)),
        Format::Junit => junit::render(told),
        Format::Sarif => sarif::render(told),
        Format::Markdown => markdown::render(told),
        Format::Html => html::render(told),
        Format::Openmetrics => openmetrics::render(told),
    }
}

/// The whole report of a check that no command has made, in 80 columns.
pub(crate) fn without_flags(evidence: &Evidence, diagnosis: &Diagnosis) -> String {
    text::render(Page::without_flags(layout::WIDTH), evidence, diagnosis, false)
}

/// One finding of the diagnosis, as the report of a single one shows it, in 80 columns.
pub(crate) fn finding(evidence: &Evidence, diagnosis: &Diagnosis, finding: &Finding) -> String {
    text::finding(Page::without_flags(layout::WIDTH), evidence, diagnosis, finding)
}

/// A verification that these probes show to fail, and the findings that explain it, in 80 columns.
pub(crate) fn verification(
    verification: Verification,
    failed: &[Probe],
    evidence: &Evidence,
    diagnosis: &Diagnosis,
) -> String {
    text::verification(Page::without_flags(layout::WIDTH), verification, failed, evidence, diagnosis)
}

/// An entry of a list, in lines of 80 columns: the text stands behind `head`, and its further lines are indented.
pub(crate) fn wrapped(head: &str, indent: usize, text: &str) -> String {
    let mut page = Page::new(layout::WIDTH);
    page.wrap(head, indent, text);
    page.into_text()
}
