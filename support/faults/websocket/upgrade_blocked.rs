//! A proxy on the route responds to the upgrade itself, or forwards it as a plain request.

use crate::diagnosis::client::Client;
use crate::diagnosis::proof::Probes;
use crate::diagnosis::property::Property;
use crate::diagnosis::record::{Answer::*, Details, Line, Record, Why};
use crate::diagnosis::symptom::Symptom;
use crate::diagnosis::test::{Test, all, any, is, not, same};
use crate::vocabulary::{Fault, Probe, Severity};

pub(crate) const RECORD: Record = Record {
    fault: Fault::UpgradeBlocked,
    severity: Severity::Error,
    severity_if: &[],
    page: include_str!("upgrade-blocked.md"),
    symptoms: &[Symptom::NotOpened],
    shown_by,
    ruled_out_by: super::some_opened,
    // Upgrades are forwarded where one opens at another path.
    yields_to: &[Fault::WebsocketPathWrong],
    details,
    because: &[
        Line::If(
            opened_directly,
            "Every upgrade gets {response}, whatever its token. Without the proxy, an upgrade gets 101.",
        ),
        Line::Always(
            "Every upgrade gets {response}, whatever its token. That is neither a rejection nor the response of an \
             unknown path.",
        ),
    ],
    whys: [
        Why("Why does no connection open?", &[Shown("The upgrade gets {response}, whatever its token.")]),
        Why(
            "Is it the token?",
            &[Shown("The token is not the cause: a valid, a forged and a missing one get the same response.")],
        ),
        Why(
            "What responds to the upgrade?",
            &[
                ShownIf(opened_directly, "The proxy does not forward the upgrade: without the proxy, one gets 101."),
                Inferred(
                    "A proxy drops `Upgrade` and `Connection` unless configured to forward them (RFC 9110 §7.6.1).",
                ),
            ],
        ),
        Why(
            "Why did nobody notice?",
            &[Inferred("Plain requests need no upgrade, so a test of REST does not show it.")],
        ),
    ],
    fix: &[Line::Always(
        "proxy: forward `Upgrade` and `Connection` on the WebSocket path (nginx: `proxy_http_version 1.1`, and \
         `proxy_set_header` for both).",
    )],
};

/// Statuses of a proxy that waited for the gateway, or knows none.
const NOT_REACHED: &[u16] = &[503, 504];

fn shown_by(client: &Client<'_>) -> Test {
    let presented = client.websocket();
    let around = opened_directly(client);
    let unknown_path = same(super::missing(), Probe::UpgradeUnknownPath);
    all([
        super::none_opened(client),
        super::every_token_gets_the_same(client),
        any([
            around.clone(),
            not(is(presented, Property::Status(NOT_REACHED))),
            Test::Needs("`direct`, or a proxy that reaches the gateway"),
        ]),
        not(is(presented, Property::Status(super::REJECTIONS))),
        not(is(presented, Property::AsksForSignIn)),
        // A 502 for plain requests too is a gateway that is not reached.
        not(is(Probe::PlainGet, Property::NotReached)),
        any([around, not(unknown_path)]),
    ])
}

/// Without the proxy the same upgrade opens.
fn opened_directly(client: &Client<'_>) -> Test {
    any(super::carriers(client).map(|one| is(one.direct(), Property::Opened)))
}

fn details(client: &Client<'_>, _: &Probes) -> Details {
    Details::from([("response", client.evidence().summary(client.websocket().into()))])
}
