//! The gateway, or a proxy before it, does not list the `Origin` that the browser sends.

use crate::diagnosis::client::Client;
use crate::diagnosis::proof::{Need, Probes, Proof};
use crate::diagnosis::property::Property;
use crate::diagnosis::record::{Answer::*, Details, Line, Record, Suspects, Why};
use crate::diagnosis::symptom::Symptom;
use crate::diagnosis::test::{Computed, Test, accepts, all, any, is};
use crate::outcome::Outcome;
use crate::vocabulary::{Fault, Presentation, Probe, Severity, Variation};
use crate::wording::short;

pub(crate) const RECORD: Record = Record {
    fault: Fault::OriginRefused,
    severity: Severity::Error,
    severity_if: &[],
    page: include_str!("origin-refused.md"),
    symptoms: &[Symptom::NotOpened, Symptom::ConnectionFails],
    shown_by,
    ruled_out_by,
    yields_to: &[],
    details,
    suspects: Suspects::CheckToo,
    because: &[
        Line::If(
            accepted_without,
            "With the `Origin` of the target file the handshake is rejected. Without an `Origin` it is accepted.",
        ),
        Line::Always(
            "With the `Origin` of the target file the handshake is rejected. Without an `Origin` it gets another \
             status.",
        ),
    ],
    whys: [
        Why(
            "Why is it rejected?",
            &[Shown("The `Origin` is rejected: without it the same handshake does not get this rejection.")],
        ),
        Why(
            "Where does the `Origin` come from?",
            &[Inferred("Every browser sends an `Origin`, and no page can leave it out (RFC 6455 §4.1).")],
        ),
        Why(
            "Why is it not allowed?",
            &[Unknown(
                "The list of allowed origins may lack this one, or be that of another stage.",
                "the gateway's list of allowed origins",
            )],
        ),
        Why(
            "Why did nobody notice?",
            &[Unknown("Does any test send the `Origin` of the browser?", "the client of the tests")],
        ),
    ],
    fix: &[Line::Always("gateway and proxy: add the page's origin to the list of allowed origins.")],
};

/// Without the setting no `Origin` is sent, and nothing can be said of it.
const SETTING: Test = Test::Needs("`handshake.origin` in the target's file");

fn shown_by(client: &Client<'_>) -> Test {
    if !client.settings().origin {
        return SETTING;
    }
    let (with, without) = (client.websocket(), without(client));
    let otherwise = all([is(without, Property::NotAccepted), another_status(with, without)]);
    all([is(with, Property::NotAccepted), any([accepts(without), otherwise])])
}

fn ruled_out_by(client: &Client<'_>) -> Test {
    if client.settings().origin { super::some_opened(client) } else { SETTING }
}

fn without(client: &Client<'_>) -> Presentation {
    client.websocket().vary(Variation::NoOrigin)
}

fn accepted_without(client: &Client<'_>) -> Test {
    accepts(without(client))
}

/// Which origin it is.
fn details(client: &Client<'_>, _: &Probes) -> Details {
    let wire = client.evidence().of(client.websocket().into()).and_then(|seen| seen.wire.as_ref());
    let headers = wire.map(|wire| wire.request.headers.as_slice()).unwrap_or_default();
    match headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("origin")) {
        Some((_, origin)) => {
            Details::new().headed(format!("the gateway rejects the browser's `Origin`: {}", short(origin)))
        }
        None => Details::new(),
    }
}

/// One of them is rejected after a 101, or both with different statuses.
fn another_status(one: Presentation, other: Presentation) -> Test {
    Test::Computed(Computed {
        name: "both handshakes get different statuses",
        prove: |client, probes| {
            let statuses: Vec<_> = probes.iter().map(|probe| status(client, *probe)).collect();
            match statuses.as_slice() {
                [Some(one), Some(other)] if one != other => Proof::Holds(probes.iter().copied().collect()),
                [Some(_), Some(_)] => Proof::Fails(probes.iter().copied().collect()),
                _ => Proof::Open(probes.iter().copied().map(Need::Response).collect()),
            }
        },
        probes: vec![one.into(), other.into()],
    })
}

/// The status, or none after a 101; `None` where nothing came back.
fn status(client: &Client<'_>, probe: Probe) -> Option<Option<u16>> {
    let response = &client.evidence().of(probe)?.response;
    (response.outcome(probe) != Outcome::Unreached).then(|| response.status())
}
