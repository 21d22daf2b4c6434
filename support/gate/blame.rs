//! Whom a finding speaks against: the deployment, or the check itself.

use crate::diagnosis::{Diagnosis, Finding};
use crate::evidence::{Evidence, Response, TransportError, UntrustedCertificate};
use crate::vocabulary::{Fault, Severity};

/// The cause that may be a mistake of the target file or of this machine's network, where every cause may be one.
pub(super) fn of_the_check_itself<'a>(evidence: &Evidence, diagnosis: &'a Diagnosis) -> Option<&'a Finding> {
    let mut causes = diagnosis.findings.iter().filter(|finding| finding.severity <= Severity::Error).peekable();
    let first = causes.peek().copied()?;
    causes.all(|finding| may_be_of_the_check(evidence, finding.fault)).then_some(first)
}

fn may_be_of_the_check(evidence: &Evidence, fault: Fault) -> bool {
    match fault {
        // A secret, a password, a path or a header of the target file may be out of date.
        Fault::MinterSecretMismatch
        | Fault::LoginRefused
        | Fault::LoginRouteMissing
        | Fault::AccessGateInFront
        | Fault::WebsocketPathWrong => true,
        // From here, nothing is there.
        Fault::AuthUnreachable | Fault::BackendUnreachable | Fault::WebsocketUnreachable => {
            !is_anything_reached(evidence)
        }
        // An authority of one's own stands in `ca`.
        Fault::TlsUntrusted => is_of_unknown_authorities(evidence),
        _ => false,
    }
}

fn is_anything_reached(evidence: &Evidence) -> bool {
    evidence.iter().any(|(_, seen)| !matches!(seen.response, Response::Unreached(_)))
}

fn is_of_unknown_authorities(evidence: &Evidence) -> bool {
    let untrusted = evidence.iter().filter_map(|(_, seen)| match &seen.response {
        Response::Unreached(TransportError::Certificate(why)) => Some(why),
        _ => None,
    });
    let mut untrusted = untrusted.peekable();
    let is_unknown = |why: &UntrustedCertificate| {
        matches!(why, UntrustedCertificate::UnknownIssuer | UntrustedCertificate::OfAnAuthority)
    };
    untrusted.peek().is_some() && untrusted.all(is_unknown)
}
