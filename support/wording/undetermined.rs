//! What would decide an open fault.

use crate::diagnosis::Undetermined;
use crate::evidence::Evidence;
use crate::vocabulary::Probe;

impl Undetermined {
    /// In words that fit after "needs": settings first, for they are what a person can add.
    pub fn needs(&self, evidence: &Evidence) -> String {
        let named = |probe: Probe| format!("\"{}\"", probe.name(&evidence.settings));
        let response = |probe| match evidence.of(probe) {
            Some(_) => format!("a usable response to {}", named(probe)),
            None => format!("the probe {}", named(probe)),
        };
        let settings: Vec<String> = self.settings.iter().map(|setting| format!("`{setting}`")).collect();
        match (self.probes.first(), self.others.first()) {
            _ if !settings.is_empty() => format!("{} in the target's file", settings.join(" or ")),
            (_, Some(other)) => other.clone(),
            (Some(probe), None) => response(*probe),
            (None, None) => match (self.hidden_by, self.hidden_by_failure) {
                (Some(cause), _) => format!("a check without {cause}, which hides it"),
                (None, Some(probe)) => format!("a check in which {} succeeds", named(probe)),
                (None, None) => "an accepted token".to_owned(),
            },
        }
    }
}
