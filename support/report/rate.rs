//! A measured success rate as text: the decision first, then a row for each leg, then what the rejections are tied to.

use super::layout::{self, Page, unbroken};
use crate::rate::{
    Decision, Design, Factor, Group, Leg, Measured, Method, Percentiles, Phase, Rate, Slowed, Tie, interval,
};

/// The whole report, in so many columns.
pub(crate) fn rate(rate: &Rate, width: usize) -> String {
    let mut page = Page::new(width.max(layout::WIDTH));
    page.wrap("", 2, &headline(rate));
    page.gap();
    if let Some(response) = &rate.login {
        page.wrap("", 2, &format!("A user has no token: {response}."));
        page.gap();
    }
    if rate.missing_parts() > 0 {
        let there = rate.parts.len() as u64;
        page.wrap(
            "",
            2,
            &format!("{there} of {} parts: a part decides nothing for all.", there + rate.missing_parts()),
        );
        page.gap();
    }
    table(&mut page, rate);
    for leg in &rate.legs {
        remarks(&mut page, rate, leg);
    }
    latencies(&mut page, rate);
    designs(&mut page, rate);
    next(&mut page, rate);
    page.into_text()
}

fn headline(rate: &Rate) -> String {
    let samples: u64 = rate.legs.iter().map(|leg| leg.tally.attempts()).sum();
    let told = unbroken(&format!("{samples} samples, {:.1} s", rate.run.elapsed.as_secs_f64()));
    let interrupted = if rate.run.interrupted { ", interrupted" } else { "" };
    let name = format!("{}{interrupted}", rate.target);
    let of = |wanted: Decision| {
        let legs = rate.legs.iter().filter(|leg| rate.decision_of(leg) == wanted);
        legs.map(|leg| leg.leg.to_string()).collect::<Vec<_>>().join(" and ")
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
        let mark = match decision {
            Decision::Pass => '✓',
            Decision::Fail => '✗',
            Decision::Inconclusive => '?',
        };
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
            leg.leg.to_string(),
            decision.to_string()
        ));
    }
}

fn remarks(page: &mut Page, rate: &Rate, leg: &Measured) {
    let mut lines = Vec::new();
    let tally = &leg.tally;
    if !tally.closes.is_empty() {
        let closes = tally.closes.iter().map(|(code, count)| unbroken(&format!("{code} × {count}")));
        let forbidden = rate.forbidden.iter().filter(|code| tally.closes.contains_key(code));
        let forbidden: Vec<String> = forbidden.map(u16::to_string).collect();
        let forbidden = match forbidden.is_empty() {
            true => String::new(),
            false => format!("; {} must not come at all", forbidden.join(" and ")),
        };
        lines.push(format!("closes {}{forbidden}", closes.collect::<Vec<_>>().join(", ")));
    }
    if tally.unreached() > 0 {
        let apart = tally.apart.iter().map(|(why, count)| unbroken(&format!("{why} × {count}")));
        lines.push(format!("not judged: {}", apart.collect::<Vec<_>>().join(", ")));
    }
    if tally.rejected > 0 && tally.accepted > 0 {
        let ties = leg.groups.ties();
        lines.extend(ties.iter().map(tied));
        if ties.is_empty() {
            lines.push(
                "the rejections are tied to no replica, cookie, address, user or time that the responses show".into(),
            );
        }
    }
    let Slowed { samples, time } = leg.slowed;
    if samples > 0 {
        lines.push(format!(
            "slowed down {samples} times, {:.1} s in all: rejections came in a row, which circuit breakers count",
            time.as_secs_f64()
        ));
    }
    if tally.attempts() == 0 {
        lines.push("no sample".into());
    }
    if !lines.is_empty() {
        page.gap();
        page.push(&format!("  {}\n", leg.leg));
        lines.iter().for_each(|line| page.wrap("  - ", 4, line));
    }
}

/// What the rejections are tied to, with the chance that it is none.
fn tied(tie: &Tie) -> String {
    let of = |(accepted, rejected): (u64, u64)| format!("{rejected} of {}", accepted + rejected);
    let by = match tie.by {
        Factor::Replica => "the replica",
        Factor::Cookie => "the cookie that is set",
        Factor::Address => "the address",
        Factor::User => "the user",
        Factor::Time => "the time",
    };
    let name = |group: &Group| match &group.name {
        Some(name) => format!("`{name}`"),
        None => format!("{} {}", group.by, group.mark),
    };
    let names = tie.groups.iter().map(name).collect::<Vec<_>>().join(", ");
    let rejects = if tie.groups.len() == 1 { "rejects" } else { "reject" };
    let (these, others) = (of(tie.these), of(tie.others));
    let p = if tie.p < 1e-4 { format!("{:.0e}", tie.p) } else { format!("{:.4}", tie.p) };
    format!("tied to {by}: {names} {rejects} {these}, the others {others} (p = {p}, Fisher's exact test)")
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
            let name = format!("{} {}", leg.leg, named(leg.leg, phase));
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
    page.wrap("  ", 2, &design(&first.design));
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
    if rate.decision() == Decision::Pass || rate.run.command.is_empty() {
        return;
    }
    let words: Vec<&str> = rate.run.command.iter().map(String::as_str).collect();
    page.wrap("", 2, &format!("next, to see why: {}", unbroken(&crate::wording::command_line(words))));
}

/// With as many digits as tell it from 100 %.
fn percent(share: f64) -> String {
    let percent = share * 100.0;
    let text = if percent > 99.0 && percent < 100.0 { format!("{percent:.2}") } else { format!("{percent:.1}") };
    unbroken(&format!("{} %", text.trim_end_matches('0').trim_end_matches('.')))
}
