//! What a record finds out about its fault on this evidence, for the texts of the finding and for a machine.

use std::collections::BTreeMap;

use crate::vocabulary::Fault;

/// Filled in by a record once its fault is shown.
#[derive(Debug, Default)]
pub(crate) struct Details {
    /// Which variant, which user; `{key}` in a text stands for its value.
    pub(crate) values: BTreeMap<&'static str, String>,
    /// Instead of the title of the page: it names the service, and a number where there is one.
    pub(crate) headline: Option<String>,
    /// Faults that fit the same evidence and that the record does not yield to: on other evidence both may be confirmed.
    pub(crate) not_excluded: Vec<Fault>,
}

impl Details {
    /// Of a fault without any.
    pub(crate) fn new() -> Self {
        Details::default()
    }

    /// The same, with another headline.
    pub(crate) fn headed(self, headline: impl Into<String>) -> Self {
        Details { headline: Some(headline.into()), ..self }
    }

    /// The text with the values in place of their keys.
    pub(super) fn fill(&self, text: &str) -> String {
        self.values.iter().fold(text.to_owned(), |text, (key, value)| text.replace(&format!("{{{key}}}"), value))
    }
}

impl<const N: usize> From<[(&'static str, String); N]> for Details {
    fn from(values: [(&'static str, String); N]) -> Self {
        Details { values: values.into(), ..Details::default() }
    }
}
