//! What an inconclusive check excludes, in a few words: what nobody needs to look at.

use crate::diagnosis::Diagnosis;
use crate::vocabulary::Fault::{self, *};

/// What a person suspects first, and the faults that are all ruled out where it is excluded.
const SUSPECTS: [(&str, &[Fault]); 14] = [
    ("an outage", &[AuthUnreachable, BackendUnreachable, WebsocketUnreachable]),
    ("an unhealthy service", &[AuthUnhealthy, BackendUnhealthy]),
    ("TLS", &[TlsUntrusted]),
    ("login", &[LoginRefused, LoginRouteMissing]),
    ("the JWT secret", &[JwtSecretMismatch, JwtSecretAltered]),
    ("service credentials", &[ServiceCredentialsRefused]),
    ("an access proxy", &[AccessGateInFront]),
    ("a lost header", &[AuthorizationHeaderStripped, ProtocolHeaderStripped]),
    ("the `Bearer` prefix", &[BearerPrefixStripped, BearerPrefixDoubled]),
    ("the upgrade", &[UpgradeBlocked, WebsocketPathWrong]),
    ("a claim", &[AudienceMismatch, IssuerMismatch, ClaimMissing, ClaimMismatch]),
    ("a wrong clock", &[ClockSkew]),
    ("a stale replica", &[JwtSecretStaleReplica]),
    ("a rate limit", &[RateLimited]),
];

/// More are not read.
const MOST: usize = 6;

/// The suspects that are excluded; empty where none is.
pub(super) fn suspects(diagnosis: &Diagnosis) -> String {
    let is_excluded = |faults: &[Fault]| faults.iter().all(|fault| diagnosis.ruled_out.contains_key(fault));
    let excluded = SUSPECTS.iter().filter(|(_, faults)| is_excluded(faults));
    excluded.map(|(name, _)| *name).take(MOST).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::{Evidence, Settings};

    #[test]
    fn a_suspect_is_excluded_once_each_of_its_faults_is_ruled_out() {
        let mut diagnosis = crate::faults::diagnose(&Evidence::new(Settings::complete()));
        assert_eq!(suspects(&diagnosis), "");
        diagnosis.ruled_out.insert(LoginRefused, Vec::new());
        diagnosis.ruled_out.insert(TlsUntrusted, Vec::new());
        assert_eq!(suspects(&diagnosis), "TLS");
        diagnosis.ruled_out.insert(LoginRouteMissing, Vec::new());
        assert_eq!(suspects(&diagnosis), "TLS, login");
    }
}
