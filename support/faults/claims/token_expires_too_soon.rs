//! Tokens live shorter than a session needs, or a verifier takes a new one for expired.

use crate::diagnosis::client::Client;
use crate::diagnosis::proof::Probes;
use crate::diagnosis::record::{Answer::*, Details, Line, Record, Why};
use crate::diagnosis::symptom::Symptom;
use crate::diagnosis::test::{Test, all, any, each, not};
use crate::faults::resigned::accepted_with;
use crate::vocabulary::{Change, Fault, Severity};

/// Claims are in whole seconds.
const GRAIN: i64 = 1;

pub(crate) const RECORD: Record = Record {
    fault: Fault::TokenExpiresTooSoon,
    severity: Severity::Warning,
    severity_if: &[(taken_for_expired, Severity::Error)],
    page: include_str!("token-expires-too-soon.md"),
    symptoms: &[Symptom::ValidTokenAccepted, Symptom::RejectedLikeForged],
    shown_by: lives_too_short,
    ruled_out_by: |client| all([not(lives_too_short(client)), super::clock_skew::dates_agree(client)]),
    // For a clock that is ahead, a new token has expired too.
    yields_to: &[Fault::ClockSkew],
    details,
    because: &[Line::Always("`exp` minus `iat` is {lifetime}; `min-lifetime` in the target file requires {wanted}.")],
    whys: [
        Why("Why does the session end?", &[Shown("The token is valid for {lifetime}, and a session needs {wanted}.")]),
        Why(
            "Does it affect users already?",
            &[
                ShownIf(
                    rejected_unless_longer,
                    "A verifier rejects the token as expired: with a later `exp` it is accepted.",
                ),
                Inferred("A new token may still work, but it expires before the session ends."),
            ],
        ),
        Why(
            "Why is the lifetime so short?",
            &[Unknown("The lifetime may be in the wrong unit, or set for another kind of client.", "auth's settings")],
        ),
        Why("Why did nobody notice?", &[Inferred("A test that ends before the token expires does not show it.")]),
    ],
    fix: &[Line::Always(
        "auth: raise the token lifetime; or client: renew tokens before `exp`; or target file: correct `min-lifetime`.",
    )],
};

fn lives_too_short(client: &Client<'_>) -> Test {
    client.token_test("the token lives shorter than `min-lifetime`", |facts, settings| {
        let wanted = i64::try_from(settings.lifetime.as_secs()).unwrap_or(i64::MAX);
        Some(facts.expires_in?.checked_add(facts.issued_ago?)? + GRAIN < wanted)
    })
}

fn taken_for_expired(client: &Client<'_>) -> Test {
    let over = client.token_test("the token has expired", |facts, _| Some(facts.expires_in? <= 0));
    any([rejected_unless_longer(client), over])
}

pub(super) fn rejected_unless_longer(client: &Client<'_>) -> Test {
    let longer = |change| change == Change::LongerLived;
    each(client.every_token().into_iter().map(|usual| accepted_with(client, usual, longer)))
}

fn details(client: &Client<'_>, _: &Probes) -> Details {
    let lifetime =
        client.facts().and_then(|facts| facts.expires_in?.checked_add(facts.issued_ago?)).unwrap_or_default();
    let wanted = client.settings().lifetime.as_secs();
    Details::from([("lifetime", format!("{lifetime} s")), ("wanted", format!("{wanted} s"))])
}
