//! An access proxy before a service asks for its own sign-in, whatever is sent.

use super::{probes_of, services, some_response, with_or_without_token};
use crate::diagnosis::client::Client;
use crate::diagnosis::proof::{Probes, Proof};
use crate::diagnosis::property::{Property, of_one};
use crate::diagnosis::record::{Answer::*, Details, Line, Record, Suspects, Why};
use crate::diagnosis::symptom::{Symptom, missing};
use crate::diagnosis::test::{
    Computed, Test, accepts, all, any, each, given, is, never, not, not_shown, rejects, same,
};
use crate::evidence::Response;
use crate::faults::websocket::{upgrade_blocked, websocket_path_wrong};
use crate::vocabulary::{Endpoint, Fault, Presentation, Probe, Service, Severity};
use crate::wording::listed;

pub(crate) const RECORD: Record = Record {
    fault: Fault::AccessGateInFront,
    severity: Severity::Error,
    severity_if: &[],
    page: include_str!("access-gate-in-front.md"),
    symptoms: &[Symptom::NoToken, Symptom::RejectedLikeMissing, Symptom::NotOpened, Symptom::RequestFails],
    shown_by,
    ruled_out_by,
    yields_to: &[],
    details,
    suspects: Suspects::CheckToo,
    because: &[
        Line::If(
            everybody_is_asked,
            "Every probe of {at}, with and without a token, gets a response that requires a sign-in: {saw}.",
        ),
        Line::Always(
            "Through the proxy, a valid token, a forged one and none get one response at {at}: {saw}. Without the proxy the \
             valid token is accepted, and the others get other responses.",
        ),
    ],
    whys: [
        Why(
            "Why do requests fail?",
            &[
                ShownIf(everybody_is_asked, "Every request to {at} gets a response that requires a sign-in: {saw}."),
                Shown("Every request to {at}, whatever its token, gets one response: {saw}."),
            ],
        ),
        Why(
            "Does the service itself require that?",
            &[
                ShownIf(
                    everybody_is_asked,
                    "The service does not require it: its health path, which needs no token, gets the same response.",
                ),
                Shown("The service does not require it: without the proxy it accepts the valid token."),
            ],
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
        Line::If(everybody_is_asked, "access proxy: exempt the clients of {at} from its sign-in."),
        Line::Always(
            "proxy before {at}: find the rule by which it rejects these requests, and exempt the clients of {at}.",
        ),
    ],
};

const SERVICES: [Service; 2] = [Service::Auth, Service::Backend];

fn shown_by(client: &Client<'_>) -> Test {
    any([everybody_is_asked(client), rejected_by_the_route(client)])
}

/// A proxy responds to everybody at a place, and the service behind it does not. What stops an upgrade, or is at another path, does
/// that at the gateway too.
fn rejected_by_the_route(client: &Client<'_>) -> Test {
    let gateway = all([by_the_route(client.websocket()), not_shown(upgrade_blocked::stops_each_upgrade(client))]);
    let gateway = all([gateway, not_shown(websocket_path_wrong::is_elsewhere(client))]);
    let there = |one: Presentation| client.evidence().is_there(one.endpoint);
    let gateway = if there(client.websocket()) { gateway } else { never() };
    any([rejected_before_rest(client), gateway])
}

/// The same at REST, where nothing else does that.
pub(in crate::faults) fn rejected_before_rest(client: &Client<'_>) -> Test {
    if client.evidence().is_there(Endpoint::Rest) { by_the_route(client.rest()) } else { never() }
}

/// Without the proxy the valid token is accepted, and the others are rejected in other words.
fn by_the_route(usual: Presentation) -> Test {
    let (missing, forged) = (missing(usual.endpoint), usual.forged());
    all([
        any([rejects(usual), is(usual, Property::AsksForSignIn)]),
        not(is(usual, Property::Redirected)),
        same(usual, missing),
        same(usual, forged),
        accepts(usual.direct()),
        not(same(missing, missing.direct())),
        not(same(usual, forged.direct())),
    ])
}

fn everybody_is_asked(client: &Client<'_>) -> Test {
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
    let bypasses = client.backend().into_iter().any(|usual| client.settings().can_present(usual.direct()));
    let route = if bypasses { not(rejected_by_the_route(client)) } else { given() };
    all([none, route].into_iter().chain(SERVICES.map(itself)))
}

fn details(client: &Client<'_>, shown: &Probes) -> Details {
    let at = listed(&services(shown).into_iter().map(Service::title).collect::<Vec<_>>());
    let saw = shown.first().map(|probe| client.evidence().summary(*probe)).unwrap_or_default();
    let headline = match everybody_is_asked(client).prove(client).holds() {
        true => format!("an access proxy before {at} requires its own sign-in"),
        false => format!("a proxy before {at} rejects every request itself"),
    };
    Details::from([("at", at), ("saw", saw)]).headed(headline)
}

#[cfg(test)]
mod tests;
