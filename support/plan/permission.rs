//! What the target's file permits, and what would reach nothing.

use crate::evidence::{End, Evidence, Response, Stage, TransportError};
use crate::outcome::Outcome;
use crate::vocabulary::{Attempt, Endpoint, Presentation, Probe, REPEATS, TokenKind, User, Variation};

pub(super) fn permits(evidence: &Evidence, probe: Probe) -> bool {
    let settings = &evidence.settings;
    let presented = match probe {
        Probe::Present(presented) => presented,
        // One connection is watched beside everything else.
        Probe::Watch => return false,
        Probe::WatchWithPings => return is_cut_in_silence(evidence),
        // A login that was cut off may have been carried out.
        Probe::SecondLogin(user) => {
            let is_cut = |user| evidence.outcome(Probe::Login(user)) == Some(Outcome::Unreached);
            let is_there = user == User::First || settings.users > 1;
            return settings.login && is_there && !is_cut(User::First) && !is_cut(User::Second);
        }
        _ => return true,
    };
    let often = !matches!(presented.attempt, Attempt::Repeat(number) if number as usize > REPEATS.len() + 1);
    let invalid = presented.token.is_invalid() && presented.token != TokenKind::Missing
        || matches!(presented.variation, Variation::Decoy(_) | Variation::LongHeader);
    // In production nothing is sent that no client would send.
    let malformed = matches!(presented.variation, Variation::Scheme(_) | Variation::Encoding(_));
    let invalid = invalid || malformed && settings.stage == Stage::Production;
    let signed = matches!(presented.token, TokenKind::Resigned(..));
    // Each would only wait as long as the client's own token.
    let more = presented.variation != Variation::None
        || presented.token == TokenKind::Unsigned
        || matches!(presented.attempt, Attempt::Repeat(number) if number > 2);
    (often || settings.load || settings.thorough)
        && (!(invalid || signed) || settings.negatives)
        && (!signed || settings.signing)
        && (!signed && !more || responds_in_time(evidence, presented))
        && (!presented.token.is_invalid() || is_reached(evidence, presented.endpoint))
}

/// The watched connection was cut; without a welcome each accepted one is watched.
fn is_cut_in_silence(evidence: &Evidence) -> bool {
    let is_dropped = |one: &Presentation| {
        let connection = evidence.of((*one).into()).and_then(|seen| seen.response.connection());
        connection.is_some_and(|connection| connection.end == End::Dropped)
    };
    let dropped = || evidence.presentations().any(|one| one.token.is_the_clients() && is_dropped(&one));
    evidence.is_as_expected(Probe::Watch) == Some(false) || !evidence.settings.welcome && dropped()
}

/// The client's own token gets some response there in time.
fn responds_in_time(evidence: &Evidence, presented: Presentation) -> bool {
    let is_own =
        |one: &Presentation| one.endpoint == presented.endpoint && one.is_plain() && one.token.is_the_clients();
    let is_silent = |one: Presentation| match evidence.of(one.into()).map(|seen| &seen.response) {
        Some(Response::WebSocket(connection)) => connection.end == End::Silent,
        Some(Response::Unreached(error)) => *error == TransportError::Timeout,
        _ => false,
    };
    !evidence.presentations().filter(is_own).any(is_silent)
}

/// Some valid token got a response there, or none was sent.
fn is_reached(evidence: &Evidence, endpoint: Endpoint) -> bool {
    let is_valid = |one: &Presentation| one.endpoint == endpoint && one.is_plain() && one.token.is_the_clients();
    let mut valid = evidence.presentations().filter(is_valid).peekable();
    valid.peek().is_none() || valid.any(|one| evidence.outcome(one) != Some(Outcome::Unreached))
}
