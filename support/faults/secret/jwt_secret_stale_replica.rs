//! Some replicas of a service still hold an older secret, so one token is accepted and rejected in turn.

mod not_excluded;

use std::iter;

use self::not_excluded::other_settings;
use super::platform::{self, is_older_than_its_secret, platform_explains, revisions_differ};
use super::replicas::{rejecting_replicas, tied_to_connection, tied_to_replicas};
use crate::diagnosis::client::Client;
use crate::diagnosis::proof::{Need, Probes, Proof};
use crate::diagnosis::property::lacking;
use crate::diagnosis::record::{Answer::*, Details, Line, Record, Suspects, Why};
use crate::diagnosis::symptom::Symptom;
use crate::diagnosis::test::{Computed, Test, accepts, all};
use crate::outcome::Outcome;
use crate::vocabulary::{Attempt, Endpoint, Fault, LAST_REPEAT, Presentation, Probe, REPEATS, Severity};

pub(crate) const RECORD: Record = Record {
    fault: Fault::JwtSecretStaleReplica,
    severity: Severity::Error,
    severity_if: &[],
    page: include_str!("jwt-secret-stale-replica.md"),
    symptoms: &[Symptom::Unsteady],
    shown_by,
    ruled_out_by,
    // That is shown by a response that no forged token gets. While one replica's is open, its token is accepted and rejected at once.
    yields_to: &[Fault::CircuitBreakerOpen],
    details,
    suspects: Suspects::Deployment,
    because: &[Line::Always(
        "One token, sent on fresh connections, is rejected {rejected}, with the response of a forged token.",
    )],
    whys: [
        Why(
            "Is it rejected every time?",
            &[Shown("The same token is rejected {rejected}, and accepted the other times.")],
        ),
        Why(
            "What does it depend on?",
            &[
                ShownIf(
                    tied_to_replicas,
                    "It depends on the replica: each replica that a response names always responds alike.",
                ),
                ShownIf(
                    tied_to_connection,
                    "It depends on the connection: on one connection the response stays the same.",
                ),
                Inferred("The same request gets two responses at the same moment, so two replicas differ."),
            ],
        ),
        Why(
            "How do those replicas differ?",
            &[
                ShownIf(revisions_differ, "Two revisions that get requests load different secrets: {backend_loads}."),
                InferredIf(
                    is_older_than_its_secret,
                    "Version {newest} of the secret is newer than the deployment of {stale}: a replica keeps what it \
                     loaded, and one that started later has another.",
                ),
                Unknown(
                    "Some may hold older secrets, keys or service credentials, other settings, or a wrong clock.",
                    "the settings of each replica",
                ),
            ],
        ),
        Why(
            "Why did nobody notice?",
            &[
                UnknownIf(
                    platform_explains,
                    "Did a gate run before the deployment of {deployed}?",
                    "the log of that deployment",
                ),
                Unknown(
                    "Does any check after a deployment send several requests, so that it reaches every replica?",
                    "the checks after each deployment",
                ),
            ],
        ),
    ],
    fix: &[
        Line::If(tied_to_replicas, "{at}: restart every replica, so that all load the same secrets."),
        Line::Always(
            "{at}: restart every replica, so that all load the same secrets. If there is only one, its log tells why it fails at \
             times.",
        ),
    ],
};

/// One token, presented several times at once on fresh connections, is accepted and rejected, and rejected like a forged one.
fn shown_by(client: &Client<'_>) -> Test {
    let repeats = |usual: Presentation| REPEATS.map(|attempt| Probe::Present(usual.attempt(attempt)));
    Test::Computed(Computed {
        name: "one token, presented several times at once, is accepted and rejected like a forged one",
        prove,
        probes: client.backend().into_iter().flat_map(repeats).collect(),
    })
}

/// In whatever carrier and variation the client's token was presented several times at once.
fn prove(client: &Client<'_>, probes: &[Probe]) -> Proof {
    let is_repeated = |one: &Presentation| client.evidence().of(one.attempt(REPEATS[0]).into()).is_some();
    let repeated: Vec<Presentation> = of_the_client(client).filter(is_repeated).collect();
    let rejected = client.backend().into_iter().any(|usual| is(client, usual, Outcome::Rejected));
    match repeated.is_empty() && rejected {
        true => Proof::Open(probes.iter().map(|probe| Need::Response(*probe)).collect()),
        false => Proof::first(repeated.into_iter().map(|usual| is_unsteady(client, usual))),
    }
}

