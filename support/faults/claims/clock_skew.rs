//! A service's clock differs from the others by more than the target allows. A clock is known as an interval, never as a point.

use super::claim_malformed::dates_are_malformed;
use crate::diagnosis::client::Client;
use crate::diagnosis::proof::{Probes, Proof};
use crate::diagnosis::record::{Answer::*, Details, Line, Record, Suspects, Why};
use crate::diagnosis::symptom::Symptom;
use crate::diagnosis::test::{Computed, Test, accepts, all, any, each, not, not_shown, rejects};
use crate::evidence::{Offset, Settings, TokenFacts};
use crate::faults::resigned::{accepted_with, next_is_new};
use crate::vocabulary::{Change, Fault, Probe, Service, Severity};

/// The services whose responses have a `Date`.
const SERVICES: [Service; 3] = [Service::Auth, Service::Backend, Service::Gateway];
/// Claims are in whole seconds.
const GRAIN: i64 = 1;
/// Some issuers write an earlier `iat`, so that verifiers whose clocks are behind accept the token; in seconds.
const BACKDATED: i64 = 60;

pub(crate) const RECORD: Record = Record {
    fault: Fault::ClockSkew,
    severity: Severity::Error,
    severity_if: &[],
    page: include_str!("clock-skew.md"),
    symptoms: &[
        Symptom::ValidTokenAccepted,
        Symptom::RejectedLikeForged,
        Symptom::RejectedUnlikeForged,
        Symptom::IssuedTokenRejected,
    ],
    shown_by,
    ruled_out_by,
    yields_to: &[],
    details,
    suspects: Suspects::Deployment,
    because: &[Line::Always("The clock of {service} is {offset}; {allowed} are allowed.")],
    whys: [
        Why(
            "Why does time matter?",
            &[Shown("Tokens carry dates, and each service compares them with its own clock.")],
        ),
        Why("Whose clock?", &[Shown("Compared with this machine, the clock of {service} is {offset}.")]),
        Why(
            "Why is the clock wrong?",
            &[Unknown(
                "Time synchronisation may be off, blocked, or interrupted by a pause of the machine.",
                "the time source of that machine",
            )],
        ),
        Why(
            "Why did nobody notice?",
            &[Unknown("Does any monitoring compare the clocks of the services?", "the monitoring of those machines")],
        ),
    ],
    fix: &[Line::Always("machine of {service}: correct the clock, and enable time synchronisation (NTP).")],
};

fn shown_by(client: &Client<'_>) -> Test {
    let dates = SERVICES.map(|service| {
        Test::Computed(Computed {
            name: "the `Date` of every response lies beyond the allowed skew",
            prove: |client, probes| by_dates(client, probes, |offset, skew| offset.least > skew || offset.most < -skew),
            probes: probes_of(client, service),
        })
    });
    let by_its_token = [issued_ahead(client), issued_behind(client)];
    let by_its_token =
        by_its_token.map(|dated| all([dated, not_shown(dates_are_malformed(client)), not_shown(contradicted(client))]));
    each(dates.into_iter().chain(by_its_token).chain([
        accepted_an_hour_earlier(client),
        accepted_slightly_earlier(client),
        ahead_of_the_token(client),
    ]))
}

/// Every interval lies within what is allowed, and what was issued just now is accepted.
fn ruled_out_by(client: &Client<'_>) -> Test {
    let within = [Service::Auth, Service::Backend].map(|service| {
        Test::Computed(Computed {
            name: "the `Date` of every response lies within the allowed skew",
            prove: |client, probes| {
                by_dates(client, probes, |offset, skew| offset.least >= -skew && offset.most <= skew)
            },
            probes: probes_of(client, service),
        })
    });
    let accepted = all(client.backend().into_iter().map(accepts));
    all(within.into_iter().chain([not(issued_ahead(client)), accepted, dates_agree(client)]))
}

