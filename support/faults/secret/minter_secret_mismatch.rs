//! `signing.secret`, with which the suite signs tokens, is not the secret that the environment uses.

use super::super::keys::shares_no_secret;
use super::super::resigned::secret_is_known;
use crate::diagnosis::client::Client;
use crate::diagnosis::record::{Answer::*, Line, Record, Why, no_details};
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
    details: no_details,
    because: &[Line::Always("Auth accepts an issued token and rejects the same claims signed with `signing.secret`.")],
    whys: [
        Why(
            "Why is it rejected?",
            &[Shown("Auth accepts the claims with its own signature, and rejects them with that of `signing.secret`.")],
        ),
        Why(
            "Are its claims the cause?",
            &[Shown("The claims are not the cause: they are copied from a token that auth accepts.")],
        ),
        Why(
            "Why does the secret differ?",
            &[Unknown(
                "`signing.secret` may belong to another environment or version.",
                "the variable that `signing.secret` names",
            )],
        ),
        Why(
            "Why did nobody notice?",
            &[Inferred("Users who log in are not affected: `signing.secret` signs none of their tokens.")],
        ),
    ],
    fix: &[Line::Always(
        "target file, and clients that sign their own tokens: set `signing.secret` to the secret that auth signs with.",
    )],
};

fn shown_by(client: &Client<'_>) -> Test {
    let auth = client.validation();
    let issued = match client.token() {
        TokenKind::Issued => given(),
        _ => Test::Needs("`login` in the target's file"),
    };
    let signed_otherwise = client
        .token_test("the issued token has another signature than that of `signing.secret`", |facts, _| {
            facts.signed_as_known.map(|known| !known)
        });
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
        signed_otherwise,
        not_shown(accepted_somewhere),
    ])
}

fn ruled_out_by(client: &Client<'_>) -> Test {
    match client.token() {
        TokenKind::SelfSigned => verifies(client.validation()),
        _ => any([secret_is_known(client), shares_no_secret(client)]),
    }
}
