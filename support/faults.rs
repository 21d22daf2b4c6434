//! The catalogue: every fault in a folder of its family, with its record and its page side by side. This file lists the
//! records; the compiler rejects a variant without one.

mod cited;
mod claims;
#[cfg(test)]
mod concluded;
mod credential;
pub(crate) mod dictionary;
mod keys;
mod lost_header;
mod other_user;
mod reach;
mod report;
mod resigned;
mod secret;
mod trust;
mod user;
mod websocket;

use std::collections::{BTreeMap, BTreeSet};

use strum::VariantArray;

use crate::diagnosis::record::Record;
use crate::diagnosis::test::Test;
use crate::diagnosis::{self, Diagnosis, Wanted};
use crate::evidence::Evidence;
use crate::vocabulary::{Fault, Probe, Severity};

/// All that is known of a fault.
pub(crate) fn record(fault: Fault) -> &'static Record {
    match fault {
        Fault::JwtSecretMismatch => &secret::jwt_secret_mismatch::RECORD,
        Fault::JwtSecretAltered => &secret::jwt_secret_altered::RECORD,
        Fault::JwtSecretSelfMismatch => &secret::jwt_secret_self_mismatch::RECORD,
        Fault::JwtSecretStaleReplica => &secret::jwt_secret_stale_replica::RECORD,
        Fault::MinterSecretMismatch => &secret::minter_secret_mismatch::RECORD,
        Fault::SecretVersionDrift => &secret::secret_version_drift::RECORD,
        Fault::SigningKeyUnknown => &secret::signing_key_unknown::RECORD,
        Fault::SigningKeysUnreachable => &secret::signing_keys_unreachable::RECORD,
        Fault::ClaimMissing => &claims::claim_missing::RECORD,
        Fault::ClaimMismatch => &claims::claim_mismatch::RECORD,
        Fault::ClaimMalformed => &claims::claim_malformed::RECORD,
        Fault::AudienceMismatch => &claims::audience_mismatch::RECORD,
        Fault::IssuerMismatch => &claims::issuer_mismatch::RECORD,
        Fault::AlgorithmMismatch => &claims::algorithm_mismatch::RECORD,
        Fault::ClockSkew => &claims::clock_skew::RECORD,
        Fault::TokenExpiresTooSoon => &claims::token_expires_too_soon::RECORD,
        Fault::BearerPrefixStripped => &credential::bearer_prefix_stripped::RECORD,
        Fault::BearerPrefixDoubled => &credential::bearer_prefix_doubled::RECORD,
        Fault::BearerSchemeCaseSensitive => &credential::bearer_scheme_case_sensitive::RECORD,
        Fault::AuthorizationHeaderStripped => &credential::authorization_header_stripped::RECORD,
        Fault::CredentialNotRead => &credential::credential_not_read::RECORD,
        Fault::CredentialTooLong => &credential::credential_too_long::RECORD,
        Fault::CredentialShadowed => &credential::credential_shadowed::RECORD,
        Fault::ProtocolHeaderMissing => &websocket::protocol_header_missing::RECORD,
        Fault::ProtocolHeaderStripped => &websocket::protocol_header_stripped::RECORD,
        Fault::SubprotocolNotEchoed => &websocket::subprotocol_not_echoed::RECORD,
        Fault::SubprotocolNotOffered => &websocket::subprotocol_not_offered::RECORD,
        Fault::SubprotocolEncodingRefused => &websocket::subprotocol_encoding_refused::RECORD,
        Fault::UpgradeBlocked => &websocket::upgrade_blocked::RECORD,
        Fault::WebsocketPathWrong => &websocket::websocket_path_wrong::RECORD,
        Fault::OriginRefused => &websocket::origin_refused::RECORD,
        Fault::HandshakeInvalid => &websocket::handshake_invalid::RECORD,
        Fault::IdleConnectionCut => &websocket::idle_connection_cut::RECORD,
        Fault::GatewayFails => &websocket::gateway_fails::RECORD,
        Fault::GatewayFailsAfterAuth => &websocket::gateway_fails_after_auth::RECORD,
        Fault::AuthUnreachable => &reach::auth_unreachable::RECORD,
        Fault::BackendUnreachable => &reach::backend_unreachable::RECORD,
        Fault::WebsocketUnreachable => &reach::websocket_unreachable::RECORD,
        Fault::TlsUntrusted => &reach::tls_untrusted::RECORD,
        Fault::AuthUnhealthy => &reach::auth_unhealthy::RECORD,
        Fault::BackendUnhealthy => &reach::backend_unhealthy::RECORD,
        Fault::AccessGateInFront => &reach::access_gate_in_front::RECORD,
        Fault::AnswerUnlikeContract => &reach::answer_unlike_contract::RECORD,
        Fault::BackendCannotReachAuth => &reach::backend_cannot_reach_auth::RECORD,
        Fault::VerifierFails => &reach::verifier_fails::RECORD,
        Fault::ServiceCredentialsRefused => &reach::service_credentials_refused::RECORD,
        Fault::RateLimited => &reach::rate_limited::RECORD,
        Fault::CircuitBreakerOpen => &reach::circuit_breaker_open::RECORD,
        Fault::SlowAuthentication => &reach::slow_authentication::RECORD,
        Fault::LoginRouteMissing => &user::login_route_missing::RECORD,
        Fault::LoginRefused => &user::login_refused::RECORD,
        Fault::UserUnknown => &user::user_unknown::RECORD,
        Fault::ForgedTokenAccepted => &trust::forged_token_accepted::RECORD,
        Fault::MissingTokenAccepted => &trust::missing_token_accepted::RECORD,
        Fault::UnsignedTokenAccepted => &trust::unsigned_token_accepted::RECORD,
        Fault::ExpiredTokenAccepted => &trust::expired_token_accepted::RECORD,
        Fault::AuthenticatedAnswerCached => &trust::authenticated_answer_cached::RECORD,
        Fault::WrongUserWelcomed => &trust::wrong_user_welcomed::RECORD,
        Fault::RefusalCached => &trust::refusal_cached::RECORD,
        Fault::MisleadingError => &report::misleading_error::RECORD,
        Fault::TokenEchoed => &report::token_echoed::RECORD,
    }
}

