//! What is lacking for a test: a setting of the target's file, or a response that can be used.

use std::collections::BTreeSet;

use super::client::Client;
use super::proof::Need;
use crate::evidence::{Settings, TokenFacts};
use crate::outcome::Outcome;
use crate::vocabulary::{Carrier, Endpoint, Presentation, Probe, Route, Service, TokenKind, User, Variation};

impl Client<'_> {
    /// Nothing will be seen there: the target has no such place, or its response is neither of a valid token nor a rejection.
    pub(super) fn is_closed(&self, need: &Need) -> bool {
        match need {
            Need::Response(Probe::Present(presented)) => {
                !self.settings().has(presented.endpoint)
                    || presented.token == TokenKind::SelfSigned && !self.settings().mint
                    || self.evidence().outcome(*presented) == Some(Outcome::Unexpected)
            }
            Need::Response(_) | Need::Other(_) => false,
        }
    }

    /// The settings of the target's file that would close one of them.
    pub(super) fn lacking_settings(&self, needs: &[Need]) -> BTreeSet<&'static str> {
        let lacking = needs.iter().filter_map(|need| match need {
            Need::Response(probe) => self.lacking_setting(*probe),
            Need::Other(_) => None,
        });
        lacking.collect()
    }

    /// No shared secret signs such a token (RFC 7518 §3.1), and seldom may a check have a private key: no text asks for one.
    pub(super) fn needs_private_key(&self, token: TokenKind) -> bool {
        let TokenKind::Resigned(of, _) = token else { return false };
        !self.settings().private_key && self.facts_of(of.token()).is_some_and(TokenFacts::is_asymmetric)
    }

    /// A private key signs the client's token, or nothing does, and nothing is known of a secret: there is none to compare.
    pub(crate) fn shares_no_secret(&self) -> bool {
        !self.settings().shows_fingerprint(Service::Auth) && self.facts().is_some_and(TokenFacts::shares_no_secret)
    }

    pub(super) fn lacking_setting(&self, probe: Probe) -> Option<&'static str> {
        let settings = self.settings();
        match probe {
            Probe::Fingerprint(_) if self.shares_no_secret() => None,
            Probe::Fingerprint(_) if !settings.shows_fingerprint(Service::Auth) => Some("fingerprint"),
            Probe::Fingerprint(service) if !settings.shows_fingerprint(service) => Some(match service {
                Service::Gateway => "fingerprint.websocket",
                _ => "backend",
            }),
            Probe::Discovery(_) | Probe::Keys(_) if settings.keys.is_none() => Some("keys"),
            Probe::Login(User::Second) if settings.login && settings.users < 2 => Some("a second user of login"),
            Probe::Login(_) | Probe::SecondLogin(_) | Probe::LaterLogin(..) if !settings.login => Some("login"),
            Probe::Health(Service::Auth) if !settings.health[0] => Some("auth"),
            Probe::Health(_) if !settings.health[1] => Some("backend"),
            Probe::Watch | Probe::WatchWithPings | Probe::PlainGet | Probe::UpgradeUnknownPath
                if !settings.has(Endpoint::WebSocket) =>
            {
                Some(part(Endpoint::WebSocket))
            }
            Probe::Watch | Probe::WatchWithPings if !settings.has_tokens() => Some("login"),
            // Without one, each accepted connection is watched anyway.
            Probe::Watch | Probe::WatchWithPings if !settings.welcome => Some("handshake.welcome"),
            Probe::LoginGet | Probe::LoginUnknownPath if !settings.login => Some("login"),
            Probe::Present(presented) => match (presented.variation, presented.token) {
                _ if !settings.has(presented.endpoint) => Some(part(presented.endpoint)),
                (Variation::Route(Route::Direct), _) if !settings.has_direct(presented.endpoint) => Some("direct"),
                (Variation::ServiceCredentials, _) if !settings.service => Some("service"),
                _ if lacking_carrier(settings, presented).is_some() => lacking_carrier(settings, presented),
                (Variation::NoOrigin, _) if !settings.origin => Some("handshake.origin"),
                (_, TokenKind::Resigned(..)) if self.needs_private_key(presented.token) => None,
                (_, TokenKind::Resigned(..)) if !settings.signing => Some("signing"),
                (_, TokenKind::SelfSigned) if !settings.mint => Some("mint"),
                (_, TokenKind::Issued) if !settings.login && !settings.tokens => Some("login"),
                (_, TokenKind::Second | TokenKind::Later(_)) if !settings.login => Some("login"),
                (
                    _,
                    TokenKind::Issued
                    | TokenKind::Forged
                    | TokenKind::OtherKey
                    | TokenKind::OtherKid
                    | TokenKind::UnknownKid
                    | TokenKind::PublicKeyAsSecret(_)
                    | TokenKind::Unsigned,
                ) if !settings.has_tokens() => Some("login"),
                _ => settings.lacking_permission(presented),
            },
            _ => None,
        }
    }
}

/// What describes the first of its carriers that no handshake of this client has.
fn lacking_carrier(settings: &Settings, presented: Presentation) -> Option<&'static str> {
    let at_gateway = presented.endpoint == Endpoint::WebSocket;
    let mut lacking = presented.carriers.iter().filter(|carrier| at_gateway && !settings.possible.has(*carrier));
    lacking.find_map(|carrier| match carrier {
        // A handshake has no body, and every client can set the others.
        Carrier::Body | Carrier::Header | Carrier::Query => None,
        Carrier::Subprotocol => Some("handshake.subprotocols"),
        Carrier::Cookie => Some("handshake.cookie"),
        Carrier::Message => Some("handshake.message"),
    })
}

/// The part of a target file that describes it.
fn part(endpoint: Endpoint) -> &'static str {
    match endpoint {
        Endpoint::Validation => "validate",
        Endpoint::Rest => "protected",
        Endpoint::WebSocket => "websocket",
    }
}

#[cfg(test)]
mod tests;
