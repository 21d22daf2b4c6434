//! What the reader has to know of the check itself: what it did not make, and what it may have caused.

use std::fmt::Write;
use std::time::Duration;

use crate::evidence::Evidence;
use crate::outcome::Rejections;
use crate::report::layout::Page;
use crate::vocabulary::Service;
use crate::wording::sentence;

/// By less than this, every machine is late.
const WORTH_TELLING: Duration = Duration::from_secs(1);
/// Fewer are what any client sends that fails.
const MANY_REJECTIONS: usize = 5;

pub(super) fn render(out: &mut Page, evidence: &Evidence) {
    let late = evidence.late().count();
    if late > 0 {
        let why = match evidence.run.interrupted {
            true => "the check was interrupted",
            false => "the deadline for the whole check came first",
        };
        let said = format!("{late} more probes were not made: {why}.");
        out.wrap("", 0, &said);
    }
    if was_late(evidence) {
        let held_up = evidence.held_up().as_secs_f64();
        _ = writeln!(out, "This machine was late by up to {held_up:.1} s, which its times allow for.");
    }
    effects(out, evidence);
    let retried = evidence.iter().filter(|(_, observation)| observation.retried.is_some()).count();
    if retried > 0 {
        let said =
            format!("{retried} of the probes met a network error and were made once more; the first time counts.");
        out.wrap("", 0, &said);
    }
}

/// That is said in one line.
pub(super) fn was_late(evidence: &Evidence) -> bool {
    evidence.held_up() >= WORTH_TELLING
}

/// What the check may have caused, and until when.
fn effects(out: &mut Page, evidence: &Evidence) {
    let rejections = [Service::Auth, Service::Backend, Service::Gateway]
        .map(|verifier| (verifier.title(), evidence.rejections(verifier)));
    for (title, _) in rejections.iter().filter(|(_, rejections)| rejections.rejects_now) {
        let said = format!(
            "{title} accepted a valid token at first and rejects it now. If this check opened a circuit breaker, it closes again \
             after its own pause."
        );
        out.wrap("", 0, &sentence(&said));
    }
    let many = |it: &&(&str, Rejections)| !it.1.rejects_now && !it.1.accepted && it.1.count >= MANY_REJECTIONS;
    let counted: Vec<String> =
        rejections.iter().filter(many).map(|(title, it)| format!("{title} rejected {}", it.count)).collect();
    if !counted.is_empty() {
        let said = format!("{} requests of this check; a lockout may follow.", counted.join(" and "));
        out.wrap("", 0, &sentence(&said));
    }
}
