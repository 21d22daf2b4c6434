//! The key in `signing`, with which the suite signs tokens, is not the one that the environment uses.

use super::super::keys::{has_private_key, shares_no_secret};
use super::super::resigned::{secret_is_known, signed_with_another};
use crate::diagnosis::client::Client;
use crate::diagnosis::proof::Probes;
use crate::diagnosis::record::{Answer::*, Details, Line, Record, Suspects, Why};
use crate::diagnosis::symptom::Symptom;
use crate::diagnosis::test::{Computed, Test, all, any, given, not_shown, rejects, takes_token, verifies};
use crate::vocabulary::{Change, Fault, Presentation, Severity, TokenKind};

pub(crate) const RECORD: Record = Record {
    fault: Fault::MinterSecretMismatch,
    severity: Severity::Error,
    severity_if: &[],
    page: include_str!("minter-secret-mismatch.md"),
    symptoms: &[Symptom::OwnTokenRejected, Symptom::ValidTokenAccepted],
    shown_by,
    ruled_out_by,
    yields_to: &[],
    details,
    suspects: Suspects::CheckToo,
    because: &[Line::Always("Auth accepts an issued token and rejects the same claims signed with {signing}.")],
    whys: [
        Why(
            "Why is it rejected?",
            &[Shown("Auth accepts the claims with its own signature, and rejects them with that of {signing}.")],
        ),
        Why(
            "Are its claims the cause?",
            &[Shown("The claims are not the cause: they are copied from a token that auth accepts.")],
        ),
        Why(
            "Why does it differ?",
            &[
                UnknownIf(
                    has_private_key,
                    "The private key may belong to another environment, or be one from before a rotation.",
                    "the published keys",
                ),
                Unknown(
                    "`signing.secret` may belong to another environment or version.",
                    "the variable that `signing.secret` names",
                ),
            ],
        ),
        Why(
            "Why did nobody notice?",
            &[Unknown(
                "{signing} signs no token of a user who logs in. Is it renewed with each rotation?",
                "the steps of the last rotation",
            )],
        ),
    ],
    fix: &[
        Line::If(
            has_private_key,
            "target file, and clients that sign their own tokens: set `signing.private-key` and `key-id` to a key that auth \
             accepts.",
        ),
        Line::Always(
            "target file, and clients that sign their own tokens: set `signing.secret` to the secret that auth signs with.",
        ),
    ],
};

fn shown_by(client: &Client<'_>) -> Test {
    let auth = client.validation();
    let issued = match client.token() {
        TokenKind::Issued => given(),
        _ => Test::Needs("`login` in the target's file"),
    };
    // A secret that some service accepts is not the suite's mistake.
    let accepted_somewhere = Test::Computed(Computed {
        name: "some service accepts a token that the suite signed",
        prove: |client, _| {
            let is_signed = |one: &Presentation| matches!(one.token, TokenKind::Resigned(..));
            let accepted = client.evidence().presentations().filter(is_signed).map(takes_token);
            any(accepted).prove(client)
        },
        probes: Vec::new(),
    });
    all([
        issued,
        takes_token(auth),
        rejects(auth.changed(Change::Nothing)),
        signed_with_another(client),
        not_shown(accepted_somewhere),
    ])
}

fn ruled_out_by(client: &Client<'_>) -> Test {
    match client.token() {
        TokenKind::SelfSigned => verifies(client.validation()),
        _ if client.settings().private_key => secret_is_known(client),
        _ => any([secret_is_known(client), shares_no_secret(client)]),
    }
}

fn details(client: &Client<'_>, _: &Probes) -> Details {
    let headline = "`signing.private-key` is not the key that auth signs with".to_owned();
    if client.settings().private_key { Details::new().headed(headline) } else { Details::new() }
}