/// A token that was issued just now says so. A reverse proxy may write a `Date` of its own, and then nothing else tells of the
/// clock behind it: a token that says that it is older was backdated, or kept, or its issuer's clock is behind.
pub(in crate::faults) fn dates_agree(client: &Client<'_>) -> Test {
    Test::Computed(Computed {
        name: "a new token says that it is new",
        prove: |client, _| {
            let skew = skew_millis(client.settings()) / 1_000;
            match client.facts().and_then(|facts| facts.issued_ago) {
                Some(ago) if ago - GRAIN > skew => Proof::open("a new token that says that it is new"),
                _ => Proof::given(),
            }
        },
        probes: vec![client.token_probe()],
    })
}

/// The probes of a service that were made.
fn probes_of(client: &Client<'_>, service: Service) -> Vec<Probe> {
    client.evidence().iter().map(|(probe, _)| probe).filter(|probe| probe.service() == service).collect()
}

fn by_dates(client: &Client<'_>, probes: &[Probe], is: impl Fn(Offset, i64) -> bool) -> Proof {
    match offset(client, probes) {
        Some((offset, probe)) if is(offset, skew_millis(client.settings())) => Proof::Holds([probe].into()),
        Some((_, probe)) => Proof::Fails([probe].into()),
        None => Proof::open("a `Date` in the responses of each service"),
    }
}

/// The narrowest interval that all its responses allow, or, where they contradict one another, the widest.
fn offset(client: &Client<'_>, probes: &[Probe]) -> Option<(Offset, Probe)> {
    let clock = |probe: &Probe| Some((*probe, client.evidence().of(*probe)?.clock?));
    let seen: Vec<(Probe, Offset)> = probes.iter().filter_map(clock).collect();
    let least = seen.iter().map(|(_, offset)| offset.least);
    let most = seen.iter().map(|(_, offset)| offset.most);
    let narrow = Offset { least: least.clone().max()?, most: most.clone().min()? };
    let wide = Offset { least: least.min()?, most: most.max()? };
    Some((if narrow.least <= narrow.most { narrow } else { wide }, seen.first()?.0))
}

fn skew_millis(settings: &Settings) -> i64 {
    i64::try_from(settings.skew.as_millis()).unwrap_or(i64::MAX)
}

/// The token was issued, or becomes valid, ahead of our time by more than is allowed; behind it, it may have been backdated.
fn issued_ahead(client: &Client<'_>) -> Test {
    client.token_test("the token is dated ahead by more than the allowed skew", |facts, settings| {
        Some(ahead(facts)? - GRAIN > skew_millis(settings) / 1_000)
    })
}

/// Auth's own `Date` is right, and auth accepts nothing that has just expired: it is the token that is dated wrongly. A reverse
/// proxy may write the `Date`; then a clock that is behind shows in what has expired and is accepted.
fn contradicted(client: &Client<'_>) -> Test {
    all([auth_date_is_right(client), not_shown(accepts(client.validation().changed(Change::Expired)))])
}

pub(super) fn auth_date_is_right(client: &Client<'_>) -> Test {
    Test::Computed(Computed {
        name: "the `Date` of auth lies within the allowed skew",
        prove: |client, probes| by_dates(client, probes, |offset, skew| offset.least >= -skew && offset.most <= skew),
        probes: probes_of(client, Service::Auth),
    })
}

/// By how many seconds the token is dated ahead: `iat` tells the clock, and an issuer may want `nbf` to be later.
fn ahead(facts: &TokenFacts) -> Option<i64> {
    facts.issued_ago.map(|ago| -ago).or(facts.not_before)
}

/// Earlier dates are accepted because `nbf` has passed then, whatever the clocks say.
fn begins_late(client: &Client<'_>) -> Test {
    client.token_test("its `nbf` is later than its `iat`", |facts, _| Some(facts.begins_late().is_some()))
}

