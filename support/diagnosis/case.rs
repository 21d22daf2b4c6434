//! The questions that rules ask of evidence. Each answer is a [`Proof`]; none looks at a message's wording.

use std::time::Duration;

use super::proof::Proof;
use crate::evidence::{
    Ask, Comparison, Credential, Evidence, Form, Observation, Place, Prefix, Probe, Reading, Seen, Service, Settings,
    Twist, Unreached, User,
};

pub const HEADER: Form = Form::HEADER;
pub const SUBPROTOCOL: Form = Form::SUBPROTOCOL;

/// Evidence, and who is asking in it.
pub struct Case<'a> {
    evidence: &'a Evidence,
    comparison: Comparison,
    /// The token that the client has: issued where there is a login, else its own.
    token: Credential,
    /// The first user that has a token.
    user: User,
}

impl<'a> Case<'a> {
    pub fn new(evidence: &'a Evidence) -> Self {
        let settings = &evidence.settings;
        let got = |user| evidence.reading(Probe::Login(user)) == Some(Reading::Accepted);
        let nobody_logs_in = settings.mint
            && (!settings.login
                || evidence.of(Probe::Login(User::First)).is_some() && !got(User::First) && !got(User::Second));
        let user = if got(User::Second) && !got(User::First) && evidence.of(Probe::Login(User::First)).is_some() {
            User::Second
        } else {
            User::First
        };
        Case {
            evidence,
            comparison: Comparison::new(evidence),
            token: if nobody_logs_in { Credential::Own } else { Credential::Issued },
            user: if nobody_logs_in { User::First } else { user },
        }
    }

