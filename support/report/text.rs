//! The report as text, at most 80 columns wide, without colour: findings with their probes, other probes with a mark, and the
//! verdict last, where a terminal shows it.

use std::fmt::Write;
use std::time::Duration;

use strum::VariantArray;

use super::layout::{WIDTH, wrap};
use crate::diagnosis::{Basis, Diagnosis, Finding, Link, Verdict, Verification, Verified};
use crate::evidence::Evidence;
use crate::outcome::{Expectation, Rejections};
use crate::vocabulary::{Attempt, Fault, Probe, Service, Severity};
use crate::wording::sentence;

/// The column at which the response of a probe begins.
const RESPONSE_COLUMN: usize = 52;

/// The whole report, which ends with a line break.
pub(super) fn render(evidence: &Evidence, diagnosis: &Diagnosis) -> String {
    let mut out = String::new();
    for finding in &diagnosis.findings {
        render_finding(&mut out, evidence, finding);
    }
    render_probes(&mut out, evidence, diagnosis);
    render_ruled_out(&mut out, evidence, diagnosis);
    render_undetermined(&mut out, evidence, diagnosis);
    render_verifications(&mut out, evidence, diagnosis);
    render_verdict(&mut out, evidence, diagnosis);
    out
}

fn render_finding(out: &mut String, evidence: &Evidence, finding: &Finding) {
    let label = match finding.severity {
        Severity::Critical => "critical",
        Severity::Error => "fault",
        Severity::Warning => "warning",
        Severity::Note => "note",
    };
    wrap(out, &format!("{label}[{}]: ", finding.fault), 2, finding.fault.headline());
    out.push('\n');
    let shown = finding.because.iter().filter(|probe| !repeats_another(&finding.because, evidence, **probe));
    shown.for_each(|probe| render_probe(out, evidence, *probe));
    out.push('\n');
    wrap(out, "  because  ", 11, &finding.comparison);
    if !finding.not_separable_from.is_empty() {
        wrap(out, "  not excluded  ", 16, &codes(&finding.not_separable_from));
    }
    for (key, value) in &finding.detail {
        wrap(out, "  detail   ", 11, &format!("{key}: {value}"));
    }
    out.push('\n');
    finding.whys.iter().enumerate().for_each(|(index, why)| render_why(out, index, why));
    out.push('\n');
    wrap(
        out,
        "  remedy   ",
        11,
        &format!("{} Then run `fivewhys check {}` again.", sentence(&finding.remedy), evidence.settings.target),
    );
    out.push('\n');
}

fn render_why(out: &mut String, index: usize, why: &Link) {
    let basis = match &why.basis {
        Basis::Observed(_) => "observed".to_owned(),
        Basis::Inferred => "inferred".to_owned(),
        Basis::Unknown(needs) => format!("unknown: {needs} would tell"),
    };
    let head = if index == 0 { "  why 1  ".to_owned() } else { format!("      {}  ", index + 1) };
    wrap(out, &head, 9, &format!("{} [{basis}]", why.answer));
}

fn render_probes(out: &mut String, evidence: &Evidence, diagnosis: &Diagnosis) {
    let cited: Vec<Probe> = diagnosis.findings.iter().flat_map(|finding| finding.because.iter().copied()).collect();
    let rest: Vec<Probe> = evidence.iter().map(|(probe, _)| probe).filter(|probe| !cited.contains(probe)).collect();
    if rest.is_empty() {
        return;
    }
    let heading = if cited.is_empty() { "probes of" } else { "other probes of" };
    _ = writeln!(out, "{heading} {}\n", evidence.settings.target);
    // Failed probes come first.
    let all: Vec<Probe> = evidence.iter().map(|(probe, _)| probe).collect();
    let rest = rest.into_iter().filter(|probe| !repeats_another(&all, evidence, *probe));
    let expected = |probe: &Probe| evidence.expectation(*probe) != Expectation::Any;
    let (rest, experiments): (Vec<Probe>, Vec<Probe>) = rest.partition(expected);
    let (unmet, others): (Vec<_>, Vec<_>) =
        rest.into_iter().partition(|probe| evidence.is_as_expected_at_once(*probe) == Some(false));
    unmet.into_iter().chain(others).for_each(|probe| render_probe(out, evidence, probe));
    if !experiments.is_empty() {
        _ = writeln!(out, "  · {} more probes; `--format json` lists them", experiments.len());
    }
    out.push('\n');
    let mut tokens: Vec<&str> = evidence.token_facts().map(|facts| facts.description.as_str()).collect();
    tokens.dedup();
    tokens.iter().for_each(|token| wrap(out, "  token  ", 9, token));
    out.push_str(if tokens.is_empty() { "" } else { "\n" });
}

