//! Instances that differ, and where their secrets come from.

use super::super::case::Case;
use super::super::finding::{Account, Why};
use super::super::{Fault, Probes, Proof};
use crate::outcome::Outcome;
use crate::vocabulary::{Attempt, Endpoint, LAST_REPEAT, Presentation, Probe, REPEATS, Service};

/// One token, asked for several times at once on fresh connections, is accepted and refused, and refused as a forged one is.
pub fn stale(case: &Case<'_>) -> Proof {
    Proof::first(asked_often(case).into_iter().map(|ask| {
        let [accepted, refused] = [Outcome::Accepted, Outcome::Rejected].map(|reading| some_time(case, ask, reading));
        accepted.and(refused_as_forged(case, ask)).and(refused).and(from_time_to_time(case, ask))
    }))
}

/// The client's asks that were repeated at once.
fn asked_often(case: &Case<'_>) -> Vec<Presentation> {
    let is_repeated =
        |ask: &Presentation| ask.is_plain() && case.evidence().of(Probe::Present(ask.attempt(REPEATS[0]))).is_some();
    let asks = case.evidence().iter().filter_map(|(probe, _)| match probe {
        Probe::Present(ask) if ask.token.is_the_clients() => Some(ask),
        _ => None,
    });
    asks.filter(is_repeated).collect()
}

/// The same ask at the same time as its repetitions: not the first one, and not the last.
fn batch(case: &Case<'_>, ask: Presentation) -> impl Iterator<Item = Presentation> {
    case.evidence().attempts(ask).filter(|ask| !matches!(ask.attempt, Attempt::First | Attempt::Repeat(1)))
}

fn some_time(case: &Case<'_>, ask: Presentation, reading: Outcome) -> Proof {
    let contrary = if reading == Outcome::Accepted { Outcome::Rejected } else { Outcome::Accepted };
    Proof::first(batch(case, ask).map(|ask| case.reads_once(Probe::Present(ask), reading, &[contrary])))
}

/// The refusals read like that of a forged token and not like that of a missing one, at one of the forms.
fn refused_as_forged(case: &Case<'_>, ask: Presentation) -> Proof {
    let refused = case
        .evidence()
        .attempts(ask)
        .find(|ask| case.evidence().outcome(Probe::Present(*ask)) == Some(Outcome::Rejected));
    let Some(refused) = refused else { return Proof::open("the same token several times") };
    let [first, last] = case.forged(ask).map(|forged| case.same_response(refused, forged));
    // Among bad tokens a breaker may have spoken for both, and is asked about once it is silent again.
    let always = if was_all_well(case) { first.and(last) } else { first };
    always.and(case.unlike_missing(refused))
}

/// Nothing was refused before there were bad tokens, so that good ones were repeated only among those.
fn was_all_well(case: &Case<'_>) -> bool {
    let refused = |ask: &Presentation| case.evidence().outcome(Probe::Present(*ask)) == Some(Outcome::Rejected);
    let mut asks = case.evidence().iter().filter_map(|(probe, _)| match probe {
        Probe::Present(ask) if ask.is_plain() && ask.token.is_the_clients() => Some(ask),
        _ => None,
    });
    !asks.any(|ask| ask.endpoint != Endpoint::Validation && refused(&ask))
}

/// Not once accepted and refused from some moment on, by whatever closed itself then.
fn from_time_to_time(case: &Case<'_>, ask: Presentation) -> Proof {
    let refused = |ask: Presentation| case.evidence().outcome(Probe::Present(ask)) == Some(Outcome::Rejected);
    let at_last = [Attempt::Repeat(1), Attempt::AfterPause(1), Attempt::AfterPause(2), Attempt::AfterPause(3)]
        .map(|attempt| ask.attempt(attempt));
    match !refused(ask) && at_last.into_iter().all(refused) {
        true => Proof::open("a longer pause, to see whether the token is accepted again"),
        false => Proof::given(),
    }
}

/// Enough repetitions to meet one instance of eight, all of them accepted.
pub fn not_stale(case: &Case<'_>) -> Proof {
    let enough = |ask: Presentation| (2..=LAST_REPEAT).map(move |number| ask.repeat(number));
    let asks = case.backend_usual().into_iter().flat_map(enough);
    match asks.clone().all(|ask| case.evidence().of(Probe::Present(ask)).is_some()) {
        true => Proof::all(asks.map(|ask| case.accepts(ask))),
        false => Proof::open("`--thorough`: the same token often enough to meet every instance"),
    }
}