fn is_unsteady(client: &Client<'_>, usual: Presentation) -> Proof {
    Proof::all([
        some_time(client, usual, Outcome::Accepted),
        rejected_like_forged(client, usual),
        some_time(client, usual, Outcome::Rejected),
        not_from_then_on(client, usual),
    ])
}

/// The client's tokens, each as it was presented first.
fn of_the_client(client: &Client<'_>) -> impl Iterator<Item = Presentation> {
    client.evidence().presentations().filter(|one| one.is_plain() && one.token.is_the_clients())
}

fn is(client: &Client<'_>, presented: Presentation, outcome: Outcome) -> bool {
    client.evidence().outcome(presented) == Some(outcome)
}

/// Among the attempts that were made at once: not the first one, and not the last.
fn some_time(client: &Client<'_>, usual: Presentation, wanted: Outcome) -> Proof {
    let at_once =
        client.evidence().attempts(usual).filter(|one| !matches!(one.attempt, Attempt::First | Attempt::Repeat(1)));
    Proof::first(at_once.map(|one| match client.evidence().outcome(one) {
        Some(outcome) if outcome == wanted => Proof::Holds([one.into()].into()),
        Some(Outcome::Accepted | Outcome::Rejected) => Proof::Fails([one.into()].into()),
        _ => Proof::open(Need::Response(one.into())),
    }))
}

/// One rejection is compared, attempt by attempt: a statement about every attempt would include those that were accepted.
fn rejected_like_forged(client: &Client<'_>, usual: Presentation) -> Proof {
    let rejected = client.evidence().attempts(usual).find(|one| is(client, *one, Outcome::Rejected));
    let Some(rejected) = rejected else { return Proof::open("the same token several times") };
    let missing = Presentation::missing(usual.endpoint);
    let forged = usual.forged();
    // Where every rejection is the same, it decides that one token is accepted and rejected at once, and that invalid tokens are
    // never accepted. A circuit breaker that is open in one of several replicas fits that too, unless REST tells.
    let wordless = || {
        let always_rejected = [forged, missing].map(|one| always_rejected(client, one));
        Proof::all(always_rejected.into_iter().chain([
            compared(client, forged, missing),
            nowhere_unlike_forged(client),
            not_after_invalid_ones(client, usual),
        ]))
    };
    let differs = [missing, missing.repeat(1)].into_iter().map(|missing| {
        let differs = compared(client, rejected, missing).negated();
        Proof::first(iter::once(differs).chain(iter::once_with(wordless)))
    });
    // While invalid tokens are sent, an open circuit breaker may have responded to both. The last forged token is sent after
    // it has closed again.
    let last = accepted_until_then(client).then_some(forged.after_pause(0));
    let same = [forged].into_iter().chain(last).map(|forged| compared(client, rejected, forged));
    Proof::all(same.chain(differs))
}

/// A valid token that the same process rejects elsewhere is rejected like a forged one there too.
fn nowhere_unlike_forged(client: &Client<'_>) -> Proof {
    let rejected = of_the_client(client).filter(|one| one.endpoint != Endpoint::Validation);
    let rejected = rejected.flat_map(|usual| client.evidence().attempts(usual));
    let mut rejected = rejected.filter(|one| is(client, *one, Outcome::Rejected));
    let is_unlike = |one: Presentation| {
        let forged = one.attempt(Attempt::First).forged();
        matches!(compared(client, one, forged), Proof::Fails(_))
    };
    match rejected.any(is_unlike) {
        true => Proof::open("a valid token that is rejected like a forged one wherever it is rejected"),
        false => Proof::given(),
    }
}

/// It was rejected before anything invalid was sent, or is rejected again after it was accepted again. Otherwise a circuit breaker may
/// have opened in one of several replicas for what this check has sent.
fn not_after_invalid_ones(client: &Client<'_>, usual: Presentation) -> Proof {
    // The first attempts, which come before those.
    let own = client.backend().into_iter().flat_map(|usual| [usual, usual.by(usual.user.other())]);
    if let Some(at_first) = own.into_iter().find(|one| is(client, *one, Outcome::Rejected)) {
        return Proof::Holds([at_first.into()].into());
    }
    let pauses = [1, 2, 3].map(|number| usual.after_pause(number));
    if let Some(missing) = pauses.iter().find(|one| client.evidence().of((**one).into()).is_none()) {
        return Proof::open(Need::Response((*missing).into()));
    }
    let mut since = pauses.into_iter().skip_while(|one| !is(client, *one, Outcome::Accepted));
    match since.find(|one| is(client, *one, Outcome::Rejected)) {
        Some(again) => Proof::Holds([again.into()].into()),
        None => Proof::open("a check after the pause of a circuit breaker"),
    }
}

