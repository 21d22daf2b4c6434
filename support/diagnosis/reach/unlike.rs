//! A service that answers, and not as the target's file says.

use super::super::case::Case;
use super::super::finding::{Account, Why};
use super::super::{Probes, Proof};
use crate::evidence::{Extracted, Response};
use crate::outcome::Outcome;
use crate::vocabulary::{Endpoint, Presentation, Probe, User};

/// It answers, and not what the target's file says.
pub fn unlike(case: &Case<'_>) -> Proof {
    let validations = [case.auth(case.settings().auth_takes), case.missing(Endpoint::Validation)];
    let validation = Proof::all(validations.map(|ask: Presentation| is_unlike(case, Probe::Present(ask))));
    let users = [User::First, User::Second].into_iter().take(case.settings().users.max(1));
    let logins = Proof::all(users.map(|user| is_unlike(case, Probe::Login(user))));
    let logins = if case.settings().login { logins } else { Proof::given().not() };
    validation.or(logins)
}

fn is_unlike(case: &Case<'_>, probe: Probe) -> Proof {
    match case.evidence().of(probe).map(|observation| &observation.response) {
        Some(Response::Http(answer)) => {
            let nothing = matches!(answer.extracted, Extracted::NotJson | Extracted::Nothing | Extracted::AnotherType);
            let other = matches!(
                (probe, &answer.extracted),
                (Probe::Login(_), Extracted::Bool(_)) | (Probe::Present(_), Extracted::Text { .. })
            );
            let page = Response::Http(answer.clone()).asks_for_sign_in();
            if (nothing || other) && !page { Proof::Holds([probe].into()) } else { Proof::Fails([probe].into()) }
        }
        _ => Proof::open(case.need(probe)),
    }
}

pub fn as_written(case: &Case<'_>) -> Proof {
    let auth = case.auth(case.settings().auth_takes);
    let verdict = case.accepts(auth).or(case.refuses(auth));
    let login = if case.settings().login {
        case.reads(Probe::Login(case.user()), Outcome::Accepted, &[])
    } else {
        Proof::given()
    };
    verdict.and(login)
}

pub fn tell_unlike(case: &Case<'_>, cites: &Probes) -> Account {
    let saw = cites.first().map(|probe| case.evidence().summary(*probe)).unwrap_or_default();
    let whys = [
        Why::observed(
            "Why is nothing concluded?",
            format!("Auth answers with success, but not what the target's file says: {saw}."),
            cites,
        ),
        Why::inferred(
            "Is the token good?",
            "Neither follows: an answer that is not understood accepts nothing and refuses nothing.",
        ),
        Why::unknown(
            "Why is it another answer?",
            "This build answers in another form, or something else answers at this path.",
            "the contract of the build that runs",
        ),
        Why::inferred("Why did nobody notice?", "Who asks auth looks at the status, and that is 200."),
    ];
    let comparison = format!("auth answers with a status of success, and nothing that says yes or no: {saw}.");
    let remedy = "correct `validate` and `login` in the target's file, or deploy the build that they describe.";
    Account::new(comparison, whys, remedy).detail("saw", saw)
}
