//! The verifier gets `Bearer ` before the token where it expects the token alone.

use crate::diagnosis::client::Client;
use crate::diagnosis::proof::Probes;
use crate::diagnosis::property::Property;
use crate::diagnosis::record::{Answer::*, Details, Line, Record, Suspects, Why};
use crate::diagnosis::symptom::Symptom;
use crate::diagnosis::test::{Test, accepts, all, any, is, rejects, takes_token};
use crate::vocabulary::{Fault, Presentation, Scheme, Severity};

pub(crate) const RECORD: Record = Record {
    fault: Fault::BearerPrefixDoubled,
    severity: Severity::Error,
    severity_if: &[],
    page: include_str!("bearer-prefix-doubled.md"),
    symptoms: &[Symptom::RejectedLikeForged, Symptom::RejectedLikeMissing],
    shown_by,
    ruled_out_by,
    yields_to: &[],
    details,
    suspects: Suspects::Deployment,
    because: &[
        Line::If(
            raw_is_accepted,
            "`Bearer [TOKEN]` is rejected, and the raw `[TOKEN]` is accepted. So the verifier gets one prefix too \
             many.",
        ),
        Line::Always(
            "Auth accepts only the raw token. The service reports a token 7 characters longer than the one sent.",
        ),
    ],
    whys: [
        Why("Why is it rejected?", &[Shown("The verifier gets `Bearer [TOKEN]` instead of `[TOKEN]`.")]),
        Why(
            "Where does the prefix come from?",
            &[
                ShownIf(accepted_directly, "A proxy adds the prefix: without the proxy the same token is accepted."),
                InferredIf(
                    rejected_directly,
                    "The backend leaves the prefix on: without the proxy the token is rejected too.",
                ),
                Unknown(
                    "A proxy may add the prefix, or the backend may leave it on when it calls auth.",
                    "`direct`, or the backend's log",
                ),
            ],
        ),
        Why("Why does the prefix matter?", &[Inferred("The verifier expects the token alone, without a prefix.")]),
        Why(
            "Why did nobody notice?",
            &[Unknown(
                "Does any test compare what a client sends with what the verifier gets?",
                "the tests of the route",
            )],
        ),
    ],
    fix: &[
        Line::If(accepted_directly, "proxy: forward `Authorization` unchanged, without a second `Bearer `."),
        Line::If(
            rejected_directly,
            "backend: remove `Bearer ` once, where the header is read, and verify the raw token.",
        ),
        Line::Always(
            "backend: remove `Bearer ` once, where the header is read, and verify the raw token; or proxy: add no \
             prefix.",
        ),
    ],
};

fn shown_by(client: &Client<'_>) -> Test {
    any([raw_is_accepted(client), reported_longer(client)])
}

fn raw_is_accepted(client: &Client<'_>) -> Test {
    let raw_helps = |usual: Presentation| all([rejects(usual), accepts(usual.scheme(Scheme::None))]);
    any(super::in_header(client).map(raw_helps))
}

/// The service reports the token's length, and it is that of the token with a prefix, which auth rejects.
fn reported_longer(client: &Client<'_>) -> Test {
    let longer = |usual: Presentation| all([rejects(usual), is(usual, Property::ReportsLongerBy("Bearer ".len()))]);
    let reported = client.backend_carriers().into_iter().map(longer);
    all([
        any(reported.chain([Test::Needs("a response that reports the token's length")])),
        accepts(client.validation_with(Scheme::None)),
        rejects(client.validation_with(Scheme::Bearer)),
    ])
}

/// The token is accepted; or it is not accepted without a prefix either, where it is accepted in another carrier.
fn ruled_out_by(client: &Client<'_>) -> Test {
    all(super::in_header(client).map(|usual| {
        let no_help = all([rejects(usual.scheme(Scheme::None)), super::some_carrier_accepted(client, usual.endpoint)]);
        any([takes_token(usual), no_help])
    }))
}

fn accepted_directly(client: &Client<'_>) -> Test {
    any(super::in_header(client).map(|usual| all([rejects(usual), accepts(usual.direct())])))
}

/// Where the prefix comes from.
fn details(client: &Client<'_>, _: &Probes) -> Details {
    let holds = |test: Test| test.prove(client).holds();
    match () {
        () if holds(accepted_directly(client)) => Details::new().headed("a proxy adds a second `Bearer` prefix"),
        () if holds(rejected_directly(client)) => {
            Details::new().headed("the backend leaves the `Bearer` prefix on the token that it verifies")
        }
        () => Details::new(),
    }
}

fn rejected_directly(client: &Client<'_>) -> Test {
    any(super::in_header(client).map(|usual| all([rejects(usual), rejects(usual.direct())])))
}
