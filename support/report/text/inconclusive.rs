//! What failed, which causes fit, and what would tell them apart.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::finding::folded;
use super::{commands, failed_of, place, probes};
use crate::diagnosis::{Diagnosis, Undetermined};
use crate::evidence::{Evidence, Response, SignedBy, TokenFacts, TransportError};
use crate::outcome::{Expectation, Outcome};
use crate::report::layout::Page;
use crate::vocabulary::{Endpoint, Fault, Probe};

/// Lines of probes that failed.
const ROWS: usize = 3;
/// Causes that are named to look at by hand.
const BY_HAND: usize = 3;

pub(super) fn render(out: &mut Page, evidence: &Evidence, diagnosis: &Diagnosis) {
    let failed: Vec<Probe> = probes::failed(evidence).collect();
    let advice = advice(evidence, &failed);
    if failed.is_empty() {
        out.wrap("  ", 2, why_nothing(evidence));
    } else {
        place::render(out, evidence, &failed);
        if let Some(advice) = &advice {
            out.wrap("  fix     ", 10, advice);
        }
        let known = known(evidence);
        // A check that was interrupted early has nothing to say there.
        if !known.is_empty() {
            out.wrap("  known   ", 10, &known);
        }
        out.gap();
        probes::rows(out, evidence, &failed, ROWS);
    }
    out.gap();
    let fits: Vec<(Fault, &Undetermined)> = diagnosis.undetermined.iter().map(|(fault, open)| (*fault, open)).collect();
    let may_explain = |(_, open): &(Fault, &Undetermined)| !open.not_separable_from.is_empty();
    let mut fits: Vec<_> = fits.into_iter().filter(may_explain).collect();
    fits.sort_by_key(|(_, open)| open.rank);
    // What a wrong path responds says nothing of a token.
    if !fits.is_empty() && advice.is_none() {
        told_apart_by(out, evidence, &fits);
        _ = writeln!(out, "By hand (`{} CODE` says how):", commands::explain(evidence));
        for (number, (fault, _)) in fits.iter().take(BY_HAND).enumerate() {
            out.wrap(&format!("  {} ", number + 1), 4, &format!("{fault}: {}", fault.headline()));
        }
        out.gap();
    }
    folded(out, evidence, &diagnosis.findings);
}

/// The settings that would decide, each with the question that it answers; those that decide most come first.
fn told_apart_by(out: &mut Page, evidence: &Evidence, fits: &[(Fault, &Undetermined)]) {
    let mut settings: BTreeMap<&str, usize> = BTreeMap::new();
    fits.iter().flat_map(|(_, open)| &open.settings).for_each(|setting| *settings.entry(setting).or_default() += 1);
    let mut settings: Vec<(&str, usize)> = settings.into_iter().collect();
    settings.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let causes = format!("{} causes fit.", fits.len());
    match settings.is_empty() {
        true => _ = writeln!(out, "{causes}"),
        false => {
            let table = table(&evidence.settings.target);
            out.wrap("", 0, &format!("{causes} What would tell them apart, in `{table}`:"));
        }
    }
    for (setting, _) in settings {
        out.wrap(&format!("  {setting:<13} "), 16, question(setting));
    }
}

/// The header of the target's table, as TOML needs it: a quoted key is written like a JSON string.
fn table(target: &str) -> String {
    let is_bare = target.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c));
    if is_bare { format!("[targets.{target}]") } else { format!("[targets.{}]", serde_json::Value::from(target)) }
}

/// Where a setting of the target's file may be all that is wrong.
fn advice(evidence: &Evidence, failed: &[Probe]) -> Option<String> {
    let is_silent = |probe: &Probe| {
        let seen = evidence.of(*probe).map(|observation| &observation.response);
        matches!(seen, Some(Response::Unreached(TransportError::Timeout)))
    };
    match failed.iter().find_map(|probe| evidence.setting_of_missing_path(*probe)) {
        Some(setting) => Some(format!("target file: correct {setting}; the service has no such path.")),
        // Nothing else can be told with it.
        None if evidence.settings.tokens && evidence.token_facts().any(TokenFacts::has_expired) => {
            Some("target file: the given token has expired; give one that is valid.".to_owned())
        }
        None if !failed.is_empty() && failed.iter().all(is_silent) => {
            Some("target file: raise `timeout`, where the service is slow and not down.".to_owned())
        }
        None => None,
    }
}

