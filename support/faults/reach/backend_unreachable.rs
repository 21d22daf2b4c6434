//! No request reaches the backend: its name does not resolve, nothing listens at its address, or a reverse proxy has no
//! upstream.

use super::{GATEWAY_ERRORS, nothing_responds, with_or_without_token};
use crate::diagnosis::client::Client;
use crate::diagnosis::proof::Probes;
use crate::diagnosis::property::Property;
use crate::diagnosis::record::{Answer::*, Details, Line, Record, Why};
use crate::diagnosis::symptom::{Symptom, missing};
use crate::diagnosis::test::{Test, all, any, is, not};
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
    because: &[Line::Always("every probe of the backend ends without a response of the service itself: {how}.")],
    whys: [
        Why("Why do they fail?", &[Shown("No request reaches the backend: {how}.")]),
        Why(
            "What responds instead?",
            &[
                ShownIf(proxy_responds, "A reverse proxy responds, and does not reach the backend."),
                Shown("Nothing responds at the address of the backend in the target's file."),
            ],
        ),
        Why(
            "Why is it not reached?",
            &[Unknown(
                "The backend does not run, its address is wrong, or a network rule blocks it.",
                "the platform's view of the service",
            )],
        ),
        Why(
            "Why did nobody notice?",
            &[Inferred("No monitoring sends requests to the backend along the users' route.")],
        ),
    ],
    fix: &[
        Line::If(proxy_responds, "reverse proxy: correct the upstream address of the backend, or start the backend."),
        Line::Always("backend: start the service, or correct `backend` in the target's file."),
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

fn details(client: &Client<'_>, _: &Probes) -> Details {
    Details::from([("how", client.evidence().summary(HEALTH))])
}
