//! A finding: what, where, what to do, how sure, and its five whys.

use maud::{Markup, html};

use super::{probes, prose};
use crate::diagnosis::{Basis, Diagnosis, Finding, Link};
use crate::evidence::Evidence;
use crate::report::headline::is_a_cause;
use crate::report::place::{requests, touched};
use crate::report::rows::most_telling_first;
use crate::report::{commands, impact, sure};
use crate::vocabulary::Probe;
use crate::wording::sentence;

pub(super) fn render(evidence: &Evidence, diagnosis: &Diagnosis, finding: &Finding) -> Markup {
    let id = finding.fault.code();
    let rivals: Vec<&str> = finding.not_separable_from.iter().map(|fault| fault.code()).collect();
    html! {
        section class={ "finding " (finding.severity) } aria-labelledby=(id) {
            h2 id=(id) { span class="severity" { (finding.severity) } " " code { (id) } ": " (prose(&finding.headline)) }
            dl {
                (places(evidence, &touched(evidence, diagnosis, finding)))
                dt { "fix" } dd { (prose(&finding.remedy)) }
                @if is_a_cause(finding) {
                    dt { "impact" } dd { (prose(&impact::of(evidence, finding))) }
                    dt { "sure" } dd { (prose(&sure::of(evidence, finding))) }
                }
                @if !rivals.is_empty() { dt { "not excluded" } dd { (rivals.join(", ")) } }
                dt { "page" } dd { code { (commands::explain(evidence)) " " (id) } }
                @for (key, value) in &finding.detail { dt { (key) } dd { (value) } }
            }
            @if !is_a_cause(finding) { p { (prose(&sentence(&finding.comparison))) } }
            ol class="whys" { @for why in &finding.whys { (link(why)) } }
            (probes::table(evidence, &most_telling_first(evidence, &finding.because), "The probes that show it"))
        }
    }
}

/// The service and the address of each request that fails.
pub(super) fn places(evidence: &Evidence, probes: &[Probe]) -> Markup {
    html! {
        @for (service, request) in requests(evidence, probes) { dt { (service.name()) } dd { code { (request) } } }
    }
}

fn link(why: &Link) -> Markup {
    let (basis, needs) = match &why.basis {
        Basis::Observed(_) => ("observed", None),
        Basis::Inferred => ("inferred", None),
        Basis::Unknown(needs) => ("unknown", Some(needs)),
    };
    html! {
        li {
            strong { (prose(why.question)) } " " (prose(&why.answer)) " "
            span class={ "basis " (basis) } { (basis) @if let Some(needs) = needs { ": " (needs) " would tell" } }
        }
    }
}
