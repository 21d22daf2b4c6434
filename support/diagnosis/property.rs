//! What can be said of a single response, in three values: that it has a property, that it has not, or that it does not tell.
//! A statement about a presentation is one about every attempt at it, so no rule repeats anything itself.

mod same;
mod tells;

use super::client::Client;
use super::proof::{Need, Proof};
use crate::evidence::{End, Response, Seen, TransportError};
use crate::outcome::Outcome;
use crate::vocabulary::Probe;
pub(crate) use same::lacking;
pub(super) use same::prove_same;
use tells::{
    asks_for_another, is_not_reached, is_silent, is_unlike_contract, names_websocket, reports_own_error,
    reports_waiting,
};

/// What a response can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Property {
    /// The probe was made.
    Made,
    Accepted,
    Rejected,
    /// Whatever it is, but not accepted.
    NotAccepted,
    /// A server error, or a connection that ended abnormally.
    Failed,
    /// A server error, no response in time, or a rejection so late that the service must have waited for something.
    FailedOrLate,
    /// 502, 503 or 504, no response in time, an open connection without a response, or a response so late: the service waited
    /// for another one, or reports that it does.
    WaitsForAnother,
    /// The service's own server error: another 5xx, or close 1011 without a reason, and not late.
    FailsAtOnce,
    /// Closed with 1011, internal error (RFC 6455 §7.4.1), with a reason or without.
    InternalError,
    /// As a healthy target responds.
    AsExpected,
    /// Not reached: a transport error, or a reverse proxy's response for a service that it does not reach.
    NotReached,
    /// One of these statuses.
    Status(&'static [u16]),
    /// A page, a redirect or a challenge that asks a person to sign in.
    AsksForSignIn,
    /// A response without what the target's file says that it holds.
    UnlikeContract,
    /// The response of a step before a login, which did not give what it should.
    OfAStep,
    /// A redirect to another scheme, host, or the path with a slash; one to a sign-in is something else.
    Redirected,
    /// `101 Switching Protocols`.
    Opened,
    /// Another response, which asks for another protocol, or for another version of WebSocket than 13.
    AsksForAnother,
    /// Another response, in which a WebSocket server names its protocol or version (RFC 6455 §4.4, RFC 9110 §7.8).
    NamesWebSocket,
    /// 101 without one of the offered subprotocols.
    SelectsNothing,
    /// After the 101 it ended without a rejection: no close frame, 1011, or never.
    EndsAbnormally,
    /// A watched connection was still open at the end.
    Lasts,
    /// It reports, as a number, that the token is so many characters longer than it was sent.
    ReportsLongerBy(usize),
    /// 101 with a subprotocol that was not offered.
    SelectsUnoffered,
    /// After the 101 something was sent that is not the welcome, and the connection stayed open.
    OpenWithoutWelcome,
    /// Too many requests, or "try again later".
    RateLimited,
    /// A public document with what it is for.
    Readable,
}

/// What the attempts at a probe on fresh connections say of a statement.
pub(super) enum Told {
    /// It holds, as this one says.
    Holds(Probe),
    /// It fails, as this one says.
    Fails(Probe),
    /// Some say that it holds, others that it fails.
    Varies,
    /// None says something.
    Nothing,
}

/// The statement about every attempt at that probe on a fresh connection.
pub(super) fn prove(client: &Client<'_>, probe: Probe, property: Property) -> Proof {
    match told(client, probe, property) {
        Told::Holds(probe) => Proof::Holds([probe].into()),
        Told::Fails(probe) => Proof::Fails([probe].into()),
        Told::Varies => Proof::open(SAME_EACH_TIME),
        Told::Nothing => Proof::open(Need::Response(probe)),
    }
}

/// The same, for a plan that asks thousands of times and needs no proof.
pub(super) fn told(client: &Client<'_>, probe: Probe, property: Property) -> Told {
    // What does not exist is neither accepted nor rejected.
    if client.has_no_such_token(probe) {
        return Told::Fails(client.token_probe());
    }
    // That an invalid token is accepted is a fact, however seldom it is.
    let is_enough = property == Property::Accepted && probe.presented().is_some_and(|one| one.token.is_invalid());
    if !is_enough && client.is_unsteady_there(probe, property) {
        return Told::Varies;
    }
    let (mut holds, mut fails) = (None, None);
    for (attempt, seen) in client.evidence().each_attempt(probe) {
        match of_seen(client, attempt, seen, property) {
            Some(true) => _ = holds.get_or_insert(attempt),
            Some(false) => _ = fails.get_or_insert(attempt),
            None => {}
        }
    }
    match (holds, fails) {
        (Some(probe), None) => Told::Holds(probe),
        (Some(probe), Some(_)) if is_enough => Told::Holds(probe),
        (None, Some(probe)) => Told::Fails(probe),
        (Some(_), Some(_)) => Told::Varies,
        (None, None) => Told::Nothing,
    }
}

/// What is open where one and the same presentation gets different responses.
pub(crate) const SAME_EACH_TIME: &str = "responses that are the same each time";

/// The statement about this one attempt; `None` where its response does not tell.
pub(crate) fn of_one(client: &Client<'_>, probe: Probe, property: Property) -> Option<bool> {
    of_seen(client, probe, client.evidence().seen(probe)?, property)
}

