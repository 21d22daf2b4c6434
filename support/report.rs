//! A diagnosis and its evidence as text or JSON. Decides nothing.

mod dry_run;
mod exchanges;
mod explain;
mod headline;
mod impact;
mod json;
mod layout;
mod not_tested;
mod place;
mod rate;
mod rate_plan;
mod rows;
mod sure;
mod text;
mod unproven;
mod verifications;

pub use dry_run::dry_run;
pub use exchanges::exchanges;
pub use explain::explain;

use crate::diagnosis::Diagnosis;
use crate::evidence::Evidence;
use layout::Page;
pub(crate) use rate::rate;
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
}

/// The whole report, which ends with a line break.
pub fn render(format: Format, evidence: &Evidence, diagnosis: &Diagnosis) -> String {
    render_wide(format, layout::WIDTH, evidence, diagnosis)
}

/// The same, for a text in so many columns.
pub(crate) fn render_wide(format: Format, width: usize, evidence: &Evidence, diagnosis: &Diagnosis) -> String {
    let page = Page::new(width);
    match format {
        Format::Text => text::render(page, evidence, diagnosis, false),
        Format::Verbose => text::render(page, evidence, diagnosis, true),
        Format::Quiet => text::verdict(page, evidence, diagnosis),
        Format::Json => json::render(evidence, diagnosis),
    }
}

/// An entry of a list, in lines of 80 columns: the text stands behind `head`, and its further lines are indented.
pub(crate) fn wrapped(head: &str, indent: usize, text: &str) -> String {
    let mut page = Page::new(layout::WIDTH);
    page.wrap(head, indent, text);
    page.into_text()
}
