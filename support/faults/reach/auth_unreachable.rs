//! No request reaches the auth service: its name does not resolve, nothing listens at its address, or a reverse proxy has no
//! upstream.

use super::{GATEWAY_ERRORS, does_not_resolve, nothing_is_reached, nothing_responds, unreached};
use crate::diagnosis::client::Client;
use crate::diagnosis::proof::Probes;
use crate::diagnosis::property::Property;
use crate::diagnosis::record::{Answer::*, Details, Line, Record, Suspects, Why};
use crate::diagnosis::symptom::{Symptom, missing};
use crate::diagnosis::test::{Test, all, any, given, is, never, not};
use crate::vocabulary::{Endpoint, Fault, Probe, Service, Severity, User};

pub(crate) const RECORD: Record = Record {
    fault: Fault::AuthUnreachable,
    severity: Severity::Error,
    severity_if: &[],
    page: include_str!("auth-unreachable.md"),
    symptoms: &[Symptom::NoResponse, Symptom::NoToken],
    shown_by,
    ruled_out_by,
    yields_to: &[],
    details,
    suspects: Suspects::CheckTooIf(nothing_is_reached),
    because: &[Line::Always("Every probe of auth ends without a response of auth itself: {how}.")],
    whys: [
        Why("Why do requests fail?", &[Shown("No request reaches auth: {how}.")]),
        Why(
            "What responds instead?",
            &[
                ShownIf(proxy_responds, "A reverse proxy responds, and does not reach auth."),
                Shown("Nothing responds at the address of auth in the target file."),
            ],
        ),
        Why(
            "Why is it not reached?",
            &[Unknown(
                "Auth may be down, its address wrong, or a network rule may block it.",
                "the platform's status of auth",
            )],
        ),
        Why(
            "Why did nobody notice?",
            &[Unknown(
                "Does any monitoring send requests to auth on the route of the users?",
                "the monitoring of auth",
            )],
        ),
    ],
    fix: &[
        Line::If(
            proxy_responds,
            "reverse proxy: correct the upstream address of auth (nginx: `proxy_pass`); or auth: start the service.",
        ),
        Line::If(
            is_unknown,
            "DNS: create the record of this name; or target file: correct `auth`, where the name is misspelt.",
        ),
        Line::Always("auth: start the service; or target file: correct `auth`."),
    ],
};

fn shown_by(client: &Client<'_>) -> Test {
    let settings = client.settings();
    let usual = match (settings.login, settings.mint) {
        (true, _) => Probe::Login(User::First),
        (false, true) => client.validation().into(),
        (false, false) => missing(Endpoint::Validation).into(),
    };
    // Where no service is reached, no missing token is sent.
    let missing = Probe::Present(missing(Endpoint::Validation));
    let missing = client.evidence().of(missing).map(|_| missing);
    let probes = [Probe::Health(Service::Auth), usual].into_iter().chain(missing);
    let not_reached = all(probes.map(|probe| is(probe, Property::NotReached)));
    all([not_reached, nothing_responds(client, Endpoint::Validation)])
}

fn ruled_out_by(client: &Client<'_>) -> Test {
    let probes = [Probe::Health(Service::Auth), Probe::Login(User::First), client.validation().into()];
    any(probes.map(|probe| not(is(probe, Property::NotReached))))
}

fn proxy_responds(_: &Client<'_>) -> Test {
    is(Probe::Health(Service::Auth), Property::Status(GATEWAY_ERRORS))
}

/// Its name does not resolve.
fn is_unknown(client: &Client<'_>) -> Test {
    if does_not_resolve(client, Service::Auth) { given() } else { never() }
}

fn details(client: &Client<'_>, _: &Probes) -> Details {
    unreached("the auth service", client.evidence().summary(Probe::Health(Service::Auth)))
}
