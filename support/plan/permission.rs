//! What the target's file permits, and what would reach nothing.

use crate::evidence::{End, Evidence, Response, TransportError};
use crate::outcome::Outcome;
use crate::vocabulary::{Attempt, Endpoint, Presentation, Probe, Service, TokenKind, User, Variation};

pub(super) fn permits(evidence: &Evidence, probe: Probe) -> bool {
    let settings = &evidence.settings;
    let presented = match probe {
        Probe::Present(presented) => presented,
        // One connection is watched beside everything else.
        Probe::Watch => return false,
        Probe::WatchWithPings => return is_cut_in_silence(evidence),
        // A login that was cut off may have been carried out.
        Probe::SecondLogin(user) | Probe::LaterLogin(user, _) => {
            let is_cut = |user| evidence.outcome(Probe::Login(user)) == Some(Outcome::Unreached);
            let is_there = user == User::First || settings.users > 1;
            return settings.login && is_there && !is_cut(User::First) && !is_cut(User::Second);
        }
        Probe::Health(service) => return settings.health[usize::from(service != Service::Auth)],
        Probe::Fingerprint(service) => return settings.shows_fingerprint(service),
        Probe::Discovery(_) => return settings.keys.is_some_and(|keys| keys.discovery),
        Probe::Keys(_) => return settings.keys.is_some(),
        Probe::Login(_) | Probe::LoginGet | Probe::LoginUnknownPath => return settings.login,
        Probe::PlainGet | Probe::UpgradeUnknownPath => return settings.has(Endpoint::WebSocket),
    };
    let signed = matches!(presented.token, TokenKind::Resigned(..));
    // Each would only wait as long as the client's own token.
    let more = presented.variation != Variation::None
        || is_made_of_a_key(presented.token)
        || presented.token == TokenKind::Unsigned
        || matches!(presented.attempt, Attempt::Repeat(number) if number > 2);
    settings.can_present(presented)
        && settings.lacking_permission(presented).is_none()
        && (!signed || settings.signing)
        && (!signed && !more || responds_in_time(evidence, presented))
        && (!presented.token.is_invalid() || is_reached(evidence, presented.endpoint))
}

fn is_made_of_a_key(token: TokenKind) -> bool {
    matches!(token, TokenKind::OtherKey | TokenKind::OtherKid | TokenKind::UnknownKid | TokenKind::PublicKeyAsSecret(_))
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::{Observation, Settings, Stage};
    use crate::vocabulary::{Carriers, Change, Encoding};

    fn usual() -> Presentation {
        Presentation::new(Endpoint::Rest, TokenKind::Issued, Carriers::HEADER)
    }

    fn raw() -> Presentation {
        usual().vary(Variation::Encoding(Encoding::Raw))
    }

    fn is_permitted(settings: Settings, probe: impl Into<Probe>) -> bool {
        permits(&Evidence::new(settings), probe.into())
    }

    #[test]
    fn a_probe_needs_the_setting_that_permits_it() {
        let all = Settings::complete;
        let production = Settings { stage: Stage::Production, ..all() };
        let cases: [(Settings, Probe); 7] = [
            (Settings { load: false, ..all() }, usual().repeat(6).into()),
            (Settings { negatives: false, ..all() }, usual().forged().into()),
            (Settings { negatives: false, ..all() }, usual().changed(Change::Nothing).into()),
            (Settings { negatives: false, ..production }, raw().into()),
            (Settings { signing: false, ..all() }, usual().changed(Change::Nothing).into()),
            (Settings { login: false, ..all() }, Probe::SecondLogin(User::First)),
            (Settings { users: 1, ..all() }, Probe::SecondLogin(User::Second)),
        ];
        for (settings, probe) in cases {
            assert!(is_permitted(all(), probe), "{probe:?}");
            assert!(!is_permitted(settings, probe), "{probe:?}");
        }
    }

    #[test]
    fn valid_and_missing_tokens_need_no_permission() {
        for stage in [Stage::Staging, Stage::Production] {
            let settings = || Settings { stage, negatives: false, load: false, signing: false, ..Settings::complete() };
            for presented in [usual(), usual().repeat(5), Presentation::missing(Endpoint::Rest)] {
                assert!(is_permitted(settings(), presented), "{stage}: {presented:?}");
            }
            assert_eq!(is_permitted(settings(), raw()), stage == Stage::Staging, "{stage}");
        }
    }

    /// Permitted before the first probe, and no longer once that one timed out.
    fn assert_not_after_timeout(first: impl Into<Probe>, probe: impl Into<Probe>) {
        let (first, probe) = (first.into(), probe.into());
        let mut evidence = Evidence::new(Settings::complete());
        assert!(permits(&evidence, probe), "{probe:?}");
        evidence.record(first, Observation::of(Response::Unreached(TransportError::Timeout)));
        assert!(!permits(&evidence, probe), "{probe:?} after {first:?}");
    }

    #[test]
    fn where_the_valid_token_timed_out_its_variations_are_not_sent() {
        let varied = [usual().forged(), usual().changed(Change::Nothing), usual().vary(Variation::NewUrl)];
        varied.into_iter().for_each(|varied| assert_not_after_timeout(usual(), varied));
    }

    #[test]
    fn after_a_login_timed_out_no_user_logs_in_again() {
        for user in [User::First, User::Second] {
            assert_not_after_timeout(Probe::Login(user), Probe::SecondLogin(user));
            assert_not_after_timeout(Probe::Login(user), Probe::SecondLogin(user.other()));
        }
    }
}
