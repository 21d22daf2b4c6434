//! Names of probes: facts in the present tense that read right with a tick and with a cross.

use crate::evidence::Settings;
use crate::outcome::Expectation;
use crate::vocabulary::{
    Attempt, Carrier, Carriers, Change, ClaimsOf, Encoding, Endpoint, Guess, OtherScheme, PemEnd, Presentation, Probe,
    Reading, Route, Scheme, Service, TokenKind, User, Variation,
};

impl Probe {
    /// The fact that the probe looks for, as a sentence without a full stop.
    pub fn name(self, settings: &Settings) -> String {
        match self {
            Probe::Health(service) => format!("{} is healthy", service.name()),
            Probe::Fingerprint(service) => format!("{} shows a fingerprint of its secret", service.name()),
            Probe::Login(User::First) => "login issues a token".into(),
            Probe::Login(User::Second) => "login issues the second user a token".into(),
            Probe::SecondLogin(User::First) => "login issues another token".into(),
            Probe::SecondLogin(User::Second) => "login issues the second user another token".into(),
            Probe::LaterLogin(User::First, number) => format!("login issues a {} token", ordinal(number)),
            Probe::LaterLogin(User::Second, number) => {
                format!("login issues the second user a {} token", ordinal(number))
            }
            Probe::LoginUnknownPath => "auth responds at a path that cannot exist".into(),
            Probe::LoginGet => "auth responds to a GET at the login path".into(),
            Probe::Discovery(Reading::First) => "issuer publishes a discovery document".into(),
            Probe::Discovery(Reading::Again) => "issuer publishes a discovery document again".into(),
            Probe::Keys(Reading::First) => "issuer publishes its keys".into(),
            Probe::Keys(Reading::Again) => "issuer publishes its keys again".into(),
            Probe::PlainGet => "gateway responds to a plain GET".into(),
            Probe::UpgradeUnknownPath => "gateway responds at a path that cannot exist".into(),
            Probe::Watch => "gateway keeps a silent connection open".into(),
            Probe::WatchWithPings => "gateway keeps a connection with pings open".into(),
            Probe::Present(presented) => presented.name(settings),
        }
    }
}

impl Presentation {
    fn name(self, settings: &Settings) -> String {
        let verb = match self.expectation(settings) {
            Expectation::Accept => "accepts",
            Expectation::Reject => "rejects",
            Expectation::Any => "responds to",
        };
        format!("{} {verb} {}", self.endpoint.service().name(), self.noun())
    }

    /// The token, with the carriers, the variation and the attempt that tell it from the usual presentation.
    pub fn noun(self) -> String {
        let token = self.token.name(self.user);
        format!("{token}{}{}{}", self.carriers_name(), self.variation_name(), self.attempt.name())
    }

    /// Where the token stands, where a client has a choice.
    fn carriers_name(self) -> &'static str {
        if matches!(self.variation, Variation::Scheme(_) | Variation::Encoding(_) | Variation::Decoy(_)) {
            return "";
        }
        let mut carriers = self.carriers.iter();
        match (carriers.next(), carriers.next()) {
            (Some(one), None) => self.carrier_name(one),
            _ if self.carriers == Carriers::HEADER_AND_SUBPROTOCOL => " (both)",
            _ => "",
        }
    }

    fn carrier_name(self, carrier: Carrier) -> &'static str {
        match carrier {
            Carrier::Body => "",
            // Elsewhere the client has no choice.
            Carrier::Header | Carrier::Cookie if self.endpoint != Endpoint::WebSocket => "",
            Carrier::Header => " (header)",
            Carrier::Subprotocol => " (subprotocol)",
            Carrier::Query => " (query)",
            Carrier::Cookie => " (cookie)",
            Carrier::Message => " (first message)",
        }
    }

    fn variation_name(self) -> &'static str {
        match self.variation {
            Variation::None => "",
            Variation::Scheme(_) if self.carriers == Carriers::SUBPROTOCOL => " (prefix in subprotocol)",
            Variation::Scheme(Scheme::None) => " (raw)",
            Variation::Scheme(Scheme::Bearer) => " (prefixed)",
            Variation::Scheme(Scheme::Twice) => " (Bearer Bearer)",
            Variation::Scheme(Scheme::LowerCase) => " (bearer)",
            Variation::Scheme(Scheme::Other(OtherScheme::Bearer)) => " (as `Bearer`)",
            Variation::Scheme(Scheme::Other(OtherScheme::Token)) => " (as `Token`)",
            Variation::Scheme(Scheme::Other(OtherScheme::Jwt)) => " (as `JWT`)",
            Variation::Encoding(Encoding::Base64url) => " (base64url in subprotocol)",
            Variation::Encoding(Encoding::Raw) => " (raw in subprotocol)",
            Variation::Encoding(Encoding::Padded) => " (padded in subprotocol)",
            Variation::Encoding(Encoding::Bearer) => " (`bearer.` in subprotocol)",
            Variation::Encoding(Encoding::Alone) => " (alone in subprotocol)",
            Variation::Decoy(_) => " (beside an invalid header)",
            Variation::Route(Route::Direct) => " directly",
            Variation::Route(Route::Slash) => " at the path with a slash, or without",
            Variation::Route(Route::UsualPath) => " at /ws",
            Variation::ServiceCredentials => " from the backend",
            Variation::NewUrl => " at a new URL",
            Variation::NoOrigin => " without an origin",
            Variation::LongHeader => " beside a long harmless header",
        }
    }
}

