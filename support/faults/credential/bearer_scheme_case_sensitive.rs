//! A service accepts `Bearer` before the token and rejects `bearer`, which means the same.

use crate::diagnosis::client::Client;
use crate::diagnosis::proof::Probes;
use crate::diagnosis::record::{Answer::*, Details, Line, Record, Why};
use crate::diagnosis::symptom::Symptom;
use crate::diagnosis::test::{Test, all, any, each, rejects, same, takes_token};
use crate::vocabulary::{Endpoint, Fault, Presentation, Scheme, Severity};

pub(crate) const RECORD: Record = Record {
    fault: Fault::BearerSchemeCaseSensitive,
    severity: Severity::Warning,
    severity_if: &[],
    page: include_str!("bearer-scheme-case-sensitive.md"),
    symptoms: &[Symptom::ValidTokenAccepted],
    shown_by,
    ruled_out_by,
    yields_to: &[],
    details,
    because: &[Line::Always("`Bearer t` is accepted and `bearer t`, which means the same, is rejected.")],
    whys: [
        Why("Why is it rejected?", &[Shown("The service compares the scheme letter by letter with `Bearer`.")]),
        Why(
            "Where does `bearer` come from?",
            &[Inferred("Libraries and proxies may write `bearer`: schemes are case-insensitive (RFC 9110 §11.1).")],
        ),
        Why(
            "Why is it compared letter by letter?",
            &[Inferred("The code cuts `Bearer ` off as text instead of parsing the scheme.")],
        ),
        Why("Why did nobody notice?", &[Inferred("The clients in use write `Bearer`.")]),
    ],
    fix: &[Line::Always("backend: compare the scheme case-insensitively, where the header is read ({at}).")],
};

/// With `bearer` the response is one that a missing or a forged token gets.
fn shown_by(client: &Client<'_>) -> Test {
    each(super::in_header(client).map(|usual| {
        let lower = usual.scheme(Scheme::LowerCase);
        let known = any([same(lower, Presentation::missing(usual.endpoint)), same(lower, usual.forged())]);
        all([takes_token(usual), rejects(lower), known])
    }))
}

fn ruled_out_by(client: &Client<'_>) -> Test {
    all(super::in_header(client).map(|usual| takes_token(usual.scheme(Scheme::LowerCase))))
}

fn details(_: &Client<'_>, probes: &Probes) -> Details {
    let has = |endpoint| probes.iter().any(|probe| probe.presented().is_some_and(|one| one.endpoint == endpoint));
    let at = [("REST", Endpoint::Rest), ("upgrade", Endpoint::WebSocket)].into_iter().filter(|(_, at)| has(*at));
    Details::from([("at", at.map(|(name, _)| name).collect::<Vec<_>>().join(", "))])
}
