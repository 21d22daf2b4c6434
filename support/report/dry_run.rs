//! What a check would send, for a person who has to answer for it.

mod summary;

use std::collections::BTreeMap;
use std::fmt::Write;

use super::layout::{Page, WIDTH};
use crate::dry_run::{Draft, DryRun};
use crate::evidence::Wire;
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

/// How much a check would send, the probes of each round with what each sends, those that are sent with a reason only, and what
/// more settings would tell.
pub fn dry_run(plan: &DryRun) -> String {
    let mut out = Page::new(WIDTH);
    summary::render(&mut out, plan);
    for (title, drafts) in &plan.rounds {
        section(&mut out, title, drafts, plan);
    }
    section(&mut out, "only where a response gives reason to", &plan.with_reason, plan);
    platform(&mut out, plan);
    lacking(&mut out, plan);
    out.into_text().trim_end().to_owned() + "\n"
}

fn section(out: &mut Page, title: &str, drafts: &[Draft], plan: &DryRun) {
    if drafts.is_empty() {
        return;
    }
    _ = writeln!(out, "{title}\n");
    let mut times: BTreeMap<Probe, usize> = BTreeMap::new();
    drafts.iter().for_each(|(probe, _)| *times.entry(once(*probe)).or_default() += 1);
    for (probe, wire) in drafts {
        let Some(times) = times.remove(&once(*probe)) else { continue };
        let times = if times > 1 { format!(" ({times} times)") } else { String::new() };
        out.wrap("  ", 6, &format!("{}{times}", once(*probe).name(&plan.settings)));
        if probe.login().is_some() {
            plan.steps.iter().for_each(|step| cut(out, &format!("after {step}")));
        }
        sent(out, wire);
    }
    out.gap();
}

/// What is read of the platform, where the target file names one.
fn platform(out: &mut Page, plan: &DryRun) {
    if plan.platform.is_empty() {
        return;
    }
    out.push("where the secrets come from, as the platform tells; nothing is changed there\n\n");
    for draft in &plan.platform {
        cut(out, &draft.request);
        draft.only.iter().for_each(|only| out.wrap("      ", 6, only));
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
    cut(out, &shortened(&wire.request.line, LONGEST_LINE));
    let own = wire.request.headers.iter().filter(|(name, _)| !PLUMBING.contains(&name.as_str()));
    own.for_each(|(name, value)| cut(out, &format!("{name}: {}", shortened(value, LONGEST))));
    wire.body.iter().for_each(|body| cut(out, &shortened(body, LONGEST_LINE)));
}

/// A value that only fills is told by its length.
fn shortened(value: &str, longest: usize) -> String {
    match value.char_indices().nth(longest) {
        Some(_) => {
            let first: String = value.chars().take(longest / 30).collect();
            format!("{first}… ({} characters)", value.chars().count())
        }
        None => value.to_owned(),
    }
}

/// In characters: nobody reads more of a header.
const LONGEST: usize = 300;
/// An address or a body may have more of them that somebody has to see.
const LONGEST_LINE: usize = 30_000;

/// What is sent, in lines that fit: it may have no blank to break at.
fn cut(out: &mut Page, text: &str) {
    let (mut indent, mut rest) = (4, text);
    while !rest.is_empty() {
        let end = rest.char_indices().nth(out.width() - indent).map_or(rest.len(), |(end, _)| end);
        _ = writeln!(out, "{:indent$}{}", "", &rest[..end]);
        (indent, rest) = (6, &rest[end..]);
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
