//! A proxy on the route responds to the upgrade itself, or forwards it as a plain request.

use crate::diagnosis::client::Client;
use crate::diagnosis::proof::Probes;
use crate::diagnosis::property::Property;
use crate::diagnosis::record::{Answer::*, Details, Line, Record, Suspects, Why};
use crate::diagnosis::symptom::Symptom;
use crate::diagnosis::test::{Test, all, any, is, not, not_shown, rejects, same};
use crate::faults::reach::access_gate_in_front;
use crate::vocabulary::{Fault, Probe, Severity};

pub(crate) const RECORD: Record = Record {
    fault: Fault::UpgradeBlocked,
    severity: Severity::Error,
    severity_if: &[],
    page: include_str!("upgrade-blocked.md"),
    symptoms: &[Symptom::NotOpened],
    shown_by,
    ruled_out_by,
    // Upgrades are forwarded where one opens at another path.
    yields_to: &[Fault::WebsocketPathWrong],
    details,
    suspects: Suspects::Deployment,
    because: &[
        Line::If(
            tokens_are_judged_first,
            "A valid token gets {response}, which is no rejection. Without the proxy, an upgrade with it gets 101.",
        ),
        Line::If(
            opened_directly,
            "Every upgrade gets {response}, whatever its token. Without the proxy, an upgrade gets 101.",
        ),
        Line::Always(
            "Every upgrade gets {response}, whatever its token. With it a WebSocket server asks for an upgrade, which \
             it did not receive.",
        ),
    ],
    whys: [
        Why(
            "Why does no connection open?",
            &[
                ShownIf(tokens_are_judged_first, "The upgrade with a valid token gets {response}."),
                Shown("The upgrade gets {response}, whatever its token."),
            ],
        ),
        Why(
            "Is it the token?",
            &[
                ShownIf(tokens_are_judged_first, "The token is not the cause: only an invalid one is rejected."),
                Shown("The token is not the cause: a valid, a forged and a missing one get the same response."),
            ],
        ),
        Why(
            "What responds to the upgrade?",
            &[
                ShownIf(lost_at_proxy, "The proxy does not forward the upgrade: without the proxy, one gets 101."),
                ShownIf(
                    opened_directly,
                    "A proxy drops it, responds itself, or forwards it to another path: without the proxy, one gets 101.",
                ),
                Unknown(
                    "A proxy may drop `Upgrade` and `Connection`, as it does unless configured otherwise (RFC 9110 §7.6.1).",
                    "`direct`, or the settings of every proxy",
                ),
            ],
        ),
        Why(
            "Why did nobody notice?",
            &[Unknown("Does any test open a WebSocket on the route of the users?", "the tests of the route")],
        ),
    ],
    fix: &[
        Line::If(
            may_be_another_path,
            "proxy: forward `Upgrade` and `Connection` on the WebSocket path, and the path as the gateway has it (nginx: \
             `proxy_http_version 1.1`, `proxy_set_header` for both, and a `proxy_pass` without a path).",
        ),
        Line::Always(
            "proxy: forward `Upgrade` and `Connection` on the WebSocket path (nginx: `proxy_http_version 1.1`, and \
             `proxy_set_header` for both).",
        ),
    ],
};

fn shown_by(client: &Client<'_>) -> Test {
    // What a proxy responds to REST too is no matter of upgrades.
    all([stops_each_upgrade(client), not_shown(access_gate_in_front::rejected_before_rest(client))])
}

/// No upgrade opens through the proxy, and none is rejected.
pub(in crate::faults) fn stops_each_upgrade(client: &Client<'_>) -> Test {
    let presented = client.websocket();
    all([
        super::none_opened(client),
        any([super::every_token_gets_the_same(client), tokens_are_judged_first(client)]),
        not(is(presented, Property::Status(super::REJECTIONS))),
        not(is(presented, Property::AsksForSignIn)),
        // A 502 for plain requests too is a gateway that is not reached.
        not(is(Probe::PlainGet, Property::NotReached)),
        // Any other response may be that of a service without a WebSocket server there, or of one that rejects everybody.
        any([
            opened_directly(client),
            all([super::upgrade_is_lost(client), not_shown(same(presented.direct(), presented))]),
            Test::Needs("`direct`"),
        ]),
    ])
}

/// Without the proxy the upgrade gets the same response: it is not the proxy's.
fn ruled_out_by(client: &Client<'_>) -> Test {
    let usual = client.websocket();
    let without_proxy = [
        same(usual.direct(), usual),
        not(is(usual, Property::Opened)),
        not(is(usual, Property::Failed)),
        not(is(usual, Property::NotReached)),
    ];
    any([super::some_opened(client), all(without_proxy)])
}

/// Invalid tokens are rejected before it shows that the upgrade was lost; without the proxy, the valid one opens.
fn tokens_are_judged_first(client: &Client<'_>) -> Test {
    let usual = client.websocket();
    all([rejects(usual.forged()), not(same(usual, usual.forged())), is(usual.direct(), Property::Opened)])
}

/// Without the proxy the same upgrade opens.
fn opened_directly(client: &Client<'_>) -> Test {
    any(super::carriers(client).into_iter().map(|one| is(one.direct(), Property::Opened)))
}

fn lost_at_proxy(client: &Client<'_>) -> Test {
    all([super::upgrade_is_lost(client), opened_directly(client)])
}

/// Only a response that asks for the upgrade shows that the upgrade was lost: a gateway that gets it at a path which it does not have
/// may give any other.
fn may_be_another_path(client: &Client<'_>) -> Test {
    all([opened_directly(client), not_shown(super::upgrade_is_lost(client))])
}

fn details(client: &Client<'_>, _: &Probes) -> Details {
    let response = client.evidence().summary(client.websocket().into());
    let may_be_another_path = may_be_another_path(client).prove(client).holds();
    let what = if may_be_another_path { "lets no upgrade through" } else { "does not forward the upgrade" };
    let headline = format!("a proxy on the route {what}: {response}");
    let not_excluded = may_be_another_path.then_some(Fault::WebsocketPathWrong);
    Details {
        not_excluded: not_excluded.into_iter().collect(),
        ..Details::from([("response", response)]).headed(headline)
    }
}

#[cfg(test)]
mod tests;
