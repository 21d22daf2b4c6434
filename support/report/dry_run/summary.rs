//! The first lines of a dry run: how much would be sent to which service, how much of it may be rejected, and how fast.

use std::fmt::Write;

use super::super::layout::Page;
use crate::dry_run::{Counts, DryRun, Pace};
use crate::plan::{AT_ONCE, IN_A_ROW, budget};
use crate::vocabulary::Service;

pub(super) fn render(out: &mut Page, plan: &DryRun) {
    let name = &plan.settings.target;
    _ = writeln!(out, "A check of {name} would send the requests below. Nothing is sent now.\n");
    _ = writeln!(out, "  {:<22} {:>18} {:>16} {:>9}", "requests to", "about, if healthy", "may be rejected", "at most");
    let there = plan.counts();
    for Counts { services, healthy, may_be_rejected, most } in &there {
        row(out, &names(services), [*healthy, *may_be_rejected, *most]);
    }
    if there.len() > 1 {
        let sum = |of: fn(&Counts) -> usize| there.iter().map(of).sum();
        row(out, "all", [sum(|one| one.healthy), sum(|one| one.may_be_rejected), sum(|one| one.most)]);
    }
    out.gap();
    let budget = budget(plan.settings.stage);
    let limit = format!(
        "after {AT_ONCE} requests that may be rejected, a valid token has to be accepted before more are sent to any service: no \
         more than {IN_A_ROW} rejections in a row; a service that accepts no valid token gets at most {budget} that it rejects"
    );
    out.wrap("  limits  ", 10, &limit);
    out.wrap("  pace    ", 10, &pace(&plan.pace));
    if !plan.unset.is_empty() {
        let names: Vec<&str> = plan.unset.iter().map(String::as_str).collect();
        out.wrap("  not set ", 10, &format!("{}; needed for a check, not for this list", names.join(", ")));
    }
    out.gap();
}

fn names(services: &[Service]) -> String {
    services.iter().map(|service| service.name()).collect::<Vec<_>>().join(", ")
}

fn row(out: &mut Page, name: &str, [healthy, may_be_rejected, most]: [usize; 3]) {
    _ = writeln!(out, "  {name:<22} {healthy:>18} {may_be_rejected:>16} {most:>9}");
}

fn pace(pace: &Pace) -> String {
    let connections = match pace.connections {
        1 => "one connection at a time".to_owned(),
        more => format!("up to {more} connections at a time"),
    };
    let [timeout, deadline] = [pace.timeout, pace.deadline].map(|time| humantime::format_duration(time).to_string());
    format!("{connections}; at most {timeout} for each request, and {deadline} for the whole check")
}