/// What the evidence says of every fault of the catalogue.
pub fn diagnose(evidence: &Evidence) -> Diagnosis {
    diagnosis::diagnose(evidence, record)
}

/// The faults of which the same evidence says that they are there and that they are not: mistakes of their records, which tests
/// look for.
pub fn contradicted(evidence: &Evidence) -> Vec<Fault> {
    diagnosis::contradicted(evidence, record)
}

/// What a plan has to send next.
pub(crate) fn wanted(evidence: &Evidence) -> Wanted {
    diagnosis::wanted(evidence, record)
}

/// The probes of every test: of the faults that are looked for where valid tokens are accepted, or of the others.
pub(crate) fn probes(evidence: &Evidence, where_valid_tokens_are_accepted: bool) -> BTreeSet<Probe> {
    diagnosis::probes(evidence, record, where_valid_tokens_are_accepted)
}

/// What shows the fault, and what rules it out.
pub(crate) fn tests(evidence: &Evidence, fault: Fault) -> [Test; 2] {
    diagnosis::tests(evidence, record, fault)
}

/// The faults that share a symptom with it. A record names the symptom first that its fault is best known by, so those come first
/// that share such a one.
pub(crate) fn rivals(fault: Fault) -> Vec<Fault> {
    let symptoms = record(fault).symptoms;
    let shared = |other: &Fault| {
        let of_other = record(*other).symptoms;
        let places = symptoms
            .iter()
            .enumerate()
            .filter_map(|(place, symptom)| Some(place + of_other.iter().position(|other| other == symptom)?));
        places.min()
    };
    let others = Fault::VARIANTS.iter().copied().filter(|other| *other != fault);
    let mut rivals: Vec<(usize, Fault)> = others.filter_map(|other| Some((shared(&other)?, other))).collect();
    rivals.sort_by_key(|(place, other)| (other.severity() > Severity::Error, *place));
    rivals.into_iter().map(|(_, other)| other).collect()
}

/// Whether one of the two is told instead of the other: they explain the same evidence.
pub(crate) fn explain_the_same(one: Fault, other: Fault) -> bool {
    record(one).yields_to.contains(&other) || record(other).yields_to.contains(&one)
}

/// The settings that are not there, and the faults that each would help to tell.
pub(crate) fn lacking_settings(evidence: &Evidence) -> BTreeMap<&'static str, BTreeSet<Fault>> {
    diagnosis::lacking_settings(evidence, record)
}

impl Fault {
    /// Of the fault in general; a finding may be milder where the client's own presentation is not affected.
    pub fn severity(self) -> Severity {
        record(self).severity
    }

    /// What it is, how it looks, how to confirm it and how to fix it, as Markdown of 80 columns.
    pub fn page(self) -> &'static str {
        record(self).page
    }

    /// One lower-case sentence without a full stop.
    pub fn headline(self) -> &'static str {
        record(self).headline()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnosis::record::{Line, Suspects};

    /// Whether the first yields to the second, through others too.
    fn yields(one: Fault, to: Fault, depth: usize) -> bool {
        let rivals = record(one).yields_to;
        depth > 0 && rivals.iter().any(|rival| *rival == to || yields(*rival, to, depth - 1))
    }

    /// A gate rolls nothing back for what a value of the target file may be the cause of.
    #[test]
    fn what_the_target_file_may_fix_may_be_of_the_check() {
        let says_so = |text: &str| {
            text.contains("target file:")
                || text.contains("target file,")
                || text.contains("in the target file: connect")
        };
        for fault in Fault::VARIANTS.iter().filter(|fault| fault.severity() <= Severity::Error) {
            let mut texts = record(*fault).fix.iter().map(|(Line::Always(text) | Line::If(_, text))| *text);
            let is_of_the_deployment = matches!(record(*fault).suspects, Suspects::Deployment);
            assert!(!is_of_the_deployment || !texts.any(says_so), "{fault}: name the check among its suspects");
        }
    }

    #[test]
    fn no_fault_yields_to_itself() {
        let circular: Vec<Fault> = Fault::VARIANTS.iter().copied().filter(|fault| yields(*fault, *fault, 4)).collect();
        assert_eq!(circular, [], "of two that yield to one another, neither would be confirmed");
    }
}