fn of_seen(client: &Client<'_>, probe: Probe, seen: &Seen, property: Property) -> Option<bool> {
    let evidence = client.evidence();
    let Seen { observation, outcome, .. } = seen;
    let (response, outcome) = (&observation.response, *outcome);
    let turned_away = || evidence.is_turned_away(probe);
    match property {
        Property::Made => Some(true),
        Property::Accepted => match outcome {
            Outcome::Accepted => (!client.is_fleeting(probe)).then_some(true),
            Outcome::Rejected => Some(false),
            _ => turned_away().then_some(false),
        },
        Property::Rejected => match outcome {
            Outcome::Rejected => Some(true),
            Outcome::Accepted => Some(false),
            _ => turned_away().then_some(true),
        },
        Property::NotAccepted => match outcome {
            Outcome::Accepted => Some(false),
            Outcome::Rejected | Outcome::Unexpected => Some(true),
            Outcome::Failed => (is_not_reached(response, outcome) != Some(true)).then_some(true),
            Outcome::RateLimited | Outcome::Unreached => turned_away().then_some(true),
        },
        Property::Failed => match outcome {
            Outcome::Failed => Some(true),
            Outcome::Accepted | Outcome::Rejected | Outcome::Unexpected => Some(false),
            Outcome::RateLimited | Outcome::Unreached => None,
        },
        Property::FailedOrLate => match outcome {
            Outcome::Failed => Some(true),
            Outcome::Unreached => is_silent(client, probe).then_some(true),
            Outcome::Rejected => Some(client.is_late(probe)),
            Outcome::Accepted => Some(false),
            _ => None,
        },
        Property::WaitsForAnother => match outcome {
            Outcome::Failed => Some(reports_waiting(response) || client.is_late(probe)),
            Outcome::Unreached => is_silent(client, probe).then_some(true),
            Outcome::Rejected => Some(client.is_late(probe)),
            Outcome::Accepted => Some(false),
            _ => None,
        },
        Property::FailsAtOnce => match outcome {
            Outcome::Failed => {
                Some(reports_own_error(response) && !reports_waiting(response) && !client.is_late(probe))
            }
            Outcome::Accepted | Outcome::Rejected | Outcome::Unexpected => Some(false),
            Outcome::RateLimited | Outcome::Unreached => None,
        },
        Property::InternalError => match response {
            Response::WebSocket(connection) => Some(matches!(connection.end, End::Closed { code: 1011, .. })),
            Response::Http(_) => Some(false),
            _ => None,
        },
        Property::AsExpected => evidence.is_as_expected(probe),
        Property::NotReached => match response {
            Response::Unreached(TransportError::Timeout) => is_silent(client, probe).then_some(true),
            _ => is_not_reached(response, outcome),
        },
        // It is not the status of what the probe asks for.
        Property::Status(_) if observation.step.is_some() => None,
        Property::Status(statuses) => response.status().map(|status| statuses.contains(&status)),
        Property::AsksForSignIn => Some(response.asks_for_sign_in()),
        Property::UnlikeContract => match response {
            Response::Http(http) => Some(is_unlike_contract(probe, &http.extracted) && !response.asks_for_sign_in()),
            _ => None,
        },
        Property::OfAStep => Some(observation.step.is_some()),
        Property::Redirected => match response {
            Response::Http(_) => Some(observation.redirects_to_itself()),
            _ => None,
        },
        Property::Opened => match response {
            Response::WebSocket(_) => Some(true),
            Response::Http(_) => Some(false),
            _ => None,
        },
        Property::AsksForAnother => match response {
            Response::Http(http) => Some(asks_for_another(&http.headers)),
            Response::WebSocket(_) => Some(false),
            _ => None,
        },
        Property::NamesWebSocket => match response {
            Response::Http(http) => Some(names_websocket(&http.headers)),
            Response::WebSocket(_) => Some(false),
            _ => None,
        },
        Property::SelectsNothing => match response.connection() {
            Some(connection) if connection.offered => match connection.selected {
                None => Some(true),
                Some((_, true)) => Some(false),
                Some((_, false)) => None,
            },
            _ => None,
        },
        Property::EndsAbnormally => response.connection().map(|connection| match &connection.end {
            End::Dropped | End::Silent | End::Violation(_) => true,
            End::Closed { code: 1011, .. } => connection.frames.is_empty(),
            End::Closed { .. } => outcome == Outcome::Failed,
            End::Open | End::TooLarge => false,
        }),
        Property::Lasts => {
            let welcomed = response.connection().is_some_and(|connection| connection.welcomed);
            match outcome {
                _ if client.settings().welcome && !welcomed => None,
                // Our pings were late, so it may have been cut for its silence.
                Outcome::Failed if probe == Probe::WatchWithPings && observation.was_paused() => None,
                Outcome::Accepted => Some(true),
                Outcome::Failed => Some(false),
                _ => None,
            }
        }
        Property::RateLimited => Some(outcome == Outcome::RateLimited),
        Property::Readable => match outcome {
            Outcome::RateLimited => None,
            // This machine may have been late.
            Outcome::Unreached if *response == Response::Unreached(TransportError::Timeout) => {
                is_silent(client, probe).then_some(false)
            }
            outcome => Some(outcome == Outcome::Accepted),
        },
        Property::ReportsLongerBy(chars) => {
            let presented = probe.presented()?;
            let sent = evidence.token(presented.token, presented.user)?.chars;
            let as_sent = response.has_number(sent).then_some(false);
            if response.has_number(sent + chars) { Some(true) } else { as_sent }
        }
        Property::SelectsUnoffered => {
            response.connection().map(|connection| matches!(connection.selected, Some((_, false))))
        }
        Property::OpenWithoutWelcome => {
            response.connection().map(|connection| connection.end == End::Silent && !connection.frames.is_empty())
        }
    }
}

#[cfg(test)]
mod tests;
