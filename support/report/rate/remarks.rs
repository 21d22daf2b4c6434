//! What is to be said of a leg: closes, what was not judged, what the rejections are tied to, and why there are fewer samples.

use crate::rate::{Decided, Ended, Factor, Group, Measured, Rate, Slowed, Tie};
use crate::report::layout::{Page, unbroken};

/// A sentence each, whatever shows them.
pub(super) fn of(rate: &Rate, leg: &Measured) -> Vec<String> {
    let lines = [closes(rate, leg), decided(leg), not_judged(leg)].into_iter().flatten();
    lines.chain(ties(rate, leg)).chain([slowed(leg.slowed), ended(leg)].into_iter().flatten()).collect()
}

pub(super) fn remarks(page: &mut Page, rate: &Rate, leg: &Measured) {
    let lines = of(rate, leg);
    if !lines.is_empty() {
        page.gap();
        page.push(&format!("  {}\n", leg.leg.title()));
        lines.iter().for_each(|line| page.wrap("  - ", 4, line));
    }
}

fn closes(rate: &Rate, leg: &Measured) -> Option<String> {
    let closes = &leg.tally.closes;
    let told = closes.iter().map(|(code, count)| unbroken(&format!("{code} × {count}")));
    let forbidden = rate.forbidden.iter().filter(|code| closes.contains_key(code)).map(u16::to_string);
    let forbidden = match forbidden.collect::<Vec<_>>() {
        none if none.is_empty() => String::new(),
        some => format!("; {} must not come at all", some.join(" and ")),
    };
    (!closes.is_empty()).then(|| format!("closes {}{forbidden}", told.collect::<Vec<_>>().join(", ")))
}

/// Where more samples had begun by then.
fn decided(leg: &Measured) -> Option<String> {
    let Decided { decision, accepted, rejected, unreached } = leg.decided?;
    let (counted, all) = (accepted + rejected + unreached, leg.tally.attempts());
    (counted < all && leg.ended.is_none()).then(|| {
        format!(
            "{decision} after {counted} samples, {accepted} of {} accepted: {} more had begun by then",
            accepted + rejected,
            all - counted
        )
    })
}

fn not_judged(leg: &Measured) -> Option<String> {
    let apart = leg.tally.apart.iter().map(|(why, count)| unbroken(&format!("{why} × {count}")));
    (leg.tally.unreached() > 0).then(|| format!("not judged: {}", apart.collect::<Vec<_>>().join(", ")))
}

fn ties(rate: &Rate, leg: &Measured) -> Vec<String> {
    if leg.tally.rejected == 0 || leg.tally.accepted == 0 {
        return Vec::new();
    }
    let mut lines: Vec<String> = leg.groups.ties().iter().map(tied).collect();
    if rate.key.is_none() {
        lines.push(
            "whether the rejections are tied to a replica, cookie, address or user is not known: these parts share no \
             `--run-key`, so their marks do not compare"
                .into(),
        );
    } else if lines.is_empty() {
        lines.push(
            "the rejections are tied to no replica, cookie, address, user or time that the responses show".into(),
        );
    }
    lines
}

/// What the rejections are tied to, with the chance that it is none.
fn tied(tie: &Tie) -> String {
    let of = |(accepted, rejected): (u64, u64)| format!("{rejected} of {}", accepted + rejected);
    let by = match (tie.by, tie.may_follow) {
        (Factor::Replica, true) => "goes with the header",
        (Factor::Cookie, true) => "goes with the cookie that is set",
        (Factor::Replica, false) => "tied to the replica",
        (Factor::Cookie, false) => "tied to the cookie that is set",
        (Factor::Address, _) => "tied to the address",
        (Factor::User, _) => "tied to the user",
        (Factor::Time, _) => "tied to the time",
    };
    let names = tie.groups.iter().map(name).collect::<Vec<_>>().join(", ");
    let rejects = if tie.groups.len() == 1 { "rejects" } else { "reject" };
    let (these, others) = (of(tie.these), of(tie.others));
    let follows = if tie.may_follow {
        "; one value came with every acceptance, so the header may name a replica, or only follow from the rejection"
    } else {
        ""
    };
    format!("{by}: {names} {rejects} {these}, the others {others} ({}){follows}", chance(tie))
}

fn name(group: &Group) -> String {
    match &group.name {
        Some(name) => format!("`{name}`"),
        None if group.of.is_empty() => format!("{} {}", group.by, group.mark),
        None => format!("`{}` with mark {}", group.of, group.mark),
    }
}

fn chance(Tie { p, is_exact, .. }: &Tie) -> String {
    let told = match *p {
        p if p < 1e-99 => "< 1e-99".to_owned(),
        p if p < 1e-4 => format!("= {p:.0e}"),
        p => format!("= {p:.4}"),
    };
    match is_exact {
        true => format!("p {told}, Fisher's exact test"),
        false => format!("p about {}, chi-squared test", told.trim_start_matches("= ")),
    }
}

fn slowed(Slowed { samples, time }: Slowed) -> Option<String> {
    let waited = if samples == 1 { "1 sample waited".to_owned() } else { format!("{samples} samples waited") };
    (samples > 0).then(|| {
        format!(
            "slowed down: {waited}, {:.1} s in all, because rejections came in a row, which circuit breakers count",
            time.as_secs_f64()
        )
    })
}

/// Why there are fewer samples than were asked for.
fn ended(leg: &Measured) -> Option<String> {
    let (made, most) = (leg.tally.attempts(), leg.design.most);
    let why = match &leg.ended {
        None if made > 0 => return None,
        None if most == 0 => "there are more parts than samples, and this part has none".to_owned(),
        None => return Some("no sample".to_owned()),
        Some(Ended::Interrupted) => "the run was interrupted".to_owned(),
        Some(Ended::NoToken) => "no user has a token that may be presented".to_owned(),
        Some(Ended::RetryAfter { seconds }) => {
            format!("the service asks for a pause of {seconds} s (`Retry-After`), longer than `slow-after`")
        }
        Some(Ended::RateLimited) => "the service asked for fewer requests several times in a row".to_owned(),
        Some(Ended::Machine { error }) => format!("this machine could open no more connections: {error}"),
    };
    Some(match made {
        0 => format!("no sample: {why}"),
        made => format!("ended after {made} of at most {most} samples: {why}"),
    })
}