fn render_probe(out: &mut String, evidence: &Evidence, probe: Probe) {
    let mark = match (evidence.expectation(probe), evidence.is_as_expected_at_once(probe)) {
        (Expectation::Any, _) | (_, None) => '·',
        (_, Some(true)) => '√',
        (_, Some(false)) => '×',
    };
    let name = probe.name(&evidence.settings);
    let saw = match repetitions(evidence, probe).filter(|again| same_response(evidence, probe, *again)).count() {
        0 => evidence.summary(probe),
        more => format!("{} ({} times)", evidence.summary(probe), more + 1),
    };
    let head = format!("  {mark} {name}");
    let length = head.chars().count();
    let saw_length = saw.chars().count();
    let gap = RESPONSE_COLUMN.min(WIDTH.saturating_sub(saw_length)).saturating_sub(length);
    if gap >= 2 {
        _ = writeln!(out, "{head}{}{saw}", " ".repeat(gap));
    } else {
        _ = writeln!(out, "{head}");
        wrap(out, &" ".repeat(RESPONSE_COLUMN), RESPONSE_COLUMN, &saw);
    }
}

/// The repetitions of a probe that were made.
fn repetitions(evidence: &Evidence, probe: Probe) -> impl Iterator<Item = Probe> {
    let again = match probe {
        Probe::Present(ask) if ask.is_plain() => Some(evidence.attempts(ask).skip(1).map(Probe::Present)),
        _ => None,
    };
    again.into_iter().flatten()
}

fn same_response(evidence: &Evidence, one: Probe, other: Probe) -> bool {
    evidence.summary(one) == evidence.summary(other)
}

/// Whether another of these probes stands for this one: it is the same request, and the response was the same.
fn repeats_another(others: &[Probe], evidence: &Evidence, probe: Probe) -> bool {
    let Probe::Present(ask) = probe else { return false };
    let first = Probe::Present(ask.attempt(Attempt::First));
    matches!(ask.attempt, Attempt::Repeat(_)) && others.contains(&first) && same_response(evidence, first, probe)
}

/// The faults that are ruled out, each with the probe that shows it. A healthy report omits them.
fn render_ruled_out(out: &mut String, evidence: &Evidence, diagnosis: &Diagnosis) {
    if diagnosis.verdict == Verdict::Healthy || diagnosis.ruled_out.is_empty() {
        return;
    }
    out.push_str("ruled out\n\n");
    for (fault, because) in &diagnosis.ruled_out {
        wrap(out, &format!("  {fault:<30} "), 33, &cited_probe(evidence, because.first()));
    }
    out.push('\n');
}

/// The faults that were not tested, grouped by what they need: first those that may be the cause of a failure. A healthy report
/// has their number; the JSON lists them.
fn render_undetermined(out: &mut String, evidence: &Evidence, diagnosis: &Diagnosis) {
    let open = &diagnosis.undetermined;
    if open.is_empty() {
        return;
    }
    if diagnosis.verdict == Verdict::Healthy {
        let said =
            format!("{} more could not be decided here; `--format json` says what would decide them.", open.len());
        return wrap(out, "", 0, &said);
    }
    out.push_str("undetermined\n\n");
    let mut groups: Vec<(bool, String, Vec<Fault>)> = Vec::new();
    for (fault, open) in open {
        let (needs, is_tied) = (open.needs(evidence), !open.not_separable_from.is_empty());
        match groups.iter_mut().find(|(tied, known, _)| (*tied, known.as_str()) == (is_tied, needs.as_str())) {
            Some((.., faults)) => faults.push(*fault),
            None => groups.push((is_tied, needs, vec![*fault])),
        }
    }
    groups.sort_by_key(|(is_tied, ..)| !is_tied);
    for (is_tied, needs, faults) in groups {
        let tie = if is_tied { " cannot be told apart" } else { "" };
        wrap(out, "  ", 4, &format!("{}{tie}: needs {needs}", codes(&faults)));
    }
    out.push('\n');
}

