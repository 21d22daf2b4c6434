//! What failed, which causes fit, and what would tell them apart.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::finding::folded;
use super::{place, probes};
use crate::diagnosis::{Diagnosis, Undetermined};
use crate::evidence::Evidence;
use crate::report::layout::wrap;
use crate::vocabulary::{Fault, Probe};

/// Rows of probes that failed.
const ROWS: usize = 5;
/// Causes that are named to look at by hand.
const BY_HAND: usize = 3;

pub(super) fn render(out: &mut String, evidence: &Evidence, diagnosis: &Diagnosis) {
    let failed: Vec<Probe> = probes::failed(evidence).collect();
    if failed.is_empty() {
        wrap(out, "  ", 2, why_nothing(evidence));
    } else {
        place::render(out, evidence, &failed);
        out.push('\n');
        probes::rows(out, evidence, &failed, ROWS);
    }
    out.push('\n');
    let fits: Vec<(Fault, &Undetermined)> = diagnosis.undetermined.iter().map(|(fault, open)| (*fault, open)).collect();
    let may_explain = |(_, open): &(Fault, &Undetermined)| !open.not_separable_from.is_empty();
    let fits: Vec<_> = fits.into_iter().filter(may_explain).collect();
    if !fits.is_empty() {
        told_apart_by(out, evidence, &fits);
        _ = writeln!(out, "Until then, by hand:");
        for (number, (fault, _)) in fits.iter().take(BY_HAND).enumerate() {
            wrap(out, &format!("  {} ", number + 1), 4, &format!("{} `fivewhys explain {fault}`", fault.headline()));
        }
        out.push('\n');
    }
    folded(out, evidence, &diagnosis.findings);
}

/// The settings that would decide, each with the question that it answers; those that decide most come first.
fn told_apart_by(out: &mut String, evidence: &Evidence, fits: &[(Fault, &Undetermined)]) {
    let mut settings: BTreeMap<&str, usize> = BTreeMap::new();
    fits.iter().flat_map(|(_, open)| &open.settings).for_each(|setting| *settings.entry(setting).or_default() += 1);
    let mut settings: Vec<(&str, usize)> = settings.into_iter().collect();
    settings.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let causes = format!("{} causes fit.", fits.len());
    match settings.is_empty() {
        true => _ = writeln!(out, "{causes}"),
        false => {
            let target = &evidence.settings.target;
            wrap(out, "", 0, &format!("{causes} What would tell them apart, in `[targets.{target}]`:"));
        }
    }
    for (setting, _) in settings {
        wrap(out, &format!("  {setting:<13} "), 16, question(setting));
    }
}

fn question(setting: &str) -> &'static str {
    match setting {
        "fingerprint" => "do auth and the backend hold the same secret?",
        "signing" => "is it a claim, the audience, the issuer or the algorithm?",
        "service" => "does auth reject the backend's own credentials?",
        "direct" => "is it a proxy on the route, or the service behind it?",
        "login" => "is a token that auth issues accepted?",
        "mint" => "is a token that the client signs accepted?",
        "negatives" => "is an invalid token rejected in the same way?",
        "load" => "is the response the same each time?",
        "handshake.origin" => "does the gateway reject the origin?",
        "handshake.welcome" => "is a connection that stays open accepted?",
        _ => "is it this user only?",
    }
}

fn why_nothing(evidence: &Evidence) -> &'static str {
    let settings = &evidence.settings;
    match (evidence.late().is_empty(), settings.login || settings.mint) {
        (false, _) => "The deadline for the whole check came first.",
        (true, true) => "No token could be presented.",
        (true, false) => "Add `login` or `mint`: without a token little can be seen.",
    }
}
