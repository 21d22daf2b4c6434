//! A service rejects one user's valid token, or login, where it accepts the other user's.

use crate::diagnosis::client::Client;
use crate::diagnosis::proof::{Probes, Proof};
use crate::diagnosis::property::{Property, SAME_EACH_TIME};
use crate::diagnosis::record::{Answer::*, Details, Line, Record, Suspects, Why};
use crate::diagnosis::symptom::Symptom;
use crate::diagnosis::test::{Computed, Test, accepts, all, any, given, is, never, rejects, takes_token};
use crate::evidence::TokenFacts;
use crate::outcome::Outcome;
use crate::vocabulary::{Endpoint, Fault, Presentation, Probe, Severity, TokenKind, User};

pub(crate) const RECORD: Record = Record {
    fault: Fault::UserUnknown,
    severity: Severity::Error,
    severity_if: &[],
    page: include_str!("user-unknown.md"),
    symptoms: &[Symptom::UsersDiffer],
    shown_by,
    ruled_out_by,
    // `refusal-cached` explains a rejected token and not a rejected login, so `shown_by` excludes it for tokens alone.
    yields_to: &[],
    details,
    suspects: Suspects::Deployment,
    because: &[Line::Always("In the same check, the {user} user is rejected and the other user is accepted.")],
    whys: [
        Why("Why does it fail?", &[Shown("The {user} user is rejected where the other user is accepted.")]),
        Why("Does the service work?", &[Shown("The service works: it accepts the other user's request.")]),
        Why(
            "Why this user?",
            &[Unknown("The {user} user may not exist, be locked, or lack a permission.", "the record of that user")],
        ),
        Why("Why did nobody notice?", &[Unknown("Does any test log in as this user?", "the users of the tests")]),
    ],
    fix: &[Line::Always("service that rejects: create, unlock or permit the {user} user of the target file.")],
};

const BOTH: [User; 2] = [User::First, User::Second];

fn shown_by(client: &Client<'_>) -> Test {
    if client.settings().users < 2 {
        return Test::Needs("a second user in the target's file");
    }
    let splits = endpoints(client).into_iter().flat_map(|usual| BOTH.map(|user| token_split(client, usual, user)));
    let by_token = all([any(splits), auth_is_steady(client)]);
    any(BOTH.map(login_split).into_iter().chain([by_token]))
}

fn ruled_out_by(client: &Client<'_>) -> Test {
    if client.settings().users < 2 {
        return Test::Needs("a second user in the target's file");
    }
    all(endpoints(client).into_iter().flat_map(|usual| BOTH.map(|user| takes_token(usual.by(user)))))
}

fn endpoints(client: &Client<'_>) -> [Presentation; 3] {
    [client.validation(), client.rest(), client.websocket()]
}

fn login_split(rejected: User) -> Test {
    let unknown = is(Probe::Login(rejected), Property::Status(&[400, 401, 403, 404, 422]));
    all([unknown, is(Probe::Login(rejected.other()), Property::Accepted)])
}

/// Later tokens of an unknown user are rejected too; those of a user whose rejection was cached are not, and where auth signs with
/// two secrets by turns, one of them is not. Those of the other user are accepted: a load balancer may choose one of two unlike replicas
/// by the letters of the token.
fn token_split(client: &Client<'_>, usual: Presentation, rejected: User) -> Test {
    let later = [TokenKind::Second, TokenKind::Later(3)].map(|token| {
        let of = |user| usual.by(user).with(token);
        all([rejects(of(rejected)), accepts(of(rejected.other()))])
    });
    let later = if usual.token == TokenKind::Issued && client.settings().login { all(later) } else { given() };
    // A token that has expired, or lacks what the other one has, is rejected for that.
    let facts = |user| client.evidence().token(usual.token, user);
    let expired = facts(rejected).is_some_and(TokenFacts::has_expired);
    let differ = facts(rejected).zip(facts(rejected.other())).is_some_and(|(one, other)| !one.is_like(other));
    let is_longer =
        facts(rejected).zip(facts(rejected.other())).is_some_and(|(one, other)| one.is_much_longer_than(other));
    let alike = match (expired, differ || is_longer) {
        (true, _) => never(),
        (_, true) => Test::Needs("tokens of the two users that differ in nothing else"),
        _ => given(),
    };
    all([rejects(usual.by(rejected)), accepts(usual.by(rejected.other())), later, alike])
}

/// Replicas of auth that sign with different secrets would make two users look different.
fn auth_is_steady(client: &Client<'_>) -> Test {
    Test::Computed(Computed {
        name: "auth gives the same response to the same token each time",
        prove: |client, _| match client.is_unsteady(Endpoint::Validation) {
            true => Proof::open(SAME_EACH_TIME),
            false => Proof::given(),
        },
        probes: vec![client.validation().into()],
    })
}

fn details(client: &Client<'_>, shown: &Probes) -> Details {
    let rejected = shown.iter().find_map(|probe| match probe {
        Probe::Login(user) if client.evidence().outcome(*probe) != Some(Outcome::Accepted) => Some(*user),
        Probe::Present(presented) if rejects(*presented).prove(client).holds() => Some(presented.user),
        _ => None,
    });
    let user = if rejected == Some(User::Second) { "second" } else { "first" };
    let details = Details::from([("user", user.to_owned())]);
    match shown.iter().find(|probe| client.evidence().is_as_expected(**probe) == Some(false)) {
        Some(probe) => {
            details.headed(format!("{} rejects the {user} user and accepts another", probe.service().title()))
        }
        None => details,
    }
}

#[cfg(test)]
mod tests;
