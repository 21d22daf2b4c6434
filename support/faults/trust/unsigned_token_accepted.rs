//! A service accepts a token that names `none` as its algorithm and has no signature.

use super::{accepted_by, unsigned, usual};
use crate::diagnosis::client::Client;
use crate::diagnosis::proof::Probes;
use crate::diagnosis::record::{Answer::*, Details, Line, Record, Suspects, Why};
use crate::diagnosis::symptom::Symptom;
use crate::diagnosis::test::{Test, all, each, rejects, takes_token};
use crate::vocabulary::{Fault, Severity, TokenKind};

pub(crate) const RECORD: Record = Record {
    fault: Fault::UnsignedTokenAccepted,
    severity: Severity::Critical,
    severity_if: &[],
    page: include_str!("unsigned-token-accepted.md"),
    symptoms: &[Symptom::InvalidTokenAccepted],
    shown_by,
    ruled_out_by,
    yields_to: &[],
    details,
    suspects: Suspects::Deployment,
    because: &[Line::Always("A token with `alg: none` is accepted by {at}. A forged token is rejected.")],
    whys: [
        Why(
            "Which clients get in?",
            &[Shown("Any client can write a token and get in: an unsigned token is accepted by {at}.")],
        ),
        Why(
            "Is a signature verified at all?",
            &[Shown("A forged token is rejected, so a signature is verified where there is one.")],
        ),
        Why(
            "Why is `none` accepted?",
            &[Unknown(
                "The verifier may use the algorithm that the token names, `none` included (RFC 8725 §3.1).",
                "the code that verifies tokens",
            )],
        ),
        Why("Why did nobody notice?", &[Unknown("Does any test send an unsigned token?", "the tests of that service")]),
    ],
    fix: &[Line::Always(
        "{at}: list the allowed algorithms in the verifier, without `none`, and close the environment until that is \
         deployed.",
    )],
};

/// Where a forged token is accepted too, no signature is verified, and that is another fault.
fn shown_by(client: &Client<'_>) -> Test {
    each(usual(client).map(|usual| all([takes_token(unsigned(usual)), rejects(usual.forged())])))
}

/// Rejected wherever the signed token is accepted.
fn ruled_out_by(client: &Client<'_>) -> Test {
    all(usual(client).map(|usual| all([takes_token(usual), rejects(unsigned(usual))])))
}

fn details(_: &Client<'_>, shown: &Probes) -> Details {
    accepted_by(shown, "an unsigned token (`alg: none`)", |token| token == TokenKind::Unsigned)
}
