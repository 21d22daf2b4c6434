//! What a fault is in general, until its record says it.

pub use crate::vocabulary::{Fault, Severity};

impl Fault {
    /// Of the fault in general; a finding may be milder where the fault does not hurt the real client.
    pub fn severity(self) -> Severity {
        use Fault::*;
        match self {
            ForgedTokenAccepted | MissingTokenAccepted | UnsignedTokenAccepted | ExpiredTokenAccepted => {
                Severity::Critical
            }
            AuthenticatedAnswerCached | WrongUserWelcomed => Severity::Critical,
            TokenExpiresTooSoon | BearerSchemeCaseSensitive | CredentialShadowed | SlowAuthentication | TokenEchoed => {
                Severity::Warning
            }
            MisleadingError => Severity::Note,
            _ => Severity::Error,
        }
    }

    /// One lower-case sentence without a full stop.
    pub fn headline(self) -> &'static str {
        self.page().lines().next().unwrap_or_default().trim_start_matches("# ")
    }
}