/// Of a later token: there are few.
fn ordinal(number: u8) -> &'static str {
    match number {
        3 => "third",
        4 => "fourth",
        5 => "fifth",
        6 => "sixth",
        _ => "seventh",
    }
}

impl TokenKind {
    fn name(self, user: User) -> String {
        let text = match (self, user) {
            (TokenKind::Issued, User::First) => "an issued token",
            (TokenKind::Issued, User::Second) => "another user's token",
            (TokenKind::SelfSigned, User::First) => "the client's own token",
            (TokenKind::SelfSigned, User::Second) => "another client's own token",
            (TokenKind::Second, User::First) => "a fresh token",
            (TokenKind::Second, User::Second) => "another user's fresh token",
            (TokenKind::Later(number), User::First) => return format!("a {} token", ordinal(number)),
            (TokenKind::Later(number), User::Second) => return format!("another user's {} token", ordinal(number)),
            (TokenKind::Resigned(claims, change), User::First) => return resigned(claims, change),
            (TokenKind::Resigned(claims, change), User::Second) => {
                return resigned(claims, change) + " of another user";
            }
            (TokenKind::Forged, _) => "a forged token",
            (TokenKind::OtherKey, _) => "a token signed with a new key",
            (TokenKind::OtherKid, _) => "a new key's token, another kid",
            (TokenKind::UnknownKid, _) => "a new key's token, unknown kid",
            (TokenKind::PublicKeyAsSecret(PemEnd::WithNewline), _) => "a token signed with the public key",
            (TokenKind::PublicKeyAsSecret(PemEnd::WithoutNewline), _) => {
                "a token signed with the public key without its last newline"
            }
            (TokenKind::Unsigned, _) => "an unsigned token",
            (TokenKind::Missing, _) => "a missing token",
        };
        text.into()
    }
}

fn resigned(claims: ClaimsOf, change: Change) -> String {
    let own = if claims == ClaimsOf::SelfSigned { "own " } else { "" };
    match change {
        Change::Nothing => format!("a re-signed {own}token"),
        Change::UnknownClaim => format!("another {own}token that says the same"),
        Change::Without(claim) => format!("a re-signed {own}token without {claim}"),
        Change::Like(claim) if claims == ClaimsOf::SelfSigned => format!("the client's own token plus {claim}"),
        Change::Like(claim) => format!("a re-signed token with {claim} as the client's"),
        Change::LikeAll => format!("a re-signed {own}token with all claims of the other"),
        Change::LikeAllBut(claim) => format!("the same with {claim} left as it was"),
        Change::Other(claim, Guess::Listed) => format!("a re-signed {own}token with {claim} as a list or not"),
        Change::Other(claim, Guess::Origin) => format!("a re-signed {own}token with {claim} naming the service"),
        Change::Other(claim, Guess::Slash) => format!("a re-signed {own}token with a slash after {claim} or not"),
        Change::Other(claim, Guess::Published) => format!("a re-signed {own}token with the published {claim}"),
        Change::Other(claim, Guess::Access) => format!("a re-signed {own}token whose {claim} is access"),
        Change::Secret(variant) => format!("a token signed with the secret, {variant}"),
        Change::Algorithm(algorithm) => format!("a re-signed {own}token with {algorithm}"),
        Change::Expired => format!("an expired {own}token"),
        Change::Backdated => format!("a re-signed {own}token, earlier by the allowed skew"),
        Change::BackdatedByAnHour => format!("a re-signed {own}token of an hour ago"),
        Change::Rewritten(claim) => format!("a re-signed {own}token with {claim} by RFC 7519"),
        Change::LongerLived => format!("a re-signed {own}token that lives a day longer"),
        Change::Short => format!("a short re-signed {own}token"),
        Change::Padded => format!("a short re-signed {own}token, padded"),
    }
}

impl Attempt {
    fn name(self) -> String {
        match self {
            Attempt::First => String::new(),
            Attempt::Repeat(1) => " again".into(),
            Attempt::Repeat(number) => format!(" again ({number})"),
            Attempt::AfterPause(0) => " after a pause".into(),
            Attempt::AfterPause(number) => format!(" after a pause ({number})"),
            Attempt::Watched => ", watched".into(),
            Attempt::SameConnection(number) => format!(" on one connection ({number})"),
        }
    }
}

impl Service {
    /// With an article, for a sentence.
    pub fn title(self) -> &'static str {
        match self {
            Service::Auth => "the auth service",
            Service::Backend => "the backend",
            Service::Gateway => "the gateway",
            Service::Issuer => "the issuer of the keys",
        }
    }

    /// Without an article, as in the names of probes.
    pub fn name(self) -> &'static str {
        match self {
            Service::Auth => "auth",
            Service::Backend => "backend",
            Service::Gateway => "gateway",
            Service::Issuer => "issuer",
        }
    }
}
