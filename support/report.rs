//! A diagnosis and its evidence as text for a person or JSON for a machine. Decides nothing.

mod dry_run;
mod exchanges;
mod explain;
mod json;
mod layout;
mod text;

pub use dry_run::dry_run;
pub use exchanges::exchanges;

use crate::diagnosis::Diagnosis;
use crate::evidence::Evidence;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    #[default]
    Text,
    Json,
}

/// The whole report, with a line break at its end.
pub fn render(format: Format, evidence: &Evidence, diagnosis: &Diagnosis) -> String {
    match format {
        Format::Text => text::render(evidence, diagnosis),
        Format::Json => json::render(evidence, diagnosis),
    }
}
