//! An access proxy before a service asks for its own sign-in, whatever is sent.

use super::{probes_of, services, some_response, with_or_without_token};
use crate::diagnosis::client::Client;
use crate::diagnosis::proof::{Probes, Proof};
use crate::diagnosis::property::{Property, of_one};
use crate::diagnosis::record::{Answer::*, Details, Line, Record, Suspects, Why};
use crate::diagnosis::symptom::{Symptom, missing};
use crate::diagnosis::test::{Computed, Test, all, any, each, is, not};
use crate::evidence::Response;
use crate::vocabulary::{Endpoint, Fault, Probe, Service, Severity};
use crate::wording::listed;

pub(crate) const RECORD: Record = Record {
    fault: Fault::AccessGateInFront,
    severity: Severity::Error,
    severity_if: &[],
    page: include_str!("access-gate-in-front.md"),
    symptoms: &[Symptom::NoToken, Symptom::RejectedLikeMissing, Symptom::NotOpened],
    shown_by,
    ruled_out_by,
    yields_to: &[],
    details,
    suspects: Suspects::CheckToo,
    because: &[Line::Always(
        "Every probe of {at}, with and without a token, gets a response that requires a sign-in: {saw}.",
    )],
    whys: [
        Why("Why do requests fail?", &[Shown("Every request to {at} gets a response that requires a sign-in: {saw}.")]),
        Why(
            "Does the service itself require that?",
            &[Shown("The service does not require it: its health path, which needs no token, gets the same response.")],
        ),
        Why(
            "What requires the sign-in?",
            &[Unknown(
                "An access proxy, a sign-in page or an access rule of the platform may require it.",
                "the platform's access settings",
            )],
        ),
        Why(
            "Why did nobody notice?",
            &[Unknown("Does any test come without a sign-in at that proxy?", "the tests of that route")],
        ),
    ],
    fix: &[
        Line::If(
            |client| asks_everybody(client, Service::Backend),
            "access proxy: exempt the clients of {at} from its sign-in; to test without it, set `direct` in the \
             target file.",
        ),
        Line::Always("access proxy: exempt the clients of {at} from its sign-in."),
    ],
};

const SERVICES: [Service; 2] = [Service::Auth, Service::Backend];

fn shown_by(client: &Client<'_>) -> Test {
    each(SERVICES.map(|service| asks_everybody(client, service)))
}

/// `health`, the client's token, a missing token, and all else that was sent to that service.
fn asks_everybody(client: &Client<'_>, service: Service) -> Test {
    let endpoint = if service == Service::Auth { Endpoint::Validation } else { Endpoint::Rest };
    let usual = with_or_without_token(client, client.usual(endpoint));
    let three = [Probe::Health(service), usual.into(), missing(endpoint).into()];
    let everything = Test::Computed(Computed {
        name: "every response asks for a sign-in",
        prove: |client, probes| {
            let is_other = |probe: &Probe| of_one(client, *probe, Property::AsksForSignIn) == Some(false);
            match probes.iter().copied().find(is_other) {
                Some(probe) => Proof::Fails([probe].into()),
                None => Proof::given(),
            }
        },
        probes: probes_of(client, service),
    });
    all(three.into_iter().map(|probe| is(probe, Property::AsksForSignIn)).chain([everything]))
}

/// Auth and the backend respond themselves, and nothing asks for a sign-in: before a part of a service, that looks like the
/// service's own rejection.
fn ruled_out_by(client: &Client<'_>) -> Test {
    let some = Test::Computed(Computed {
        name: "a response asks for a sign-in",
        prove: |client, probes| some_response(client, probes, Response::asks_for_sign_in),
        probes: client.evidence().iter().map(|(probe, _)| probe).collect(),
    });
    let none = any([not(some), Test::Needs("`direct`, or a response from behind the access proxy")]);
    let itself = |service| {
        let accepted = any(probes_of(client, service).into_iter().map(|probe| is(probe, Property::Accepted)));
        all([accepted, not(asks_everybody(client, service))])
    };
    all([none].into_iter().chain(SERVICES.map(itself)))
}

fn details(client: &Client<'_>, shown: &Probes) -> Details {
    let at = listed(&services(shown).into_iter().map(Service::title).collect::<Vec<_>>());
    let saw = shown.first().map(|probe| client.evidence().summary(*probe)).unwrap_or_default();
    let headline = format!("an access proxy before {at} requires its own sign-in");
    Details::from([("at", at), ("saw", saw)]).headed(headline)
}