fn is_published(facts: &TokenFacts) -> bool {
    facts.signed_by.contains(&Some(SignedBy::PublishedKey))
}

/// What works, and how many valid tokens failed.
fn known(evidence: &Evidence) -> String {
    let is_accepted = |probe: &Probe| evidence.outcome(*probe) == Some(Outcome::Accepted);
    let probes = || evidence.iter().map(|(probe, _)| probe);
    let at_auth = |probe: &Probe| probe.presented().is_some_and(|one| one.endpoint == Endpoint::Validation);
    let valid = || probes().filter(|it| it.presented().is_some() && evidence.expectation(*it) == Expectation::Accept);
    let failed = valid().filter(|probe| evidence.is_as_expected_at_once(*probe) == Some(false)).count();
    let logins: Vec<Probe> = probes().filter(|probe| matches!(probe, Probe::Login(_))).collect();
    let works = [
        match logins.iter().any(is_accepted) {
            true => Some("login works"),
            false => (!logins.is_empty()).then_some("login fails"),
        },
        valid().any(|probe| at_auth(&probe) && is_accepted(&probe)).then_some("auth accepts its token"),
        evidence.token_facts().any(is_published).then_some("a published key has signed the token"),
    ];
    let counted = (failed > 0).then(|| failed_of(evidence, failed, valid().count()));
    let works = works.into_iter().flatten().map(str::to_owned);
    works.chain(counted).collect::<Vec<_>>().join("; ")
}

fn question(setting: &str) -> &'static str {
    match setting {
        "fingerprint" => "do auth and the backend hold the same secret?",
        "signing" => "is it a claim, the audience, the issuer or the algorithm?",
        "service" => "does auth reject the backend's own credentials?",
        "keys" => "has a published key signed the token?",
        "direct" => "is it a proxy on the route, or the service behind it?",
        "login" => "is a token that auth issues accepted?",
        "mint" => "is a token that the client signs accepted?",
        "negatives" => "is an invalid token rejected in the same way?",
        "load" => "is the response the same each time?",
        "validate" => "does auth accept the token?",
        "protected" => "does the backend accept the token in a plain request?",
        "websocket" => "does the gateway accept the token?",
        "auth" | "backend" => "is the service healthy?",
        "handshake.subprotocols" => "does the gateway accept the token in a subprotocol?",
        "handshake.cookie" => "does the gateway accept the token in a cookie?",
        "handshake.message" => "does the gateway accept the token in the first message?",
        "handshake.origin" => "does the gateway reject the origin?",
        "handshake.welcome" => "is a connection that stays open accepted?",
        _ => "is it this user only?",
    }
}

fn why_nothing(evidence: &Evidence) -> &'static str {
    let settings = &evidence.settings;
    match (evidence.late().next().is_none(), settings.has_tokens()) {
        _ if evidence.run.interrupted => "The check was interrupted before it saw anything.",
        (false, _) => "Raise `deadline` in the target's file.",
        (true, true) => "No token could be presented.",
        (true, false) => "Add `login` or `mint`: without a token little can be seen.",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_check_without_an_accepted_response_has_no_line_for_what_is_known() {
        let mut evidence = Evidence::new(crate::evidence::Settings::complete());
        let timeout = || crate::evidence::Observation::of(Response::Unreached(TransportError::Timeout));
        evidence.record(Probe::Health(crate::vocabulary::Service::Auth), timeout());
        let mut out = Page::new(80);
        render(&mut out, &evidence, &crate::faults::diagnose(&evidence));
        let report = out.into_text();
        assert!(report.contains("✗ auth is healthy"), "{report}");
        assert!(!report.contains("  known"), "{report}");
        evidence.record(Probe::Login(crate::vocabulary::User::First), timeout());
        assert_eq!(known(&evidence), "login fails");
    }

    #[test]
    fn the_table_of_a_target_can_be_pasted_into_its_file() {
        for name in ["staging-2", "eu west", "it's \"new\"", "a.b"] {
            let file: toml::Table = format!("{}\nx = 1\n", table(name)).parse().expect("TOML");
            assert!(file["targets"][name]["x"].is_integer(), "{file}");
        }
    }
}
