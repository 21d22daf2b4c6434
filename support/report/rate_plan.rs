//! What a run would send, said before.

use std::collections::BTreeSet;

use super::layout::{self, Page};
use crate::rate::{IN_A_ROW, Limits, Options};
use crate::target::Target;

/// The bounds of a run, in a few lines, and the variables that it needs and that are not set.
pub(crate) fn rate_plan(target: &Target, options: &Options, unset: &BTreeSet<String>) -> String {
    let mut page = Page::new(layout::WIDTH);
    let design = options.design();
    let limits = Limits::of(target);
    page.wrap("", 2, &format!("nothing was sent; a run of {} would send:", target.name));
    for leg in &options.legs {
        page.wrap(
            "  ",
            4,
            &format!(
                "{}: {} requests with a valid token at most, {} at a time",
                leg.title(),
                design.most,
                options.concurrency
            ),
        );
    }
    page.wrap(
        "  ",
        4,
        "and a login of each user, once more before its token expires; no invalid token, and no second attempt",
    );
    if options.samples.is_none() {
        let at = |rate: f64| design.predict(rate).samples;
        page.wrap(
            "  ",
            4,
            &format!(
                "as many as decide: {:.0} where all are accepted, about {:.0} where {} % are, about {:.0} where half are",
                at(1.0),
                at(design.objective),
                (design.objective * 10_000.0).round() / 100.0,
                at(0.5)
            ),
        );
    }
    let open = options.concurrency.saturating_sub(1);
    let more = if open == 0 { String::new() } else { format!(" (up to {open} more may be open by then)") };
    page.wrap(
        "  ",
        4,
        &format!(
            "once {IN_A_ROW} rejections in a row have come{more}: one at a time, and slower, until one is accepted"
        ),
    );
    let bounds = match limits.samples {
        u64::MAX => format!("on this machine at most {} at a time", limits.concurrency),
        most => format!("stage {} allows {most} for each leg and {} at a time", target.stage, limits.concurrency),
    };
    page.wrap("  ", 4, &bounds);
    if !unset.is_empty() {
        let names: Vec<&str> = unset.iter().map(String::as_str).collect();
        page.wrap("  not set ", 10, &format!("{}; needed for a run, not for this list", names.join(", ")));
    }
    page.into_text()
}
