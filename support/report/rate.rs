//! A measured success rate as text: the decision first, then a row for each leg, then what is to be said of each.

mod legs;
mod remarks;

use legs::mark;
pub(super) use legs::{LegTold, legs};

use super::layout::{self, Page, unbroken};
use crate::rate::{Decision, Design, Leg, Method, Percentiles, Phase, Rate, interval};
use crate::wording::{command_line, listed, percent};

/// The whole report, in so many columns.
pub(crate) fn rate(rate: &Rate, width: usize) -> String {
    let mut page = Page::new(width.max(layout::WIDTH));
    page.wrap("", 2, &headline(rate));
    page.gap();
    if let Some(response) = &rate.login {
        page.wrap("", 2, &format!("A user has no token ({response})."));
        page.gap();
    }
    if rate.missing_parts() > 0 {
        let there = rate.parts.len() as u64;
        let all = there + rate.missing_parts();
        page.wrap("", 2, &format!("{there} of {all} parts: those that are missing may change the decision."));
        page.gap();
    }
    table(&mut page, rate);
    for leg in &rate.legs {
        remarks::remarks(&mut page, rate, leg);
    }
    latencies(&mut page, rate);
    designs(&mut page, rate);
    next(&mut page, rate);
    page.into_text()
}

/// Its headline alone.
pub(crate) fn rate_in_a_line(rate: &Rate, width: usize) -> String {
    let mut page = Page::new(width.max(layout::WIDTH));
    page.wrap("", 2, &headline(rate));
    page.into_text()
}

fn headline(rate: &Rate) -> String {
    let samples: u64 = rate.legs.iter().map(|leg| leg.tally.attempts()).sum();
    let told = unbroken(&format!("{samples} samples, {:.1} s", rate.run.elapsed.as_secs_f64()));
    let interrupted = if rate.run.interrupted { ", interrupted," } else { "" };
    let name = format!("{}{interrupted}", rate.target);
    let of = |wanted: Decision| {
        let legs = rate.legs.iter().filter(|leg| rate.decision_of(leg) == wanted);
        listed(&legs.map(|leg| leg.leg.title()).collect::<Vec<_>>())
    };
    match rate.decision() {
        Decision::Pass => format!("✓ {name} passes: {told}"),
        Decision::Fail => format!("✗ {name} fails at {}: {told}", of(Decision::Fail)),
        Decision::Inconclusive => match of(Decision::Inconclusive) {
            legs if legs.is_empty() => format!("? {name} is not decided: {told}"),
            legs => format!("? {name} is not decided at {legs}: {told}"),
        },
    }
}

fn table(page: &mut Page, rate: &Rate) {
    page.push("  leg        decision           accepted     rate  at least   at most (95 %)\n");
    for leg in &rate.legs {
        let decision = rate.decision_of(leg);
        let mark = mark(decision);
        let tally = &leg.tally;
        let of = format!("{} of {}", tally.accepted, tally.judged());
        let (low, high) = interval(tally);
        let none = || "-".to_owned();
        let [share, low, high] = match tally.rate() {
            Some(rate) => [rate, low, high].map(percent),
            None => [none(), none(), none()],
        };
        page.push(&format!(
            "{mark} {:<10} {:<12} {of:>14} {share:>8} {low:>9} {high:>9}\n",
            leg.leg.title(),
            decision.to_string()
        ));
    }
}

fn latencies(page: &mut Page, rate: &Rate) {
    if rate.legs.iter().all(|leg| leg.latency.phases().next().is_none()) {
        return;
    }
    page.gap();
    page.push("  milliseconds               p50      p90      p99      max\n");
    for leg in &rate.legs {
        for (phase, told) in leg.latency.phases() {
            let Percentiles { p50, p90, p99, max } = told;
            let name = format!("{} {}", leg.leg.title(), named(leg.leg, phase));
            page.push(&format!("  {name:<20} {p50:>9.1}{p90:>9.1}{p99:>9.1}{max:>9.1}\n"));
        }
    }
}

fn named(leg: Leg, phase: Phase) -> String {
    match (leg, phase) {
        (Leg::Websocket, Phase::Response) => "upgrade".into(),
        _ => phase.to_string(),
    }
}

fn designs(page: &mut Page, rate: &Rate) {
    let Some(first) = rate.legs.first() else { return };
    page.gap();
    // How many samples are enough is said of all parts together.
    if rate.missing_parts() == 0 {
        page.wrap("  ", 2, &design(&first.design));
    }
    if let Some(hold) = rate.legs.iter().find_map(|leg| leg.hold) {
        let hold = unbroken(&humantime::format_duration(hold).to_string());
        page.wrap("  ", 2, &format!("A welcomed connection was watched for {hold}: what closes it later is not seen."));
    }
}

/// How it is decided, for a person.
fn design(design: &Design) -> String {
    let Design { objective, against, alpha, beta, least, most, .. } = *design;
    match design.method {
        Method::Sprt => format!(
            "Wald's sequential test: {} against {}. A service at {} passes in {} of runs, one at {} fails in {}. {least} samples before a fail, {most} at most.",
            percent(objective),
            percent(against),
            percent(objective),
            percent(beta),
            percent(against),
            percent(alpha),
        ),
        Method::ClopperPearson if most < design.clean_run() => {
            format!("{most} samples are too few to pass: {} would, where all are accepted.", design.clean_run())
        }
        Method::ClopperPearson => format!(
            "{most} samples; it passes where the rate is above {} and fails where it is below, each with an exact \
             bound (Clopper and Pearson) that is wrong in {} of runs at most.",
            percent(objective),
            percent(beta.max(alpha)),
        ),
    }
}

fn next(page: &mut Page, rate: &Rate) {
    if rate.missing_parts() > 0 {
        let merge = unbroken(&(command_line([rate.run.program(), "merge"]) + " FILE..."));
        let all = rate.parts.len() as u64 + rate.missing_parts();
        return page.wrap("", 2, &format!("next: {merge} (the JSON of all {all} parts)"));
    }
    if rate.decision() == Decision::Pass || rate.run.command.is_empty() {
        return;
    }
    let words: Vec<&str> = rate.run.command.iter().map(String::as_str).collect();
    page.wrap("", 2, &format!("next, to see why: {}", unbroken(&command_line(words))));
}