    pub fn evidence(&self) -> &'a Evidence {
        self.evidence
    }

    pub fn comparison(&self) -> &Comparison {
        &self.comparison
    }

    pub fn settings(&self) -> &'a Settings {
        &self.evidence.settings
    }

    pub fn token(&self) -> Credential {
        self.token
    }

    /// The client's token, presented in that form.
    pub fn ask(&self, place: Place, form: Form) -> Ask {
        Ask::new(place, self.token, form).by(self.user)
    }

    pub fn rest(&self) -> Ask {
        self.ask(Place::Rest, HEADER)
    }

    pub fn gateway(&self, form: Form) -> Ask {
        self.ask(Place::Gateway, form)
    }

    /// As the real client presents it to the gateway.
    pub fn presented(&self) -> Ask {
        self.gateway(self.settings().presents)
    }

    pub fn auth(&self, prefix: Prefix) -> Ask {
        self.ask(Place::Auth, Form::Body(prefix))
    }

    /// The real client's own way to the gateway is as it should be.
    pub fn is_well_presented(&self) -> bool {
        self.evidence.met(Probe::Present(self.presented())) == Some(true)
    }

    pub fn seen(&self, ask: Ask) -> Proof {
        let probe = Probe::Present(ask);
        if self.evidence.of(probe).is_some() { Proof::Holds([probe].into()) } else { Proof::open(self.need(probe)) }
    }

    /// Where the backend and the gateway judge the client's token.
    pub fn backend_asks(&self) -> Vec<Ask> {
        let mut asks = vec![self.rest(), self.gateway(HEADER), self.gateway(SUBPROTOCOL)];
        if !asks.contains(&self.presented()) {
            asks.push(self.presented());
        }
        asks
    }

    pub fn missing(&self, place: Place) -> Ask {
        Ask::new(place, Credential::Missing, Form::Nowhere)
    }

    /// A welcome that is followed by a close accepts nothing.
    pub fn accepts(&self, ask: Ask) -> Proof {
        let fleeting = ask.place == Place::Gateway && self.evidence.reading(Probe::Hold) == Some(Reading::Failed);
        match self.reads(Probe::Present(ask), Reading::Accepted, &[Reading::Refused]) {
            Proof::Holds(_) if fleeting => Proof::open(self.need(Probe::Hold)),
            Proof::Open(_) if self.evidence.is_cut_off(Probe::Present(ask)) => {
                Proof::Fails([Probe::Present(ask)].into())
            }
            proof => proof,
        }
    }

    pub fn refuses(&self, ask: Ask) -> Proof {
        match self.reads(Probe::Present(ask), Reading::Refused, &[Reading::Accepted]) {
            Proof::Open(_) if self.evidence.is_cut_off(Probe::Present(ask)) => {
                Proof::Holds([Probe::Present(ask)].into())
            }
            proof => proof,
        }
    }

    /// Accepts the credential where it refuses none at all: what an open place accepts says nothing about the credential.
    pub fn takes(&self, ask: Ask) -> Proof {
        self.accepts(ask).and(self.refuses(self.missing(ask.place)))
    }

    /// Takes the credential and refuses a forged one in the same form: it is verified there.
    pub fn verifies(&self, ask: Ask) -> Proof {
        self.takes(ask).and(self.refuses(ask.with(Credential::Forged).by(User::First)))
    }

    /// The probe reads `wanted`; one of `contrary` says that it does not, and anything else says nothing.
    pub fn reads(&self, probe: Probe, wanted: Reading, contrary: &[Reading]) -> Proof {
        match self.evidence.reading(probe) {
            Some(reading) if reading == wanted => Proof::Holds([probe].into()),
            Some(reading) if contrary.contains(&reading) => Proof::Fails([probe].into()),
            _ => Proof::open(self.need(probe)),
        }
    }

    /// Auth accepts the client's token, in whatever form it takes one.
    pub fn auth_accepts(&self) -> Proof {
        let raw = self.accepts(self.auth(Prefix::None));
        raw.or(self.accepts(self.auth(Prefix::Bearer))).or(self.accepts(self.as_backend()))
    }

    /// The contract's form, sent with the backend's own credentials.
    pub fn as_backend(&self) -> Ask {
        self.auth(self.settings().auth_takes).twisted(Twist::AsBackend)
    }

    /// Some form of the token is taken at that place.
    pub fn some_form_taken(&self, place: Place) -> Proof {
        Proof::first(self.backend_asks().into_iter().filter(|ask| ask.place == place).map(|ask| self.takes(ask)))
    }

    pub fn same_words(&self, one: Ask, other: Ask) -> Proof {
        let probes = [Probe::Present(one), Probe::Present(other)];
        match self.comparison.same_words(probes[0], probes[1]) {
            Some(true) => Proof::Holds(probes.into()),
            Some(false) => Proof::Fails(probes.into()),
            None => {
                let lacking = probes.into_iter().find(
                    |probe| !matches!(self.evidence.reading(*probe), Some(reading) if reading != Reading::Unreached),
                );
                Proof::open(self.need(lacking.unwrap_or(probes[0])))
            }
        }
    }

    /// Refused just as nothing at all is.
    pub fn like_missing(&self, ask: Ask) -> Proof {
        self.refuses(ask).and(self.same_words(ask, self.missing(ask.place)))
    }

    /// The credential makes a difference: it is taken, or refused in other words than none at all.
    pub fn arrives(&self, ask: Ask) -> Proof {
        self.takes(ask).or(self.refuses(ask).and(self.same_words(ask, self.missing(ask.place)).not()))
    }

    /// The token arrives and is refused just as one with a broken signature is.
    pub fn like_forged(&self, ask: Ask) -> Proof {
        let forged = self.same_words(ask, ask.with(Credential::Forged).by(User::First));
        self.refuses(ask).and(forged).and(self.same_words(ask, self.missing(ask.place)).not())
    }

    /// The other user fares no better, or has no token to try.
    pub fn second_user_agrees(&self, ask: Ask) -> Proof {
        if self.settings().users < 2 {
            return Proof::given();
        }
        let other = ask.user.other();
        let refused_login = self.reads(Probe::Login(other), Reading::Refused, &[Reading::Accepted]);
        self.refuses(ask.by(other)).or(refused_login)
    }

    /// The fingerprints of the secrets that auth and the backend hold are not the same.
    pub fn fingerprints_differ(&self) -> Proof {
        let probes = [Probe::Fingerprint(Service::Auth), Probe::Fingerprint(Service::Backend)];
        match self.evidence.same_fingerprint() {
            Some(false) => Proof::Holds(probes.into()),
            Some(true) => Proof::Fails(probes.into()),
            None => {
                let shown = |probe: &Probe| self.evidence.reading(*probe) == Some(Reading::Accepted);
                Proof::open(self.need(probes.into_iter().find(|probe| !shown(probe)).unwrap_or(probes[0])))
            }
        }
    }

    /// Nothing of the service itself came back: a transport error, or a front's word for it.
    pub fn unreached(&self, probe: Probe) -> Proof {
        match self.evidence.of(probe).map(|observation| &observation.seen) {
            Some(Seen::Unreached(Unreached::Tls(_))) | None => Proof::open(self.need(probe)),
            Some(Seen::Unreached(_)) => Proof::Holds([probe].into()),
            Some(seen) if seen.is_from_a_front() => Proof::Holds([probe].into()),
            Some(_) => Proof::Fails([probe].into()),
        }
    }

    /// Breaks down, or answers so late that something behind it must be waiting in vain.
    pub fn breaks(&self, ask: Ask) -> Proof {
        let probe = Probe::Present(ask);
        let slow = |observation: &Observation| {
            observation.elapsed > self.settings().patience.max(4 * self.elapsed(self.missing(ask.place)))
        };
        match self.evidence.of(probe) {
            Some(observation) => match observation.seen.reading(probe) {
                Reading::Failed => Proof::Holds([probe].into()),
                Reading::Unreached if observation.seen == Seen::Unreached(Unreached::Timeout) => {
                    Proof::Holds([probe].into())
                }
                Reading::Refused if slow(observation) => Proof::Holds([probe].into()),
                Reading::Accepted | Reading::Refused => Proof::Fails([probe].into()),
                _ => Proof::open(self.need(probe)),
            },
            None => Proof::open(self.need(probe)),
        }
    }

    /// What the server selected of the offered subprotocols, on an accepted handshake.
    pub fn selects_nothing(&self, ask: Ask) -> Proof {
        let probe = Probe::Present(ask);
        match self.evidence.of(probe).map(|observation| &observation.seen) {
            Some(Seen::Opened(conversation)) if conversation.offered => match conversation.selected {
                None => Proof::Holds([probe].into()),
                Some(_) => Proof::Fails([probe].into()),
            },
            _ => Proof::open(self.need(probe)),
        }
    }

    /// The server says, as a number in its answer, that the token is so many characters longer than it was sent.
    pub fn reported_longer_by(&self, ask: Ask, chars: usize) -> Proof {
        let probe = Probe::Present(ask);
        let Some(facts) = self.evidence.token(ask.credential, ask.user) else { return Proof::open(self.need(probe)) };
        match self.evidence.of(probe) {
            Some(observation) if observation.seen.says_number(facts.chars + chars) => Proof::Holds([probe].into()),
            Some(observation) if observation.seen.says_number(facts.chars) => Proof::Fails([probe].into()),
            _ => Proof::open("an answer that tells the token's length".to_owned()),
        }
    }

    /// By its own claims the token is valid now.
    pub fn is_fresh(&self) -> Proof {
        let skew = i64::try_from(self.settings().skew.as_secs()).unwrap_or(i64::MAX);
        match self.evidence.token(self.token, self.user) {
            Some(facts)
                if facts.expires_in.is_some_and(|left| left <= 0)
                    || facts.issued_ago.is_some_and(|ago| ago < -skew) =>
            {
                Proof::Fails([Probe::Login(self.user)].into())
            }
            Some(_) => Proof::Holds([Probe::Login(self.user)].into()),
            None => Proof::open(self.need(Probe::Login(self.user))),
        }
    }

    fn elapsed(&self, ask: Ask) -> Duration {
        self.evidence.of(Probe::Present(ask)).map_or(Duration::MAX / 8, |observation| observation.elapsed)
    }
}