pub fn tell_stale(case: &Case<'_>, cites: &Probes) -> Account {
    let ask = cites.iter().find_map(|probe| match probe {
        Probe::Present(ask) if ask.token.is_the_clients() => Some(ask.attempt(Attempt::First)),
        _ => None,
    });
    let times = |reading| {
        let all = ask.into_iter().flat_map(|ask| case.evidence().attempts(ask));
        all.filter(|ask| case.evidence().outcome(Probe::Present(*ask)) == Some(reading)).count()
    };
    let (accepted, refused) = (times(Outcome::Accepted), times(Outcome::Rejected));
    let share = format!("{refused} of {} times", accepted + refused);
    let (tied, balance) = (tied_to_instances(case), on_one_connection(case));
    let by = match (&tied, balance) {
        (Some(_), _) => Why::observed(
            "Is it chance?",
            "The answers name the instance, and each instance always says the same.",
            cites,
        ),
        (None, Some(true)) => Why::observed(
            "Is it chance?",
            "On one connection the answer stays the same; it changes with the connection.",
            cites,
        ),
        _ => Why::inferred(
            "Is it chance?",
            "The same request at the same moment has two answers, so two instances differ.",
        ),
    };
    let whys = [
        Why::observed("Why only sometimes?", format!("The very same token is refused {share}."), cites),
        by,
        Why::unknown(
            "What is different about those instances?",
            "They verify with another secret, or show auth other service credentials: they started before it was changed.",
            "the secret's version of each instance",
        ),
        Why::inferred("Why did nobody notice?", "A check that asks once meets one instance, and often a good one."),
    ];
    let comparison = format!("one token on fresh connections is refused {share}, in the words that a forged one gets.");
    let account = Account::new(
        comparison,
        whys,
        "restart every instance of the service, so that all of them load the same secret.",
    );
    let account = account.detail("refused", share);
    match tied {
        Some(instances) => account.detail("instances", instances),
        None => account,
    }
}

/// The instances that always refuse, where each answer names one and none does both.
fn tied_to_instances(case: &Case<'_>) -> Option<String> {
    let seen = case.evidence().iter().filter_map(|(probe, observation)| match probe {
        Probe::Present(ask) if ask.token.is_the_clients() => {
            Some((observation.replica.as_deref()?, observation.response.outcome(probe)))
        }
        _ => None,
    });
    let seen: Vec<(&str, Outcome)> = seen.collect();
    let of = |reading| -> std::collections::BTreeSet<&str> {
        seen.iter().filter(|(_, read)| *read == reading).map(|(instance, _)| *instance).collect()
    };
    let (good, bad) = (of(Outcome::Accepted), of(Outcome::Rejected));
    let tied = !bad.is_empty() && good.is_disjoint(&bad);
    tied.then(|| bad.into_iter().collect::<Vec<_>>().join(", "))
}

/// Whether all that was asked on one connection had one answer.
fn on_one_connection(case: &Case<'_>) -> Option<bool> {
    let kept = (1..=4).filter_map(|number| {
        case.evidence().outcome(Probe::Present(case.rest().attempt(Attempt::SameConnection(number))))
    });
    let kept: Vec<Outcome> = kept.collect();
    (kept.len() > 1).then(|| kept.iter().all(|reading| *reading == kept[0]))
}

/// The services tell that they load their secrets from different places, and those secrets differ.
pub fn drift(case: &Case<'_>) -> Proof {
    let symptoms =
        [Fault::JwtSecretMismatch, Fault::JwtSecretAltered, Fault::JwtSecretSelfMismatch, Fault::JwtSecretStaleReplica];
    let symptom = Proof::first(symptoms.map(|fault| case.shows(fault)));
    provenance_differs(case).and(case.fingerprints_differ()).and(symptom)
}

fn provenance_differs(case: &Case<'_>) -> Proof {
    let probes = [Probe::Fingerprint(Service::Auth), Probe::Fingerprint(Service::Backend)];
    match case.evidence().same_provenance() {
        Some(false) => Proof::Holds(probes.into()),
        Some(true) => Proof::Fails(probes.into()),
        None if !case.settings().provenance => {
            Proof::open("`fingerprint.version` or `fingerprint.source` in the target's file")
        }
        None => Proof::open(case.need(probes[0])),
    }
}

pub fn no_drift(case: &Case<'_>) -> Proof {
    provenance_differs(case).not().or(case.fingerprints_differ().not())
}

pub fn tell_drift(_: &Case<'_>, cites: &Probes) -> Account {
    let whys = [
        Why::observed(
            "Why do the secrets differ?",
            "Auth and the backend load them from different versions or sources.",
            cites,
        ),
        Why::inferred(
            "Why from different ones?",
            "One service was restarted after the secret changed, or a variable in one of them comes before the shared store.",
        ),
        Why::unknown("Since when?", "Since one of the two was deployed last.", "the deployments' times and settings"),
        Why::inferred(
            "Why did nobody notice?",
            "A deployment checks that a secret exists, not that it is the same one.",
        ),
    ];
    let comparison = "each service says where its secret comes from, and the two places are not the same.";
    let remedy = "pin both services to one version of one source, remove what comes before it in their settings, and redeploy both.";
    Account::new(comparison, whys, remedy)
}
