//! A diagnosis and its evidence as text or JSON. Decides nothing.

mod dry_run;
mod exchanges;
mod explain;
mod json;
mod layout;
mod text;

pub use dry_run::dry_run;
pub use exchanges::exchanges;
pub use explain::explain;

use crate::diagnosis::Diagnosis;
use crate::evidence::Evidence;

/// The format of a report.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// At most 80 columns, without colour: what is broken, where, what to do, how sure
    #[default]
    Text,
    /// The same with every probe, and every fault that is ruled out or not tested
    #[value(skip)]
    Verbose,
    /// One object; `schema` names its version
    Json,
}

/// The whole report, which ends with a line break.
pub fn render(format: Format, evidence: &Evidence, diagnosis: &Diagnosis) -> String {
    match format {
        Format::Text => text::render(evidence, diagnosis, false),
        Format::Verbose => text::render(evidence, diagnosis, true),
        Format::Json => json::render(evidence, diagnosis),
    }
}
