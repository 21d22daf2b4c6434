//! What is verified: one name for it in every report.

use strum::VariantArray;

use crate::diagnosis::Verification;
use crate::vocabulary::Endpoint;

impl Verification {
    /// In a word or two.
    pub(crate) fn title(self) -> &'static str {
        match self {
            Verification::SameService => Endpoint::Validation.title(),
            Verification::CrossService => Endpoint::Rest.title(),
            Verification::WebSocket => Endpoint::WebSocket.title(),
            Verification::Secrets => "same secret",
        }
    }

    /// The one that a document names; documents have the names of the incident report.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Verification::VARIANTS.iter().copied().find(|one| one.to_string() == name)
    }
}

impl Endpoint {
    /// What users call it.
    pub(crate) fn title(self) -> &'static str {
        match self {
            Endpoint::Validation => "auth",
            Endpoint::Rest => "REST",
            Endpoint::WebSocket => "WebSocket",
        }
    }
}
