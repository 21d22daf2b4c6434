//! The client whose token is looked at: what it presents where, from the settings and from what its token says of itself.
//! Records ask it for presentations, and build their tests from those.

use std::array::from_fn;
use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};

use strum::VariantArray;

use super::changes;
use super::proof::{Need, Proof};
use super::property::Property;
use super::record::{Record, Records};
use super::symptom::Symptom;
use super::test::Test;
use crate::evidence::{Evidence, Settings, TokenFacts};
use crate::outcome::Outcome;
use crate::vocabulary::{
    Carriers, Change, ClaimName, Endpoint, Fault, Presentation, Probe, Scheme, TokenKind, User, Variation,
};

pub(crate) struct Client<'a> {
    evidence: &'a Evidence,
    records: Records,
    /// What each record shows, proved when it is first asked for: others ask for it again.
    shown: [OnceCell<Proof>; Fault::VARIANTS.len()],
    symptoms: BTreeMap<Symptom, Proof>,
    /// The changes that are tried of each of the client's tokens: most records ask for them.
    changes: BTreeMap<Presentation, Vec<Change>>,
    /// The token that the client has: issued where there is a login, else its own.
    token: TokenKind,
    /// The first user that has a token.
    user: User,
    /// Where one and the same presentation was accepted and rejected: no single response decides anything there.
    unsteady: Vec<Endpoint>,
    /// A welcomed connection ends, in silence and with pings.
    fleeting: bool,
}

impl<'a> Client<'a> {
    pub(crate) fn new(evidence: &'a Evidence, records: Records) -> Self {
        let settings = &evidence.settings;
        let logged_in = |user| evidence.outcome(Probe::Login(user)) == Some(Outcome::Accepted);
        let first_failed = evidence.of(Probe::Login(User::First)).is_some() && !logged_in(User::First);
        let without_login = !settings.login && !settings.tokens;
        let signs_its_own = settings.mint && (without_login || first_failed && !logged_in(User::Second));
        let second = !signs_its_own && first_failed && logged_in(User::Second);
        let failed = |probe| evidence.outcome(probe) == Some(Outcome::Failed);
        let in_time = |probe| evidence.of(probe).is_some_and(|seen| !seen.was_paused());
        let mut client = Client {
            evidence,
            records,
            shown: from_fn(|_| OnceCell::new()),
            symptoms: BTreeMap::new(),
            changes: BTreeMap::new(),
            token: if signs_its_own { TokenKind::SelfSigned } else { TokenKind::Issued },
            user: if second { User::Second } else { User::First },
            unsteady: unsteady(evidence),
            fleeting: failed(Probe::Watch) && failed(Probe::WatchWithPings) && in_time(Probe::WatchWithPings),
        };
        client.changes = client.every_token().into_iter().map(|usual| (usual, changes::of(&client, usual))).collect();
        client.symptoms = Symptom::VARIANTS.iter().map(|one| (*one, one.test(&client).prove(&client))).collect();
        client
    }

