//! The faults that are open, grouped by what they need.

use crate::diagnosis::Diagnosis;
use crate::evidence::Evidence;
use crate::vocabulary::Fault;

/// Faults that need the same.
pub(super) struct Group {
    pub(super) faults: Vec<Fault>,
    /// Each may be the cause of a failure that was seen.
    pub(super) is_tied: bool,
    /// Fits after "needs".
    pub(super) needs: String,
}

/// First those that may be the cause of a failure.
pub(super) fn groups(evidence: &Evidence, diagnosis: &Diagnosis) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for (fault, open) in &diagnosis.undetermined {
        let (needs, is_tied) = (open.needs(evidence), !open.not_separable_from.is_empty());
        match groups.iter_mut().find(|group| group.is_tied == is_tied && group.needs == needs) {
            Some(group) => group.faults.push(*fault),
            None => groups.push(Group { faults: vec![*fault], is_tied, needs }),
        }
    }
    groups.sort_by_key(|group| !group.is_tied);
    groups
}
