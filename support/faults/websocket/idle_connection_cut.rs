//! A connection is cut because nothing is sent on it for a while.

use crate::diagnosis::client::Client;
use crate::diagnosis::proof::{Probes, Proof};
use crate::diagnosis::property::Property;
use crate::diagnosis::record::{Answer::*, Details, Line, Record, Suspects, Why};
use crate::diagnosis::symptom::Symptom;
use crate::diagnosis::test::{Computed, Test, all, any, is, not, takes_token};
use crate::evidence::{End, Observation};
use crate::vocabulary::{Fault, Probe, Severity};

pub(crate) const RECORD: Record = Record {
    fault: Fault::IdleConnectionCut,
    severity: Severity::Error,
    severity_if: &[],
    page: include_str!("idle-connection-cut.md"),
    symptoms: &[Symptom::ValidTokenAccepted, Symptom::ConnectionFails],
    shown_by,
    ruled_out_by,
    yields_to: &[],
    details,
    suspects: Suspects::Deployment,
    because: &[Line::Always("A silent connection is closed early. The same connection with pings stays open.")],
    whys: [
        Why(
            "Why does the connection end?",
            &[Shown("Nothing was sent on the connection for a while; with pings it stays open.")],
        ),
        Why(
            "What closes it?",
            &[Unknown(
                "The idle timeout of a proxy or of the gateway may be too short.",
                "the idle timeouts of every proxy and of the gateway",
            )],
        ),
        Why(
            "Why is the timeout so short?",
            &[Unknown(
                "The timeout may be one for requests, which are never silent for long.",
                "the idle timeouts of every proxy, and of the gateway",
            )],
        ),
        Why(
            "Why did nobody notice?",
            &[Unknown("Does any test keep a connection open without a message?", "the tests of the gateway")],
        ),
    ],
    fix: &[Line::Always(
        "proxy: raise the idle timeout above the longest silence of a user (nginx: `proxy_read_timeout`); or \
         client: send pings more often.",
    )],
};

/// After how long a silence it was closed: whose timeout that is shows from its settings.
fn details(client: &Client<'_>, shown: &Probes) -> Details {
    let is_cut = |probe: &&Probe| !matches!(probe, Probe::WatchWithPings);
    let silence = shown.iter().filter(is_cut).find_map(|probe| silence(client.evidence().of(*probe)?));
    silence.map_or_else(Details::new, |silence| {
        let digits = usize::from(silence < 10.0);
        Details::new()
            .headed(format!("a proxy or the gateway closes a connection that is silent for {silence:.digits$} s"))
    })
}

/// In seconds, from the last frame that came, or from the upgrade.
fn silence(seen: &Observation) -> Option<f64> {
    let wire = seen.wire.as_ref()?;
    let begins = wire.frames.last().copied().or(wire.answered)?;
    Some(seen.elapsed.checked_sub(begins)?.as_secs_f64())
}

fn shown_by(client: &Client<'_>) -> Test {
    all([cut_in_silence(client), not(closed_by_the_gateway(client)), is(Probe::WatchWithPings, Property::Lasts)])
}

/// The watched connection; or, where there is no welcome to wait for, the client's own, for then each is watched.
fn cut_in_silence(client: &Client<'_>) -> Test {
    match client.settings().welcome {
        true => not(is(Probe::Watch, Property::Lasts)),
        false => is(client.websocket(), Property::EndsAbnormally),
    }
}

/// With a code that rejects: 1008 policy violation, or one of the application. A newer connection of the same user may end an
/// older one in that way. With 1001 or 1012 a replica goes away, which needs no silence.
fn closed_by_the_gateway(client: &Client<'_>) -> Test {
    Test::Computed(Computed {
        name: "the gateway closes the connection with a code that rejects, or goes away",
        prove: |client, probes| {
            let end = |probe: &Probe| client.evidence().of(*probe)?.response.connection().map(|it| &it.end);
            let rejects = |end: &End| matches!(end, End::Closed { code: 1001 | 1008 | 1012 | 3000..=4999, .. });
            let cited = probes.iter().copied().collect();
            match probes.iter().filter_map(end).any(rejects) {
                true => Proof::Holds(cited),
                false => Proof::Fails(cited),
            }
        },
        probes: vec![if client.settings().welcome { Probe::Watch } else { client.websocket().into() }],
    })
}

fn ruled_out_by(client: &Client<'_>) -> Test {
    let watched = is(Probe::Watch, Property::Lasts);
    if client.settings().welcome { watched } else { any([watched, takes_token(client.websocket())]) }
}

#[cfg(test)]
mod tests;
