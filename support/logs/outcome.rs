//! What a record says of an attempt to authenticate, and which faults it is compatible with. What a fault looks like stands in its
//! record (`support/faults/`), by symptom: nothing here lists faults.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use strum::VariantArray;

use crate::diagnosis::symptom::Symptom;
use crate::faults;
use crate::vocabulary::{Family, Fault};

/// How an attempt ended, as far as a record tells.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    strum::Display,
    strum::VariantArray,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum Outcome {
    /// The token was accepted.
    Accepted,
    /// The token arrived, and its verifier rejected it.
    TokenRejected,
    /// No token was found in the request.
    TokenMissing,
    /// What arrived does not have the form of a token.
    TokenMalformed,
    /// The verifier did not respond, or failed.
    VerifierFailed,
    /// A circuit breaker rejected the token without asking the verifier.
    BreakerOpen,
    /// There were too many requests.
    RateLimited,
    /// The token was accepted, and the service failed after that.
    ServiceFailed,
    /// The attempt failed, and the record does not say at what.
    Failed,
}

impl Outcome {
    /// Whether the attempt failed.
    pub fn is_failure(self) -> bool {
        self != Outcome::Accepted
    }

    /// As a sentence without a full stop.
    pub fn says(self) -> &'static str {
        match self {
            Outcome::Accepted => "a token was accepted",
            Outcome::TokenRejected => "a token arrived, and its verifier rejected it",
            Outcome::TokenMissing => "no token was found in the request",
            Outcome::TokenMalformed => "what arrived does not have the form of a token",
            Outcome::VerifierFailed => "the verifier failed, or did not respond",
            Outcome::BreakerOpen => "a circuit breaker was open",
            Outcome::RateLimited => "there were too many requests",
            Outcome::ServiceFailed => "the service failed after it had accepted the token",
            Outcome::Failed => "the attempt failed, without a reason",
        }
    }

    /// Whether it tells what became of a token that was presented, or should have been.
    pub(crate) fn is_of_a_token(self) -> bool {
        matches!(self, Outcome::TokenRejected | Outcome::TokenMissing | Outcome::TokenMalformed)
    }

    /// The faults that such a record does not exclude. A record is no probe: it shows none of them.
    pub fn compatible_faults(self) -> BTreeSet<Fault> {
        Fault::VARIANTS.iter().copied().filter(|fault| self.is_compatible_with(*fault)).collect()
    }

    /// Whether such a record says of an attempt what that fault leads to. Without a reason it says nothing of any.
    pub(crate) fn tells_of(self, fault: Fault) -> bool {
        self != Outcome::Failed && self.is_compatible_with(fault)
    }

    fn is_compatible_with(self, fault: Fault) -> bool {
        // A service that is not reached writes no record of the attempt.
        if matches!(fault, Fault::BackendUnreachable | Fault::WebsocketUnreachable) {
            return false;
        }
        match self {
            Outcome::Accepted => false,
            // A breaker rejects without the verifier, and its records say so.
            Outcome::TokenRejected => fault != Fault::CircuitBreakerOpen && shares(fault, REJECTED),
            Outcome::TokenMissing => is_on_the_route(fault) && loses_the_token(fault),
            // The signature was not looked at: the token was changed on its route.
            Outcome::TokenMalformed => {
                let is_near = |other: &Fault| loses_the_token(*other) && faults::explain_the_same(fault, *other);
                let is_changed = shares(fault, &[Symptom::RejectedLikeForged]) || Fault::VARIANTS.iter().any(is_near);
                is_on_the_route(fault) && (is_changed || loses_the_token(fault))
            }
            Outcome::VerifierFailed => shares(fault, &[Symptom::NoResponse, Symptom::ValidationUnreadable]),
            Outcome::BreakerOpen => shares(fault, &[Symptom::Unsteady, Symptom::NoResponse]),
            Outcome::RateLimited => shares(fault, &[Symptom::RateLimited]),
            Outcome::ServiceFailed => is_best_known_by(fault, Symptom::ConnectionFails) && !loses_the_token(fault),
            Outcome::Failed => {
                let others = Outcome::VARIANTS.iter().filter(|other| **other != Outcome::Failed);
                others.into_iter().any(|other| other.is_compatible_with(fault))
            }
        }
    }
}

