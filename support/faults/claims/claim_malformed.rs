//! A claim has a type or a unit that RFC 7519 does not allow, and a verifier rejects the token for it.

use super::clock_skew::auth_date_is_right;
use super::{LIKE_ANY_OTHER, SAME_PRIVATE_KEY, has_same_secret, verifier};
use crate::diagnosis::client::Client;
use crate::diagnosis::proof::Probes;
use crate::diagnosis::property::Property;
use crate::diagnosis::record::{Answer::*, Details, Line, Record, Suspects, Why};
use crate::diagnosis::symptom::Symptom;
use crate::diagnosis::test::{Test, all, any, each, given, is, never, rejects, verifies};
use crate::evidence::TokenFacts;
use crate::faults::keys::has_private_key;
use crate::faults::resigned::{accepted_with, secret_is_known};
use crate::vocabulary::{Change, ClaimName, DATE_CLAIMS, Fault, Severity, TokenKind};

pub(crate) const RECORD: Record = Record {
    fault: Fault::ClaimMalformed,
    severity: Severity::Error,
    severity_if: &[],
    page: include_str!("claim-malformed.md"),
    symptoms: &[
        Symptom::RejectedLikeForged,
        Symptom::RejectedUnlikeForged,
        Symptom::OwnTokenRejected,
        Symptom::IssuedTokenRejected,
    ],
    shown_by,
    ruled_out_by,
    yields_to: &[Fault::JwtSecretMismatch],
    details,
    suspects: Suspects::Deployment,
    because: &[
        Line::If(
            by_control,
            "The token is rejected by {at}. With {claim} written as {wanted}, the same token is accepted.",
        ),
        Line::Always("The dates of the rejected token are not {wanted}. The clock of its issuer is right."),
    ],
    whys: [
        Why(
            "Why is it rejected?",
            &[
                ShownIf(by_control, "The token does not write {claim} as {wanted}; with that change it is accepted."),
                Inferred("The token does not write {claim} as {wanted}, so a verifier reads another moment."),
            ],
        ),
        Why(
            "Is it the secret?",
            &[
                ShownIf(with_the_same_private_key, SAME_PRIVATE_KEY),
                ShownIf(
                    with_the_same_secret,
                    "The secret is not the cause: the accepted token is signed with the same one.",
                ),
                Unknown("A wrong secret may get the same response.", "the same token with correct dates (`signing`)"),
            ],
        ),
        Why(
            "Why is it written so?",
            &[Unknown(
                "The issuer may write the value as its own storage or clock has it.",
                "the issuer's code that builds the claims",
            )],
        ),
        LIKE_ANY_OTHER,
    ],
    fix: &[Line::Always("issuer of the token: write {claim} as {wanted} (RFC 7519 §4.1).")],
};

fn shown_by(client: &Client<'_>) -> Test {
    any([by_control(client), by_dates(client)])
}

/// With that one claim rewritten the token is accepted. Dates that are off by a time zone may be those of a clock, which the
/// `Date` of auth tells.
fn by_control(client: &Client<'_>) -> Test {
    each(client.every_token().into_iter().map(|usual| {
        let rewritten = |dates: bool| {
            accepted_with(
                client,
                usual,
                move |change| matches!(change, Change::Rewritten(claim) if is_date(claim) == dates),
            )
        };
        any([rewritten(false), all([rewritten(true), auth_date_is_right(client)])])
    }))
}

fn with_the_same_secret(client: &Client<'_>) -> Test {
    all([by_control(client), has_same_secret(client)])
}

fn with_the_same_private_key(client: &Client<'_>) -> Test {
    all([has_private_key(client), with_the_same_secret(client)])
}

/// Without `signing` nothing can be rewritten; that a date is wrong shows in the token and its issuer's own clock.
fn by_dates(client: &Client<'_>) -> Test {
    let unsigned = if client.settings().signing { never() } else { given() };
    let rejected = any(client.every_token().into_iter().map(rejects));
    all([unsigned, dates_are_malformed(client), auth_date_is_right(client), rejected])
}

fn ruled_out_by(client: &Client<'_>) -> Test {
    let well_formed =
        client.token_test("every claim has the type and unit of RFC 7519", |facts, _| Some(facts.malformed.is_empty()));
    // The client's own token may have another form than the issued one.
    let only_one = client.token() == TokenKind::Issued && client.settings().mint;
    let accepted = all(client.every_token().into_iter().map(verifies));
    let no_help = all(client.every_token().into_iter().map(|usual| {
        let changes = client.changes(usual).into_iter().filter(|change| matches!(change, Change::Rewritten(_)));
        all(changes.map(|change| is(usual.changed(change), Property::Rejected)))
    }));
    let no_help = if client.settings().signing { all([no_help, secret_is_known(client)]) } else { never() };
    any([if only_one { never() } else { well_formed }, accepted, no_help])
}

/// The dates are in milliseconds, in quotes, or in local time (RFC 7519 §2 wants seconds, UTC). No clock does that by itself.
pub(super) fn dates_are_malformed(client: &Client<'_>) -> Test {
    client.token_test("the dates of the token are in another unit or time zone", |facts, _| {
        Some(malformed_dates(facts).next().is_some())
    })
}

fn malformed_dates(facts: &TokenFacts) -> impl Iterator<Item = ClaimName> + '_ {
    facts.malformed.iter().copied().filter(|claim| is_date(*claim))
}

fn is_date(claim: ClaimName) -> bool {
    DATE_CLAIMS.contains(&claim.as_str())
}

fn details(client: &Client<'_>, shown: &Probes) -> Details {
    let rewritten = shown.iter().find_map(|probe| match probe.presented()?.token {
        TokenKind::Resigned(_, Change::Rewritten(claim)) => Some(claim),
        _ => None,
    });
    // All dates are written in one way.
    let dates =
        || client.facts().into_iter().flat_map(malformed_dates).map(|claim| claim.to_string()).collect::<Vec<_>>();
    let (claim, wanted) = match rewritten {
        Some(claim) if claim.as_str() == "aud" => (claim.to_string(), "a text, or a list of texts"),
        Some(claim) if !is_date(claim) => (claim.to_string(), "a text"),
        _ => (dates().join(" and "), "seconds since 1970, in UTC"),
    };
    let at = verifier(shown);
    let headline = format!("{at} rejects the token, which does not write {claim} as {wanted}");
    Details::from([("claim", claim), ("wanted", wanted.to_owned()), ("at", at.to_owned())]).headed(headline)
}

#[cfg(test)]
mod tests;
