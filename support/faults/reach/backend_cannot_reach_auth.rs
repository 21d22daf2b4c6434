//! The backend validates tokens at auth, and does not reach it, while auth responds to the check at once.

use super::only_tokens_get;
use crate::diagnosis::client::Client;
use crate::diagnosis::property::Property;
use crate::diagnosis::record::{Answer::*, Line, Record, Suspects, Why, no_details};
use crate::diagnosis::symptom::{Symptom, auth_accepts, missing};
use crate::diagnosis::test::{Test, accepts, all, any, is, not, not_shown, verifies};
use crate::vocabulary::{Fault, Presentation, Probe, Service, Severity};

pub(crate) const RECORD: Record = Record {
    fault: Fault::BackendCannotReachAuth,
    severity: Severity::Error,
    severity_if: &[],
    page: include_str!("backend-cannot-reach-auth.md"),
    symptoms: &[Symptom::NoResponse, Symptom::RejectedLikeForged, Symptom::RejectedLikeMissing],
    shown_by,
    ruled_out_by,
    yields_to: &[],
    details: no_details,
    suspects: Suspects::Deployment,
    because: &[Line::Always(
        "{valid} The backend fails or responds late for valid and forged tokens, and rejects a \
         missing one at once.",
    )],
    whys: [
        Why(
            "Why do requests fail?",
            &[Shown("The backend fails or responds late for valid and forged tokens, and not for a missing one.")],
        ),
        Why(
            "What does it need only for a token?",
            &[Inferred("The backend validates a token at auth, and rejects a missing one without auth.")],
        ),
        Why(
            "Is auth down?",
            &[
                ShownIf(auth_responds, "Auth responds to this machine. {valid}"),
                Unknown("Auth may be down: the target file does not name it.", "the address of auth, as `auth`,"),
            ],
        ),
        Why(
            "Why does the backend not reach auth?",
            &[Unknown(
                "The backend's address of auth may be wrong, not resolve, or be blocked by a network rule.",
                "the backend's log and settings",
            )],
        ),
    ],
    fix: &[Line::Always(
        "backend: correct the address of auth in its settings; or network: allow traffic from the backend to auth.",
    )],
};

fn shown_by(client: &Client<'_>) -> Test {
    let backend = client.backend();
    // One backend validates for REST and for the gateway: where one of them accepts the token, it reached auth.
    let accepted = any(backend.iter().copied().map(accepts));
    all([
        auth_accepts(client),
        is(Probe::Health(Service::Backend), Property::Accepted),
        any(backend.into_iter().map(fails_for_tokens_only)),
        not_shown(accepted),
    ])
}

/// To a validation, or to a login.
fn auth_responds(client: &Client<'_>) -> Test {
    any([is(Probe::Login(client.user()), Property::Accepted), accepts(client.validation())])
}

fn fails_for_tokens_only(usual: Presentation) -> Test {
    all([
        only_tokens_get(usual, Property::FailedOrLate),
        not(is(missing(usual.endpoint), Property::FailedOrLate)),
        any([waits_for_tokens(usual), Test::Needs("the backend's log: nothing shows that it waited for auth")]),
    ])
}

/// Without it, the failure may be one of the backend's own, as in `verifier-fails`.
fn waits_for_tokens(usual: Presentation) -> Test {
    all([usual, usual.forged()].map(|token| is(token, Property::WaitsForAnother)))
}

fn ruled_out_by(client: &Client<'_>) -> Test {
    all(client.backend().into_iter().map(verifies))
}
