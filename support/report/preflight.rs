//! A preflight as text and as JSON.

mod commands;
mod json;
mod told;
mod unknown;

pub(crate) use json::preflight_json;
pub(super) use json::provenance;

use super::layout::{Page, unbroken};
use crate::cloud::Draft;
use crate::diagnosis::Verdict;
use crate::evidence::provenance::{Deployed, Provenance};
use crate::outcome::provenance::Flaw;
use crate::preflight::Preflight;
use crate::vocabulary::{Service, Severity};
use crate::wording::{loads, why_unread};

/// The verdict, then for each flaw what, where and what to do, then what each service loads. `again` makes the same preflight.
pub(crate) fn preflight(preflight: &Preflight<'_>, again: &[String], width: usize) -> String {
    let mut page = Page::new(width);
    page.wrap("", 2, &headline(preflight));
    page.gap();
    preflight.flaws.iter().for_each(|one| flaw(&mut page, preflight.provenance, one));
    for (service, deployed) in &preflight.provenance.services {
        services(&mut page, *service, deployed);
    }
    remarks(&mut page, preflight);
    match (preflight.verdict, preflight.flaws.is_empty()) {
        (Verdict::Healthy, _) => {}
        (_, false) => commands::wrap(&mut page, "after the fix: ", again),
        (_, true) => commands::wrap(&mut page, "run it again: ", again),
    }
    page.into_text()
}

/// What would be sent.
pub(crate) fn preflight_plan(target: &str, drafts: &[Draft], has_token: bool, width: usize) -> String {
    let mut page = Page::new(width);
    page.wrap("", 2, &format!("a preflight of {} sends these requests at most; nothing was sent", unbroken(target)));
    page.gap();
    for draft in drafts {
        page.push(&format!("  {}\n", draft.request));
        draft.only.iter().for_each(|only| page.wrap("    ", 4, only));
    }
    page.gap();
    if !has_token {
        page.wrap("", 0, "before them, one request for an access token, where the credentials are not a token already");
    }
    page.into_text()
}

fn headline(preflight: &Preflight<'_>) -> String {
    let name = unbroken(preflight.target);
    let errors = preflight.flaws.iter().filter(|flaw| flaw.severity <= Severity::Error).count();
    match preflight.verdict {
        Verdict::Faulty if errors == 1 => format!("✗ {name} fails preflight: 1 error in its secrets"),
        Verdict::Faulty => format!("✗ {name} fails preflight: {errors} errors in its secrets"),
        Verdict::Healthy => format!("✓ {name} passes preflight: auth and the backend load the same secret"),
        Verdict::Inconclusive => {
            format!("? {name}: preflight cannot tell whether auth and the backend load one secret that they can read")
        }
    }
}

fn flaw(page: &mut Page, provenance: &Provenance, flaw: &Flaw<'_>) {
    page.wrap(&format!("{}[{}]: ", flaw.severity, flaw.kind), 2, &told::what(flaw, provenance));
    page.wrap("  where   ", 10, &told::place(flaw));
    page.wrap("  fix     ", 10, &told::fix(flaw));
    let mut head = "  run     ";
    for command in commands::of(flaw, provenance) {
        commands::wrap(page, head, &command);
        head = "          ";
    }
    page.gap();
}

fn services(page: &mut Page, service: Service, deployed: &Deployed) {
    if deployed.running.is_empty() {
        page.wrap("  ", 4, &format!("{} ({}): nothing runs, or it could not be read", service.name(), deployed.name));
    }
    for running in &deployed.running {
        let share = running.share.filter(|share| *share < 100).map(|share| format!(", {share} % of requests"));
        let since = running.since.as_ref().map(|since| format!(", since {since}")).unwrap_or_default();
        let text = format!(
            "{} loads {} ({}{since}{})",
            service.name(),
            loads(running),
            running.name,
            share.unwrap_or_default()
        );
        page.wrap("  ", 4, &text);
    }
    if let Some(text) = newer(service, deployed) {
        page.wrap("  ", 4, &text);
    }
}

/// The revision that the next deployment starts from.
fn newer(service: Service, deployed: &Deployed) -> Option<String> {
    let name = deployed.next.as_ref().map(|next| &next.name).or(deployed.not_ready.as_ref())?;
    let ready = if deployed.not_ready.is_some() { ", is not ready" } else { "" };
    let loaded = deployed.next.as_ref().map(|next| format!(", and loads {}", loads(next))).unwrap_or_default();
    Some(format!("{}: revision {name} is newer{ready}, gets no requests yet{loaded}", service.name()))
}

fn remarks(page: &mut Page, preflight: &Preflight<'_>) {
    let provenance = preflight.provenance;
    page.gap();
    provenance.gaps.iter().for_each(|gap| page.wrap("not read: ", 2, &format!("{}: {}", gap.what, why_unread(gap))));
    unknown::of(preflight).iter().for_each(|text| page.wrap("not known: ", 2, text));
    let sent = provenance.sent;
    let values = if sent.values { "; values were read and compared, and are not kept" } else { "" };
    let repeated = match sent.repeated {
        0 => String::new(),
        times => format!(
            ", {times} of them repeated, after {:.1}\u{a0}s in all that the platform asked for",
            sent.waited.as_secs_f64()
        ),
    };
    page.wrap("", 2, &format!("{} requests, all of them read-only{repeated}{values}", sent.requests));
}
