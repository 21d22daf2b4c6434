//! What a deployment has changed, as text: what is worse first, then what is not shown, told or better, and in one line what is as it
//! was.

use serde::Serialize;

use super::layout::{self, Page, unbroken};
use crate::compare::{Change, Comparison, Differs, Effect, Kind, LegCompared, Outcome, Percentiles, Samples, Side};
use crate::diagnosis::Verdict;
use crate::rate::Decision;
use crate::vocabulary::Fault;
use crate::wording::{command_line, cut};

/// More lines of changes are in the JSON only.
const MOST: usize = 12;
/// In characters: as much of a setting as is shown.
const LONGEST: usize = 120;

/// The whole comparison, in so many columns; the program is called so.
pub(crate) fn compared(compared: &Comparison, program: &str, width: usize) -> String {
    let mut page = Page::new(width.max(layout::WIDTH));
    page.wrap("", 2, &headline(compared));
    side(&mut page, "old", &compared.old);
    side(&mut page, "new", &compared.new);
    compared.differs.iter().take(MOST).for_each(|differs| setting(&mut page, differs));
    if !compared.changes.is_empty() {
        page.gap();
    }
    compared.changes.iter().take(MOST).for_each(|one| page.wrap(&format!("  {} ", mark(one.effect)), 4, &one.text));
    if compared.changes.len() > MOST {
        let more = compared.changes.len() - MOST;
        page.wrap("    ", 4, &format!("and {more} more; `--format json` lists them"));
    }
    legs(&mut page, &compared.legs);
    if !compared.unchanged.is_empty() {
        page.gap();
        page.wrap("unchanged: ", 2, &compared.unchanged.join(", "));
    }
    next(&mut page, program, &compared.changes);
    page.into_text()
}

/// As one object, which ends with a line break.
pub(crate) fn compared_json(compared: &Comparison) -> String {
    #[derive(Serialize)]
    struct Object<'a> {
        schema: &'static str,
        tool: serde_json::Value,
        #[serde(flatten)]
        compared: &'a Comparison,
    }
    let tool = serde_json::json!({"name": env!("CARGO_PKG_NAME"), "version": env!("CARGO_PKG_VERSION")});
    let object = Object { schema: "fivewhys.compare/1", tool, compared };
    serde_json::to_string_pretty(&object).map(|text| text + "\n").unwrap_or_default()
}

fn headline(compared: &Comparison) -> String {
    let name = unbroken(&compared.new.target);
    let with = |effect: Effect| compared.changes.iter().filter(|change| change.effect == effect).collect::<Vec<_>>();
    match compared.result {
        Outcome::Worse => format!("✗ {name} got worse: {}", counted(&with(Effect::Worse), &WORSE)),
        Outcome::NotShown => {
            format!("? {name} is not shown to be as before: {}", counted(&with(Effect::NotShown), &NOT_SHOWN))
        }
        Outcome::NotWorse => format!("✓ nothing got worse at {name}: {}", rest(compared)),
    }
}

/// One change of a kind, and several.
type Words = [(Kind, &'static str, &'static str)];

const WORSE: [(Kind, &str, &str); 7] = [
    (Kind::Fault, "new fault", "new faults"),
    (Kind::Severity, "more severe fault", "more severe faults"),
    (Kind::Verification, "verification fails", "verifications fail"),
    (Kind::SuccessRate, "lower success rate", "lower success rates"),
    (Kind::Responses, "leg with fewer responses", "legs with fewer responses"),
    (Kind::Latency, "slower leg", "slower legs"),
    (Kind::Decision, "leg fails", "legs fail"),
];
const NOT_SHOWN: [(Kind, &str, &str); 4] = [
    (Kind::Fault, "fault not tested in both", "faults not tested in both"),
    (Kind::Verification, "verification not tested in both", "verifications not tested in both"),
    (Kind::Decision, "leg not decided in both", "legs not decided in both"),
    (Kind::Coverage, "part left out", "parts left out"),
];

