//! Auth rejects the service credentials with which the backend validates tokens.

use crate::diagnosis::client::Client;
use crate::diagnosis::property::Property;
use crate::diagnosis::record::{Answer::*, Line, Record, Suspects, Why, no_details};
use crate::diagnosis::symptom::Symptom;
use crate::diagnosis::test::{Test, accepts, all, is, not, rejects};
use crate::vocabulary::{Fault, Severity};

pub(crate) const RECORD: Record = Record {
    fault: Fault::ServiceCredentialsRefused,
    severity: Severity::Error,
    severity_if: &[],
    page: include_str!("service-credentials-refused.md"),
    symptoms: &[Symptom::RejectedLikeForged, Symptom::RejectedLikeMissing],
    shown_by,
    ruled_out_by,
    yields_to: &[],
    details: no_details,
    suspects: Suspects::Deployment,
    because: &[Line::Always(
        "Auth accepts a token, and rejects the same token sent with the backend's service credentials.",
    )],
    whys: [
        Why(
            "Why do requests fail?",
            &[Shown("Auth rejects the backend's service credentials: without them it accepts the same token.")],
        ),
        Why(
            "Why does the backend report an invalid token?",
            &[Unknown(
                "The backend may drop the reason that auth gives, and report every rejection alike.",
                "the backend's log",
            )],
        ),
        Why(
            "Why are they rejected?",
            &[Unknown(
                "The service secret may have changed on one side only, or auth may not know the service.",
                "auth's settings",
            )],
        ),
        Why(
            "Why did nobody notice?",
            &[Unknown(
                "Does any check after a deployment validate with the service credentials?",
                "the checks after each deployment",
            )],
        ),
    ],
    fix: &[Line::Always("backend: load the service id and secret that auth holds, then restart it.")],
};

fn shown_by(client: &Client<'_>) -> Test {
    let as_backend = client.validation_as_backend();
    // A connection that is cut may be a transient error, and is no rejection here.
    all([accepts(client.validation()), rejects(as_backend), not(is(as_backend, Property::NotReached))])
}

/// `service` holds what its operator believes: it can show the fault, and never rule it out.
fn ruled_out_by(_: &Client<'_>) -> Test {
    Test::Needs("the service credentials that the backend really sends: `service` holds what its operator believes")
}
