//! Names of probes: facts in the present tense that read right with a tick and with a cross.

use super::{
    Ask, Change, Credential, Encoding, Expectation, Form, Guess, Origin, Path, Place, Prefix, Probe, Settings, Twist,
    User,
};

impl Probe {
    /// The fact that the probe looks for, as a sentence without a full stop.
    pub fn name(self, settings: &Settings) -> String {
        match self {
            Probe::Health(service) => format!("{} is healthy", service.name()),
            Probe::Fingerprint(service) => format!("{} shows a fingerprint of its secret", service.name()),
            Probe::Login(User::First) => "login issues a token".into(),
            Probe::Login(User::Second) => "login issues the second user a token".into(),
            Probe::LoginAgain => "login issues another token".into(),
            Probe::LoginNowhere => "auth answers at a path that cannot exist".into(),
            Probe::LoginGet => "auth answers a GET at the login path".into(),
            Probe::PlainGet => "gateway answers a plain GET".into(),
            Probe::UpgradeNowhere => "gateway answers at a path that cannot exist".into(),
            Probe::Hold => "gateway keeps a quiet connection open".into(),
            Probe::HoldBusy => "gateway keeps a busy connection open".into(),
            Probe::Present(ask) => ask.name(settings),
        }
    }
}

impl Ask {
    fn name(self, settings: &Settings) -> String {
        let verb = match (self.expectation(settings), self.place) {
            (Expectation::Accept, Place::Gateway) => "welcomes",
            (Expectation::Accept, _) => "accepts",
            (Expectation::Refuse, _) => "refuses",
            (Expectation::Any, _) => "judges",
        };
        let (who, what) = (self.place.service().name(), self.credential.name(self.user));
        format!("{who} {verb} {what}{}{}", self.manner(settings), self.twist.name())
    }

    fn manner(self, settings: &Settings) -> &'static str {
        match self.form {
            Form::Nowhere => "",
            Form::Body(prefix) if prefix == settings.auth_takes => "",
            Form::Header(Prefix::Bearer) if self.place == Place::Rest => "",
            Form::Body(Prefix::Bearer) => " (prefixed)",
            Form::Body(_) | Form::Header(Prefix::None) => " (raw)",
            Form::Header(Prefix::Bearer) => " (header)",
            Form::Header(Prefix::Twice) => " (Bearer Bearer)",
            Form::Header(Prefix::LowerCase) => " (bearer)",
            Form::Subprotocol(Prefix::None) => " (subprotocol)",
            Form::Subprotocol(_) => " (prefix in subprotocol)",
            Form::Encoded(Encoding::Raw) => " (raw in subprotocol)",
            Form::Encoded(Encoding::Padded) => " (padded in subprotocol)",
            Form::Encoded(Encoding::Bearer) => " (`bearer.` in subprotocol)",
            Form::Encoded(Encoding::Alone) => " (alone in subprotocol)",
            Form::Both => " (both)",
            Form::BehindBadHeader => " (behind a bad header)",
            Form::Query => " (query)",
        }
    }
}

impl Credential {
    fn name(self, user: User) -> String {
        let text = match (self, user) {
            (Credential::Issued, User::First) => "an issued token",
            (Credential::Issued, User::Second) => "another user's token",
            (Credential::Own, User::First) => "the client's own token",
            (Credential::Own, User::Second) => "another client's own token",
            (Credential::Fresh, _) => "a fresh token",
            (Credential::Minted(origin, change), _) => return minted(origin, change),
            (Credential::Forged, _) => "a forged token",
            (Credential::Unsigned, _) => "an unsigned token",
            (Credential::Missing, _) => "a missing credential",
        };
        text.into()
    }
}

fn minted(origin: Origin, change: Change) -> String {
    let own = if origin == Origin::Own { "own " } else { "" };
    match change {
        Change::Nothing => format!("a re-signed {own}token"),
        Change::Anew => format!("another {own}token that says the same"),
        Change::Without(claim) => format!("a re-signed {own}token without {claim}"),
        Change::Like(claim) if origin == Origin::Own => format!("the client's own token plus {claim}"),
        Change::Like(claim) => format!("a re-signed token with {claim} as the client's"),
        Change::LikeAll => format!("a re-signed {own}token with all claims of the other"),
        Change::LikeAllBut(claim) => format!("the same with {claim} left as it was"),
        Change::Other(claim, Guess::Listed) => format!("a re-signed {own}token with {claim} as a list or not"),
        Change::Other(claim, Guess::Origin) => format!("a re-signed {own}token with {claim} naming the service"),
        Change::Other(claim, Guess::Slash) => format!("a re-signed {own}token with a slash after {claim} or not"),
        Change::Secret(variant) => format!("a token signed with the secret, {variant}"),
        Change::Algorithm(algorithm) => format!("a re-signed {own}token with {algorithm}"),
        Change::Expired => format!("an expired {own}token"),
        Change::Backdated => format!("a re-signed {own}token, earlier by the allowed skew"),
        Change::LongAgo => format!("a re-signed {own}token of an hour ago"),
        Change::Longer => format!("a re-signed {own}token that lives a day longer"),
        Change::Short => format!("a short re-signed {own}token"),
        Change::Padded => format!("a short re-signed {own}token, padded"),
    }
}

impl Twist {
    fn name(self) -> String {
        match self {
            Twist::Plain => String::new(),
            Twist::Again(1) => " again".into(),
            Twist::Again(number) => format!(" again ({number})"),
            Twist::Direct => " directly".into(),
            Twist::AsBackend => " from the backend".into(),
            Twist::NeverSeen => " at a never-seen address".into(),
            Twist::NoOrigin => " without an origin".into(),
            Twist::LongHeader => " beside a long harmless header".into(),
            Twist::At(Path::Slash) => " at the path with a slash, or without".into(),
            Twist::At(Path::Usual) => " at /ws".into(),
            Twist::Later(number) => format!(" after a pause ({number})"),
            Twist::Kept(number) => format!(" on one connection ({number})"),
        }
    }
}
