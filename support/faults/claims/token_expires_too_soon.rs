//! Tokens live shorter than a session needs, a verifier takes a new one for expired, or login issues an expired one.

use crate::diagnosis::client::Client;
use crate::diagnosis::proof::Probes;
use crate::diagnosis::record::{Answer::*, Details, Line, Record, Suspects, Why};
use crate::diagnosis::symptom::Symptom;
use crate::diagnosis::test::{Test, all, any, each, given, never, not, rejects};
use crate::evidence::TokenFacts;
use crate::faults::resigned::accepted_with;
use crate::vocabulary::{Change, Endpoint, Fault, Probe, Severity};

/// Claims are in whole seconds.
const GRAIN: i64 = 1;

pub(crate) const RECORD: Record = Record {
    fault: Fault::TokenExpiresTooSoon,
    severity: Severity::Warning,
    severity_if: &[(taken_for_expired, Severity::Error)],
    page: include_str!("token-expires-too-soon.md"),
    symptoms: &[
        Symptom::ValidTokenAccepted,
        Symptom::RejectedLikeForged,
        Symptom::RejectedUnlikeForged,
        Symptom::IssuedTokenRejected,
    ],
    shown_by: |client| any([issued_expired(client), lives_too_short(client)]),
    ruled_out_by: |client| {
        // The other user's token is as good a witness.
        let other = client.evidence().token(client.token(), client.user().other());
        let lasts = if other.is_some_and(TokenFacts::has_expired) { never() } else { given() };
        all([lasts, not(has_expired(client)), not(lives_too_short(client)), super::clock_skew::dates_agree(client)])
    },
    // For a clock that is ahead, a new token has expired too.
    yields_to: &[Fault::ClockSkew],
    details,
    suspects: Suspects::Deployment,
    because: &[
        Line::If(
            issued_expired,
            "By its `exp` the token had expired when login issued it. The `Date` of auth is right.",
        ),
        Line::Always("{measure} is {lifetime}; `min-lifetime` in the target file requires {wanted}."),
    ],
    whys: [
        Why(
            "Why does the session end?",
            &[
                ShownIf(issued_expired, "Login issues a token that has already expired."),
                Shown("The token is valid for {lifetime}, and a session needs {wanted}."),
            ],
        ),
        Why(
            "Does it affect users already?",
            &[
                ShownIf(issued_expired, "The token is rejected wherever its dates are verified."),
                ShownIf(
                    rejected_unless_longer,
                    "A verifier rejects the token as expired: with a later `exp` it is accepted.",
                ),
                Inferred("A new token works, and expires before the session ends."),
            ],
        ),
        Why(
            "Why is the lifetime so short?",
            &[
                UnknownIf(
                    issued_expired,
                    "Login may return a token that it keeps, or write its dates wrongly.",
                    "auth's code for login",
                ),
                Unknown("The lifetime may be in the wrong unit, or set for another kind of client.", "auth's settings"),
            ],
        ),
        Why(
            "Why did nobody notice?",
            &[Unknown("Does any test last longer than the token?", "the tests of a session")],
        ),
    ],
    fix: &[
        Line::If(issued_expired, "auth: sign a new token at each login, with an `exp` that lies ahead."),
        Line::Always(
            "auth: raise the token lifetime; or client: renew tokens before `exp`; or target file: correct `min-lifetime`.",
        ),
    ],
};

fn lives_too_short(client: &Client<'_>) -> Test {
    client.token_test("the token lives shorter than `min-lifetime`", |facts, settings| {
        let wanted = i64::try_from(settings.lifetime.as_secs()).unwrap_or(i64::MAX);
        Some(facts.lifetime()? + GRAIN < wanted)
    })
}

/// By the clock of auth, which is right; and where auth validates tokens, by auth's own verdict. Where it accepts the token, its
/// clock may be behind.
fn issued_expired(client: &Client<'_>) -> Test {
    let issued = matches!(client.token_probe(), Probe::Login(_));
    let auth = if client.evidence().is_there(Endpoint::Validation) { rejects(client.validation()) } else { given() };
    let clock = super::clock_skew::auth_date_is_right(client);
    if issued { all([has_expired(client), clock, auth]) } else { never() }
}

fn has_expired(client: &Client<'_>) -> Test {
    client.token_test("the token has expired", |facts, _| facts.expires_in.map(|_| facts.has_expired()))
}

fn taken_for_expired(client: &Client<'_>) -> Test {
    any([rejected_unless_longer(client), has_expired(client)])
}

pub(super) fn rejected_unless_longer(client: &Client<'_>) -> Test {
    let longer = |change| change == Change::LongerLived;
    each(client.every_token().into_iter().map(|usual| accepted_with(client, usual, longer)))
}

fn details(client: &Client<'_>, _: &Probes) -> Details {
    let lifetime = client.facts().and_then(TokenFacts::lifetime).unwrap_or_default();
    let is_said = client.facts().is_some_and(|facts| facts.issued_for.is_some());
    let measure = if is_said { "`expires_in` of the login's response" } else { "`exp` minus `iat`" };
    let wanted = client.settings().lifetime.as_secs();
    let details = Details::from([
        ("lifetime", format!("{lifetime} s")),
        ("wanted", format!("{wanted} s")),
        ("measure", measure.to_owned()),
    ]);
    details.headed(match issued_expired(client).prove(client).holds() {
        true => "login issues a token that has already expired".to_owned(),
        false => format!("tokens expire after {lifetime} s, and a session needs {wanted} s"),
    })
}
