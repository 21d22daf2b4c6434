//! A rejection calls a token expired whose `exp` lies ahead. The only fault for which wording is read, and a note.

use crate::diagnosis::client::Client;
use crate::diagnosis::proof::{Probes, Proof};
use crate::diagnosis::record::{Answer::*, Details, Line, Record, Suspects, Why};
use crate::diagnosis::symptom::Symptom;
use crate::diagnosis::test::{Computed, Test, all};
use crate::evidence::{End, Frame, Response, TokenFacts};
use crate::faults::cited::cited;
use crate::outcome::Outcome;
use crate::vocabulary::{Endpoint, Fault, Presentation, Probe, Severity, TokenKind};

pub(crate) const RECORD: Record = Record {
    fault: Fault::MisleadingError,
    severity: Severity::Note,
    severity_if: &[],
    page: include_str!("misleading-error.md"),
    symptoms: &[Symptom::TokenRejected],
    shown_by,
    ruled_out_by: |_| Test::Needs("a person who reads what the rejections say"),
    // By a clock that is ahead, the token has expired.
    yields_to: &[Fault::ClockSkew],
    details,
    suspects: Suspects::Deployment,
    because: &[Line::Always(
        "The response of {at} reports an expired token: {says}. By its `exp`, the client's token has not expired.",
    )],
    whys: [
        Why(
            "Why does it mislead?",
            &[Shown("{at} reports an expired token, and the `exp` of the client's token lies ahead.")],
        ),
        Why("What does that cost?", &[Inferred("It points to clocks and lifetimes, which are not the cause.")]),
        Why(
            "Why does it report that?",
            &[Unknown("One message may stand for every rejection.", "where the service writes that message")],
        ),
        Why(
            "Why did nobody notice?",
            &[Unknown("Does any test compare the message as well as the status code?", "the tests of that service")],
        ),
    ],
    fix: &[Line::Always("{at}: report the cause that the verifier found, or no cause at all.")],
};

fn shown_by(client: &Client<'_>) -> Test {
    let usual = [Endpoint::Validation, Endpoint::Rest, Endpoint::WebSocket].map(|endpoint| client.usual(endpoint));
    let says_expired = Test::Computed(Computed {
        name: "a rejection calls a token expired",
        prove: |client, _| prove_says_expired(client),
        probes: usual.map(|usual| usual.forged().into()).to_vec(),
    });
    let is_ahead = client
        .token_test("the token's `exp` lies further ahead than clocks may differ", |facts, settings| {
            Some(facts.expires_in? > i64::try_from(settings.skew.as_secs()).unwrap_or(i64::MAX))
        });
    all([says_expired, is_ahead])
}

/// Reads every rejection of a token that has not expired, and of a missing one.
fn prove_says_expired(client: &Client<'_>) -> Proof {
    let evidence = client.evidence();
    let rejected = |one: &Presentation| evidence.outcome(*one) == Some(Outcome::Rejected);
    // Each user has a token of its own.
    let has_not_expired = |one: Presentation| {
        let expired = |user| evidence.token(client.token(), user).is_some_and(TokenFacts::has_expired);
        is_of_a_token_that_lasts(one.token) && !expired(one.user)
    };
    let said = |one: &Presentation| evidence.of((*one).into()).is_some_and(|seen| says_expired(&seen.response));
    let saying = evidence.presentations().filter(|one| has_not_expired(*one) && rejected(one) && said(one));
    let saying = cited(saying.map(Into::into));
    if saying.is_empty() { Proof::Fails(saying) } else { Proof::Holds(saying) }
}

/// Which service reports what.
fn details(client: &Client<'_>, shown: &Probes) -> Details {
    let is_saying = |probe: &&Probe| client.evidence().of(**probe).is_some_and(|seen| says_expired(&seen.response));
    let Some(probe) = shown.iter().find(is_saying) else { return Details::new() };
    let (at, says) = (probe.service().title(), client.evidence().summary(*probe));
    let headline = format!("{at} reports an expired token, and the token has not expired: {says}");
    Details::from([("at", at.to_owned()), ("says", says)]).headed(headline)
}

fn is_of_a_token_that_lasts(token: TokenKind) -> bool {
    token.is_the_clients()
        || matches!(token, TokenKind::Forged | TokenKind::Missing | TokenKind::Second | TokenKind::Later(_))
}

/// In English, or in a machine-readable code such as `TOKEN_EXPIRED`.
fn says_expired(response: &Response) -> bool {
    match response {
        Response::Http(response) => {
            let challenge = response.headers.get("www-authenticate");
            names_expiry(&response.body) || challenge.is_some_and(|challenge| names_expiry(challenge))
        }
        Response::WebSocket(connection) => {
            let reason = if let End::Closed { reason, .. } = &connection.end { reason.as_str() } else { "" };
            let says = |frame: &Frame| matches!(frame, Frame::Text(text) if names_expiry(text));
            names_expiry(reason) || connection.frames.iter().any(says)
        }
        Response::Unreached(_) | Response::NotHttp => false,
    }
}

/// "Invalid or expired" names no cause, and neither does "revoked/expired".
fn names_expiry(text: &str) -> bool {
    let text = text.to_lowercase();
    let mut parts = text.split(['.', ':', ';', '"', '{', '}', '\n']).filter(|part| part.contains("expired"));
    parts.any(|part| {
        let mut words = part.split(|c: char| !c.is_alphanumeric());
        !words.any(|word| word == "or") && !part.contains("/expired") && !part.contains("expired/")
    })
}

#[cfg(test)]
mod tests;
