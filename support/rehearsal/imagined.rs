//! Answers that nobody gave: what a target says that is healthy, or that gives reason to ask on.

use std::collections::BTreeMap;

use serde_json::json;

use crate::evidence::{Connection, End, Extracted, HttpResponse, Response};
use crate::probe::SuiteError;
use crate::secret::Secret;
use crate::token::{Claims, Token, now, with_dates};
use crate::vocabulary::{Attempt, Change, Endpoint, Presentation, Probe, TokenKind};

/// How the imagined target is.
#[derive(Clone, Copy, PartialEq)]
pub enum World {
    Healthy,
    BackendRefuses,
    EverybodyRefuses,
    /// The backend, every other time.
    Mixed,
    NoLogin,
    /// Everything is accepted.
    Open,
    /// Everything but the client's own token.
    Changed,
    /// Nothing but what leaves out several claims, or takes all of another token's.
    Mended,
}

pub fn answer(world: World, probe: Probe) -> Response {
    match probe {
        Probe::Login(_) if world == World::NoLogin => answered(404, Extracted::NotLookedFor),
        Probe::Login(_) | Probe::SecondLogin | Probe::Fingerprint(_) => {
            answered(200, Extracted::Text { mark: Some(1), provenance: Some(1) })
        }
        Probe::LoginUnknownPath | Probe::LoginGet | Probe::PlainGet | Probe::UpgradeUnknownPath => {
            answered(404, Extracted::NotLookedFor)
        }
        Probe::Health(_) => answered(200, Extracted::NotLookedFor),
        Probe::Watch | Probe::WatchWithPings => opened(true),
        Probe::Present(ask) => judged(ask.endpoint, is_accepted(world, ask)),
    }
}

fn is_accepted(world: World, ask: Presentation) -> bool {
    let backend = match world {
        World::Open => return true,
        World::Changed => return !matches!(ask.token, TokenKind::Issued | TokenKind::SelfSigned | TokenKind::Missing),
        World::Mended => {
            return matches!(ask.token, TokenKind::Resigned(_, Change::Short | Change::LikeAll));
        }
        World::Healthy | World::NoLogin => true,
        World::BackendRefuses | World::EverybodyRefuses => false,
        World::Mixed => matches!(ask.attempt, Attempt::Repeat(number) if number % 2 == 0),
    };
    let accepts = if ask.endpoint == Endpoint::Validation { world != World::EverybodyRefuses } else { backend };
    accepts && matches!(ask.token, TokenKind::Issued | TokenKind::SelfSigned | TokenKind::Second)
}

fn judged(place: Endpoint, accepted: bool) -> Response {
    match place {
        Endpoint::Validation => answered(200, Extracted::Bool(accepted)),
        Endpoint::Rest => answered(if accepted { 200 } else { 401 }, Extracted::NotLookedFor),
        Endpoint::WebSocket if accepted => opened(true),
        // Without a 101, so that the controls for a refused upgrade are rehearsed too.
        Endpoint::WebSocket => answered(403, Extracted::NotLookedFor),
    }
}

fn answered(status: u16, found: Extracted) -> Response {
    Response::Http(HttpResponse { status, headers: BTreeMap::new(), body: String::new(), extracted: found })
}

fn opened(welcomed: bool) -> Response {
    let selected = Some((String::new(), true));
    let frames = Vec::new();
    let end = End::Open;
    Response::WebSocket(Connection {
        offered: true,
        selected,
        accept_is_right: true,
        names_the_user: Some(true),
        frames,
        welcomed,
        end,
    })
}

/// One that nobody would take.
pub fn token() -> Result<Token, SuiteError> {
    let claims = json!({"sub": "somebody"}).as_object().cloned().unwrap_or_default();
    let claims: Claims = with_dates(&claims, now(), 1_800);
    Ok(Token::sign(&claims, jsonwebtoken::Algorithm::HS256, &Secret::new(uuid::Uuid::new_v4()))?)
}
