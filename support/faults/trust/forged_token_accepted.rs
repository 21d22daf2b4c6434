//! A service accepts a token whose signature was changed: it reads the claims and does not verify the signature.

use super::{ENDPOINTS, accepted_by, has_form_of_accepted};
use crate::diagnosis::client::Client;
use crate::diagnosis::proof::Probes;
use crate::diagnosis::record::{Answer::*, Details, Line, Record, Suspects, Why};
use crate::diagnosis::symptom::Symptom;
use crate::diagnosis::test::{Test, accepts, all, any, each, not, rejects, takes_token, verifies};
use crate::vocabulary::{Fault, PemEnd, Presentation, Scheme, Severity, TokenKind};

/// What to do where a signature is not verified, or with any key.
const VERIFY: &str =
    "{at}: verify the signature wherever a token is read, and close the environment until that is deployed.";

pub(crate) const RECORD: Record = Record {
    fault: Fault::ForgedTokenAccepted,
    severity: Severity::Critical,
    severity_if: &[],
    page: include_str!("forged-token-accepted.md"),
    symptoms: &[Symptom::InvalidTokenAccepted],
    shown_by,
    ruled_out_by,
    yields_to: &[],
    details,
    suspects: Suspects::Deployment,
    because: &[
        Line::If(
            verifies_nothing,
            "A token whose signature was changed is accepted by {at}. A missing token is rejected.",
        ),
        Line::If(
            confuses_the_key,
            "A token with `alg: HS256`, signed with the text of the public key, is accepted by {at}. A broken signature is \
             rejected.",
        ),
        Line::Always(
            "A token that is signed with a new private key is accepted by {at}. A broken signature is rejected.",
        ),
    ],
    whys: [
        Why(
            "Which clients get in?",
            &[
                ShownIf(
                    verifies_nothing,
                    "Any client can write a token and get in: a broken signature is accepted by {at}.",
                ),
                ShownIf(
                    confuses_the_key,
                    "Any client can write a token and get in: everybody knows the key that it has to sign with.",
                ),
                Shown("Any client can write a token and get in: any key will do."),
            ],
        ),
        Why(
            "Is the endpoint open?",
            &[
                ShownIf(
                    verifies_nothing,
                    "A missing token is rejected, so the token is read and its signature is not verified.",
                ),
                Shown("No: a missing token is rejected, so the token is read and a signature of it is verified."),
            ],
        ),
        Why(
            "Why is it not verified?",
            &[
                UnknownIf(
                    verifies_nothing,
                    "The code may decode the token without verification, or a switch for tests may be on.",
                    "its code and settings",
                ),
                InferredIf(
                    confuses_the_key,
                    "The verifier goes by the `alg` of the token, so its public key serves as a shared secret.",
                ),
                Unknown(
                    "The verifier may take the key from the token, or any key for a known one.",
                    "the code that verifies tokens",
                ),
            ],
        ),
        Why(
            "Why did nobody notice?",
            &[Unknown("Does any test send a forged token, and expect a rejection?", "the tests of that service")],
        ),
    ],
    fix: &[
        Line::If(verifies_nothing, VERIFY),
        Line::If(
            confuses_the_key,
            "{at}: accept only the algorithm of its key, whatever the token names (RFC 8725 §3.1), and close the \
             environment until that is deployed.",
        ),
        Line::Always(VERIFY),
    ],
};

fn shown_by(client: &Client<'_>) -> Test {
    let forged = [client.validation()].into_iter().chain(client.backend_carriers()).map(Presentation::forged);
    let forged =
        forged.chain(ENDPOINTS.into_iter().flat_map(|endpoint| client.signed_otherwise(client.usual(endpoint))));
    each(forged.map(|forged| all([takes_token(forged), has_form_of_accepted(client, forged)])))
}

/// A broken signature is accepted.
fn verifies_nothing(client: &Client<'_>) -> Test {
    let forged = [client.validation()].into_iter().chain(client.backend_carriers()).map(Presentation::forged);
    each(forged.map(takes_token))
}

/// It takes the public key for a shared secret, where a token asks for that.
fn confuses_the_key(client: &Client<'_>) -> Test {
    let all = ENDPOINTS.into_iter().flat_map(|endpoint| client.signed_otherwise(client.usual(endpoint)));
    each(all.filter(|one| matches!(one.token, TokenKind::PublicKeyAsSecret(_))).map(takes_token))
}

/// Rejected at every endpoint in a carrier in which the valid token is accepted: only then did it reach the verifier. And in no
/// carrier a valid one is accepted and a forged one not rejected.
fn ruled_out_by(client: &Client<'_>) -> Test {
    let schemes = [Scheme::None, Scheme::Bearer].map(|scheme| client.validation_with(scheme));
    let all_carriers: Vec<Presentation> = schemes.into_iter().chain(client.backend_carriers()).collect();
    let at_each = ENDPOINTS
        .map(|endpoint| any(all_carriers.iter().copied().filter(|one| one.endpoint == endpoint).map(verifies)));
    let in_each =
        client.backend_carriers().into_iter().map(|usual| any([not(accepts(usual)), rejects(usual.forged())]));
    let otherwise = ENDPOINTS.map(|endpoint| {
        let usual = client.usual(endpoint);
        let rejected = all(client.signed_otherwise(usual).into_iter().map(rejects));
        any([not(accepts(usual)), rejected])
    });
    all(at_each.into_iter().chain(in_each).chain(otherwise))
}

fn details(_: &Client<'_>, shown: &Probes) -> Details {
    const KINDS: [TokenKind; 4] = [
        TokenKind::Forged,
        TokenKind::PublicKeyAsSecret(PemEnd::WithNewline),
        TokenKind::PublicKeyAsSecret(PemEnd::WithoutNewline),
        TokenKind::OtherKey,
    ];
    let is_there =
        |kind: &&TokenKind| shown.iter().any(|probe| probe.presented().is_some_and(|one| one.token == **kind));
    let token = match KINDS.iter().find(is_there) {
        Some(TokenKind::PublicKeyAsSecret(_)) => "a token that is signed with the public key",
        Some(TokenKind::OtherKey) => "a token that any key has signed",
        _ => "a token with a broken signature",
    };
    accepted_by(shown, token, |token| KINDS.contains(&token))
}