/// The verifications that the team asked for by name.
fn render_verifications(out: &mut String, evidence: &Evidence, diagnosis: &Diagnosis) {
    for verification in Verification::VARIANTS {
        let (result, told) = match verification.outcome(evidence, diagnosis) {
            Verified::Pass(probes) => {
                ("pass", probes.first().map(|probe| evidence.summary(*probe)).unwrap_or_default())
            }
            Verified::Fail(probes) => ("fail", cited_probe(evidence, probes.first())),
            Verified::NotPossible(why) => ("not possible", why),
        };
        wrap(out, &format!("{:<24}  {result:<12}  ", verification.to_string()), 40, &told);
    }
    out.push('\n');
}

fn cited_probe(evidence: &Evidence, probe: Option<&Probe>) -> String {
    probe.map(|probe| format!("{}: {}", probe.name(&evidence.settings), evidence.summary(*probe))).unwrap_or_default()
}

fn render_verdict(out: &mut String, evidence: &Evidence, diagnosis: &Diagnosis) {
    let made = evidence.iter().count();
    let unmet = evidence.iter().filter(|(probe, _)| evidence.is_as_expected_at_once(*probe) == Some(false)).count();
    let faults = diagnosis.findings.len();
    let late = evidence.late().len();
    if late > 0 {
        let said = format!("{late} more probes were not made: the deadline for the whole check came first.");
        wrap(out, "", 0, &said);
    }
    if diagnosis.verdict == Verdict::Inconclusive && unmet == 0 && late == 0 {
        let settings = &evidence.settings;
        let why = if settings.login || settings.mint {
            "no token could be presented"
        } else {
            "add `login` or `mint`: without a token little can be seen"
        };
        wrap(out, "", 0, why);
    }
    let held_up = evidence.held_up();
    if held_up >= WORTH_TELLING {
        _ = writeln!(out, "This machine was late by up to {:.1} s, which its times allow for.", held_up.as_secs_f64());
    }
    for (verifier, rejections) in [Service::Auth, Service::Backend].map(|it| (it, evidence.rejections(it))) {
        effects(out, verifier, rejections);
    }
    let summary =
        format!("{unmet} of {made} probes failed, {faults} {}", if faults == 1 { "finding" } else { "findings" });
    let retried = evidence.iter().filter(|(_, observation)| observation.retried.is_some()).count();
    if retried > 0 {
        let said =
            format!("{retried} of the probes met a network error and were made once more; the first time counts.");
        wrap(out, "", 0, &said);
    }
    _ = writeln!(out, "{} is {}: {summary}", evidence.settings.target, diagnosis.verdict);
}

/// By less than this, every machine is late.
const WORTH_TELLING: Duration = Duration::from_secs(1);

/// Fewer are what any client sends that fails.
const MANY_REJECTIONS: usize = 5;

/// What the check may have caused, and until when.
fn effects(out: &mut String, verifier: Service, rejections: Rejections) {
    let (title, count) = (verifier.title(), rejections.count);
    if rejections.rejects_now {
        let said = format!(
            "{title} accepted a valid token at first and rejects it now. If this check opened a circuit breaker, it closes again \
             after its own pause."
        );
        wrap(out, "", 0, &sentence(&said));
    } else if !rejections.accepted && count >= MANY_REJECTIONS {
        let said = format!(
            "{title} rejected {count} requests of this check. If it counts them, it may reject the users of the target's file \
             until its own limit is over."
        );
        wrap(out, "", 0, &sentence(&said));
    }
}

fn codes(faults: &[Fault]) -> String {
    faults.iter().map(|fault| fault.code()).collect::<Vec<_>>().join(", ")
}
