//! What a gate requires, each with what was seen of it.

use crate::check::Checked;
use crate::diagnosis::{Diagnosis, Finding, Verdict, Verification, Verified};
use crate::evidence::Evidence;
use crate::outcome::Outcome;
use crate::rate::{Decision, Measured, Rate};
use crate::report::{CHECK, Condition};
use crate::vocabulary::{Attempt, Endpoint, Presentation, Probe, Severity, TokenKind, Variation};
use crate::wording::percent;

/// The check is healthy.
pub(super) fn check_is_healthy(checked: &Checked) -> Condition {
    let Checked { evidence, diagnosis } = checked;
    let made = evidence.iter().count();
    let (verdict, because) = match (diagnosis.verdict, may_be_of_the_check(diagnosis)) {
        (Verdict::Faulty, Some(finding)) => {
            let told = "may be a mistake of the target file or of this machine's network, so it proves nothing of the deployment";
            (Verdict::Inconclusive, format!("{} {told}", finding.fault))
        }
        (Verdict::Faulty, None) => {
            let worst = diagnosis.findings.first().map(|finding| format!("{}: {}", finding.fault, finding.headline));
            (Verdict::Faulty, worst.unwrap_or_default())
        }
        (Verdict::Healthy, _) => (Verdict::Healthy, format!("{made} probes as expected")),
        (Verdict::Inconclusive, _) if evidence.run.interrupted => {
            (Verdict::Inconclusive, "it was interrupted".to_owned())
        }
        (Verdict::Inconclusive, _) => (Verdict::Inconclusive, "no cause is proven".to_owned()),
    };
    condition(CHECK, "healthy check", verdict, because)
}

/// The worst cause, where each of them may be one of the check itself.
fn may_be_of_the_check(diagnosis: &Diagnosis) -> Option<&Finding> {
    let mut causes = diagnosis.findings.iter().filter(|finding| finding.severity <= Severity::Error);
    let worst = causes.clone().next()?;
    causes.all(|finding| finding.may_be_of_the_check).then_some(worst)
}

/// The success rate of a leg is above the objective.
pub(super) fn success_rate(rate: &Rate, measured: &Measured) -> Condition {
    let leg = measured.leg;
    let verdict = match rate.decision_of(measured) {
        Decision::Fail => Verdict::Faulty,
        // A run that was interrupted, or in which a user has no token, passes nothing.
        Decision::Pass if rate.login.is_none() && !rate.run.interrupted => Verdict::Healthy,
        Decision::Pass | Decision::Inconclusive => Verdict::Inconclusive,
    };
    condition(
        &format!("success-rate-{leg}"),
        &format!("success rate of {}", leg.title()),
        verdict,
        measure(rate, measured),
    )
}

/// Where the check is not healthy.
pub(super) fn not_measured() -> Condition {
    let because = "not measured, because the check is not healthy".to_owned();
    condition("success-rate", "success rate", Verdict::Inconclusive, because)
}

/// The share, and what else was seen: closes, what says nothing of a token, what cut the run short.
fn measure(rate: &Rate, measured: &Measured) -> String {
    let tally = &measured.tally;
    let share = match tally.rate() {
        Some(share) => format!("{}, {} of {}", percent(share), tally.accepted, tally.judged()).replace('\u{a0}', " "),
        None => "no sample".to_owned(),
    };
    let closes = tally.closes.iter().map(|(code, count)| format!("closes {code} × {count}"));
    let forbidden = rate.forbidden.iter().filter(|code| tally.closes.contains_key(code));
    let forbidden = forbidden.map(|code| format!("{code} is forbidden"));
    let apart = tally.apart.iter().map(|(why, count)| format!("{why} × {count}"));
    let login = rate.login.iter().map(|response| format!("a user has no token: {response}"));
    let interrupted = rate.run.interrupted.then(|| "it was cut short".to_owned());
    let required = format!("required: above {}", percent(measured.design.objective)).replace('\u{a0}', " ");
    let told = [share].into_iter().chain(closes).chain(forbidden).chain(apart).chain(login).chain(interrupted);
    told.chain([required]).collect::<Vec<_>>().join("; ")
}

/// Equal fingerprints show it. So does each service that accepts the token and rejects it with another signature, for it verifies
/// with the key of auth; unless fingerprints say otherwise.
pub(super) fn same_secret(checked: &Checked) -> Condition {
    let Checked { evidence, diagnosis } = checked;
    let cited = |probe: &Probe| format!("{}: {}", probe.name(&evidence.settings), evidence.summary(*probe));
    let is_healthy = diagnosis.verdict == Verdict::Healthy;
    let may_differ = evidence.same_fingerprint() == Some(false);
    let (verdict, because) = match Verification::Secrets.outcome(evidence, diagnosis) {
        Verified::Fail(probes) => (Verdict::Faulty, probes.first().map(cited).unwrap_or_default()),
        _ if !is_healthy => (Verdict::Inconclusive, "not shown, because the check is not healthy".to_owned()),
        Verified::Pass(_) => (Verdict::Healthy, format!("the fingerprints are equal{}", not_tested(evidence))),
        Verified::NotPossible(_) if !may_differ && verify_alike(evidence) => {
            (Verdict::Healthy, "each service accepts the token, and rejects it with another signature".to_owned())
        }
        Verified::NotPossible(_) if !may_differ && is_alone(evidence) => {
            (Verdict::Healthy, "auth alone verifies tokens here".to_owned())
        }
        Verified::NotPossible(why) => (Verdict::Inconclusive, why),
    };
    condition("secret-consistency", "same secret", verdict, because)
}

fn not_tested(evidence: &Evidence) -> &'static str {
    if evidence.settings.negatives { "" } else { "; not tested: a forged token (`negatives`)" }
}

fn verifiers(evidence: &Evidence) -> impl Iterator<Item = Endpoint> {
    [Endpoint::Rest, Endpoint::WebSocket].into_iter().filter(|place| evidence.is_there(*place))
}

/// Nothing beside auth is described.
fn is_alone(evidence: &Evidence) -> bool {
    verifiers(evidence).next().is_none() && evidence.is_there(Endpoint::Validation)
}

/// Every place beside auth tells the valid token from one with another signature.
fn verify_alike(evidence: &Evidence) -> bool {
    let mut places = verifiers(evidence).peekable();
    places.peek().is_some() && places.all(|place| tells_forged_from_valid(evidence, place))
}

fn tells_forged_from_valid(evidence: &Evidence, place: Endpoint) -> bool {
    let is_plain = |one: &Presentation| one.variation == Variation::None && one.attempt == Attempt::First;
    let there = evidence.presentations().filter(|one| one.endpoint == place).filter(is_plain);
    let got = |one: &Presentation, outcome: Outcome| evidence.outcome(*one) == Some(outcome);
    let (mut is_accepted, mut is_rejected) = (false, false);
    there.for_each(|one| {
        is_accepted |= one.token.is_the_clients() && got(&one, Outcome::Accepted);
        is_rejected |= one.token == TokenKind::Forged && got(&one, Outcome::Rejected);
    });
    is_accepted && is_rejected
}

fn condition(code: &str, name: &str, verdict: Verdict, because: String) -> Condition {
    Condition { code: code.to_owned(), name: name.to_owned(), verdict, because }
}