    pub(crate) fn evidence(&self) -> &'a Evidence {
        self.evidence
    }

    pub(crate) fn settings(&self) -> &'a Settings {
        &self.evidence.settings
    }

    pub(crate) fn token(&self) -> TokenKind {
        self.token
    }

    pub(crate) fn user(&self) -> User {
        self.user
    }

    /// What can be said of the client's token.
    pub(crate) fn facts(&self) -> Option<&'a TokenFacts> {
        self.evidence.token(self.token, self.user)
    }

    /// Whether the client's token of that kind has the claim.
    pub(crate) fn has_claim(&self, token: TokenKind, claim: ClaimName) -> bool {
        self.claims(token).contains(&claim)
    }

    /// The client's token in these carriers.
    pub(crate) fn presents(&self, endpoint: Endpoint, carriers: Carriers) -> Presentation {
        Presentation::new(endpoint, self.token, carriers).by(self.user)
    }

    /// At auth, as the contract says.
    pub(crate) fn validation(&self) -> Presentation {
        self.presents(Endpoint::Validation, self.settings().usual(Endpoint::Validation))
    }

    /// At auth, with that scheme before the token.
    pub(crate) fn validation_with(&self, scheme: Scheme) -> Presentation {
        match scheme == self.settings().auth_takes {
            true => self.validation(),
            false => self.validation().scheme(scheme),
        }
    }

    /// At auth, with the backend's own service credentials.
    pub(crate) fn validation_as_backend(&self) -> Presentation {
        self.validation().vary(Variation::ServiceCredentials)
    }

    pub(crate) fn rest(&self) -> Presentation {
        self.presents(Endpoint::Rest, self.settings().usual(Endpoint::Rest))
    }

    /// As the real client opens its WebSocket.
    pub(crate) fn websocket(&self) -> Presentation {
        self.websocket_in(self.settings().presents())
    }

    pub(crate) fn websocket_in(&self, carriers: Carriers) -> Presentation {
        self.presents(Endpoint::WebSocket, carriers)
    }

    /// As the client presents its token at that endpoint.
    pub(crate) fn usual(&self, endpoint: Endpoint) -> Presentation {
        match endpoint {
            Endpoint::Validation => self.validation(),
            Endpoint::Rest => self.rest(),
            Endpoint::WebSocket => self.websocket(),
        }
    }

    /// As the client presents its token to the backend: REST and the WebSocket, where they are. Where neither is, nothing that
    /// needs them can be told, so both stand there for what is lacking.
    pub(crate) fn backend(&self) -> Vec<Presentation> {
        let both = [self.rest(), self.websocket()];
        let there: Vec<Presentation> = both.into_iter().filter(|one| self.evidence.is_there(one.endpoint)).collect();
        if there.is_empty() { both.to_vec() } else { there }
    }

    /// Every carrier in which the backend may read the client's token.
    pub(crate) fn backend_carriers(&self) -> Vec<Presentation> {
        let carriers = [Carriers::HEADER, Carriers::SUBPROTOCOL, self.settings().presents()];
        let websocket = carriers.map(|carriers| self.websocket_in(carriers));
        let mut all: Vec<Presentation> = [self.rest()].into_iter().chain(websocket).collect();
        all.retain(|one| self.evidence.is_there(one.endpoint) && self.settings().can_present(*one));
        let mut met = BTreeSet::new();
        all.retain(|one| met.insert(*one));
        all
    }

    /// Every endpoint at which the client's tokens should be accepted, for each kind of token.
    pub(crate) fn every_token(&self) -> Vec<Presentation> {
        let usual = [self.validation(), self.rest(), self.websocket()];
        let usual = usual.into_iter().filter(|one| self.evidence.is_there(one.endpoint));
        let usual: Vec<Presentation> = usual.collect();
        let mut all = usual.clone();
        if self.token == TokenKind::Issued && self.settings().mint {
            all.extend(usual.into_iter().map(|usual| usual.with(TokenKind::SelfSigned).by(User::First)));
        }
        all
    }

    /// The probe that shows the client's token: where it was issued, or where auth first saw it.
    pub(crate) fn token_probe(&self) -> Probe {
        match self.token {
            TokenKind::Issued if self.settings().login => Probe::Login(self.user),
            _ => self.every_token().first().map_or(Probe::Login(self.user), |usual| Probe::Present(*usual)),
        }
    }

    /// The changes that are tried of that token, one at a time.
    pub(crate) fn changes(&self, usual: Presentation) -> Vec<Change> {
        self.changes.get(&usual).cloned().unwrap_or_else(|| changes::of(self, usual))
    }

    /// With that change the token was accepted; before anything is sent, for a dry run, it may be.
    pub(crate) fn helps(&self, usual: Presentation, change: Change) -> bool {
        self.has_or_may_have(usual.changed(change), Outcome::Accepted)
    }

    /// Some attempt came out so; before anything is sent, for a dry run, it may.
    pub(crate) fn has_or_may_have(&self, presented: Presentation, outcome: Outcome) -> bool {
        let mut attempts = self.evidence.attempts(presented);
        self.nothing_was_sent() || attempts.any(|attempt| self.evidence.outcome(attempt) == Some(outcome))
    }

    /// As for a dry run.
    pub(crate) fn nothing_was_sent(&self) -> bool {
        self.evidence.iter().next().is_none()
    }

    /// The names of the claims of the client's token of that kind.
    pub(crate) fn claims(&self, token: TokenKind) -> Vec<ClaimName> {
        self.facts_of(token).map(|facts| facts.claims.clone()).unwrap_or_default()
    }

    pub(super) fn facts_of(&self, token: TokenKind) -> Option<&'a TokenFacts> {
        let kind = self.evidence.tokens().find(|(other, _)| *other == token);
        kind.and_then(|(token, user)| self.evidence.token(token, user))
    }

    /// The client's token was seen to be a random text.
    pub(crate) fn is_opaque(&self) -> bool {
        self.facts().is_some_and(TokenFacts::is_opaque) && self.evidence.of(self.token_probe()).is_some()
    }

    /// It would present a token that is made of the header and the claims of another one, which has none.
    pub(crate) fn has_no_such_token(&self, probe: Probe) -> bool {
        let made_of = probe.presented().and_then(|presented| presented.token.made_of());
        made_of.is_some_and(|claims| claims.token() == self.token) && self.is_opaque()
    }

    /// One and the same presentation was accepted and rejected there.
    pub(crate) fn is_unsteady(&self, endpoint: Endpoint) -> bool {
        self.unsteady.contains(&endpoint)
    }

    /// What that fault's own record shows.
    pub(super) fn shows(&self, fault: Fault) -> &Proof {
        self.shown[fault as usize].get_or_init(|| (self.record(fault).shown_by)(self).prove(self))
    }

    pub(super) fn record(&self, fault: Fault) -> &'static Record {
        (self.records)(fault)
    }

    pub(super) fn symptom(&self, symptom: Symptom) -> Option<&Proof> {
        self.symptoms.get(&symptom)
    }

    /// A statement about acceptance where no single response decides.
    pub(super) fn is_unsteady_there(&self, probe: Probe, property: Property) -> bool {
        let decides = matches!(property, Property::Accepted | Property::Rejected | Property::NotAccepted);
        decides && probe.presented().is_some_and(|presented| self.is_unsteady(presented.endpoint))
    }

    /// A welcome that is followed by a close accepts nothing, unless pings keep the connection open.
    pub(super) fn is_fleeting(&self, probe: Probe) -> bool {
        self.fleeting && probe.presented().is_some_and(|presented| presented.endpoint == Endpoint::WebSocket)
    }

    /// Later than the client waits, and much later than a missing token is rejected or auth validates.
    pub(super) fn is_late(&self, probe: Probe) -> bool {
        let elapsed = |probe: Probe| self.evidence.of(probe).map(|observation| observation.elapsed);
        let took = |probe: Probe| self.evidence.took(probe);
        // The slowest of them: one response that came at once may be another's.
        let missing = |one: Presentation| {
            let attempts = self.evidence.attempts(Presentation::missing(one.endpoint));
            attempts.filter_map(|attempt| elapsed(attempt.into())).max()
        };
        let usual = probe.presented().and_then(missing).zip(elapsed(self.validation().into()));
        let Some((missing, validation)) = usual else { return false };
        let allowed = self.settings().patience.max(missing.max(validation).saturating_mul(4));
        took(probe).is_some_and(|took| took > allowed)
    }

    /// A statement about the client's token, from what it says of itself.
    pub(crate) fn token_test(&self, name: &'static str, is: fn(&TokenFacts, &Settings) -> Option<bool>) -> Test {
        Test::Token(name, self.token_probe(), is)
    }

    pub(super) fn prove_of_token(
        &self,
        user: User,
        probe: Probe,
        is: fn(&TokenFacts, &Settings) -> Option<bool>,
    ) -> Proof {
        let facts = self.evidence.token(self.token, user);
        match (facts.and_then(|facts| is(facts, self.settings())), self.evidence.of(probe)) {
            (Some(true), Some(_)) => Proof::Holds([probe].into()),
            (Some(false), Some(_)) => Proof::Fails([probe].into()),
            _ => Proof::open(Need::Response(probe)),
        }
    }
}

/// What has one origin is validated by the same service.
fn unsteady(evidence: &Evidence) -> Vec<Endpoint> {
    // Those that were sent between others tell it too: a circuit breaker may be open in one replica.
    let got = |presented, outcome| evidence.repeats(presented).any(|one| evidence.outcome(one) == Some(outcome));
    // An invalid token that is accepted at times says nothing of the valid ones.
    let plain = evidence.presentations().filter(|one| one.is_plain() && !one.token.is_invalid());
    let mixed = plain.filter(|one| got(*one, Outcome::Accepted) && got(*one, Outcome::Rejected));
    let mixed: Vec<Endpoint> = mixed.map(|presented| presented.endpoint).collect();
    let shares = |endpoint: &Endpoint| {
        mixed.iter().any(|one| evidence.settings.verifier(*one) == evidence.settings.verifier(*endpoint))
    };
    [Endpoint::Validation, Endpoint::Rest, Endpoint::WebSocket].into_iter().filter(shares).collect()
}

#[cfg(test)]
mod tests;
