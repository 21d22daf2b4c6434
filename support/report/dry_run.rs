//! What a check would send, for a person who has to answer for it.

use std::fmt::Write;

use super::layout::{Page, WIDTH};
use crate::dry_run::{Draft, DryRun};
use crate::evidence::{Settings, Wire};
use crate::plan::budget;
use crate::vocabulary::{Attempt, Probe};

/// Header fields that every request has, or every upgrade.
const PLUMBING: [&str; 8] = [
    "accept",
    "connection",
    "content-type",
    "sec-websocket-extensions",
    "sec-websocket-key",
    "sec-websocket-version",
    "upgrade",
    "user-agent",
];

/// The probes of each round with what each sends, those that are sent with a reason only, and what more settings would tell.
pub fn dry_run(plan: &DryRun) -> String {
    let mut out = Page::new(WIDTH);
    for (title, drafts) in &plan.rounds {
        section(&mut out, title, drafts, &plan.settings);
    }
    section(&mut out, "only where a response gives reason to", &plan.with_reason, &plan.settings);
    lacking(&mut out, plan);
    let usual: usize = plan.rounds.iter().map(|(_, drafts)| drafts.len()).sum();
    let (name, more) = (&plan.settings.target, plan.with_reason.len());
    let budget = budget(plan.settings.stage);
    let said = format!(
        "a check of {name} sends at most {usual} requests where nothing is wrong, and up to {more} more where responses \
         give reason to; a service that accepts no valid token gets at most {budget} that it rejects; nothing was sent now"
    );
    out.wrap("", 0, &said);
    out.into_text()
}

fn section(out: &mut Page, title: &str, drafts: &[Draft], settings: &Settings) {
    if drafts.is_empty() {
        return;
    }
    _ = writeln!(out, "{title}\n");
    for (number, (probe, wire)) in drafts.iter().enumerate() {
        let is_same = |(other, _): &&Draft| once(*other) == once(*probe);
        if drafts[..number].iter().any(|other| is_same(&other)) {
            continue;
        }
        let times = drafts.iter().filter(is_same).count();
        let times = if times > 1 { format!(" ({times} times)") } else { String::new() };
        _ = writeln!(out, "  {}{times}", once(*probe).name(settings));
        sent(out, wire);
    }
    out.gap();
}

/// The probe of which this is a repeat.
fn once(probe: Probe) -> Probe {
    let Some(presented) = probe.presented() else { return probe };
    Probe::Present(match presented.attempt {
        Attempt::First | Attempt::Repeat(_) => presented.attempt(Attempt::First),
        Attempt::AfterPause(_) => presented.after_pause(1),
        Attempt::SameConnection(_) => presented.attempt(Attempt::SameConnection(1)),
        Attempt::Watched => presented,
    })
}

fn sent(out: &mut Page, wire: &Wire) {
    _ = writeln!(out, "    {}", wire.request.line);
    let own = wire.request.headers.iter().filter(|(name, _)| !PLUMBING.contains(&name.as_str()));
    own.for_each(|(name, value)| _ = writeln!(out, "    {name}: {}", shortened(value)));
    wire.body.iter().for_each(|body| _ = writeln!(out, "    {body}"));
}

/// A value that only fills is told by its length.
fn shortened(value: &str) -> String {
    match value.len() > 100 && value.bytes().all(|byte| byte == b'x') {
        true => format!("{} times x", value.len()),
        false => value.to_owned(),
    }
}

/// The settings that would let a check tell more.
fn lacking(out: &mut Page, plan: &DryRun) {
    if plan.lacking.is_empty() {
        return;
    }
    out.push("not there, and what each setting would help to tell\n\n");
    for (setting, faults) in &plan.lacking {
        let codes: Vec<&str> = faults.iter().map(|fault| fault.code()).collect();
        out.wrap("  ", 4, &format!("`{setting}` in the target's file: {}", codes.join(", ")));
    }
    out.gap();
}
