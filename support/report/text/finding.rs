//! The findings: the worst one whole, the others folded.

use super::{codes, probes};
use crate::diagnosis::{Basis, Diagnosis, Finding, Link};
use crate::evidence::Evidence;
use crate::report::headline::is_a_cause;
use crate::report::layout::{Page, unbroken};
use crate::report::place::{requests, touched};
use crate::report::rows::most_telling_first;
use crate::report::{impact, sure};
use crate::vocabulary::{Probe, Service};

/// Lines from a headline to the end of its fix: with the verdict these are the first eight of a report.
const FIRST: usize = 6;
/// Lines of probes in a finding, however long its texts are.
const LEAST: usize = 3;
/// And in one that is folded.
const FOLDED: usize = 3;

/// The worst finding fills the room that is left of a screen.
pub(super) fn render(out: &mut Page, evidence: &Evidence, diagnosis: &Diagnosis, room: usize) {
    let Some((worst, others)) = diagnosis.findings.split_first() else { return };
    one(out, evidence, diagnosis, worst, room);
    folded(out, evidence, others);
}

/// As many probes as there is room for.
pub(super) fn one(out: &mut Page, evidence: &Evidence, diagnosis: &Diagnosis, finding: &Finding, room: usize) {
    let (mut before, mut after) = (out.another(), out.another());
    summary(&mut before, evidence, diagnosis, finding);
    reasons(&mut after, finding);
    let left = room.saturating_sub(before.lines() + after.lines());
    out.append(&before);
    probes::rows(out, evidence, &most_telling_first(evidence, &finding.because), left.max(LEAST));
    out.append(&after);
}

/// Each finding with everything that is known of it.
pub(super) fn every(out: &mut Page, evidence: &Evidence, diagnosis: &Diagnosis) {
    diagnosis.findings.iter().for_each(|finding| whole(out, evidence, diagnosis, finding));
}

/// One of them.
pub(super) fn whole(out: &mut Page, evidence: &Evidence, diagnosis: &Diagnosis, finding: &Finding) {
    summary(out, evidence, diagnosis, finding);
    probes::rows(out, evidence, &most_telling_first(evidence, &finding.because), usize::MAX);
    for (key, value) in &finding.detail {
        out.wrap("  ", 4, &format!("{key}: {value}"));
    }
    reasons(out, finding);
}

/// What, where, what to do, and how sure that is.
fn summary(out: &mut Page, evidence: &Evidence, diagnosis: &Diagnosis, finding: &Finding) {
    let (mut headline, mut fix) = (out.another(), out.another());
    head(&mut headline, finding);
    fix.wrap("  fix     ", 10, &finding.remedy);
    // The first address and the fix are seen at once; where both are long, the other addresses come after them.
    let room = FIRST.saturating_sub(headline.lines() + fix.lines()).max(1);
    let places = requests(evidence, &touched(evidence, diagnosis, finding));
    let (first, others) = places.split_at(places.len().min(room));
    out.append(&headline);
    listed(out, "  where   ", first);
    out.append(&fix);
    listed(out, "  also    ", others);
    out.wrap("  impact  ", 10, &impact::of(evidence, finding));
    out.wrap("  sure    ", 10, &sure::of(evidence, finding));
    if !finding.not_separable_from.is_empty() {
        out.wrap("          ", 10, &format!("not excluded: {}", codes(&finding.not_separable_from)));
    }
    out.gap();
}

/// Where it fails, a line for each service.
pub(super) fn place(out: &mut Page, evidence: &Evidence, probes: &[Probe]) {
    listed(out, "  where   ", &requests(evidence, probes));
}

fn listed(out: &mut Page, mut head: &'static str, places: &[(Service, String)]) {
    for (service, request) in places {
        out.wrap(head, 10, &format!("{}: {}", service.name(), unbroken(request)));
        head = "          ";
    }
}

fn reasons(out: &mut Page, finding: &Finding) {
    out.gap();
    finding.whys.iter().enumerate().for_each(|(index, why)| link(out, index + 1, why));
    out.gap();
}

/// Headline, where, fix and evidence.
pub(super) fn folded(out: &mut Page, evidence: &Evidence, findings: &[Finding]) {
    for finding in findings {
        head(out, finding);
        place(out, evidence, &finding.because);
        out.wrap("  fix     ", 10, &finding.remedy);
        match is_a_cause(finding) {
            true => probes::rows(out, evidence, &most_telling_first(evidence, &finding.because), FOLDED),
            // Of what breaks nothing, one response is an example.
            false => probes::rows(out, evidence, &example(finding), 1),
        }
        out.gap();
    }
}

/// A response to a token, where one shows it.
fn example(finding: &Finding) -> Vec<Probe> {
    let shown = || finding.because.iter().copied();
    shown().find(|probe| probe.presented().is_some()).or(shown().next()).into_iter().collect()
}

pub(super) fn head(out: &mut Page, finding: &Finding) {
    out.wrap(&format!("{}[{}]: ", finding.severity, finding.fault), 2, &finding.headline);
}

fn link(out: &mut Page, number: usize, why: &Link) {
    let basis = match &why.basis {
        Basis::Observed(_) => "observed".to_owned(),
        Basis::Inferred => "inferred".to_owned(),
        Basis::Unknown(needs) => format!("unknown: {needs} would tell"),
    };
    out.wrap(&format!("  {number} "), 4, &format!("{} {} [{basis}]", why.question, why.answer));
}
