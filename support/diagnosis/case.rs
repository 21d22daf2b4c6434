//! The questions that rules ask of evidence. Each answer is a [`Proof`]; none looks at a message's wording.

use std::cell::RefCell;
use std::collections::BTreeMap;

use super::Fault;
use super::proof::{Need, Proof};
use crate::evidence::{Evidence, Settings};
use crate::outcome::Outcome;
use crate::vocabulary::{Carriers, Endpoint, Presentation, Probe, Scheme, TokenKind, User, Variation};

pub const HEADER: Carriers = Carriers::HEADER;
pub const SUBPROTOCOL: Carriers = Carriers::SUBPROTOCOL;

/// Evidence, and who is asking in it.
pub struct Case<'a> {
    evidence: &'a Evidence,
    /// What rules have shown, for those that ask one another.
    shown: RefCell<BTreeMap<Fault, Proof>>,
    /// The token that the client has: issued where there is a login, else its own.
    token: TokenKind,
    /// The first user that has a token.
    user: User,
    /// Where one and the same ask was accepted and refused: no single answer says anything there.
    unsteady: Vec<Endpoint>,
    /// The controls that the suite has signed, each as it was asked first.
    controls: Vec<Presentation>,
}

impl<'a> Case<'a> {
    pub fn new(evidence: &'a Evidence) -> Self {
        let settings = &evidence.settings;
        let got = |user| evidence.outcome(Probe::Login(user)) == Some(Outcome::Accepted);
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
            shown: RefCell::default(),
            token: if nobody_logs_in { TokenKind::SelfSigned } else { TokenKind::Issued },
            user: if nobody_logs_in { User::First } else { user },
            unsteady: unsteady(evidence),
            controls: controls(evidence),
        }
    }

    /// What is lacking for a response to that probe.
    pub fn need(&self, probe: Probe) -> Need {
        Need::Response(probe)
    }

    pub fn evidence(&self) -> &'a Evidence {
        self.evidence
    }

    pub fn controls(&self) -> &[Presentation] {
        &self.controls
    }

    /// A record says it.
    pub fn remember(&self, fault: Fault, proof: Proof) {
        self.shown.borrow_mut().insert(fault, proof);
    }

    /// What that fault's own rule says: one rule may ask another whether its fault is there.
    pub fn shows(&self, fault: Fault) -> Proof {
        if let Some(known) = self.shown.borrow().get(&fault) {
            return known.clone();
        }
        let proof = super::rule(fault).map_or_else(|| Proof::open("a rule for it"), |rule| (rule.confirm)(self));
        self.shown.borrow_mut().insert(fault, proof.clone());
        proof
    }

    pub fn settings(&self) -> &'a Settings {
        &self.evidence.settings
    }

    pub fn token(&self) -> TokenKind {
        self.token
    }

    pub fn user(&self) -> User {
        self.user
    }

    /// The client's token, presented in that form.
    pub fn ask(&self, place: Endpoint, form: Carriers) -> Presentation {
        Presentation::new(place, self.token, form).by(self.user)
    }

    pub fn rest(&self) -> Presentation {
        self.ask(Endpoint::Rest, HEADER)
    }

    pub fn gateway(&self, form: Carriers) -> Presentation {
        self.ask(Endpoint::WebSocket, form)
    }

    /// As the real client presents it to the gateway.
    pub fn presented(&self) -> Presentation {
        self.gateway(self.settings().presents)
    }

    pub fn auth(&self, prefix: Scheme) -> Presentation {
        let usual = self.ask(Endpoint::Validation, Carriers::BODY);
        if prefix == self.settings().auth_takes { usual } else { usual.scheme(prefix) }
    }

    /// The real client's own way to the gateway is as it should be.
    pub fn is_well_presented(&self) -> bool {
        self.evidence.is_as_expected(Probe::Present(self.presented())) == Some(true)
    }

    pub fn seen(&self, ask: Presentation) -> Proof {
        let probe = Probe::Present(ask);
        if self.evidence.of(probe).is_some() { Proof::Holds([probe].into()) } else { Proof::open(self.need(probe)) }
    }

    /// Where the backend and the gateway judge the client's token.
    pub fn backend_asks(&self) -> Vec<Presentation> {
        let mut asks = vec![self.rest(), self.gateway(HEADER), self.gateway(SUBPROTOCOL)];
        if !asks.contains(&self.presented()) {
            asks.push(self.presented());
        }
        asks
    }

    pub fn missing(&self, place: Endpoint) -> Presentation {
        Presentation::missing(place)
    }

    /// The very same got both verdicts there.
    pub fn is_unsteady(&self, place: Endpoint) -> bool {
        self.unsteady.contains(&place)
    }

    /// A forged token in that form: first, and at the very end where a good one was refused for a while.
    pub fn forged(&self, ask: Presentation) -> [Presentation; 2] {
        let forged = ask.forged();
        [forged, forged.repeat(2)]
    }

    /// A welcome that is followed by a close accepts nothing, unless it was for keeping still that the connection was cut.
    pub fn accepts(&self, ask: Presentation) -> Proof {
        let fails = |probe| self.evidence.outcome(probe) == Some(Outcome::Failed);
        let fleeting = ask.endpoint == Endpoint::WebSocket && fails(Probe::Watch) && fails(Probe::WatchWithPings);
        match self.reads(Probe::Present(ask), Outcome::Accepted, &[Outcome::Rejected]) {
            Proof::Holds(_) if fleeting => Proof::open(self.need(Probe::Watch)),
            Proof::Open(_) if self.evidence.is_cut_off(Probe::Present(ask)) => {
                Proof::Fails([Probe::Present(ask)].into())
            }
            proof => proof,
        }
    }

    pub fn refuses(&self, ask: Presentation) -> Proof {
        match self.reads(Probe::Present(ask), Outcome::Rejected, &[Outcome::Accepted]) {
            Proof::Open(_) if self.evidence.is_cut_off(Probe::Present(ask)) => {
                Proof::Holds([Probe::Present(ask)].into())
            }
            proof => proof,
        }
    }

    /// Accepts the credential where it refuses none at all: what an open place accepts says nothing about the credential.
    pub fn takes(&self, ask: Presentation) -> Proof {
        self.accepts(ask).and(self.refuses(self.missing(ask.endpoint)))
    }

    /// Takes it, and takes it once more: a refusal may be slow to follow, and what is open by then looks accepted.
    pub fn takes_twice(&self, ask: Presentation) -> Proof {
        self.takes(ask).and(self.accepts(ask.repeat(1)))
    }

    /// Takes the credential and refuses a forged one in the same form: it is verified there.
    pub fn verifies(&self, ask: Presentation) -> Proof {
        self.takes(ask).and(self.refuses(ask.forged()))
    }

    /// The probe reads `wanted`; one of `contrary` says that it does not, and anything else says nothing.
    pub fn reads(&self, probe: Probe, wanted: Outcome, contrary: &[Outcome]) -> Proof {
        if matches!(probe, Probe::Present(ask) if self.unsteady.contains(&ask.endpoint)) {
            return Proof::open("answers that are the same each time");
        }
        self.reads_once(probe, wanted, contrary)
    }

    /// The same, where what is asked is whether answers differ from time to time.
    pub fn reads_once(&self, probe: Probe, wanted: Outcome, contrary: &[Outcome]) -> Proof {
        match self.evidence.outcome(probe) {
            Some(reading) if reading == wanted => Proof::Holds([probe].into()),
            Some(reading) if contrary.contains(&reading) => Proof::Fails([probe].into()),
            _ => Proof::open(self.need(probe)),
        }
    }

    /// Auth accepts the client's token, in whatever form it takes one.
    pub fn auth_accepts(&self) -> Proof {
        let raw = self.accepts(self.auth(Scheme::None));
        raw.or(self.accepts(self.auth(Scheme::Bearer))).or(self.accepts(self.as_backend()))
    }

    /// The contract's form, sent with the backend's own credentials.
    pub fn as_backend(&self) -> Presentation {
        self.auth(self.settings().auth_takes).vary(Variation::ServiceCredentials)
    }

    /// Some form of the token is taken at that place.
    pub fn some_form_taken(&self, place: Endpoint) -> Proof {
        Proof::first(self.backend_asks().into_iter().filter(|ask| ask.endpoint == place).map(|ask| self.takes(ask)))
    }

    pub fn same_response(&self, one: Presentation, other: Presentation) -> Proof {
        let probes = [Probe::Present(one), Probe::Present(other)];
        // What is put off says nothing of what was asked.
        if let Some(limited) = probes.iter().find(|probe| self.evidence.outcome(**probe) == Some(Outcome::RateLimited))
        {
            return Proof::open(self.need(*limited));
        }
        match self.evidence.same_response(probes[0], probes[1]) {
            Some(true) => Proof::Holds(probes.into()),
            Some(false) => Proof::Fails(probes.into()),
            None => {
                let lacking = probes.into_iter().find(
                    |probe| !matches!(self.evidence.outcome(*probe), Some(reading) if reading != Outcome::Unreached),
                );
                Proof::open(self.need(lacking.unwrap_or(probes[0])))
            }
        }
    }

    /// Refused just as nothing at all is.
    pub fn like_missing(&self, ask: Presentation) -> Proof {
        self.refuses(ask).and(self.same_response(ask, self.missing(ask.endpoint)))
    }

    /// In other words than nothing at all, which is asked twice: what differs from one answer may differ from an accident.
    pub fn unlike_missing(&self, ask: Presentation) -> Proof {
        let missing = self.missing(ask.endpoint);
        Proof::all([missing, missing.repeat(1)].map(|missing| self.same_response(ask, missing).not()))
    }

    /// The credential makes a difference: it is taken, or refused in other words than none at all.
    pub fn arrives(&self, ask: Presentation) -> Proof {
        self.takes(ask).or(self.refuses(ask).and(self.unlike_missing(ask)))
    }

    /// The token arrives and is refused just as one with a broken signature is.
    pub fn like_forged(&self, ask: Presentation) -> Proof {
        let forged = self.same_response(ask, ask.forged());
        self.refuses(ask).and(forged).and(self.unlike_missing(ask))
    }

    /// The other user fares no better, or has no token to try.
    pub fn second_user_agrees(&self, ask: Presentation) -> Proof {
        if self.settings().users < 2 {
            return Proof::given();
        }
        let other = ask.user.other();
        let login = Probe::Login(other);
        let no_token = self.reads(login, Outcome::Rejected, &[Outcome::Accepted]).or(self.reads(
            login,
            Outcome::Unexpected,
            &[Outcome::Accepted],
        ));
        self.refuses(ask.by(other)).or(no_token)
    }
}

