//! A service accepts a token two minutes after its `exp`: it verifies the signature and ignores the date.

use super::{accepted_by, usual};
use crate::diagnosis::client::Client;
use crate::diagnosis::proof::Probes;
use crate::diagnosis::record::{Answer::*, Details, Line, Record, Suspects, Why};
use crate::diagnosis::symptom::Symptom;
use crate::diagnosis::test::{Test, all, any, each, never, not_shown, rejects, takes_token};
use crate::vocabulary::{Change, Fault, Severity, TokenKind, User};

pub(crate) const RECORD: Record = Record {
    fault: Fault::ExpiredTokenAccepted,
    severity: Severity::Critical,
    severity_if: &[],
    page: include_str!("expired-token-accepted.md"),
    symptoms: &[Symptom::InvalidTokenAccepted],
    shown_by,
    ruled_out_by,
    // By a clock that is behind, the token has not expired.
    yields_to: &[Fault::ClockSkew],
    details,
    suspects: Suspects::Deployment,
    because: &[
        Line::If(own_is_accepted, "The client's own token has expired, and is accepted by {at}."),
        Line::Always("A token that expired two minutes ago is accepted by {at}. A forged token is rejected."),
    ],
    whys: [
        Why("Which clients get in?", &[Shown("Any client with an expired token gets in: it is accepted by {at}.")]),
        Why(
            "Is the token verified at all?",
            &[
                ShownIf(
                    own_is_accepted,
                    "The token is the client's own, and has expired by its `exp`, which is ignored.",
                ),
                Shown("A forged token is rejected, so the signature is verified and `exp` is ignored."),
            ],
        ),
        Why(
            "Why is `exp` ignored?",
            &[Unknown(
                "The verification of `exp` may be off, or its leeway far beyond a minute (RFC 7519 §4.1.4).",
                "its code and settings",
            )],
        ),
        Why(
            "Why did nobody notice?",
            &[Unknown("Does any test send an expired token, and expect a rejection?", "the tests of that service")],
        ),
    ],
    fix: &[Line::Always("{at}: verify `exp` wherever a token is verified, with a leeway of one minute at most.")],
};

fn shown_by(client: &Client<'_>) -> Test {
    // Of a random text no expired one can be made.
    let kept = if client.is_opaque() { Test::Needs("a token that has expired") } else { never() };
    any([own_is_accepted(client), resigned_is_accepted(client), kept])
}

/// A token that login issued, or that was given, expired more than a minute ago: no control is needed. Dates in local time, or in
/// another unit, say something else.
fn own_is_accepted(client: &Client<'_>) -> Test {
    let has_expired = |user: User| {
        let facts = client.evidence().token(client.token(), user);
        facts.is_some_and(|facts| facts.malformed.is_empty() && facts.expires_in.is_some_and(|left| left < -LEEWAY))
    };
    let users = [User::First, User::Second].into_iter().filter(|user| has_expired(*user));
    each(users.flat_map(|user| usual(client).map(|usual| takes_token(usual.by(user)))))
}

/// In seconds: what verifiers usually allow.
const LEEWAY: i64 = 60;

/// Where a valid token is rejected and an expired one accepted, the verifier's time is another.
fn resigned_is_accepted(client: &Client<'_>) -> Test {
    let at = usual(client)
        .map(|usual| all([takes_token(usual.changed(Change::Expired)), takes_token(usual), rejects(usual.forged())]));
    all([not_shown(is_issued_as_old(client)), each(at)])
}

/// A new token that says it is older was issued by a clock that is behind, or was backdated or kept: its `exp` may be another
/// than the suite takes it for. A reverse proxy may write a `Date` of its own, and then nothing else tells.
fn is_issued_as_old(client: &Client<'_>) -> Test {
    client.token_test("the new token says that it is older than clocks may differ", |facts, settings| {
        let skew = i64::try_from(settings.skew.as_secs()).unwrap_or(i64::MAX);
        // Claims are in whole seconds.
        Some(facts.issued_ago? - 1 > skew)
    })
}

/// Rejected wherever the suite's own signature on the same claims is accepted.
fn ruled_out_by(client: &Client<'_>) -> Test {
    let signed = client.token_test("the token has the signature of `signing`", |facts, _| facts.signed_as_known);
    all(usual(client).map(|usual| {
        let control = any([takes_token(usual.changed(Change::Nothing)), all([signed.clone(), takes_token(usual)])]);
        all([control, rejects(usual.changed(Change::Expired))])
    }))
}

fn details(_: &Client<'_>, shown: &Probes) -> Details {
    accepted_by(shown, "an expired token", |token| {
        token.is_the_clients() || matches!(token, TokenKind::Resigned(_, Change::Expired))
    })
}
