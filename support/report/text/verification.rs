//! A verification that fails: the probes that show it, and the findings that explain it.

use std::fmt::Write;

use super::{finding, probes};
use crate::diagnosis::{Diagnosis, Verification};
use crate::evidence::Evidence;
use crate::report::headline::is_a_cause;
use crate::report::layout::Page;
use crate::vocabulary::Probe;

/// In lines: half a screen.
const ROWS: usize = 12;

pub(super) fn render(
    out: &mut Page,
    verification: Verification,
    failed: &[Probe],
    evidence: &Evidence,
    diagnosis: &Diagnosis,
) {
    _ = writeln!(out, "✗ {}: {} fails ({verification})\n", evidence.settings.target, verification.title());
    probes::rows(out, evidence, failed, ROWS);
    out.gap();
    let causes: Vec<_> = diagnosis.findings.iter().filter(|finding| is_a_cause(finding)).collect();
    causes.iter().for_each(|cause| finding::head(out, cause));
    if causes.is_empty() {
        out.wrap("", 0, "The cause is not proven; the test `verdict` has the whole report.");
    }
}
