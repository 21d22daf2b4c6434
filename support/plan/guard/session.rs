//! Connections of one user, of which a gateway may keep only the last.

use super::super::session_of;
use crate::evidence::Evidence;
use crate::vocabulary::{Presentation, Probe, User};

/// A gateway may close the connection of a user when the next is opened.
pub(super) fn shares_session(one: Probe, other: Probe) -> bool {
    let session = session_of(one);
    session.is_some() && session == session_of(other)
}

/// The accepted presentation; or the other user's, where a connection of that user is watched, which another one might end.
pub(super) fn beside_watched(
    evidence: &Evidence,
    accepted: Presentation,
    watched: Option<User>,
) -> Option<Presentation> {
    let is_free = |one: &Presentation| watched.is_none() || session_of((*one).into()) != watched;
    let other = accepted.by(accepted.user.other());
    // One that was rejected since may be rejected for itself.
    let other = Some(other).filter(|one| super::is_steadily_accepted(evidence, (*one).into()));
    Some(accepted).filter(is_free).or(other)
}
