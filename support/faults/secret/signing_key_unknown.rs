//! Auth signs with a private key whose public key its issuer does not publish.

use super::super::keys::{
    accepted_everywhere, clients_suffer, is_asymmetric, is_unknown, keys_say, published_key_signed,
    signed_by_no_published_key, users_with_tokens,
};
use crate::diagnosis::client::Client;
use crate::diagnosis::proof::Probes;
use crate::diagnosis::record::{Answer::*, Details, Line, Record, Suspects, Why};
use crate::diagnosis::symptom::Symptom;
use crate::diagnosis::test::{Test, all, any, given, never, not, not_shown, rejects, rejects_like_missing};
use crate::evidence::{Extracted, PublishedKey, Response, SignedBy};
use crate::vocabulary::{Fault, Probe, Reading, Severity, User};

pub(crate) const RECORD: Record = Record {
    fault: Fault::SigningKeyUnknown,
    severity: Severity::Error,
    // A verifier that was not restarted since has a key that fits.
    severity_if: &[
        (clients_suffer, Severity::Error),
        (rejected_like_missing, Severity::Error),
        (other_user_suffers, Severity::Error),
        (|_| given(), Severity::Warning),
    ],
    page: include_str!("signing-key-unknown.md"),
    symptoms: &[
        Symptom::RejectedLikeForged,
        Symptom::RejectedLikeMissing,
        Symptom::IssuedTokenRejected,
        Symptom::ValidTokenAccepted,
    ],
    shown_by: |client| any(users_with_tokens(client).map(|user| signed_by_no_published_key(client, user))),
    ruled_out_by,
    // What another issuer publishes does not concern these tokens.
    yields_to: &[Fault::SigningKeysUnreachable],
    details,
    suspects: Suspects::CheckToo,
    because: &[
        Line::If(
            names_the_wrong_key,
            "The {whose}token names the key `{kid}`, and the published key `{signer}` has signed it. Verifiers take the key that \
             a token names.",
        ),
        Line::If(names_an_unknown_key, "The {whose}token names the key `{kid}`. The issuer publishes: {published}."),
        Line::Always("No published key has signed the {whose}token. The issuer publishes: {published}."),
    ],
    whys: [
        Why(
            "Why can the token not be verified?",
            &[
                ShownIf(
                    signed_otherwise_for_one_user,
                    "No published key has signed the {whose}token. They were read twice. One has signed the other user's.",
                ),
                ShownIf(names_the_wrong_key, "The key that it names has not signed it: `{signer}` has."),
                Shown("No published key has signed it. They were read twice."),
            ],
        ),
        Why(
            "Which verifiers are affected?",
            &[
                InferredIf(accepted_still, "None yet: each has the key still, and loses it with its next restart."),
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
            &[Unknown("Does any check verify a fresh token after a rotation?", "the steps of the rotation")],
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
    any([not(is_asymmetric(client)), all(users_with_tokens(client).map(|user| published_key_signed(client, user)))])
}

/// The first user whose token no published key has signed.
fn affected(client: &Client<'_>) -> User {
    let is_affected = |user: &User| {
        let facts = client.evidence().token(client.token(), *user);
        facts.and_then(|facts| facts.signed_by(Reading::First)).is_some_and(is_unknown)
    };
    users_with_tokens(client).find(is_affected).unwrap_or(client.user())
}

/// The client's other user has a token of another key, and that one is rejected.
fn other_user_suffers(client: &Client<'_>) -> Test {
    let other = affected(client);
    if other == client.user() {
        return never();
    }
    any(client.every_token().into_iter().map(|usual| rejects(usual.by(other))))
}

/// A verifier that rejects all alike rejects the client's token; or it does not read it.
fn rejected_like_missing(client: &Client<'_>) -> Test {
    any(client.every_token().into_iter().map(rejects_like_missing))
}

/// What loses the token on its way to the backend has the same rejections, where no verifier rejects it like a forged one.
fn losses(client: &Client<'_>) -> Vec<Fault> {
    let others = [clients_suffer(client), rejects(client.validation())].map(not_shown);
    let is_lost = all(others.into_iter().chain([rejected_like_missing(client)]));
    let losses = vec![Fault::AuthorizationHeaderStripped, Fault::CredentialNotRead];
    if is_lost.prove(client).holds() { losses } else { Vec::new() }
}

fn accepted_still(client: &Client<'_>) -> Test {
    all([accepted_everywhere(client), not_shown(other_user_suffers(client))])
}

fn signed_otherwise_for_one_user(client: &Client<'_>) -> Test {
    let affected = affected(client);
    if !users_with_tokens(client).any(|user| user == affected.other()) {
        return never();
    }
    all([signed_by_no_published_key(client, affected), published_key_signed(client, affected.other())])
}

fn names_an_unknown_key(client: &Client<'_>) -> Test {
    keys_say(client, affected(client), "no published key has its `kid`", |facts, _| {
        facts.signed_by(Reading::First).map(|by| *by == SignedBy::UnknownKid)
    })
}

/// Another published key than the one that the token names has signed it.
fn names_the_wrong_key(client: &Client<'_>) -> Test {
    keys_say(client, affected(client), "a published key of another `kid` has signed the token", |facts, _| {
        facts.signed_by(Reading::First).map(|by| matches!(by, SignedBy::KeyOfAnotherKid(_)))
    })
}

fn details(client: &Client<'_>, _: &Probes) -> Details {
    let user = affected(client);
    let facts = client.evidence().token(client.token(), user);
    let is_alone = signed_otherwise_for_one_user(client).prove(client).holds();
    let whose = match (is_alone, user) {
        (false, _) => "",
        (true, User::First) => "first user's ",
        (true, User::Second) => "second user's ",
    };
    let signer = facts.and_then(|facts| match facts.signed_by(Reading::First) {
        Some(SignedBy::KeyOfAnotherKid(signer)) => Some(signer.clone()),
        _ => None,
    });
    let kid = facts.and_then(|facts| facts.kid.clone());
    let published = match client.evidence().of(Probe::Keys(Reading::First)).map(|seen| &seen.response) {
        Some(Response::Http(http)) => match &http.extracted {
            Extracted::Keys(keys) => keys.iter().map(name).collect::<Vec<_>>(),
            _ => Vec::new(),
        },
        _ => Vec::new(),
    };
    let mut details = Details::from([
        ("kid", kid.unwrap_or_else(|| "of no name".into())),
        ("published", published.join(", ")),
        ("whose", whose.to_owned()),
    ]);
    if is_alone {
        details = details.headed(format!("the {whose}token is signed with a key that its issuer does not publish"));
    }
    if let Some(signer) = signer {
        details.values.insert("signer", signer);
        details = details.headed("the token names another published key than the one that signed it");
    }
    details.not_excluded.extend(losses(client));
    details
}

/// Its id, or what else is known of it.
fn name(key: &PublishedKey) -> String {
    let what = [&key.kty, &key.crv].into_iter().flatten().cloned().collect::<Vec<_>>().join(" ");
    key.kid.clone().unwrap_or(what)
}
