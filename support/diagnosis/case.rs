//! The questions that rules ask of evidence. Each answer is a [`Proof`]; none looks at a message's wording.

use std::cell::RefCell;
use std::collections::BTreeMap;

use super::Fault;
use super::proof::Proof;
use crate::evidence::{
    Ask, Comparison, Credential, Evidence, Form, Place, Prefix, Probe, Reading, Settings, Twist, User,
};

pub const HEADER: Form = Form::HEADER;
pub const SUBPROTOCOL: Form = Form::SUBPROTOCOL;

/// Evidence, and who is asking in it.
pub struct Case<'a> {
    evidence: &'a Evidence,
    comparison: Comparison<'a>,
    /// What rules have shown, for those that ask one another.
    shown: RefCell<BTreeMap<Fault, Proof>>,
    /// The token that the client has: issued where there is a login, else its own.
    token: Credential,
    /// The first user that has a token.
    user: User,
    /// Where one and the same ask was accepted and refused: no single answer says anything there.
    unsteady: Vec<Place>,
    /// The controls that the suite has signed, each as it was asked first.
    controls: Vec<Ask>,
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
            shown: RefCell::default(),
            token: if nobody_logs_in { Credential::Own } else { Credential::Issued },
            user: if nobody_logs_in { User::First } else { user },
            unsteady: unsteady(evidence),
            controls: controls(evidence),
        }
    }

    pub fn evidence(&self) -> &'a Evidence {
        self.evidence
    }

    pub fn controls(&self) -> &[Ask] {
        &self.controls
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

    pub fn comparison(&self) -> &Comparison<'a> {
        &self.comparison
    }

    pub fn settings(&self) -> &'a Settings {
        &self.evidence.settings
    }

    pub fn token(&self) -> Credential {
        self.token
    }

    pub fn user(&self) -> User {
        self.user
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

    /// The very same got both verdicts there.
    pub fn is_unsteady(&self, place: Place) -> bool {
        self.unsteady.contains(&place)
    }

    /// A forged token in that form: first, and at the very end where a good one was refused for a while.
    pub fn forged(&self, ask: Ask) -> [Ask; 2] {
        let forged = ask.with(Credential::Forged).by(User::First);
        [forged, forged.twisted(Twist::Again(2))]
    }

    /// A welcome that is followed by a close accepts nothing, unless it was for keeping still that the connection was cut.
    pub fn accepts(&self, ask: Ask) -> Proof {
        let fails = |probe| self.evidence.reading(probe) == Some(Reading::Failed);
        let fleeting = ask.place == Place::Gateway && fails(Probe::Hold) && fails(Probe::HoldBusy);
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

    /// Takes it, and takes it once more: a refusal may be slow to follow, and what is open by then looks accepted.
    pub fn takes_twice(&self, ask: Ask) -> Proof {
        self.takes(ask).and(self.accepts(ask.twisted(Twist::Again(1))))
    }

    /// Takes the credential and refuses a forged one in the same form: it is verified there.
    pub fn verifies(&self, ask: Ask) -> Proof {
        self.takes(ask).and(self.refuses(ask.with(Credential::Forged).by(User::First)))
    }

    /// The probe reads `wanted`; one of `contrary` says that it does not, and anything else says nothing.
    pub fn reads(&self, probe: Probe, wanted: Reading, contrary: &[Reading]) -> Proof {
        if matches!(probe, Probe::Present(ask) if self.unsteady.contains(&ask.place)) {
            return Proof::open("answers that are the same each time");
        }
        self.reads_once(probe, wanted, contrary)
    }

    /// The same, where what is asked is whether answers differ from time to time.
    pub fn reads_once(&self, probe: Probe, wanted: Reading, contrary: &[Reading]) -> Proof {
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
        // What is put off says nothing of what was asked.
        if let Some(limited) = probes.iter().find(|probe| self.evidence.reading(**probe) == Some(Reading::Limited)) {
            return Proof::open(self.need(*limited));
        }
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

    /// In other words than nothing at all, which is asked twice: what differs from one answer may differ from an accident.
    pub fn unlike_missing(&self, ask: Ask) -> Proof {
        let missing = self.missing(ask.place);
        Proof::all([missing, missing.twisted(Twist::Again(1))].map(|missing| self.same_words(ask, missing).not()))
    }

    /// The credential makes a difference: it is taken, or refused in other words than none at all.
    pub fn arrives(&self, ask: Ask) -> Proof {
        self.takes(ask).or(self.refuses(ask).and(self.unlike_missing(ask)))
    }

    /// The token arrives and is refused just as one with a broken signature is.
    pub fn like_forged(&self, ask: Ask) -> Proof {
        let forged = self.same_words(ask, ask.with(Credential::Forged).by(User::First));
        self.refuses(ask).and(forged).and(self.unlike_missing(ask))
    }

    /// The other user fares no better, or has no token to try.
    pub fn second_user_agrees(&self, ask: Ask) -> Proof {
        if self.settings().users < 2 {
            return Proof::given();
        }
        let other = ask.user.other();
        let login = Probe::Login(other);
        let no_token = self.reads(login, Reading::Refused, &[Reading::Accepted]).or(self.reads(
            login,
            Reading::Unlike,
            &[Reading::Accepted],
        ));
        self.refuses(ask.by(other)).or(no_token)
    }
}

fn controls(evidence: &Evidence) -> Vec<Ask> {
    let minted = evidence.iter().filter_map(|(probe, _)| match probe {
        Probe::Present(ask) if matches!(ask.credential, Credential::Minted(..)) => Some(ask),
        _ => None,
    });
    minted.filter(|ask| ask.twist == Twist::Plain).collect()
}

/// REST and the gateway are judged by the same backend.
fn unsteady(evidence: &Evidence) -> Vec<Place> {
    let got = |ask: Ask, reading| evidence.times(ask).any(|ask| evidence.reading(Probe::Present(ask)) == Some(reading));
    let mixed = evidence.iter().filter_map(|(probe, _)| match probe {
        Probe::Present(ask) if ask.twist == Twist::Plain && got(ask, Reading::Accepted) => Some(ask),
        _ => None,
    });
    let mixed: Vec<Place> = mixed.filter(|ask| got(*ask, Reading::Refused)).map(|ask| ask.place).collect();
    let backend = mixed.iter().any(|place| *place != Place::Auth);
    let backend = [Place::Rest, Place::Gateway].into_iter().filter(|_| backend);
    mixed.iter().copied().filter(|place| *place == Place::Auth).take(1).chain(backend).collect()
}