fn controls(evidence: &Evidence) -> Vec<Presentation> {
    let minted = evidence.iter().filter_map(|(probe, _)| match probe {
        Probe::Present(ask) if matches!(ask.token, TokenKind::Resigned(..)) => Some(ask),
        _ => None,
    });
    minted.filter(|ask| ask.is_plain()).collect()
}

/// REST and the gateway are judged by the same backend.
fn unsteady(evidence: &Evidence) -> Vec<Endpoint> {
    let got = |ask: Presentation, reading| {
        evidence.attempts(ask).any(|ask| evidence.outcome(Probe::Present(ask)) == Some(reading))
    };
    let mixed = evidence.iter().filter_map(|(probe, _)| match probe {
        Probe::Present(ask) if ask.is_plain() && got(ask, Outcome::Accepted) => Some(ask),
        _ => None,
    });
    let mixed: Vec<Endpoint> = mixed.filter(|ask| got(*ask, Outcome::Rejected)).map(|ask| ask.endpoint).collect();
    let backend = mixed.iter().any(|place| *place != Endpoint::Validation);
    let backend = [Endpoint::Rest, Endpoint::WebSocket].into_iter().filter(|_| backend);
    mixed.iter().copied().filter(|place| *place == Endpoint::Validation).take(1).chain(backend).collect()
}
