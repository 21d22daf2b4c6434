//! Answers that nobody gave: what a target says that is healthy, or that gives reason to ask on.

use std::collections::BTreeMap;

use serde_json::json;

use crate::evidence::{Answer, Ask, Change, Conversation, Credential, End, Found, Place, Probe, Seen, Twist};
use crate::probe::Broken;
use crate::secret::Secret;
use crate::token::{Claims, Token, dated, now};

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

pub fn answer(world: World, probe: Probe) -> Seen {
    match probe {
        Probe::Login(_) if world == World::NoLogin => answered(404, Found::NotLookedFor),
        Probe::Login(_) | Probe::LoginAgain | Probe::Fingerprint(_) => {
            answered(200, Found::Text { mark: Some(1), provenance: Some(1) })
        }
        Probe::LoginNowhere | Probe::LoginGet | Probe::PlainGet | Probe::UpgradeNowhere => {
            answered(404, Found::NotLookedFor)
        }
        Probe::Health(_) => answered(200, Found::NotLookedFor),
        Probe::Hold | Probe::HoldBusy => opened(true),
        Probe::Present(ask) => judged(ask.place, is_accepted(world, ask)),
    }
}

fn is_accepted(world: World, ask: Ask) -> bool {
    let backend = match world {
        World::Open => return true,
        World::Changed => return !matches!(ask.credential, Credential::Issued | Credential::Own | Credential::Missing),
        World::Mended => {
            return matches!(ask.credential, Credential::Minted(_, Change::Short | Change::LikeAll));
        }
        World::Healthy | World::NoLogin => true,
        World::BackendRefuses | World::EverybodyRefuses => false,
        World::Mixed => matches!(ask.twist, Twist::Again(number) if number % 2 == 0),
    };
    let accepts = if ask.place == Place::Auth { world != World::EverybodyRefuses } else { backend };
    accepts && matches!(ask.credential, Credential::Issued | Credential::Own | Credential::Fresh)
}

fn judged(place: Place, accepted: bool) -> Seen {
    match place {
        Place::Auth => answered(200, Found::Bool(accepted)),
        Place::Rest => answered(if accepted { 200 } else { 401 }, Found::NotLookedFor),
        Place::Gateway if accepted => opened(true),
        // Without a 101, so that the controls for a refused upgrade are rehearsed too.
        Place::Gateway => answered(403, Found::NotLookedFor),
    }
}

fn answered(status: u16, found: Found) -> Seen {
    Seen::Answered(Answer { status, headers: BTreeMap::new(), body: String::new(), found })
}

fn opened(welcomed: bool) -> Seen {
    let selected = Some((String::new(), true));
    let frames = Vec::new();
    let end = End::Open;
    Seen::Opened(Conversation {
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
pub fn token() -> Result<Token, Broken> {
    let claims = json!({"sub": "somebody"}).as_object().cloned().unwrap_or_default();
    let claims: Claims = dated(&claims, now(), 1_800);
    Ok(Token::sign(&claims, jsonwebtoken::Algorithm::HS256, &Secret::new(uuid::Uuid::new_v4()))?)
}
