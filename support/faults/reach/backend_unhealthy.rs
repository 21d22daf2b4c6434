//! The backend is reached, and responds to REST requests with server errors, for reasons of its own.

use super::{at_no_attempt, first_failure, responds_itself, with_or_without_token};
use crate::diagnosis::client::Client;
use crate::diagnosis::proof::Probes;
use crate::diagnosis::property::Property;
use crate::diagnosis::record::{Answer::*, Details, Line, Record, Suspects, Why};
use crate::diagnosis::symptom::{Symptom, missing};
use crate::diagnosis::test::{Computed, Test, accepts, all, any, is, not, rejects};
use crate::outcome::Outcome;
use crate::vocabulary::{Endpoint, Fault, Presentation, Probe, Service, Severity};

pub(crate) const RECORD: Record = Record {
    fault: Fault::BackendUnhealthy,
    severity: Severity::Error,
    severity_if: &[],
    page: include_str!("backend-unhealthy.md"),
    symptoms: &[Symptom::NoResponse],
    shown_by,
    ruled_out_by,
    yields_to: &[],
    details,
    suspects: Suspects::Deployment,
    because: &[Line::Always("The backend is reached and returns a server error: {says}.")],
    whys: [
        Why("Why do requests fail?", &[Shown("The backend returns a server error: {says}.")]),
        Why(
            "Does its health path report it?",
            &[
                ShownIf(reports_it, "Its health path reports that the backend is unhealthy."),
                Inferred("Its health path does not report it."),
            ],
        ),
        Why(
            "Why is it unhealthy?",
            &[Unknown("A dependency or a setting of the backend may be missing or wrong.", "the backend's log")],
        ),
        Why(
            "Why did nobody notice?",
            &[
                UnknownIf(
                    reports_it,
                    "Does any monitoring read the health path of the backend?",
                    "the monitoring of the backend",
                ),
                Unknown(
                    "Does any monitoring send what users request, beside the health path?",
                    "the monitoring of the backend",
                ),
            ],
        ),
    ],
    fix: &[Line::Always(
        "backend: find the error in its log at the time of this check, and restore the dependency or setting that \
         it lacks.",
    )],
};

const HEALTH: Probe = Probe::Health(Service::Backend);

/// REST fails with the token, and not because the backend does not reach auth: then it would reject a missing token, fail over
/// a forged one, and report itself healthy.
fn shown_by(client: &Client<'_>) -> Test {
    let rest = with_or_without_token(client, client.rest());
    let for_itself = any([
        is(HEALTH, Property::Failed),
        is(missing(Endpoint::Rest), Property::Failed),
        rejects(client.rest().forged()),
    ]);
    all([responds_itself(client, Service::Backend), is(rest, Property::Failed), for_itself])
}

fn ruled_out_by(client: &Client<'_>) -> Test {
    let steady = client.backend().into_iter().map(never_fails);
    let accepted = any(client.backend().into_iter().map(accepts));
    all([is(HEALTH, Property::AsExpected), accepted].into_iter().chain(steady))
}

/// One of several replicas may be unhealthy, so what is accepted once says nothing of the others.
fn never_fails(usual: Presentation) -> Test {
    Test::Computed(Computed {
        name: "no attempt with the client's token fails",
        prove: |client, probes| {
            at_no_attempt(client, probes, Outcome::Failed, "a client's token that never gets a server error")
        },
        probes: vec![usual.into()],
    })
}

fn reports_it(_: &Client<'_>) -> Test {
    all([not(is(HEALTH, Property::AsExpected)), not(is(HEALTH, Property::NotReached))])
}

fn details(client: &Client<'_>, shown: &Probes) -> Details {
    let says = first_failure(client, shown);
    let headline = format!("the backend is reached but unhealthy: {says}");
    Details::from([("says", says)]).headed(headline)
}

#[cfg(test)]
mod tests;
