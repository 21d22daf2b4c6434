//! The questions that rules ask of tokens: what they say of themselves, and how those fared that the suite has signed.

use super::case::Case;
use super::proof::Proof;
use crate::evidence::TokenFacts;
use crate::outcome::Outcome;
use crate::vocabulary::{Attempt, Change, ClaimName, Presentation, Probe, REPEATS, TokenKind, User, Variation};

impl Case<'_> {
    /// What can be said of the client's token.
    pub fn facts(&self) -> Option<&TokenFacts> {
        self.evidence().token(self.token(), self.user())
    }

    /// The probe that showed the client's token: where it was issued, or where auth first saw it.
    pub fn token_probe(&self) -> Probe {
        match self.token() {
            TokenKind::Issued => Probe::Login(self.user()),
            _ => Probe::Present(self.auth(self.settings().auth_takes)),
        }
    }

    /// A statement about the client's token, from what it says of itself.
    pub fn of_token(&self, is: impl Fn(&TokenFacts) -> Option<bool>) -> Proof {
        let probe = self.token_probe();
        match (self.facts().and_then(is), self.evidence().of(probe)) {
            (Some(true), Some(_)) => Proof::Holds([probe].into()),
            (Some(false), Some(_)) => Proof::Fails([probe].into()),
            _ => Proof::open(self.need(probe)),
        }
    }

    /// Every place and form at which the client's tokens are judged as they should be accepted, for each kind of token.
    pub fn usual_asks(&self) -> Vec<Presentation> {
        let (auth, rest, presented) = (self.auth(self.settings().auth_takes), self.rest(), self.presented());
        let mut asks = vec![auth, rest, presented];
        if self.token() == TokenKind::Issued && self.settings().mint {
            asks.extend([auth, rest, presented].map(|ask| ask.with(TokenKind::SelfSigned).by(User::First)));
        }
        asks
    }

    /// The client's tokens are verified wherever they are judged: nothing is wrong with what they say.
    pub fn verified_everywhere(&self) -> Proof {
        Proof::all(self.usual_asks().into_iter().map(|ask| self.verifies(ask)))
    }

    /// At some place the client's token is refused, and with one change accepted.
    pub fn mended_by(&self, change: impl Fn(Change) -> bool + Copy) -> Proof {
        Proof::any(self.usual_asks().into_iter().map(|ask| self.mended_at(ask, change)))
    }

    /// The token is refused there, signed by the suite as well, and with that change accepted; and it is the change, for
    /// another token of the same user fares no better.
    pub fn mended_at(&self, ask: Presentation, change: impl Fn(Change) -> bool) -> Proof {
        let mended =
            self.changed_asks(ask).filter(|(_, changed)| change(*changed)).map(|(ask, _)| self.takes_each_time(ask));
        let unchanged = self.fails(ask.changed(Change::Nothing));
        let unchanged = if ask.token == TokenKind::SelfSigned { Proof::given() } else { unchanged };
        let unchanged = unchanged
            .and(self.takes(ask.changed(Change::UnknownClaim)).unless_shown("another token that says the same"));
        let any_other = self.fresh_is_accepted(ask).unless_shown("a later token of the same user that fares as badly");
        self.fails(ask)
            .and(unchanged)
            .and(any_other)
            .and(Proof::first(mended).or_open(|| self.need(Probe::Present(ask.changed(Change::Nothing)))))
    }

    /// As often as it was tried, and more than once.
    fn takes_each_time(&self, ask: Presentation) -> Proof {
        let again = self.evidence().attempts(ask).skip(1);
        let twice = self.accepts(ask.attempt(REPEATS[0]));
        self.takes(ask).and(twice).and(Proof::all(again.map(|ask| self.accepts(ask))))
    }

    /// The controls that were made of that ask.
    pub fn changed_asks(&self, ask: Presentation) -> impl Iterator<Item = (Presentation, Change)> {
        self.controls().iter().filter_map(move |control| match (control.token, ask.token.resigned()) {
            (TokenKind::Resigned(origin, change), TokenKind::Resigned(of, _)) => {
                let same = control.with(ask.token) == ask && origin == of && change != Change::UnknownClaim;
                same.then_some((*control, change))
            }
            _ => None,
        })
    }

    /// Made, and not accepted, in whatever way.
    pub fn fails(&self, ask: Presentation) -> Proof {
        let probe = Probe::Present(ask);
        match self.evidence().outcome(probe) {
            // What breaks down once may be weather, and what a front says of a service is not for the credential.
            Some(Outcome::Unexpected | Outcome::Failed) if self.is_ever_accepted(ask) => {
                Proof::open("answers that are the same each time")
            }
            Some(Outcome::Failed) if self.unreached(probe).holds() => Proof::open(self.need(probe)),
            Some(Outcome::Unexpected | Outcome::Failed) => Proof::Holds([probe].into()),
            _ => self.refuses(ask),
        }
    }

    /// The very same was accepted some other time.
    fn is_ever_accepted(&self, ask: Presentation) -> bool {
        self.evidence().attempts(ask).any(|ask| self.evidence().outcome(Probe::Present(ask)) == Some(Outcome::Accepted))
    }

    /// The secret that the suite was given is the one that auth signs with.
    pub fn knows_secret(&self) -> Proof {
        self.of_token(|facts| facts.signed_as_known)
            .or(self.takes(self.auth(self.settings().auth_takes).changed(Change::Nothing)))
    }

    /// A shorter token is accepted, and one as long as the original, by a claim that says nothing, is not; or a harmless
    /// header of that length gets the same answer.
    pub fn too_long(&self, ask: Presentation) -> Proof {
        let (short, padded) = (ask.changed(Change::Short), ask.changed(Change::Padded));
        let by_token = self.takes(short).and(self.fails(padded));
        let missing = self.missing(ask.endpoint);
        let beside = missing.vary(Variation::LongHeader);
        let short = [missing, missing.repeat(1)].map(|missing| self.same_response(missing, beside).not());
        let by_header = self.same_response(ask, beside).and(Proof::all(short));
        // Another user's token is about as long.
        match self.is_ever_accepted(ask.by(ask.user.other())) {
            true => Proof::open("answers that are the same each time"),
            false => self.fails(ask).and(by_token.or(by_header)),
        }
    }

    /// A later token of the same user, or another one that says the same, is accepted, each time, where the first one is
    /// refused each time.
    pub fn fresh_is_accepted(&self, ask: Presentation) -> Proof {
        let fresh = ask.with(TokenKind::Second);
        let fresh =
            [Attempt::First, Attempt::Repeat(2), Attempt::Repeat(3)].map(|attempt| self.takes(fresh.attempt(attempt)));
        let first =
            [Attempt::First, Attempt::Repeat(2), Attempt::Repeat(3)].map(|attempt| self.refuses(ask.attempt(attempt)));
        let same_signature = match ask.token {
            TokenKind::SelfSigned => Proof::given(),
            _ => self.refuses(ask.changed(Change::Nothing)),
        };
        let anew = self.takes_each_time(ask.changed(Change::UnknownClaim)).and(same_signature);
        Proof::all(first).and(Proof::all(fresh).or(anew))
    }

    /// Whether the client's token of that kind has the claim.
    pub fn has_claim(&self, token: TokenKind, claim: ClaimName) -> bool {
        let kind = self.evidence().tokens().find(|(other, _)| *other == token);
        let facts = kind.and_then(|(credential, user)| self.evidence().token(credential, user));
        facts.is_some_and(|facts| facts.claims.contains(&claim))
    }

    /// Something else than the secret makes the difference: with another claim, date, algorithm or length, or in another
    /// token, the same signature holds.
    pub fn is_not_the_secret(&self, ask: Presentation) -> Proof {
        let claims = self.mended_at(ask, |change| !matches!(change, Change::Nothing | Change::Secret(_)));
        claims.or(self.fresh_is_accepted(ask)).or(self.too_long(ask))
    }

    /// Where the backend judges, as the client presents its token there.
    pub fn backend_usual(&self) -> [Presentation; 2] {
        [self.rest(), self.presented()]
    }
}
