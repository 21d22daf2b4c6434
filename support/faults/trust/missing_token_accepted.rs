//! A service accepts a request without a token, and no cache responds in its place.

use super::{ENDPOINTS, accepted_by, has_form_of_accepted};
use crate::diagnosis::client::Client;
use crate::diagnosis::proof::{Probes, Proof};
use crate::diagnosis::record::{Answer::*, Details, Line, Record, Suspects, Why};
use crate::diagnosis::symptom::{Symptom, missing};
use crate::diagnosis::test::{
    Computed, Test, accepts, all, differs_from_missing, each, given, not_shown, rejects, same,
};
use crate::evidence::Response;
use crate::vocabulary::{Endpoint, Fault, Presentation, Probe, Severity, TokenKind, Variation};

pub(crate) const RECORD: Record = Record {
    fault: Fault::MissingTokenAccepted,
    severity: Severity::Critical,
    severity_if: &[],
    page: include_str!("missing-token-accepted.md"),
    symptoms: &[Symptom::InvalidTokenAccepted],
    shown_by,
    ruled_out_by,
    yields_to: &[],
    details,
    suspects: Suspects::Deployment,
    because: &[Line::Always("A missing token is accepted by {at}.")],
    whys: [
        Why("Which clients get in?", &[Shown("Every client gets in: a missing token is accepted by {at}.")]),
        Why(
            "Is it a cache?",
            &[
                ShownIf(new_url_is_open, "No cache responds: a URL that was never requested before is open too."),
                Inferred("No cache responds: neither a validation nor a handshake is cached."),
            ],
        ),
        Why(
            "Why is no token required?",
            &[Unknown(
                "Authentication may be switched off there, or the route may be registered outside of it.",
                "the routes and settings of the running build",
            )],
        ),
        Why(
            "Why did nobody notice?",
            &[Unknown("Does any test send no token, and expect a rejection?", "the tests of that service")],
        ),
    ],
    fix: &[Line::Always("{at}: require a token on this route, and close the environment until that is deployed.")],
};

/// A cache may respond in place of REST, so there a query is sent that no cache has seen.
fn shown_by(client: &Client<'_>) -> Test {
    each(ENDPOINTS.map(missing).map(|missing| {
        let no_cache = match missing.endpoint {
            Endpoint::Rest => new_url_is_open(client),
            _ => given(),
        };
        let form = has_form_of_accepted(client, missing);
        all([
            accepts(missing),
            no_cache,
            form,
            is_let_in(client, missing),
            tells_of_no_error(missing),
            not_shown(tells_of_its_lack(client, missing)),
        ])
    }))
}

/// The valid token gets 200 as a forged one does, and a missing one another response with 200: some services reject so and say why,
/// and then nobody was let in.
fn tells_of_its_lack(client: &Client<'_>, missing: Presentation) -> Test {
    let usual = client.usual(missing.endpoint);
    all([accepts(usual), differs_from_missing(usual), same(usual, usual.forged())])
}

/// REST may reject with 200 and a body that tells of an error; where no token is accepted, a valid one gets that too. What auth accepts,
/// the target's file says.
fn tells_of_no_error(missing: Presentation) -> Test {
    if missing.endpoint != Endpoint::Rest {
        return given();
    }
    Test::Computed(Computed {
        name: "the body does not tell of an error",
        prove: |client, probes| {
            let body = |probe: &Probe| match &client.evidence().of(*probe)?.response {
                Response::Http(http) => Some(http.tells_of_an_error()),
                _ => None,
            };
            match probes.iter().find(|probe| body(probe) == Some(true)) {
                Some(_) => Proof::open("a response that tells of no error: with 200 a service may reject too"),
                None => Proof::given(),
            }
        },
        probes: vec![missing.into()],
    })
}

/// A connection that anybody may open lets nobody in before the gateway sends something on it.
fn is_let_in(client: &Client<'_>, missing: Presentation) -> Test {
    if missing.endpoint != Endpoint::WebSocket || client.settings().welcome {
        return given();
    }
    Test::Computed(Computed {
        name: "the gateway sends something on the connection",
        prove: |client, probes| {
            let connection = |probe| client.evidence().of(probe)?.response.connection();
            let sends = |probe: &&Probe| connection(**probe).is_some_and(|connection| !connection.frames.is_empty());
            match probes.iter().find(sends) {
                Some(probe) => Proof::Holds([*probe].into()),
                None => Proof::open("`handshake.welcome`: an open connection may not have let the client in"),
            }
        },
        probes: vec![missing.into()],
    })
}

fn new_url_is_open(_: &Client<'_>) -> Test {
    accepts(missing(Endpoint::Rest).vary(Variation::NewUrl))
}

fn ruled_out_by(_: &Client<'_>) -> Test {
    all(ENDPOINTS.map(missing).map(rejects))
}

fn details(_: &Client<'_>, shown: &Probes) -> Details {
    accepted_by(shown, "a missing token", |token| token == TokenKind::Missing)
}

#[cfg(test)]
mod tests;
