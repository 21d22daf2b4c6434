//! A shared cache stores the response to a request with a token and sends it to requests without one.

use crate::diagnosis::client::Client;
use crate::diagnosis::record::{Answer::*, Line, Record, Suspects, Why, no_details};
use crate::diagnosis::symptom::{Symptom, missing};
use crate::diagnosis::test::{Test, accepts, all, rejects};
use crate::vocabulary::{Endpoint, Fault, Severity, Variation};

pub(crate) const RECORD: Record = Record {
    fault: Fault::AuthenticatedAnswerCached,
    severity: Severity::Critical,
    severity_if: &[],
    page: include_str!("authenticated-answer-cached.md"),
    symptoms: &[Symptom::InvalidTokenAccepted],
    shown_by,
    ruled_out_by,
    yields_to: &[],
    details: no_details,
    suspects: Suspects::Deployment,
    because: &[Line::Always(
        "A missing token is accepted at a URL that was requested with a token before. At a new URL it is rejected.",
    )],
    whys: [
        Why("Which clients get in?", &[Shown("Every client gets the response that was sent to another user.")]),
        Why(
            "Is the backend open?",
            &[Shown("The backend is not open: at a URL that was never requested, it rejects a missing token.")],
        ),
        Why(
            "Why is the response kept?",
            &[Inferred("A shared cache stores responses to requests with `Authorization` (see RFC 9111 §3.5).")],
        ),
        Why(
            "Why did nobody notice?",
            &[Unknown("Does any test request the same path as two users?", "the users of the tests")],
        ),
    ],
    fix: &[Line::Always(
        "cache: purge it now, and store no response to `Authorization`; backend: send `Cache-Control: private, \
         no-store`.",
    )],
};

fn shown_by(_: &Client<'_>) -> Test {
    let missing = missing(Endpoint::Rest);
    all([accepts(missing), rejects(missing.vary(Variation::NewUrl))])
}

fn ruled_out_by(client: &Client<'_>) -> Test {
    all([accepts(client.rest()), rejects(missing(Endpoint::Rest))])
}
