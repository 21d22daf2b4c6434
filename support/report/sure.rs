//! How sure a finding is: the comparison that shows it, and whether the responses that decide were seen more than once.

use crate::diagnosis::Finding;
use crate::evidence::Evidence;
use crate::vocabulary::Attempt;
use crate::wording::sentence;

/// In full sentences. How many valid tokens failed, the impact says.
pub(super) fn of(evidence: &Evidence, finding: &Finding) -> String {
    let presented = finding.because.iter().filter_map(|probe| probe.presented());
    let attempts = presented.map(|one| evidence.attempts(one.attempt(Attempt::First)).count()).min();
    let comparison = sentence(&finding.comparison);
    match attempts {
        Some(2..) => format!("{comparison} Each deciding probe was repeated."),
        _ => comparison,
    }
}
