//! The gateway listens at another path than the one that the client connects to.

use crate::diagnosis::client::Client;
use crate::diagnosis::proof::Probes;
use crate::diagnosis::property::Property;
use crate::diagnosis::record::{Answer::*, Details, Line, Record, Why};
use crate::diagnosis::symptom::Symptom;
use crate::diagnosis::test::{Test, all, any, is};
use crate::vocabulary::{Fault, Route, Severity, Variation};

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
    because: &[Line::Always(
        "No upgrade opens at the path of the target's file, and the same upgrade opens at {path}.",
    )],
    whys: [
        Why(
            "Why does no connection open?",
            &[Shown("No gateway listens at the path of the target's file: valid and missing tokens get no 101.")],
        ),
        Why("Where does the gateway listen?", &[Shown("The gateway listens at {path}: the same upgrade opens there.")]),
        Why(
            "Why does it look like a rejected token?",
            &[Inferred("Servers reject an upgrade at an unknown path as they reject an invalid token.")],
        ),
        Why(
            "Why did nobody notice?",
            &[Inferred("The path changed in the service or in a route, and not in the client.")],
        ),
    ],
    fix: &[Line::Always("client, and `websocket` in the target's file: connect to {path}.")],
};

fn shown_by(client: &Client<'_>) -> Test {
    let elsewhere = super::other_paths(client).map(|one| is(one, Property::Opened));
    all([super::none_opened(client), any(elsewhere)])
}

fn details(_: &Client<'_>, probes: &Probes) -> Details {
    let routes = probes.iter().filter_map(|probe| match probe.presented()?.variation {
        Variation::Route(route) => Some(name(route)),
        _ => None,
    });
    Details::from([("path", routes.take(1).collect())])
}

fn name(route: Route) -> &'static str {
    match route {
        Route::UsualPath => "/ws",
        Route::Slash => "the path with a slash at its end, or without it",
        Route::Direct => "the path without the proxy",
    }
}
