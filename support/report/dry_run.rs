//! The requests that a check would send, and the settings that would let it decide more.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::layout::wrap;
use crate::diagnosis::Diagnosis;
use crate::evidence::Evidence;
use crate::vocabulary::{Attempt, Fault, Probe};

/// Headers of every request, or of every upgrade. They are not printed.
const PROTOCOL_HEADERS: [&str; 8] = [
    "accept",
    "connection",
    "content-type",
    "sec-websocket-extensions",
    "sec-websocket-key",
    "sec-websocket-version",
    "upgrade",
    "user-agent",
];

/// The probes of each round with their requests, the probes that only a failure leads to, and the settings that would decide
/// more.
pub(crate) fn dry_run(
    rounds: &[(&str, Vec<Probe>)],
    reasoned: &[Probe],
    evidence: &Evidence,
    diagnosis: &Diagnosis,
) -> String {
    let mut out = String::new();
    for (title, probes) in rounds {
        section(&mut out, title, probes, evidence);
    }
    section(&mut out, "only where an answer gives reason to", reasoned, evidence);
    settings(&mut out, evidence, diagnosis);
    let usual: usize = rounds.iter().map(|(_, probes)| probes.len()).sum();
    let name = &evidence.settings.target;
    let more = reasoned.len();
    let said = format!(
        "a check of {name} sends {usual} requests, and some {more} more where answers give reason to; nothing was sent now"
    );
    wrap(&mut out, "", 0, &said);
    out
}

fn section(out: &mut String, title: &str, probes: &[Probe], evidence: &Evidence) {
    if probes.is_empty() {
        return;
    }
    _ = writeln!(out, "{title}\n");
    for (number, probe) in probes.iter().enumerate() {
        let times = probes.iter().filter(|other| first_attempt(**other) == first_attempt(*probe)).count();
        if probes[..number].iter().any(|other| first_attempt(*other) == first_attempt(*probe)) {
            continue;
        }
        let times = if times > 1 { format!(" ({times} times)") } else { String::new() };
        _ = writeln!(out, "  {}{times}", first_attempt(*probe).name(&evidence.settings));
        request(out, *probe, evidence);
    }
    out.push('\n');
}

/// The probe that this one repeats, or the probe itself.
fn first_attempt(probe: Probe) -> Probe {
    match probe {
        Probe::Present(ask) => match ask.attempt {
            Attempt::Repeat(_) => Probe::Present(ask.attempt(Attempt::First)),
            Attempt::AfterPause(_) => Probe::Present(ask.after_pause(1)),
            Attempt::SameConnection(_) => Probe::Present(ask.attempt(Attempt::SameConnection(1))),
            _ => probe,
        },
        _ => probe,
    }
}

fn request(out: &mut String, probe: Probe, evidence: &Evidence) {
    let Some(wire) = evidence.of(probe).and_then(|observation| observation.wire.as_deref()) else { return };
    _ = writeln!(out, "    {}", wire.request.line);
    let own = wire.request.headers.iter().filter(|(name, _)| !PROTOCOL_HEADERS.contains(&name.as_str()));
    own.for_each(|(name, value)| _ = writeln!(out, "    {name}: {}", shortened(value)));
    wire.body.iter().for_each(|body| _ = writeln!(out, "    {body}"));
}

/// Padding is replaced by its length.
fn shortened(value: &str) -> String {
    match value.len() > 100 && value.bytes().all(|byte| byte == b'x') {
        true => format!("{} times x", value.len()),
        false => value.to_owned(),
    }
}

/// The faults that a check without failures leaves untested, by the setting that would let it test them.
fn settings(out: &mut String, evidence: &Evidence, diagnosis: &Diagnosis) {
    let mut missing: BTreeMap<&str, Vec<Fault>> = BTreeMap::new();
    for (fault, needs) in diagnosis.undetermined.iter().filter(|(_, needs)| needs.starts_with('`')) {
        missing.entry(needs).or_default().push(*fault);
    }
    let hop = "`direct` in the target's file: which hop it is, where something is lost on the way";
    let hop = (!evidence.settings.direct).then_some(hop);
    if missing.is_empty() && hop.is_none() {
        return;
    }
    out.push_str("left open, and the setting that would decide it\n\n");
    hop.into_iter().for_each(|hop| wrap(out, "  ", 4, hop));
    for (needs, faults) in missing {
        let codes: Vec<&str> = faults.iter().map(|fault| fault.code()).collect();
        wrap(out, "  ", 4, &format!("{needs}: {}", codes.join(", ")));
    }
    out.push('\n');
}