/// What these changes are, in a few words. A verdict rests on what is told beside it.
fn counted(changes: &[&Change], words: &Words) -> String {
    let of = |(kind, one, many): &(Kind, &str, &str)| {
        let count = changes.iter().filter(|change| change.kind == *kind).count();
        (count > 0).then(|| format!("{count} {}", if count == 1 { one } else { many }))
    };
    let told: Vec<String> = words.iter().filter_map(of).collect();
    match told.is_empty() {
        true => changes.first().map(|change| change.text.clone()).unwrap_or_default(),
        false => told.join(", "),
    }
}

/// Where nothing is worse, it may still be bad.
fn rest(compared: &Comparison) -> String {
    let better = compared.changes.iter().filter(|change| change.effect == Effect::Better).count();
    let told = match (better, compared.changes.is_empty()) {
        (0, true) => "no difference".into(),
        (0, false) => "no difference that proves anything".into(),
        (1, _) => "1 improvement".into(),
        (more, _) => format!("{more} improvements"),
    };
    let Side { verdict, decision, .. } = &compared.new;
    match (verdict, decision) {
        (Some(verdict), _) if *verdict != Verdict::Healthy => format!("still {verdict}, {told}"),
        (_, Some(Decision::Fail)) => format!("its success rate is still too low, {told}"),
        _ => told,
    }
}

fn side(page: &mut Page, name: &str, side: &Side) {
    let verdict = side.verdict.map(|verdict| verdict.to_string());
    let decision = side.decision.map(|decision| format!("success rate: {decision}"));
    let told: Vec<String> = verdict.into_iter().chain(decision).collect();
    let text = format!("{}, {}, {:.1}\u{a0}s: {}", unbroken(&side.file), side.started, side.elapsed_s, told.join(", "));
    page.wrap(&format!("  {name}     "), 10, &text);
}

fn setting(page: &mut Page, differs: &Differs) {
    let text = match (&differs.old, &differs.new) {
        (Some(old), Some(new)) => format!("{}: {} (before: {})", differs.what, cut(new, LONGEST), cut(old, LONGEST)),
        _ => differs.what.clone(),
    };
    page.wrap("  differs ", 10, &text);
}

fn mark(effect: Effect) -> char {
    match effect {
        Effect::Worse => '✗',
        Effect::NotShown => '?',
        Effect::Told => '·',
        Effect::Better => '✓',
    }
}

/// Both runs side by side.
fn legs(page: &mut Page, legs: &[LegCompared]) {
    if legs.is_empty() {
        return;
    }
    page.gap();
    page.push("  leg           accepted       before        p50 ms        p90 ms        p99 ms\n");
    for leg in legs.iter().take(MOST) {
        let of = |samples: &Samples| format!("{} of {}", samples.accepted, samples.judged);
        let [old, new] = [leg.old.latency_ms, leg.new.latency_ms];
        let shift = |ms: fn(&Percentiles) -> f64| {
            let [old, new] = [old, new].map(|told| told.as_ref().map_or("-".into(), |told| short(ms(told))));
            format!("{old} -> {new}")
        };
        let [p50, p90, p99] = [shift(|told| told.p50), shift(|told| told.p90), shift(|told| told.p99)];
        let name: String = leg.leg.chars().take(10).collect();
        let (now, before) = (of(&leg.new), of(&leg.old));
        page.push(&format!("  {name:<9} {now:>12} {before:>12} {p50:>13} {p90:>13} {p99:>13}\n"));
    }
}

/// In milliseconds, with as many digits as say something.
fn short(ms: f64) -> String {
    if ms < 100.0 { format!("{ms:.1}") } else { format!("{ms:.0}") }
}

fn next(page: &mut Page, program: &str, changes: &[Change]) {
    let is_fault = |change: &&Change| change.kind == Kind::Fault && change.new.is_some();
    let is_known = |code: &&str| code.parse::<Fault>().is_ok();
    let worst = changes.iter().find(is_fault).map(|change| change.subject.as_str());
    if let Some(code) = worst.filter(is_known) {
        page.wrap("", 2, &format!("next: {}", unbroken(&command_line([program, "explain", code]))));
    }
}
