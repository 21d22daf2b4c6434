//! Auth signs with a private key whose public key its issuer does not publish.

use super::super::keys::{
    accepted_everywhere, clients_suffer, is_asymmetric, keys_say, signed_by_no_published_key, signed_by_published_key,
};
use crate::diagnosis::client::Client;
use crate::diagnosis::proof::Probes;
use crate::diagnosis::record::{Answer::*, Details, HEADLINE, Line, Record, Why};
use crate::diagnosis::symptom::Symptom;
use crate::diagnosis::test::{Test, any, given, not};
use crate::evidence::{Extracted, PublishedKey, Response, SignedBy};
use crate::vocabulary::{Fault, Probe, Reading, Severity};

pub(crate) const RECORD: Record = Record {
    fault: Fault::SigningKeyUnknown,
    severity: Severity::Error,
    // A verifier that was not restarted since has a key that fits.
    severity_if: &[(clients_suffer, Severity::Error), (|_| given(), Severity::Warning)],
    page: include_str!("signing-key-unknown.md"),
    symptoms: &[Symptom::RejectedLikeForged, Symptom::IssuedTokenRejected, Symptom::ValidTokenAccepted],
    shown_by: signed_by_no_published_key,
    ruled_out_by,
    // What another issuer publishes does not concern these tokens.
    yields_to: &[Fault::SigningKeysUnreachable],
    details,
    because: &[
        Line::If(
            names_the_wrong_key,
            "The token names the key `{kid}`, and the published key `{signer}` has signed it. Verifiers take the key that \
             a token names.",
        ),
        Line::If(names_an_unknown_key, "The token names the key `{kid}`. The issuer publishes: {published}."),
        Line::Always("No published key has signed the token. The issuer publishes: {published}."),
    ],
    whys: [
        Why(
            "Why can the token not be verified?",
            &[
                ShownIf(names_the_wrong_key, "The key that it names has not signed it: `{signer}` has."),
                Shown("No published key has signed it. They were read twice."),
            ],
        ),
        Why(
            "Which verifiers are affected?",
            &[
                InferredIf(
                    accepted_everywhere,
                    "None yet: each has the key still, and loses it with its next restart.",
                ),
                InferredIf(names_the_wrong_key, "Each that takes the key that a token names."),
                Inferred("Each that has only the published keys."),
            ],
        ),
        Why(
            "Why do token and keys differ?",
            &[
                UnknownIf(
                    names_the_wrong_key,
                    "Auth may write the `kid` of the key before the last rotation, or of the next one.",
                    "how auth chooses its `kid`",
                ),
                Unknown("A rotation may have published it too late, or another issuer signs.", "the last rotation"),
            ],
        ),
        Why(
            "Why did nobody notice?",
            &[Unknown("Perhaps no check verifies a fresh token after a rotation.", "the steps of the rotation")],
        ),
    ],
    fix: &[
        Line::If(names_the_wrong_key, "auth: write the `kid` of the key that signs into the token's header."),
        Line::Always(
            "auth: publish a key before the first token is signed with it; or target file: let `keys` name the issuer of \
             these tokens.",
        ),
    ],
};

fn ruled_out_by(client: &Client<'_>) -> Test {
    any([not(is_asymmetric(client)), signed_by_published_key(client)])
}

fn names_an_unknown_key(client: &Client<'_>) -> Test {
    keys_say(client, "no published key has its `kid`", |facts, _| {
        facts.signed_by(Reading::First).map(|by| *by == SignedBy::UnknownKid)
    })
}

/// Another published key than the one that the token names has signed it.
fn names_the_wrong_key(client: &Client<'_>) -> Test {
    keys_say(client, "a published key of another `kid` has signed the token", |facts, _| {
        facts.signed_by(Reading::First).map(|by| matches!(by, SignedBy::KeyOfAnotherKid(_)))
    })
}

fn details(client: &Client<'_>, _: &Probes) -> Details {
    let signer = client.facts().and_then(|facts| match facts.signed_by(Reading::First) {
        Some(SignedBy::KeyOfAnotherKid(signer)) => Some(signer.clone()),
        _ => None,
    });
    let kid = client.facts().and_then(|facts| facts.kid.clone());
    let published = match client.evidence().of(Probe::Keys(Reading::First)).map(|seen| &seen.response) {
        Some(Response::Http(http)) => match &http.extracted {
            Extracted::Keys(keys) => keys.iter().map(name).collect::<Vec<_>>(),
            _ => Vec::new(),
        },
        _ => Vec::new(),
    };
    let mut details =
        Details::from([("kid", kid.unwrap_or_else(|| "of no name".into())), ("published", published.join(", "))]);
    if let Some(signer) = signer {
        details.insert("signer", signer);
        details.insert(HEADLINE, "the token names another published key than the one that signed it".to_owned());
    }
    details
}

/// Its id, or what else is known of it.
fn name(key: &PublishedKey) -> String {
    let what = [&key.kty, &key.crv].into_iter().flatten().cloned().collect::<Vec<_>>().join(" ");
    key.kid.clone().unwrap_or(what)
}
