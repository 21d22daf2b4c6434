//! The end of the report: each verification in one line, what was not found, and the next command.

use std::fmt::Write;

use strum::VariantArray;

use super::probes::failed;
use crate::diagnosis::{Diagnosis, Verdict, Verification, Verified};
use crate::evidence::Evidence;
use crate::report::layout::{unbroken, wrap};
use crate::vocabulary::{Probe, Service};

pub(super) fn render(out: &mut String, evidence: &Evidence, diagnosis: &Diagnosis, is_verbose: bool) {
    let outcomes: Vec<(&str, Verified)> =
        Verification::VARIANTS.iter().map(|one| (name(*one), as_users_see_it(*one, evidence, diagnosis))).collect();
    let marks: Vec<String> = outcomes.iter().map(|(name, outcome)| format!("{name} {}", mark(outcome))).collect();
    _ = writeln!(out, "{}", marks.join("   "));
    let mut told: Vec<(String, Vec<&str>)> = Vec::new();
    for (name, outcome) in &outcomes {
        let Verified::NotPossible(why) = outcome else { continue };
        match told.iter_mut().find(|(known, _)| known == why) {
            Some((_, names)) => names.push(name),
            None => told.push((why.clone(), vec![name])),
        }
    }
    told.iter().for_each(|(why, names)| wrap(out, "", 2, &format!("{}: not tested ({why})", names.join(", "))));
    if diagnosis.verdict == Verdict::Healthy {
        return;
    }
    let (ruled_out, open) = (diagnosis.ruled_out.len(), diagnosis.undetermined.len());
    let listed = if is_verbose { "" } else { " (--verbose lists them)" };
    if ruled_out + open > 0 {
        _ = writeln!(out, "{ruled_out} causes ruled out, {open} not tested{listed}");
    }
    let target = pasted(&evidence.settings.target);
    match diagnosis.findings.first().filter(|_| diagnosis.verdict == Verdict::Faulty) {
        Some(worst) => {
            let explain = unbroken(&format!("fivewhys explain {};", worst.fault));
            let check = unbroken(&format!("after the fix: fivewhys check {target}"));
            wrap(out, "next: ", 6, &format!("{explain} {check}"));
        }
        None => _ = writeln!(out, "what each setting would add: fivewhys check {target} --dry-run"),
    }
}

/// What failed there fails for users, whether or not it says something of the token.
fn as_users_see_it(one: Verification, evidence: &Evidence, diagnosis: &Diagnosis) -> Verified {
    let outcome = one.outcome(evidence, diagnosis);
    let service = match one {
        Verification::SameService => Service::Auth,
        Verification::CrossService => Service::Backend,
        Verification::WebSocket => Service::Gateway,
        Verification::Secrets => return outcome,
    };
    let failed: Vec<Probe> = failed(evidence).filter(|probe| probe.service() == service).collect();
    if failed.is_empty() { outcome } else { Verified::Fail(failed) }
}

/// As one argument of a shell.
fn pasted(name: &str) -> String {
    let is_plain = name.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c));
    if is_plain { name.to_owned() } else { format!("'{}'", name.replace('\'', "'\\''")) }
}

fn name(verification: Verification) -> &'static str {
    match verification {
        Verification::SameService => "auth",
        Verification::CrossService => "REST",
        Verification::WebSocket => "WebSocket",
        Verification::Secrets => "same secret",
    }
}

fn mark(outcome: &Verified) -> char {
    match outcome {
        Verified::Pass(_) => '✓',
        Verified::Fail(_) => '✗',
        Verified::NotPossible(_) => '?',
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_argument_of_a_shell() {
        assert_eq!(pasted("staging-2.eu_west"), "staging-2.eu_west");
        assert_eq!(pasted("my target; it's"), r"'my target; it'\''s'");
    }
}
