//! No request reaches the WebSocket gateway, though the backend is reached at the same origin.

use super::{
    GATEWAY_ERRORS, does_not_resolve, nothing_is_reached, nothing_responds, probes_of, some_response, unreached,
    with_or_without_token,
};
use crate::diagnosis::client::Client;
use crate::diagnosis::proof::Probes;
use crate::diagnosis::property::Property;
use crate::diagnosis::record::{Answer::*, Details, Line, Record, Suspects, Why};
use crate::diagnosis::symptom::{Symptom, missing};
use crate::diagnosis::test::{Computed, Test, all, any, given, is, never, not};
use crate::evidence::Response;
use crate::vocabulary::{Endpoint, Fault, Probe, Service, Severity};

pub(crate) const RECORD: Record = Record {
    fault: Fault::WebsocketUnreachable,
    severity: Severity::Error,
    severity_if: &[],
    page: include_str!("websocket-unreachable.md"),
    symptoms: &[Symptom::NoResponse, Symptom::NotOpened],
    shown_by,
    ruled_out_by,
    yields_to: &[],
    details,
    suspects: Suspects::CheckTooIf(nothing_is_reached),
    because: &[Line::Always("Every probe of the gateway ends without a response of the gateway itself: {how}.")],
    whys: [
        Why("Why do requests fail?", &[Shown("No request reaches the gateway, with an upgrade or without: {how}.")]),
        Why(
            "What responds instead?",
            &[
                ShownIf(proxy_responds, "A reverse proxy responds, and does not reach the gateway."),
                Shown("Nothing responds at the address of the gateway in the target file."),
            ],
        ),
        Why(
            "Why is it not reached?",
            &[Unknown(
                "The gateway may be down, its address wrong, or a network rule may block it.",
                "the platform's status of the gateway",
            )],
        ),
        Why(
            "Why did nobody notice?",
            &[Unknown(
                "Does any monitoring open a WebSocket on the route of the users?",
                "the monitoring of the gateway",
            )],
        ),
    ],
    fix: &[
        Line::If(
            proxy_responds,
            "reverse proxy: correct the upstream address of the gateway (nginx: `proxy_pass`); or gateway: start the \
             service.",
        ),
        Line::If(
            is_unknown,
            "DNS: create the record of this name; or target file: correct `websocket`, where the name is misspelt.",
        ),
        Line::Always("gateway: start the service; or target file: correct `websocket`."),
    ],
};

/// Neither an upgrade nor a plain request reaches it, though the backend responds where it shares the origin.
fn shown_by(client: &Client<'_>) -> Test {
    let websocket = with_or_without_token(client, client.websocket());
    let shares_origin = client.settings().one_origin;
    all([
        is(websocket, Property::NotReached),
        is(Probe::PlainGet, Property::NotReached),
        if shares_origin { backend_responds(client) } else { given() },
        nothing_responds(client, Endpoint::WebSocket),
    ])
}

/// Each time: a reverse proxy that reaches the backend only at times may not reach the gateway for the same reason.
fn backend_responds(client: &Client<'_>) -> Test {
    let rest = with_or_without_token(client, client.rest());
    let some_gateway_error = Test::Computed(Computed {
        name: "a reverse proxy responds for the backend, which it does not reach",
        prove: |client, probes| some_response(client, probes, Response::is_gateway_error),
        probes: probes_of(client, Service::Backend),
    });
    let each_time = any([not(some_gateway_error), Test::Needs("a backend that is reached each time")]);
    all([not(is(rest, Property::NotReached)), each_time])
}

fn ruled_out_by(client: &Client<'_>) -> Test {
    let carriers = client.backend_carriers().into_iter().chain([missing(Endpoint::WebSocket)]);
    let there = carriers.filter(|one| one.endpoint == Endpoint::WebSocket);
    any(there.map(|one| not(is(one, Property::NotReached))))
}

fn proxy_responds(_: &Client<'_>) -> Test {
    is(Probe::PlainGet, Property::Status(GATEWAY_ERRORS))
}

/// Its name does not resolve.
fn is_unknown(client: &Client<'_>) -> Test {
    if does_not_resolve(client, Service::Gateway) { given() } else { never() }
}

fn details(client: &Client<'_>, _: &Probes) -> Details {
    unreached("the WebSocket gateway", client.evidence().summary(Probe::PlainGet))
}
