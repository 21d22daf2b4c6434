//! A proxy forwards the request without its `Authorization` header, or with one of its own.

use super::super::lost_header::{
    accepted_in_query, auth_loses_header, gateway_loses_header, never_arrives, proxy_drops_header, rest_loses_header,
    unread_directly,
};
use crate::diagnosis::client::Client;
use crate::diagnosis::proof::{Probes, Proof};
use crate::diagnosis::property::Property;
use crate::diagnosis::record::{Answer::*, Details, Line, Record, Suspects, Why};
use crate::diagnosis::symptom::Symptom;
use crate::diagnosis::test::{
    Computed, Test, all, any, arrives, each, given, is, never, not, not_shown, same, takes_token,
};
use crate::vocabulary::{Carrier, Carriers, Fault, Presentation, Scheme, Severity};
use crate::wording::listed;

pub(crate) const RECORD: Record = Record {
    fault: Fault::AuthorizationHeaderStripped,
    severity: Severity::Error,
    severity_if: &[(only_unused_header_is_lost, Severity::Note)],
    page: include_str!("authorization-header-stripped.md"),
    symptoms: &[
        Symptom::RejectedLikeMissing,
        Symptom::RejectedLikeForged,
        Symptom::ConnectionFails,
        Symptom::ValidTokenAccepted,
    ],
    shown_by,
    ruled_out_by,
    yields_to: &[],
    details,
    suspects: Suspects::Deployment,
    because: &[Line::Always(
        "In `Authorization` the token gets the response of a missing token. Without the proxy it does not.",
    )],
    whys: [
        Why("Why is it rejected?", &[Shown("The service responds as to a missing token ({at}).")]),
        Why(
            "Why does the service find no token?",
            &[Shown("The header is lost on the route: without the proxy the service reads it.")],
        ),
        Why(
            "What drops the header?",
            &[
                ShownIf(rest_loses_header, "The proxy drops it: without the proxy, REST reads the header."),
                ShownIf(auth_loses_header, "The proxy drops it: without the proxy, auth reads the header."),
                ShownIf(proxy_drops_header, "The proxy drops it: without the proxy, the gateway reads the header."),
            ],
        ),
        Why(
            "Why did nobody notice?",
            &[Unknown(
                "Does any test compare the headers that are sent with those that arrive?",
                "the tests of the proxy",
            )],
        ),
    ],
    fix: &[Line::Always(
        "proxy: forward `Authorization` unchanged, on upgrades too (nginx: `proxy_set_header Authorization \
         $http_authorization`).",
    )],
};

fn shown_by(client: &Client<'_>) -> Test {
    if is_sent(client) {
        let places = [upgrade_loses_header, gateway_loses_header, rest_loses_header, auth_loses_header];
        each(places.map(|loses| loses(client)))
    } else {
        never()
    }
}

/// This client sends `Authorization`, to auth, to REST or with an upgrade.
fn is_sent(client: &Client<'_>) -> bool {
    [client.validation(), client.rest(), client.websocket()]
        .iter()
        .any(|one| client.evidence().is_there(one.endpoint) && one.carriers.has(Carrier::Header))
}

/// The header never arrives with the upgrade, and in another carrier the token does. A gateway that never reads the header
/// responds like that too, so the proxy must be shown to drop it. Where the client sends no header and does not connect,
/// something else stops it.
fn upgrade_loses_header(client: &Client<'_>) -> Test {
    let header = client.websocket_in(Carriers::HEADER);
    let sends_header = client.settings().presents().has(Carrier::Header);
    let may_matter = if sends_header { given() } else { is(client.websocket(), Property::AsExpected) };
    all([
        may_matter,
        never_arrives(header),
        any([arrives(client.websocket_in(Carriers::SUBPROTOCOL)), accepted_in_query(client)]),
        proxy_drops_header(client),
        not_shown(unread_directly(header)),
    ])
}

fn ruled_out_by(client: &Client<'_>) -> Test {
    if !is_sent(client) {
        return any(client.backend().into_iter().map(|usual| is(usual, Property::Made)));
    }
    let arrived = |usual| any([takes_token(usual), all([arrives(usual), is_read(usual)])]);
    let [rest, websocket] = super::in_header(client).map(arrived);
    let auth = client.validation();
    let auth = if auth.carriers == Carriers::HEADER { arrived(auth) } else { given() };
    all([any([rest, arrives_after_another_scheme()]), websocket, auth])
}

/// Where REST was seen to accept it so; it is not asked for.
fn arrives_after_another_scheme() -> Test {
    Test::Computed(Computed {
        name: "REST accepts the token after another scheme",
        prove: |client, _| {
            let others =
                client.settings().other_schemes.iter().map(|other| client.rest().scheme(Scheme::Other(*other)));
            match any(others.map(takes_token)).prove(client) {
                Proof::Open(_) => Proof::Fails(Probes::new()),
                seen => seen,
            }
        },
        probes: Vec::new(),
    })
}

/// What stands in the header makes a difference beyond its presence: a proxy that puts a token of its own there does that.
fn is_read(usual: Presentation) -> Test {
    any([Scheme::None, Scheme::Twice].map(|scheme| not(same(usual, usual.scheme(scheme)))))
}

/// REST gets its header, and the client presents its token to the gateway in another way that works.
fn only_unused_header_is_lost(client: &Client<'_>) -> Test {
    let others = any([rest_loses_header(client), auth_loses_header(client)]);
    all([is(client.websocket(), Property::AsExpected), not_shown(others)])
}

fn details(client: &Client<'_>, _: &Probes) -> Details {
    let lost = [
        ("auth", "at auth", auth_loses_header(client)),
        ("REST", "on REST", rest_loses_header(client)),
        ("upgrade", "on the upgrade", any([upgrade_loses_header(client), gateway_loses_header(client)])),
    ];
    let lost: Vec<(&str, &str)> =
        lost.into_iter().filter(|(.., test)| test.prove(client).holds()).map(|(at, place, _)| (at, place)).collect();
    let details = Details::from([("at", lost.iter().map(|(at, _)| *at).collect::<Vec<_>>().join(", "))]);
    if lost.is_empty() {
        return details;
    }
    let places: Vec<&str> = lost.into_iter().map(|(_, place)| place).collect();
    details.headed(format!("the proxy drops `Authorization` {}", listed(&places)))
}
