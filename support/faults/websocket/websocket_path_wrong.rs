//! The gateway listens at another path than the one that the client connects to.

use crate::diagnosis::client::Client;
use crate::diagnosis::proof::Probes;
use crate::diagnosis::property::Property;
use crate::diagnosis::record::{Answer::*, Details, Line, Record, Suspects, Why};
use crate::diagnosis::symptom::Symptom;
use crate::diagnosis::test::{Test, all, any, is, not, same};
use crate::vocabulary::{Fault, Presentation, Probe, Route, Severity, Variation};

pub(crate) const RECORD: Record = Record {
    fault: Fault::WebsocketPathWrong,
    severity: Severity::Error,
    severity_if: &[],
    page: include_str!("websocket-path-wrong.md"),
    symptoms: &[Symptom::NotOpened],
    shown_by,
    ruled_out_by: super::some_opened,
    yields_to: &[],
    details,
    suspects: Suspects::CheckToo,
    because: &[
        Line::If(opens_elsewhere, "At the path of the target file no upgrade opens. At {path} the same upgrade opens."),
        Line::Always(
            "Every upgrade gets the response of a plain GET or of a path that cannot exist, whatever its token, and \
             without the proxy too.",
        ),
    ],
    whys: [
        Why(
            "Why does no connection open?",
            &[Shown("No gateway listens at the path of the target file: no upgrade gets 101 there.")],
        ),
        Why(
            "Where does the gateway listen?",
            &[
                ShownIf(opens_elsewhere, "The gateway listens at {path}: the same upgrade opens there."),
                Unknown(
                    "The gateway may listen at another path, or the service may have no WebSocket server.",
                    "the routes of the service",
                ),
            ],
        ),
        Why(
            "Why is it mistaken for a rejected token?",
            &[Unknown(
                "The server may reject an unknown path and an invalid token with the same response.",
                "the response of a path that cannot exist",
            )],
        ),
        Why(
            "Why did nobody notice?",
            &[Unknown(
                "Did the path change in the service or in a proxy, and not in the client?",
                "the change history of all three",
            )],
        ),
    ],
    fix: &[
        Line::If(opens_elsewhere, "client, and `websocket` in the target file: connect to {path}."),
        Line::Always(
            "backend: serve WebSocket connections at this path; or client, and `websocket` in the target file: use \
             the path that it serves.",
        ),
    ],
};

fn shown_by(client: &Client<'_>) -> Test {
    all([super::none_opened(client), any([opens_elsewhere(client), nothing_is_there(client)])])
}

/// The gateway is at another path.
pub(in crate::faults) fn is_elsewhere(client: &Client<'_>) -> Test {
    all([super::none_opened(client), opens_elsewhere(client)])
}

fn opens_elsewhere(client: &Client<'_>) -> Test {
    any(super::other_paths(client).map(|one| is(one, Property::Opened)))
}

/// Without the proxy too, every upgrade gets the response of a path that cannot exist, or of a plain GET; and it is one that says
/// that nothing is there. A gateway may reject with any other, such as 400.
fn nothing_is_there(client: &Client<'_>) -> Test {
    let usual = client.websocket();
    all([
        super::every_token_gets_the_same(client),
        any([same(super::missing(), Probe::UpgradeUnknownPath), same(super::missing(), Probe::PlainGet)]),
        not(super::upgrade_is_lost(client)),
        same(usual.direct(), usual),
        is(usual, Property::Status(NOTHING_THERE)),
        any([not(is(usual, Property::AsksForSignIn)), is_page_of_every_path(usual)]),
    ])
}

/// A single-page application serves its page at every path that it does not know, and so may a sign-in, but with a redirect.
fn is_page_of_every_path(usual: Presentation) -> Test {
    all([is(usual, Property::Status(&[200])), same(super::missing(), Probe::UpgradeUnknownPath)])
}

/// A path or a method that does not exist, a plain response, or a redirect (RFC 9110 §15.3, §15.4, §15.5.5, §15.5.6).
const NOTHING_THERE: &[u16] = &[200, 204, 301, 302, 303, 307, 308, 404, 405];

fn details(_: &Client<'_>, probes: &Probes) -> Details {
    let routes = probes.iter().filter_map(|probe| match probe.presented()?.variation {
        Variation::Route(route) if route != Route::Direct => Some(name(route)),
        _ => None,
    });
    let found: String = routes.take(1).collect();
    match found.is_empty() {
        true => Details::from([("path", "another path".to_owned())]),
        false => {
            let headline = format!("nothing listens at the WebSocket path; the gateway listens at {found}");
            Details::from([("path", found)]).headed(headline)
        }
    }
}

fn name(route: Route) -> &'static str {
    match route {
        Route::UsualPath => Route::USUAL_PATH,
        Route::Slash => "the path with a slash at its end, or without it",
        Route::Direct => "the path without the proxy",
    }
}