fn shares(fault: Fault, symptoms: &[Symptom]) -> bool {
    faults::record(fault).symptoms.iter().any(|symptom| symptoms.contains(symptom))
}

fn is_best_known_by(fault: Fault, symptom: Symptom) -> bool {
    faults::record(fault).symptoms.first() == Some(&symptom)
}

/// Where a token may be lost or changed before a service reads it.
fn is_on_the_route(fault: Fault) -> bool {
    matches!(fault.family(), Family::Credential | Family::Websocket)
}

/// A request with a token looks as one without: by its own symptom, or as it explains the same as a fault that is known for that.
fn loses_the_token(fault: Fault) -> bool {
    let is_known_for_it = |other: &Fault| is_best_known_by(*other, Symptom::RejectedLikeMissing);
    let explains = |other: &Fault| is_known_for_it(other) && faults::explain_the_same(fault, *other);
    shares(fault, &[Symptom::RejectedLikeMissing]) || Fault::VARIANTS.iter().any(explains)
}

/// The token arrived and was rejected. A record does not say whether a forged one gets the same response, whose token it was, or
/// whether another replica accepts it.
const REJECTED: &[Symptom] = &[
    Symptom::RejectedLikeForged,
    Symptom::RejectedUnlikeForged,
    Symptom::OwnTokenRejected,
    Symptom::IssuedTokenRejected,
    Symptom::UsersDiffer,
    Symptom::Unsteady,
];

#[cfg(test)]
mod tests {
    use super::*;

    /// Symptoms of which no record of a service tells: they are of what should not be accepted, of a step before the service, or of
    /// the wording of a response.
    const NOT_IN_RECORDS: [Symptom; 7] = [
        Symptom::ValidTokenAccepted,
        Symptom::InvalidTokenAccepted,
        Symptom::TokenRejected,
        Symptom::NoToken,
        Symptom::NotOpened,
        Symptom::RequestFails,
        Symptom::KeysUnread,
    ];

    #[test]
    fn every_symptom_has_an_outcome_or_is_in_no_record() {
        for symptom in Symptom::VARIANTS.iter().filter(|symptom| !NOT_IN_RECORDS.contains(symptom)) {
            let best_known: Vec<Fault> =
                Fault::VARIANTS.iter().copied().filter(|fault| is_best_known_by(*fault, *symptom)).collect();
            let of_any = Outcome::Failed.compatible_faults();
            assert!(
                best_known.is_empty() || best_known.iter().any(|fault| of_any.contains(fault)),
                "let an outcome show {symptom:?}, or name it among NOT_IN_RECORDS"
            );
        }
    }

    #[test]
    fn every_failure_is_compatible_with_a_fault_and_a_success_with_none() {
        for outcome in Outcome::VARIANTS {
            assert_eq!(outcome.compatible_faults().is_empty(), !outcome.is_failure(), "{outcome}");
        }
    }

    #[test]
    fn a_rejection_fits_at_least_five_causes_and_a_missing_token_fits_only_its_route() {
        let rejected = Outcome::TokenRejected.compatible_faults();
        let five = [
            Fault::JwtSecretMismatch,
            Fault::ServiceCredentialsRefused,
            Fault::ClaimMissing,
            Fault::ClockSkew,
            Fault::MinterSecretMismatch,
        ];
        assert!(five.iter().all(|fault| rejected.contains(fault)), "{rejected:?}");
        let missing = Outcome::TokenMissing.compatible_faults();
        let of_route = [Fault::AuthorizationHeaderStripped, Fault::CredentialNotRead, Fault::ProtocolHeaderMissing];
        assert!(of_route.iter().all(|fault| missing.contains(fault)), "{missing:?}");
        assert!(!missing.contains(&Fault::JwtSecretMismatch), "{missing:?}");
    }
}
