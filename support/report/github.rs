//! Annotations for GitHub Actions: each alert at its line of the target file, as a command of the runner.

use super::Told;
use super::alert::{Alert, alerts};
use crate::evidence::Evidence;
use crate::vocabulary::Severity;

/// A line for each.
pub(crate) fn annotations(told: &Told<'_>) -> String {
    alerts(told).iter().map(|alert| command(told.evidence, alert)).collect()
}

fn command(evidence: &Evidence, alert: &Alert) -> String {
    let level = match alert.severity {
        Severity::Critical | Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "notice",
    };
    let place = evidence.run.described.as_ref().zip(alert.line);
    let place = place.map(|(described, line)| format!("file={},line={line},", property(&described.file)));
    let rule = alert.condition.as_deref().unwrap_or(alert.rule);
    let title = property(&format!("{}: {rule}", evidence.settings.target));
    format!("::{level} {}title={title}::{}\n", place.unwrap_or_default(), data(&alert.text))
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
