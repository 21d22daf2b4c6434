//! Faults that one piece of evidence fits alike, and what would tell them apart. Where none of them is confirmed, each is
//! undetermined and names the others.

use std::collections::BTreeMap;

use super::Fault;
use super::case::Case;
use super::proof::Proof;
use crate::evidence::Settings;
use crate::vocabulary::{Endpoint, TokenKind};

/// Its name in the target's file, and whether it is there.
type Setting = (&'static str, fn(&Settings) -> bool);

/// A symptom with several possible causes.
struct Alike {
    seen: fn(&Case<'_>) -> Proof,
    faults: &'static [Fault],
    /// Settings of the target's file that would tell them apart, and what is left where all of them are there.
    settings: &'static [Setting],
    otherwise: &'static str,
}

const ALIKE: [Alike; 3] = [
    Alike {
        seen: refused_like_forged,
        faults: &[
            Fault::JwtSecretMismatch,
            Fault::JwtSecretAltered,
            Fault::ClaimMissing,
            Fault::ClaimMismatch,
            Fault::AudienceMismatch,
            Fault::IssuerMismatch,
            Fault::AlgorithmMismatch,
            Fault::ClockSkew,
            Fault::CredentialTooLong,
            Fault::ServiceCredentialsRefused,
            Fault::RefusalCached,
        ],
        settings: &[
            ("fingerprint", |settings| settings.fingerprint),
            ("signing", |settings| settings.signing),
            ("service", |settings| settings.service),
        ],
        otherwise: "what the verifier itself expects: no control that could be signed has met it",
    },
    Alike {
        seen: own_token_refused_by_auth,
        faults: &[
            Fault::JwtSecretSelfMismatch,
            Fault::MinterSecretMismatch,
            Fault::ClaimMissing,
            Fault::ClaimMismatch,
            Fault::AudienceMismatch,
            Fault::IssuerMismatch,
            Fault::AlgorithmMismatch,
        ],
        settings: &[("login", |settings| settings.login), ("signing", |settings| settings.signing)],
        otherwise: "what the verifier itself expects: no control that could be signed has met it",
    },
    Alike {
        seen: refused_like_missing,
        faults: &[
            Fault::JwtSecretMismatch,
            Fault::AudienceMismatch,
            Fault::AuthorizationHeaderStripped,
            Fault::UpgradeBlocked,
            Fault::WebsocketPathWrong,
            Fault::OriginRefused,
            Fault::GatewayFails,
            Fault::AccessGateInFront,
            Fault::ServiceCredentialsRefused,
            Fault::CircuitBreakerOpen,
        ],
        settings: &[],
        otherwise: "a place that answers a bad token in other words than a missing one",
    },
];

/// Stands between what would decide and the faults that cannot be told apart until then.
pub const TIE: &str = "; until then not separable from ";

/// What would decide each open fault, where the evidence fits it and others that are open as well.
pub(super) fn needs(case: &Case<'_>, confirmed: &[Fault], open: &mut BTreeMap<Fault, String>) {
    // Where something is confirmed, it explains what was seen until it is mended.
    if !confirmed.is_empty() {
        return;
    }
    let mut told: BTreeMap<Fault, String> = BTreeMap::new();
    for alike in ALIKE.iter().filter(|alike| (alike.seen)(case).holds()) {
        for fault in alike.faults.iter().filter(|fault| open.contains_key(fault)) {
            told.entry(*fault).or_insert_with(|| alike.need(*fault, case, open));
        }
    }
    open.extend(told);
}

impl Alike {
    fn need(&self, fault: Fault, case: &Case<'_>, open: &BTreeMap<Fault, String>) -> String {
        let others = self.faults.iter().filter(|other| **other != fault && open.contains_key(other));
        let others: Vec<&str> = others.map(|other| other.code()).collect();
        let lacking =
            self.settings.iter().filter(|(_, has)| !has(case.settings())).map(|(name, _)| format!("`{name}`"));
        let lacking = lacking.collect::<Vec<_>>().join(" or ");
        let decides = if lacking.is_empty() { self.otherwise } else { &lacking };
        format!("{decides}{TIE}{}", others.join(", "))
    }
}

/// Auth accepts the token; the backend refuses it as it does a forged one, and unlike none at all.
fn refused_like_forged(case: &Case<'_>) -> Proof {
    case.auth_accepts().and(Proof::first(case.backend_asks().into_iter().map(|ask| case.like_forged(ask))))
}

fn own_token_refused_by_auth(case: &Case<'_>) -> Proof {
    let own = case.auth(case.settings().auth_takes).with(TokenKind::SelfSigned);
    // Beside an issued token, its own refusal is all there is; alone, it may be accepted in another form.
    let alone = if case.token() == TokenKind::SelfSigned { case.auth_accepts().not() } else { Proof::given() };
    case.refuses(own).and(alone)
}

/// Auth accepts the token; REST or the gateway refuses it in every form just as none at all.
fn refused_like_missing(case: &Case<'_>) -> Proof {
    let at = |place: Endpoint| {
        let asks = case.backend_asks().into_iter().filter(move |ask| ask.endpoint == place);
        Proof::all(asks.map(|ask| case.like_missing(ask)))
    };
    case.auth_accepts().and(Proof::first([Endpoint::Rest, Endpoint::WebSocket].map(at)))
}
