//! The service fails while it verifies a token: it returns its own server error for every token, and rejects a missing one.

use super::only_tokens_get;
use crate::diagnosis::client::Client;
use crate::diagnosis::proof::Probes;
use crate::diagnosis::property::Property;
use crate::diagnosis::record::{Answer::*, Details, Line, Record, Suspects, Why};
use crate::diagnosis::symptom::{Symptom, auth_accepts};
use crate::diagnosis::test::{Test, accepts, all, any, each, is, not, not_shown, takes_token, verifies};
use crate::vocabulary::{Change, Endpoint, Fault, Presentation, Probe, Service, Severity, TokenKind};

pub(crate) const RECORD: Record = Record {
    fault: Fault::VerifierFails,
    severity: Severity::Error,
    severity_if: &[],
    page: include_str!("verifier-fails.md"),
    symptoms: &[Symptom::NoResponse, Symptom::RejectedLikeForged],
    shown_by,
    ruled_out_by,
    // A call to auth that fails at once may end in the same server error.
    yields_to: &[Fault::BackendCannotReachAuth],
    details,
    suspects: Suspects::Deployment,
    because: &[Line::Always(
        "The {service} returns a server error for a valid and for a forged token: {response}. It rejects a missing \
         token.",
    )],
    whys: [
        Why(
            "Why do requests fail?",
            &[Shown("The {service} returns a server error for valid and forged tokens: {response}.")],
        ),
        Why("Is it the token?", &[Shown("The token is not the cause: a forged one fails too. {valid}")]),
        Why(
            "Does every request fail there?",
            &[Shown("A missing token is rejected as usual, so the {service} fails after it has found a token.")],
        ),
        Why(
            "Why does the verification fail?",
            &[
                InferredIf(
                    other_endpoint_works,
                    "Only one of REST and the gateway fails, so the cause is in what they do not share.",
                ),
                Unknown(
                    "A key, a library or a store may be missing, or a call to auth may fail at once.",
                    "the service's log",
                ),
            ],
        ),
    ],
    fix: &[Line::Always(
        "{service}: find the exception in its log at the time of this check, and restore the key, library, store or \
         address of auth that it names.",
    )],
};

/// Each endpoint is judged by itself: REST and the gateway may verify with different code.
fn shown_by(client: &Client<'_>) -> Test {
    let fails = each(client.backend().into_iter().map(|usual| {
        // A gateway may reject with 1011 too, and then it rejects a missing token with it.
        let missing_is_rejected = not(is(Presentation::missing(usual.endpoint), Property::InternalError));
        let by_close = all([only_tokens_get(usual, Property::InternalError), missing_is_rejected]);
        any([
            only_tokens_get(usual, Property::FailsAtOnce),
            by_close,
            all([only_tokens_get(usual, Property::WaitsForAnother), other_is_accepted(client, usual)]),
        ])
    }));
    // Where a forged token is accepted, the other endpoint may accept every token too, and fail after that.
    let forged_accepted = any(client.backend().into_iter().map(|usual| accepts(usual.forged())));
    let healthy = is(Probe::Health(Service::Backend), Property::Accepted);
    all([auth_accepts(client), healthy, fails, not_shown(forged_accepted), not_shown(another_is_accepted(client))])
}

/// With one change a valid token is accepted there, so the verifier works, and its error is how it rejects.
fn another_is_accepted(client: &Client<'_>) -> Test {
    let changed = client
        .backend()
        .into_iter()
        .flat_map(|usual| client.changes(usual).into_iter().map(move |change| takes_token(usual.changed(change))));
    any(changed)
}

/// Where the other endpoint accepts the token, it is not auth that this one waits for.
fn other_is_accepted(client: &Client<'_>, usual: Presentation) -> Test {
    any(client.backend().into_iter().filter(|other| other.endpoint != usual.endpoint).map(takes_token))
}

fn ruled_out_by(client: &Client<'_>) -> Test {
    all(client.backend().into_iter().map(verifies))
}

fn other_endpoint_works(client: &Client<'_>) -> Test {
    each(client.backend().into_iter().map(accepts))
}

fn details(client: &Client<'_>, shown: &Probes) -> Details {
    let failed: Vec<Presentation> =
        client.backend().into_iter().filter(|usual| shown.contains(&(*usual).into())).collect();
    let endpoints: Vec<Endpoint> = failed.iter().map(|usual| usual.endpoint).collect();
    let service = match endpoints.as_slice() {
        [Endpoint::WebSocket] => "gateway",
        _ => "backend",
    };
    let response = failed.first().map(|usual| client.evidence().summary((*usual).into())).unwrap_or_default();
    let headline = format!("the {service} fails while it verifies a token: {response}");
    let details = Details::from([("service", service.into()), ("response", response)]).headed(headline);
    Details { not_excluded: other_reasons(client), ..details }
}

/// A service may turn each failed verification into its own error, whatever it failed for.
fn other_reasons(client: &Client<'_>) -> Vec<Fault> {
    let is_tried = |claim: &str| {
        let mut changed = client.evidence().presentations();
        changed.any(|one| matches!(one.token, TokenKind::Resigned(_, Change::Without(left)) if left.as_str() == claim))
    };
    let has = |claim: &str| client.claims(client.token()).iter().any(|one| one.as_str() == claim) && !is_tried(claim);
    let accepts_elsewhere = other_endpoint_works(client).prove(client).holds();
    let secret = (!client.shares_no_secret() && !accepts_elsewhere).then_some(Fault::JwtSecretMismatch);
    let others = [("aud", Fault::AudienceMismatch), ("iss", Fault::IssuerMismatch)];
    let others = others.into_iter().filter(|(claim, _)| has(claim)).map(|(_, fault)| fault);
    secret.into_iter().chain(others).collect()
}

#[cfg(test)]
mod tests;
