//! No request reaches the backend: its name does not resolve, nothing listens at its address, or a reverse proxy has no
//! upstream.

use super::{GATEWAY_ERRORS, does_not_resolve, nothing_is_reached, nothing_responds, unreached, with_or_without_token};
use crate::diagnosis::client::Client;
use crate::diagnosis::proof::Probes;
use crate::diagnosis::property::Property;
use crate::diagnosis::record::{Answer::*, Details, Line, Record, Suspects, Why};
use crate::diagnosis::symptom::{Symptom, missing};
use crate::diagnosis::test::{Test, all, any, given, is, never, not};
use crate::vocabulary::{Endpoint, Fault, Probe, Service, Severity};

const HEALTH: Probe = Probe::Health(Service::Backend);

pub(crate) const RECORD: Record = Record {
    fault: Fault::BackendUnreachable,
    severity: Severity::Error,
    severity_if: &[],
    page: include_str!("backend-unreachable.md"),
    symptoms: &[Symptom::NoResponse],
    shown_by,
    ruled_out_by,
    yields_to: &[],
    details,
    suspects: Suspects::CheckTooIf(nothing_is_reached),
    because: &[Line::Always("Every probe of the backend ends without a response of the backend itself: {how}.")],
    whys: [
        Why("Why do requests fail?", &[Shown("No request reaches the backend: {how}.")]),
        Why(
            "What responds instead?",
            &[
                ShownIf(proxy_responds, "A reverse proxy responds, and does not reach the backend."),
                Shown("Nothing responds at the address of the backend in the target file."),
            ],
        ),
        Why(
            "Why is it not reached?",
            &[Unknown(
                "The backend may be down, its address wrong, or a network rule may block it.",
                "the platform's status of the backend",
            )],
        ),
        Why(
            "Why did nobody notice?",
            &[Unknown(
                "Does any monitoring send requests to the backend on the route of the users?",
                "the monitoring of the backend",
            )],
        ),
    ],
    fix: &[
        Line::If(
            proxy_responds,
            "reverse proxy: correct the upstream address of the backend (nginx: `proxy_pass`); or backend: start the \
             service.",
        ),
        Line::If(
            is_unknown,
            "DNS: create the record of this name; or target file: correct `backend`, where the name is misspelt.",
        ),
        Line::Always("backend: start the service; or target file: correct `backend`."),
    ],
};

fn shown_by(client: &Client<'_>) -> Test {
    let rest = with_or_without_token(client, client.rest());
    all([is(HEALTH, Property::NotReached), is(rest, Property::NotReached), nothing_responds(client, Endpoint::Rest)])
}

fn ruled_out_by(client: &Client<'_>) -> Test {
    let probes = [client.rest().into(), missing(Endpoint::Rest).into(), HEALTH];
    any(probes.map(|probe: Probe| not(is(probe, Property::NotReached))))
}

fn proxy_responds(_: &Client<'_>) -> Test {
    is(HEALTH, Property::Status(GATEWAY_ERRORS))
}

/// Its name does not resolve.
fn is_unknown(client: &Client<'_>) -> Test {
    if does_not_resolve(client, Service::Backend) { given() } else { never() }
}

fn details(client: &Client<'_>, _: &Probes) -> Details {
    unreached("the backend", client.evidence().summary(HEALTH))
}
