//! The order of one round.

use super::super::order::is_invalid;
use crate::vocabulary::{Probe, TokenKind};

/// One between two tokens that should be rejected, for a circuit breaker that opens at the second. They may overtake one
/// another, so this alone keeps none closed.
pub(super) fn between(mut controls: impl Iterator<Item = Probe>, risky: impl Iterator<Item = Probe>) -> Vec<Probe> {
    let mut round = Vec::new();
    let mut failed = false;
    for one in risky {
        // A missing token is rejected before anything is verified, so it is no failure.
        let fails = one.presented().is_some_and(|one| is_invalid(one) && one.token != TokenKind::Missing);
        if failed && fails {
            round.extend(controls.next());
        }
        failed |= fails;
        round.push(one);
    }
    round
}