/// The token says that it was issued long ago, and it was not kept: the next one of the same user is another one.
fn issued_behind(client: &Client<'_>) -> Test {
    let old = client.token_test("the token says that it was issued long ago", |facts, settings| {
        Some(facts.issued_ago? > skew_millis(settings) / 1_000 + BACKDATED + GRAIN)
    });
    all([old, next_is_new(client.user())])
}

/// Earlier by what is allowed is rejected, and earlier by an hour is accepted: the verifier's clock is behind by more than
/// that.
fn accepted_an_hour_earlier(client: &Client<'_>) -> Test {
    any(client.every_token().into_iter().map(|usual| {
        let hour = accepted_with(client, usual, |change| change == Change::BackdatedByAnHour);
        let by_its_dates = any([dates_are_malformed(client), begins_late(client)]);
        all([rejects(usual.changed(Change::Backdated)), hour, not_shown(by_its_dates)])
    }))
}

/// Earlier by what is allowed is accepted: the verifier's clock is behind by less than that, and it allows no leeway.
fn accepted_slightly_earlier(client: &Client<'_>) -> Test {
    any(client.every_token().into_iter().map(|usual| {
        let earlier = accepted_with(client, usual, |change| change == Change::Backdated);
        all([earlier, not_shown(any([dates_are_malformed(client), begins_late(client)]))])
    }))
}

/// A new token is rejected, and accepted where it lives longer. Either it lives too short, or the verifier's clock is ahead of
/// its end; where a reverse proxy writes the `Date`, nothing tells which.
fn ahead_of_the_token(client: &Client<'_>) -> Test {
    let not_expired = client.token_test("the token has not expired", |facts, _| Some(facts.expires_in? > GRAIN));
    let dates = Test::Needs("a `Date` that the verifying service writes itself");
    all([not_expired, super::token_expires_too_soon::rejected_unless_longer(client), dates])
}

fn details(client: &Client<'_>, shown: &Probes) -> Details {
    let skew = skew_millis(client.settings());
    let beyond = |service: &Service| {
        let (offset, _) = offset(client, &probes_of(client, *service))?;
        (offset.least > skew || offset.most < -skew).then(|| (service.name(), interval(offset)))
    };
    let holds = |test: Test| test.prove(client).holds();
    let ago = client.facts().and_then(|facts| facts.issued_ago).unwrap_or_default();
    let ahead = client.facts().and_then(ahead).unwrap_or_default();
    let (service, offset) = match SERVICES.iter().find_map(beyond) {
        Some(found) => found,
        None if holds(issued_ahead(client)) => ("auth", format!("ahead by at least {} s", ahead - GRAIN)),
        None if holds(issued_behind(client)) => {
            ("auth", format!("behind by {} to {} s", ago - GRAIN - BACKDATED, ago + GRAIN))
        }
        None if holds(accepted_slightly_earlier(client)) => {
            (service_of(shown), format!("behind by 1 to {} s, and it allows no leeway for `iat`", skew / 1_000))
        }
        None => (service_of(shown), "behind by more than is allowed, and by less than an hour".to_owned()),
    };
    let allowed = format!("{} s", skew / 1_000);
    let headline = format!("the clock of {service} is {offset}");
    Details::from([("service", service.to_owned()), ("offset", offset), ("allowed", allowed)]).headed(headline)
}

/// The service that accepted the token once its dates were changed.
fn service_of(shown: &Probes) -> &'static str {
    let changed = super::changes(shown).next();
    changed.map_or("backend", |(endpoint, _)| endpoint.service().name())
}

/// In whole seconds, rounded outward: `Date` has no smaller ones.
fn interval(offset: Offset) -> String {
    let (least, most) = (offset.least.div_euclid(1_000), -(-offset.most).div_euclid(1_000));
    match offset.least > 0 {
        true => format!("ahead by {least} to {most} s"),
        false => format!("behind by {} to {} s", -most, -least),
    }
}

#[cfg(test)]
mod tests;
