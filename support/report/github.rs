//! Annotations for GitHub Actions: each finding at its line of the target file, as a command of the runner.

use super::Told;
use super::headline::{counted, of_check};
use super::rows::most_telling_first;
use crate::diagnosis::{Finding, Verdict};
use crate::evidence::Evidence;
use crate::vocabulary::{Service, Severity};
use crate::wording::sentence;

/// A line for each finding, for a check that proves nothing, and for what a gate requires and does not find.
pub(crate) fn annotations(told: &Told<'_>) -> String {
    let Told { evidence, diagnosis, .. } = told;
    let findings = diagnosis.findings.iter().map(|finding| of_finding(evidence, finding));
    let inconclusive = (diagnosis.verdict == Verdict::Inconclusive).then(|| {
        let told = format!("{}; {}", of_check(evidence, diagnosis), counted(evidence, diagnosis));
        command(evidence, "warning", "inconclusive", &told, None)
    });
    let unmet = told.unmet_beside_the_check().map(|one| {
        let level = if one.verdict == Verdict::Faulty { "error" } else { "warning" };
        command(evidence, level, &format!("gate: {}", one.name), &one.because, None)
    });
    findings.chain(inconclusive).chain(unmet).collect()
}

fn of_finding(evidence: &Evidence, finding: &Finding) -> String {
    let level = match finding.severity {
        Severity::Critical | Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "notice",
    };
    let service = most_telling_first(evidence, &finding.because).first().map(|probe| probe.service());
    let told = format!("{}. Fix: {}", sentence(&finding.headline), sentence(&finding.remedy));
    command(evidence, level, finding.fault.code(), &told, service)
}

fn command(evidence: &Evidence, level: &str, title: &str, told: &str, service: Option<Service>) -> String {
    let target = &evidence.settings.target;
    let place = evidence.run.described.as_ref().map(|described| {
        let line = service.map_or(described.line, |service| described.line_of(service));
        format!("file={},line={line},", property(&described.file))
    });
    let title = property(&format!("{target}: {title}"));
    format!("::{level} {}title={title}::{}\n", place.unwrap_or_default(), data(told))
}

/// The runner's own escapes: a line break would begin another command.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_begins_another_command() {
        assert_eq!(data("50 %\n::error::x"), "50 %25%0A::error::x");
        assert_eq!(property("a,b: c\r"), "a%2Cb%3A c%0D");
    }
}