fn always_rejected(client: &Client<'_>, presented: Presentation) -> Proof {
    let other = client.evidence().attempts(presented).find(|one| !is(client, *one, Outcome::Rejected));
    match (client.evidence().of(presented.into()), other) {
        (None, _) => Proof::open(Need::Response(presented.into())),
        (Some(_), Some(other)) => Proof::Fails([other.into()].into()),
        (Some(_), None) => Proof::Holds([presented.into()].into()),
    }
}

fn compared(client: &Client<'_>, one: Presentation, other: Presentation) -> Proof {
    let probes = [one, other].map(Probe::Present);
    let limited = probes.iter().find(|probe| client.evidence().outcome(**probe) == Some(Outcome::RateLimited));
    match (limited, client.evidence().same_response(probes[0], probes[1])) {
        (None, Some(true)) => Proof::Holds(probes.into()),
        (None, Some(false)) => Proof::Fails(probes.into()),
        (Some(limited), _) => Proof::open(Need::Response(*limited)),
        (None, None) => Proof::open(lacking(client, probes[0], probes[1])),
    }
}

/// No valid token was rejected before invalid tokens were sent, so that valid ones were repeated only among those.
fn accepted_until_then(client: &Client<'_>) -> bool {
    !of_the_client(client).any(|one| one.endpoint != Endpoint::Validation && is(client, one, Outcome::Rejected))
}

/// It is not accepted once and rejected from some moment on: a circuit breaker that opened, and has not closed yet.
fn not_from_then_on(client: &Client<'_>, usual: Presentation) -> Proof {
    let last = [Attempt::Repeat(1), Attempt::AfterPause(1), Attempt::AfterPause(2), Attempt::AfterPause(3)];
    let at_last = last.into_iter().all(|attempt| is(client, usual.attempt(attempt), Outcome::Rejected));
    match at_last && !is(client, usual, Outcome::Rejected) {
        true => Proof::open("a longer pause, to see whether the token is accepted again"),
        false => Proof::given(),
    }
}

/// Enough attempts to meet one replica of eight, each of them accepted.
fn ruled_out_by(client: &Client<'_>) -> Test {
    if !client.settings().thorough {
        return Test::Needs("`--thorough`: the same token often enough to meet every replica");
    }
    let often = |usual: Presentation| (2..=LAST_REPEAT).map(move |number| accepts(usual.repeat(number)));
    all(client.backend().into_iter().flat_map(often))
}

fn details(client: &Client<'_>, shown: &Probes) -> Details {
    let of_the_client = |one: &Presentation| one.token.is_the_clients();
    let usual = shown.iter().filter_map(|probe| probe.presented()).find(of_the_client);
    let attempts = || usual.into_iter().flat_map(|usual| client.evidence().attempts(usual.attempt(Attempt::First)));
    let times = |outcome| attempts().filter(|one| is(client, *one, outcome)).count();
    let (accepted, rejected) = (times(Outcome::Accepted), times(Outcome::Rejected));
    let missing = usual.map(|usual| Presentation::missing(usual.endpoint));
    let first_rejected = attempts().find(|one| is(client, *one, Outcome::Rejected));
    let is_wordless =
        first_rejected.zip(missing).is_some_and(|(rejected, missing)| compared(client, rejected, missing).holds());
    let at = usual.map_or("service whose responses differ", |usual| client.settings().verifier(usual.endpoint).name());
    let rejected = format!("{rejected} of {} times", accepted + rejected);
    let mut details = platform::details(client);
    details.values.extend([("rejected", rejected), ("at", at.to_owned())]);
    details.values.extend(rejecting_replicas(client).map(|(replicas, _)| ("replicas", replicas)));
    // A replica in which others have opened one rejects every token with that response too, and so does one that reads none.
    let wordless = is_wordless.then_some([Fault::CircuitBreakerOpen, Fault::CredentialNotRead]);
    details.not_excluded.extend(wordless.into_iter().flatten());
    details.not_excluded.extend(first_rejected.into_iter().flat_map(|rejected| other_settings(client, rejected)));
    match (client.shares_no_secret(), details.values.get("replicas").cloned()) {
        (true, Some(replicas)) => {
            details.headed(format!("some replicas reject tokens that the others accept: {replicas}"))
        }
        (true, None) => details.headed("some replicas reject tokens that the others accept"),
        (false, Some(replicas)) => {
            details.headed(format!("some replicas hold another secret than the rest: {replicas}"))
        }
        (false, None) => details,
    }
}

#[cfg(test)]
mod tests;
